//! Purchases: cart, order, paid.
//!
//! Owns orders and their positions. What always holds: prices come from the
//! tiers and never from a client; places are taken before an order exists and
//! given back in the transaction that ends it; the same idempotency key gets the
//! same order; a ticket exists exactly where an open position is paid (or its
//! tier says that unpaid tickets admit). Not here: money (payments), codes (tickets).

mod basket;
mod batch;
mod cancel;
mod checkout;
mod expire;
mod place;
mod print;
mod refunded;
mod routes;
mod sold;
mod store;
#[cfg(test)]
mod tests;
mod tickets_of;
mod till;

use shared_model::ids::{EventId, OrderId, OrganizerId, PositionId, TierNo};
use shared_model::time::Timestamp;
use uuid::Uuid;

use crate::app::App;
use crate::db::{self, Conn};
use crate::events;
use crate::identity::Credentials;
use crate::master_key::MasterKey;
use crate::outbox::{self, About};
use crate::payments::{self, Payment, Refund};
use crate::{tickets, tiers};

pub use basket::Line;
pub use cancel::{cancel, cancel_position};
pub use checkout::{Buyer, check_out, confirm_payment};
pub use expire::{expire_overdue, sweep};
pub use place::{Placed, Repeat, hold, place};
pub use print::print;
pub use refunded::{mark_refunded, open_refund};
pub use routes::routes;
pub use sold::{DoorSale, sold_at_door};
pub use store::{find, list, open_units, summary};
pub use till::Tills;

/// What order secrets begin with.
const PREFIX: &str = "blo_";

/// An order that could not be written, for a reason that the log tells.
const NOT_WRITTEN: Error = Error::Store(db::Error::SharedCommit);

/// Why an order could not be placed, found or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such order or position, or not the caller's.
    #[error("there is no such order")]
    Unknown,
    /// No such event, or not for sale to the public.
    #[error("there is no such event")]
    UnknownEvent,
    /// A field that is not acceptable.
    #[error("{field} {reason}")]
    Invalid {
        /// The field, as a JSON pointer.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The event or a tier is not being sold now.
    #[error("this is not being sold now")]
    NotOnSale {
        /// The tier; absent when it is the event.
        tier: Option<TierNo>,
        /// When it will be, if that is known.
        from: Option<Timestamp>,
    },
    /// Fewer places are left than asked for.
    #[error("tier {tier} has not enough places left")]
    SoldOut {
        /// The tier.
        tier: TierNo,
    },
    /// No quota covers the tier.
    #[error("tier {tier} is in no quota: nothing of it is sold until one covers it")]
    NoQuota {
        /// The tier.
        tier: TierNo,
    },
    /// The hold is over.
    #[error("the places were given back")]
    HoldExpired,
    /// The idempotency key was used for another request.
    #[error("this key was used for another request")]
    KeyReused,
    /// The order's state does not allow it.
    #[error("the order is {state}")]
    State {
        /// The state.
        state: State,
    },
    /// The buyer may not do this; the organizer may.
    #[error("only the organizer may do this")]
    Forbidden,
    /// A ticket could not be issued.
    #[error("a ticket could not be issued")]
    Ticket(#[from] tickets::Error),
    /// The tickets could not be printed.
    #[error("the tickets could not be printed: {0}")]
    Paper(String),
    /// The order store failed.
    #[error("the order store failed")]
    Store(#[from] db::Error),
}

impl From<events::Error> for Error {
    fn from(error: events::Error) -> Self {
        match error {
            events::Error::Store(error) => Self::Store(error),
            _ => Self::UnknownEvent,
        }
    }
}

impl From<tiers::Error> for Error {
    fn from(error: tiers::Error) -> Self {
        match error {
            tiers::Error::SoldOut { tier } => Self::SoldOut { tier },
            tiers::Error::NoQuota { tier } => Self::NoQuota { tier },
            tiers::Error::Store(error) => Self::Store(error),
            _ => Self::UnknownEvent,
        }
    }
}

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OrderState)]
pub enum State {
    /// A cart: places are taken for a while.
    Held,
    /// Ordered, not paid yet.
    Pending,
    /// Paid, or free.
    Paid,
    /// Ended by buyer or organizer.
    Cancelled,
    /// Ended by time.
    Expired,
}

impl State {
    /// Whether the order takes places.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Held | Self::Pending | Self::Paid)
    }
}

impl std::fmt::Display for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(store::name_of(*self))
    }
}

