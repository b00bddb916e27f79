//! The box office: tickets sold or given out with no network.

use serde::{Deserialize, Serialize};
use shared_model::ids::{Serial, TierNo};
use shared_model::time::Timestamp;
use ts_rs::TS;

/// What can be sold here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OnSale {
    /// What may be sold now, by lease and tier; empty where this device may not sell.
    pub tiers: Vec<TierOnSale>,
}

/// A tier that can be sold here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TierOnSale {
    /// Its number.
    #[ts(type = "number")]
    pub tier: TierNo,
    /// Its name.
    pub name: String,
    /// Price of one in minor units; 0 for free.
    #[ts(type = "number")]
    pub price_minor: i64,
    /// ISO 4217 currency.
    pub currency: String,
    /// Tickets left in this device's share.
    pub left: u32,
    /// Last instant at which they may be sold.
    #[ts(type = "number")]
    pub until: Timestamp,
}

/// Sells tickets. Answered with [`Sold`] once the sale is durable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sell {
    /// Name of the wish, 32 hexadecimal digits that the screen draws at random: the same one sells once,
    /// and gets the same tickets again.
    pub wish: String,
    /// What.
    #[ts(type = "number")]
    pub tier: TierNo,
    /// How many, 1 to 50.
    pub count: u16,
    /// How it was paid.
    pub paid: Paid,
    /// The PIN of who is signed in; empty for somebody without one.
    pub pin: String,
}

/// How tickets were paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Paid {
    /// In cash.
    Cash,
    /// By card, on a terminal of its own.
    Card,
    /// Given out; only supervisors may.
    Gift,
}

/// What was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Sold {
    /// The tickets, each with its code.
    pub tickets: Vec<SoldTicket>,
    /// What they cost together, in minor units.
    #[ts(type = "number")]
    pub total_minor: i64,
    /// ISO 4217 currency.
    pub currency: String,
    /// The same wish was sold before; nothing was sold again.
    pub repeated: bool,
}

/// Tickets that this device sold, the newest first: a code that nobody saw can be shown again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SoldHere {
    /// At most 50.
    pub tickets: Vec<SoldTicket>,
}

/// A ticket that was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SoldTicket {
    /// Its number at the event.
    #[ts(type = "number")]
    pub serial: Serial,
    /// Name of its tier.
    pub tier: String,
    /// What was paid, in minor units.
    #[ts(type = "number")]
    pub price_minor: i64,
    /// ISO 4217 currency.
    pub currency: String,
    /// Its code as text.
    pub code: String,
    /// Its code as an SVG picture with a quiet zone.
    pub svg: String,
}
