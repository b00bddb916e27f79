//! What a verdict depends on, and nothing else.

use serde::{Deserialize, Serialize};

use crate::fact::Direction;
use crate::hlc::Hlc;
use crate::ids::{
    ActorId, DeviceNo, EventNo, GateNo, Generation, Kid, ListNo, OccurrenceNo, OperatorNo,
    PublicKey, QuestionNo, RequestId, Serial, TierNo, Zones,
};
use crate::ticket::{TicketFlags, TicketRecord};
use crate::time::Timestamp;
use crate::verdict::{Cause, Explanation, Reason, Steps, Verdict};

/// What a code turned out to be, before anything stored is looked at (step 1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presented {
    /// A genuine token of this event.
    Token(TokenFacts),
    /// No token; may be the code of another system.
    Foreign(String),
    /// None of ours.
    Refused {
        /// Why.
        reason: Reason,
        /// In which way.
        explanation: Explanation,
    },
}

impl Presented {
    /// The ticket that a genuine token states.
    #[must_use]
    pub const fn serial(&self) -> Option<Serial> {
        match self {
            Self::Token(token) => Some(token.serial),
            Self::Foreign(_) | Self::Refused { .. } => None,
        }
    }

    /// The tickets whose add-ons may be meant, where `found` are those that the code led to.
    #[must_use]
    pub fn mains(&self, found: &[TicketRecord]) -> Vec<Serial> {
        match self.serial() {
            Some(serial) => vec![serial],
            None => found.iter().map(|ticket| ticket.serial).collect(),
        }
    }

    /// The tickets whose past matters, where `found` are those that the code led to: known or not,
    /// the one that it states is among them.
    #[must_use]
    pub fn concerned(&self, found: &[TicketRecord]) -> Vec<Serial> {
        let mut serials: Vec<Serial> = found.iter().map(|ticket| ticket.serial).collect();
        serials.extend(self.serial().filter(|serial| !serials.contains(serial)));
        serials
    }
}

/// What a genuine token states.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// The event it is for.
    pub event: EventNo,
    /// Identity within the event.
    pub serial: Serial,
    /// The key that signed it.
    pub kid: Kid,
    /// Which issue it is.
    pub generation: Generation,
    /// What it gives.
    pub tier: TierNo,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones it opens.
    pub zones: Zones,
    /// First instant at which it admits.
    pub valid_from: Timestamp,
    /// Last instant at which it admits.
    pub valid_until: Timestamp,
    /// Entries it allows; 0 for no limit.
    pub entries: u8,
    /// How many people it admits; 0 and 1 both mean one.
    pub group: u8,
    /// Attributes of its holder or use.
    pub flags: TicketFlags,
    /// How the rotating part stands.
    pub live: LiveState,
}

/// How the rotating part of a code stands against the corrected time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LiveState {
    /// The code has none.
    #[default]
    Absent,
    /// Within the window.
    Fresh,
    /// Genuine, but outside the window.
    Stale,
}

/// All that is known where the verdict is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// What the code turned out to be.
    pub presented: Presented,
    /// Stored tickets that answer to it: none, one, or for a foreign code several, those with its hash.
    /// On a list with add-on match, the add-ons of the presented ticket follow it.
    pub tickets: Vec<TicketRecord>,
    /// Highest serial that the manifest here covers under the token's key; absent before any page came.
    pub highest_serial: Option<Serial>,
    /// Lowest generation of the presented token that is still good, where something beside
    /// its record says so: a revocation list, a newer code seen here.
    pub min_generation: Option<Generation>,
    /// Facts about these tickets, of every list, in any order, repeats allowed.
    pub history: Vec<PastScan>,
    /// People known to be in the list's zone.
    pub occupancy: Option<u32>,
    /// This device's share of the zone's capacity.
    pub lease: Option<Lease>,
    /// How far the clock can be trusted.
    pub clock: Clock,
    /// The device that decides; none where it was told that its enrolment has ended, whatever the
    /// book still says.
    pub device: Option<PublicKey>,
    /// The verdict that this request id got before, if any.
    pub earlier: Option<Verdict>,
}

/// One scan of a ticket, as the fold of the log left it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastScan {
    /// Whose ticket.
    pub serial: Serial,
    /// On which list.
    pub list: ListNo,
    /// When, in the order of the log.
    pub hlc: Hlc,
    /// Who wrote it.
    pub actor: ActorId,
    /// As which of its facts.
    pub seq: u64,
    /// The device, where the roster knows the actor.
    pub device: Option<DeviceNo>,
    /// In or out.
    pub direction: Direction,
    /// It let somebody pass and was not annulled.
    pub counts: bool,
    /// People it let pass.
    pub admitted: u8,
    /// Where.
    pub gate: GateNo,
    /// By whom; 0 for nobody.
    pub operator: OperatorNo,
}

/// A device's share of a zone's capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// People it may still let in.
    pub left: u32,
    /// Last instant at which it holds.
    pub until: Timestamp,
}

/// How far the clock can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// Measured against a trusted one.
    #[default]
    Trusted,
    /// Not measured since start, or too far off.
    Uncertain,
}

/// One wish of a person at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Made once for this wish; a repeat gets the same answer.
    pub id: RequestId,
    /// The list to enter or leave.
    pub list: ListNo,
    /// Where the device stands.
    pub gate: GateNo,
    /// In or out.
    pub direction: Direction,
    /// Who stands there; 0 for nobody.
    pub operator: OperatorNo,
    /// Answers given so far.
    pub answers: Vec<Answer>,
    /// What was confirmed so far.
    pub confirmed: Vec<Confirmed>,
    /// A supervisor's decision to let it pass.
    #[serde(rename = "override")]
    pub override_: Option<Override>,
    /// Somebody is there to ask.
    pub can_ask: bool,
    /// Whether test tickets count (rehearsal mode).
    pub rehearsal: bool,
    /// Corrected time.
    pub now: Timestamp,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The question.
    pub question: QuestionNo,
    /// What was said; empty skips an optional question.
    pub text: String,
}

/// Something a person confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// What.
    pub cause: Cause,
    /// For a group: how many come in.
    pub count: Option<u8>,
}

/// A supervisor's decision to let a ticket pass in spite of what some steps say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// Who.
    pub supervisor: OperatorNo,
    /// The steps to pass over, of 2 to 9: those that refused, as the supervisor was told.
    pub steps: Steps,
    /// Why, as a code of the organizer's list of reasons.
    pub reason_code: u8,
}
