//! Attempts to move money, there and back, and who carries them out.
//!
//! What always holds: a payment is never deleted; it is pending until it is
//! confirmed or cancelled, and then stays so. Not here: what was bought.
//! Providers see an amount and a reference, never a basket.

mod refund;
mod store;

use rand::Rng;
use shared_model::ids::{OrderId, OrganizerId, PaymentId};
use shared_model::time::Timestamp;

use crate::clock::new_id;
use crate::db::{self, Conn, Tx};

pub use refund::{
    Refund, RefundState, find_refund, kept, list_refunds, list_refunds_of_event, mark_refunded,
    refund,
};

/// A way to pay.
pub trait Provider: std::fmt::Debug + Send + Sync {
    /// The word for it in the interface and the database.
    fn name(&self) -> &'static str;

    /// Whether an amount can be paid this way.
    fn takes(&self, amount_minor: i64) -> bool;

    /// Whether an attempt is confirmed the moment it begins.
    fn confirms_at_once(&self) -> bool;
}

/// Nothing to pay.
#[derive(Debug)]
struct Free;

impl Provider for Free {
    fn name(&self) -> &'static str {
        "free"
    }

    fn takes(&self, amount_minor: i64) -> bool {
        amount_minor == 0
    }

    fn confirms_at_once(&self) -> bool {
        true
    }
}

/// Bank transfer or cash: the organizer says when the money is there.
#[derive(Debug)]
struct Manual;

impl Provider for Manual {
    fn name(&self) -> &'static str {
        "manual"
    }

    fn takes(&self, amount_minor: i64) -> bool {
        amount_minor > 0
    }

    fn confirms_at_once(&self) -> bool {
        false
    }
}

/// Cash taken at a door.
#[derive(Debug)]
struct Cash;

impl Provider for Cash {
    fn name(&self) -> &'static str {
        "door_cash"
    }

    fn takes(&self, amount_minor: i64) -> bool {
        amount_minor >= 0
    }

    fn confirms_at_once(&self) -> bool {
        true
    }
}

/// A card at a terminal beside the door.
#[derive(Debug)]
struct Terminal;

impl Provider for Terminal {
    fn name(&self) -> &'static str {
        "door_card"
    }

    fn takes(&self, amount_minor: i64) -> bool {
        amount_minor >= 0
    }

    fn confirms_at_once(&self) -> bool {
        true
    }
}

/// How a sale at a door was paid; buyers on the web cannot choose these.
#[must_use]
pub fn at_the_door(cash: bool) -> &'static dyn Provider {
    if cash { &Cash } else { &Terminal }
}

static PROVIDERS: [&dyn Provider; 2] = [&Free, &Manual];

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentState)]
pub enum State {
    /// Waiting for the money.
    Pending,
    /// The money is there.
    Confirmed,
    /// Given up.
    Cancelled,
}

/// One attempt to move money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// The provider's name.
    pub provider: String,
    /// Where it stands.
    pub state: State,
    /// Minor units.
    pub amount_minor: i64,
    /// What the organizer or provider knows it by.
    pub reference: String,
}

/// An amount that is owed.
#[derive(Debug, Clone)]
pub struct Due {
    /// By whom.
    pub order: OrderId,
    /// To whom.
    pub organizer: OrganizerId,
    /// Minor units.
    pub amount_minor: i64,
    /// ISO 4217.
    pub currency: String,
}

/// The provider called `name`, or the natural one for the amount when none is
/// named; `None` when there is none or it does not take the amount.
#[must_use]
pub fn provider(name: Option<&str>, amount_minor: i64) -> Option<&'static dyn Provider> {
    PROVIDERS.into_iter().find(|provider| {
        name.is_none_or(|name| provider.name() == name) && provider.takes(amount_minor)
    })
}

/// Begins a payment of each amount, some of which are confirmed at once.
///
/// # Errors
/// When the store fails.
pub async fn begin_all(
    tx: &mut Tx,
    owed: &[(&'static dyn Provider, Due)],
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<Vec<Payment>, db::Error> {
    let begin = |(provider, due): &(&'static dyn Provider, Due)| Payment {
        id: PaymentId(new_id(now, rng)),
        provider: provider.name().to_owned(),
        state: if provider.confirms_at_once() {
            State::Confirmed
        } else {
            State::Pending
        },
        amount_minor: due.amount_minor,
        reference: String::new(),
    };
    let payments: Vec<_> = owed.iter().map(begin).collect();
    let rows: Vec<_> = owed.iter().map(|(_, due)| due).zip(&payments).collect();
    store::insert(tx, &rows, now).await?;
    Ok(payments)
}

/// Confirms what is pending of an order, or all of `due` when nothing is.
///
/// # Errors
/// When the store fails.
pub async fn confirm(
    tx: &mut Tx,
    due: &Due,
    reference: &str,
    now: Timestamp,
    rng: &mut impl Rng,
) -> Result<(), db::Error> {
    if store::confirm(tx, due.order, reference, now).await? {
        return Ok(());
    }
    let payment = Payment {
        id: PaymentId(new_id(now, rng)),
        provider: Manual.name().to_owned(),
        state: State::Confirmed,
        amount_minor: due.amount_minor,
        reference: reference.to_owned(),
    };
    store::insert(tx, &[(due, &payment)], now).await
}

/// Lowers what is pending of an order to what it still comes to.
///
/// # Errors
/// When the store fails.
pub async fn lower(tx: &mut Tx, due: &Due, now: Timestamp) -> Result<(), db::Error> {
    store::lower(tx, due.order, due.amount_minor, now).await
}

/// Gives up what is pending of an order.
///
/// # Errors
/// When the store fails.
pub async fn give_up(tx: &mut Tx, order: OrderId, now: Timestamp) -> Result<(), db::Error> {
    store::give_up(tx, order, now).await
}

/// The order's payments, oldest first.
///
/// # Errors
/// When the store fails.
pub async fn list(conn: &mut Conn, order: OrderId) -> Result<Vec<Payment>, db::Error> {
    store::list(conn, order).await
}
