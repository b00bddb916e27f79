//! Carts, orders and their tickets over HTTP.

mod list;
mod live_codes;
mod place;
mod refunds;
mod settle;
mod shown;
mod tickets;

use shared_model::ids::TierNo;
use utoipa_axum::router::OpenApiRouter;

use super::Error;
use crate::app::AppState;
use crate::gateway::time::Instant;
use crate::problem::{Kind, Problem};
use crate::tickets::Error as TicketError;

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(place::routes())
        .merge(list::routes())
        .merge(settle::routes())
        .merge(refunds::routes())
        .merge(tickets::routes())
        .merge(live_codes::routes())
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let words = error.to_string();
        match error {
            Error::Unknown | Error::UnknownEvent => Self::new(Kind::NotFound),
            Error::Invalid { field, reason } => Self::invalid(&field, reason),
            Error::NotOnSale { tier, from } => {
                let problem = Self::new(Kind::NotOnSale).with("tier", tier.map(TierNo::get));
                let from = from.and_then(|at| serde_json::to_value(Instant(at)).ok());
                problem.with("from", from.unwrap_or_default())
            }
            Error::SoldOut { tier } => Self::new(Kind::SoldOut).with("tier", tier.0),
            Error::NoQuota { tier } => Self::new(Kind::NotOnSale)
                .detail(words)
                .with("tier", tier.0),
            Error::HoldExpired => Self::new(Kind::HoldExpired),
            Error::KeyReused => Self::new(Kind::IdempotencyMismatch),
            Error::State { state } => Self::new(Kind::Conflict)
                .detail(format!("the order is {state}"))
                .with("state", state.to_string()),
            Error::Forbidden => Self::new(Kind::Forbidden),
            Error::Ticket(TicketError::Unknown) => Self::new(Kind::NotFound),
            Error::Ticket(TicketError::NoCode) => {
                Self::new(Kind::Conflict).detail("this position has no ticket to show")
            }
            Error::Ticket(TicketError::Store(error)) | Error::Store(error) => error.into(),
            Error::Ticket(error) => Self::internal(error),
            Error::Paper(_) => Self::internal(error),
        }
    }
}
