//! What a device knows of one ticket.

use serde::{Deserialize, Serialize};
pub use ticket_crypto::ids::TicketFlags;
use ticket_crypto::{Token, sealed};

use crate::fact::Subject;
use crate::ids::{ForeignHash, Generation, Kid, OccurrenceNo, QuestionNo, Serial, TierNo, Zones};
use crate::time::Timestamp;

/// A ticket as the server told it: a row of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketRecord {
    /// Identity within the event.
    pub serial: Serial,
    /// The ticket key that signed it; 0 for a ticket that only has a foreign code.
    pub kid: Kid,
    /// Codes of a lower generation are refused as superseded.
    pub min_generation: Generation,
    /// What the ticket gives.
    pub tier: TierNo,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones it opens.
    pub zones: Zones,
    /// First instant at which it admits.
    pub valid_from: Option<Timestamp>,
    /// Last instant at which it admits.
    pub valid_until: Option<Timestamp>,
    /// Entries it allows on each list that counts; 0 leaves it to the list, which may narrow
    /// this and never widen it. With [`TicketFlags::RE_ENTRY`] an entry after an exit uses none.
    pub entries: u8,
    /// How many people it admits; 0 and 1 both mean one.
    pub group: u8,
    /// Where its order stands.
    pub state: TicketState,
    /// Attributes printed on it.
    pub flags: TicketFlags,
    /// The ticket asks for a person's attention at the gate.
    pub attention: bool,
    /// The main ticket that this one is an add-on of.
    pub addon_of: Option<Serial>,
    /// Keyed hash of a foreign system's code for this ticket.
    pub foreign: Option<ForeignHash>,
    /// Questions that have an answer already, and are not asked again.
    pub answered: Vec<QuestionNo>,
    /// When codes of it were stopped, in any order: entries after that are conflicts.
    pub stops: Vec<Stop>,
    /// What staff see, absent where devices hold no names.
    pub person: Option<Person>,
    /// The [`Person`] under each kind of the ticket's newest code, which alone opens it, where
    /// devices hold no names to search.
    pub sealed: Vec<Vec<u8>>,
}

impl TicketRecord {
    /// What staff see once `code` was shown, where it is the text of this ticket's newest code.
    #[must_use]
    pub fn opened_by(&self, code: &str) -> Option<Person> {
        let token = Token::parse(code.trim()).ok()?;
        let mut sealed = self.sealed.iter();
        let person = sealed.find_map(|sealed| sealed::open(&token, sealed).ok())?;
        postcard::from_bytes(&person).ok()
    }
}

/// From an instant on, codes below a generation admit no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Stop {
    /// The lowest generation that is still good; 255 for none.
    pub below: Generation,
    /// Since when.
    pub at: Timestamp,
}

/// Which ticket a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct TicketRef {
    /// Identity within the event.
    pub serial: Serial,
    /// The issue shown; of a foreign code or an add-on, the lowest that is good.
    pub generation: Generation,
    /// The key that signed it; 0 for none.
    pub kid: Kid,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
}

impl From<TicketRef> for Subject {
    fn from(ticket: TicketRef) -> Self {
        Self::Ticket {
            serial: ticket.serial,
            generation: ticket.generation,
            kid: ticket.kid,
        }
    }
}

/// Where a ticket's order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// Paid or free: admits.
    #[default]
    Valid,
    /// Ordered, not paid yet.
    Pending,
    /// Waiting for the organizer's approval.
    Unapproved,
    /// Stopped by the organizer.
    Blocked,
    /// Cancelled or refunded.
    Cancelled,
    /// Cancelled because its payment deadline passed.
    Expired,
    /// Charged back.
    Disputed,
    /// Its code was revoked.
    Revoked,
}

/// What staff see of the person named on a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// Name as given.
    pub name: String,
    /// Row and seat, empty without seating.
    pub seat: String,
    /// What the organizer wants staff to know.
    pub notes: String,
    /// The order's code, for searching.
    pub order_code: String,
}

impl Person {
    /// The person's data under a code, as [`TicketRecord::sealed`] holds it.
    #[must_use]
    pub fn seal(&self, code: &Token) -> Vec<u8> {
        let bytes = postcard::to_stdvec(self).expect("a vector grows, and texts have a length");
        sealed::seal(code, &bytes)
    }
}
