//! The tickets that codes lead to.

use std::collections::HashMap;

use shared_model::book::Book;
use shared_model::entry::Presented;
use shared_model::foreign::foreign_hash;
use shared_model::ids::{EventId, Serial};
use shared_model::ticket::TicketRecord;

use crate::db::{self, Conn};
use crate::tickets::{self, Ticket};

/// Tickets that were found together, before each is asked for by itself.
#[derive(Debug, Default)]
pub(super) struct Stated(HashMap<Serial, TicketRecord>);

impl Stated {
    /// Finds the tickets `serials` in one trip.
    pub(super) async fn find(
        conn: &mut Conn,
        event: EventId,
        serials: &[Serial],
    ) -> Result<Self, db::Error> {
        let found = tickets::find_each(conn, event, serials).await?;
        let records = records(found).map(|record| (record.serial, record));
        Ok(Self(records.collect()))
    }

    /// The tickets that a code leads to, their add-ons with them where the list wants those.
    pub(super) async fn tickets(
        &self,
        conn: &mut Conn,
        (event, book): (EventId, &Book),
        presented: &Presented,
        addons: bool,
    ) -> Result<Vec<TicketRecord>, db::Error> {
        let mut found: Vec<TicketRecord> = match (presented, &book.foreign_key) {
            (Presented::Token(token), _) => match self.0.get(&token.serial) {
                Some(record) => vec![record.clone()],
                None => records(tickets::find(conn, event, token.serial).await?).collect(),
            },
            (Presented::Foreign(code), Some(key)) => {
                let hash = foreign_hash(key, code);
                records(tickets::list_foreign(conn, event, hash).await?).collect()
            }
            _ => Vec::new(),
        };
        if addons {
            for main in presented.mains(&found) {
                found.extend(records(tickets::list_addons(conn, event, main).await?));
            }
        }
        Ok(found)
    }
}

fn records(found: impl IntoIterator<Item = Ticket>) -> impl Iterator<Item = TicketRecord> {
    found.into_iter().map(|ticket| ticket.record)
}
