//! Rows for devices that hold no names to search: each person under the ticket's own code.

use shared_model::ids::{EventId, EventNo};
use shared_model::ticket::TicketRecord;
use ticket_crypto::keys::SigningKey;
use ticket_crypto::token::Kind;

use super::{Error, Ticket, body, has_code};
use crate::db::Conn;
use crate::keys::{self, SERVER_KID};
use crate::master_key::MasterKey;

/// Seals persons of one event.
#[derive(Debug)]
pub struct Sealer {
    event: EventNo,
    key: SigningKey,
    kinds: Vec<Kind>,
}

impl Sealer {
    /// A sealer with the event's own ticket key, for codes on paper and, where the event has
    /// them, for codes that rotate.
    ///
    /// # Errors
    /// [`Error::Key`].
    pub async fn open(
        conn: &mut Conn,
        master: &MasterKey,
        (event, number): (EventId, EventNo),
        rotating: bool,
    ) -> Result<Self, Error> {
        let rotating = rotating.then_some(Kind::Mac);
        Ok(Self {
            kinds: [Kind::Static].into_iter().chain(rotating).collect(),
            event: number,
            key: keys::ticket_signing_key(conn, master, event, SERVER_KID).await?,
        })
    }

    /// The row with its person under each kind of its newest code; without one where it has no code that
    /// this server signs.
    #[must_use]
    pub fn seal(&self, ticket: Ticket) -> TicketRecord {
        let signs = has_code(&ticket.record) && ticket.record.kid == SERVER_KID;
        let person = ticket.record.person.as_ref().filter(|_| signs);
        let under = |kind: &Kind| {
            let token = body(self.event, &ticket, kind.clone())
                .sign(&self.key)
                .ok()?;
            Some(person?.seal(&token))
        };
        let sealed = self.kinds.iter().filter_map(under).collect();
        TicketRecord {
            person: None,
            sealed,
            ..ticket.record
        }
    }
}