/// One purchase by one buyer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// What it is for.
    pub event: EventId,
    /// Whose it is.
    pub organizer: OrganizerId,
    /// What people say on the telephone.
    pub code: String,
    /// Where it stands.
    pub state: State,
    /// The buyer's address; empty for a cart.
    pub email: String,
    /// The buyer's name; empty for a cart.
    pub name: String,
    /// ISO 4217.
    pub currency: String,
    /// Sum of its open positions when it was placed, minor units.
    pub total_minor: i64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it gives its places back, unless paid.
    pub expires_at: Option<Timestamp>,
    /// When it was paid.
    pub paid_at: Option<Timestamp>,
}

/// One unit of a tier within an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Its id.
    pub id: PositionId,
    /// What was bought.
    pub tier: TierNo,
    /// What it costs, minor units.
    pub price_minor: i64,
    /// Who will come; empty when not said.
    pub attendee: String,
    /// Not cancelled.
    pub open: bool,
    /// Takes a place of its quotas, which comes back when it ends.
    pub placed: bool,
}

/// An order with what belongs to it.
#[derive(Debug, Clone)]
pub struct Whole {
    /// The order.
    pub order: Order,
    /// What was bought, and whether a ticket proves it.
    pub positions: Vec<(Position, bool)>,
    /// Attempts to pay.
    pub payments: Vec<Payment>,
    /// Money that goes back.
    pub refunds: Vec<Refund>,
}

/// The order with its positions and payments.
///
/// # Errors
/// [`Error::Unknown`].
pub async fn whole(conn: &mut Conn, id: OrderId) -> Result<Whole, Error> {
    let order = find(conn, id).await?.ok_or(Error::Unknown)?;
    let mut positions = Vec::new();
    for position in store::list_positions(conn, id).await? {
        let ticket = tickets::find_by_position(conn, position.id).await?;
        positions.push((position, ticket.is_some()));
    }
    Ok(Whole {
        positions,
        payments: payments::list(conn, id).await?,
        refunds: payments::list_refunds(conn, id).await?,
        order,
    })
}

/// Who acts on an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// Who knows its secret.
    Buyer,
    /// Whose event it is.
    Organizer,
}

/// The order, if the caller may see it.
///
/// # Errors
/// [`Error::Unknown`] also where it is somebody else's.
pub async fn open(app: &App, caller: &Credentials, id: OrderId) -> Result<(Order, Actor), Error> {
    let order = find(&mut app.db.read(), id).await?;
    let order = order.ok_or(Error::Unknown)?;
    let actor = match caller {
        Credentials::Organizer(organizer) if organizer.id == order.organizer => Actor::Organizer,
        Credentials::Secret(token) if is_secret(&app.master_key, id, token) => Actor::Buyer,
        _ => return Err(Error::Unknown),
    };
    Ok((order, actor))
}

/// The order of a position, if the caller may see it.
///
/// # Errors
/// [`Error::Unknown`] also where it is somebody else's.
pub async fn open_position(
    app: &App,
    caller: &Credentials,
    position: PositionId,
) -> Result<(Order, Actor), Error> {
    let id = store::order_of(&mut app.db.read(), position).await?;
    open(app, caller, id.ok_or(Error::Unknown)?).await
}

/// The secret that lets its holder see and change an order: computed, never stored.
#[must_use]
pub fn secret(master: &MasterKey, order: OrderId) -> String {
    let tag = master.derive("order secret", order.0.as_bytes());
    let (half, _) = tag.split_at(16);
    format!("{PREFIX}{}", hex::encode(half))
}

fn is_secret(master: &MasterKey, order: OrderId, token: &str) -> bool {
    // Compared as hashes, so that timing says nothing about the secret.
    let hash = crate::identity::hash_token;
    hash(&secret(master, order)) == hash(token)
}

fn about(order: &Order) -> About {
    About {
        organizer: order.organizer,
        event: Some(order.event),
        subject: order.id.0,
    }
}

/// What followers learn of an order.
fn facts(order: &Order) -> serde_json::Value {
    serde_json::json!({
        "code": order.code,
        "total_minor": order.total_minor,
        "currency": order.currency,
    })
}

/// Where a list goes on.
#[derive(Debug, Clone, Copy)]
pub struct After(pub Option<Uuid>);

/// Gives a position's ticket a new code; the old ones are refused from then on.
///
/// # Errors
/// [`Error::Unknown`], [`tickets::Error::NoCode`] within [`Error::Ticket`].
pub async fn reissue(app: &App, position: PositionId) -> Result<(), Error> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let id = store::order_of(&mut tx, position)
        .await?
        .ok_or(Error::Unknown)?;
    let order = store::lock(&mut tx, id).await?.ok_or(Error::Unknown)?;
    outbox::append(
        &mut tx,
        "ticket.reissued",
        about(&order),
        &facts(&order),
        now,
    )
    .await?;
    tickets::reissue(&mut tx, (order.organizer, order.event), position, now).await?;
    tx.commit().await?;
    app.announce(order.event);
    Ok(())
}
