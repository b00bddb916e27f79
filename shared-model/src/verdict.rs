//! The answer at the gate, and the words for it.

use serde::{Deserialize, Serialize};

use crate::ids::QuestionNo;
use crate::ticket::TicketRef;

/// What the gate shows. A refusal is an answer, never an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The guest may pass.
    Admit(Admission),
    /// The guest may not pass.
    Refuse(Refusal),
    /// Answers are needed first; confirmations due are asked in the same round.
    Ask {
        /// Questions due, in the order to ask them; never empty.
        questions: Vec<QuestionDue>,
        /// Confirmations due beside them.
        confirm: Vec<ConfirmationDue>,
    },
    /// A person must confirm first.
    Confirm {
        /// Everything there is to confirm; never empty.
        why: Vec<ConfirmationDue>,
    },
}

impl Verdict {
    /// The ticket that it is about, where the code led to one.
    #[must_use]
    pub const fn ticket(&self) -> Option<TicketRef> {
        match self {
            Self::Admit(admission) => Some(admission.ticket),
            Self::Refuse(refusal) => refusal.ticket,
            Self::Ask { .. } | Self::Confirm { .. } => None,
        }
    }
}

/// An admission and what staff should know about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Admission {
    /// The ticket that was used: with add-on match the add-on, for a foreign code its ticket.
    pub ticket: TicketRef,
    /// How many people pass with this scan; what the fact carries as admitted count.
    pub people: u8,
    /// What was odd or is good to know.
    pub notes: Vec<Remark>,
    /// Whether the ticket asks for a person's attention.
    pub attention: bool,
    /// Of a group: how many have been let in and not out after this scan, and how many the ticket admits.
    pub admitted_of: Option<(u8, u8)>,
    /// Steps that would have refused or asked and that the override passed over.
    pub overridden: Steps,
}

/// Something that staff should know, and its sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remark {
    /// The stable code.
    pub note: Note,
    /// The particulars; of an odd exit, what an entry would have heard.
    pub explanation: Explanation,
}

/// A question that has to be put to the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuestionDue {
    /// The question.
    pub question: QuestionNo,
    /// What is wrong with the answer given; absent where none was given.
    pub problem: Option<Explanation>,
}

/// Something that a person has to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConfirmationDue {
    /// What.
    pub cause: Cause,
    /// The particulars; of a group, `left` says how many may come in at most.
    pub explanation: Explanation,
}

/// A refusal and what would change it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The stable code.
    pub reason: Reason,
    /// What was compared and what would make it true.
    pub explanation: Explanation,
    /// The step of the order of checks that refused, 0 to 9; from 2 on a supervisor may override it.
    pub step: u8,
    /// The ticket that was looked at, where the code led to one.
    pub ticket: Option<TicketRef>,
}

/// A set of steps of the order of checks: a list of numbers in JSON, a bit each elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Steps(pub u16);

impl Steps {
    /// No step.
    pub const NONE: Self = Self(0);

    /// The set of one step, 0 to 9; a higher number is in no set.
    #[must_use]
    pub const fn of(step: u8) -> Self {
        Self::NONE.with(step)
    }

    /// This set and one more step.
    #[must_use]
    pub const fn with(self, step: u8) -> Self {
        if step > 9 {
            return self;
        }
        Self(self.0 | 1 << step)
    }

    /// Whether `step` is in the set.
    #[must_use]
    pub const fn contains(self, step: u8) -> bool {
        step <= 9 && self.0 & 1 << step != 0
    }

    /// Its steps, in order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..=9).filter(move |step| self.contains(*step))
    }
}

impl Serialize for Steps {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_seq(self.iter())
        } else {
            serializer.serialize_u16(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Steps {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            return u16::deserialize(deserializer).map(Self);
        }
        let steps = Vec::<u8>::deserialize(deserializer)?;
        if let Some(step) = steps.iter().find(|step| **step > 9) {
            return Err(serde::de::Error::custom(format_args!("no step {step}")));
        }
        Ok(steps.into_iter().fold(Self::NONE, Self::with))
    }
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $number:literal, $code:literal;)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $variant = $number,)* }

        impl $name {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stable code that interfaces, files and translations use.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// The number that facts carry; never given to another meaning.
            #[must_use]
            pub const fn number(self) -> u8 {
                self as u8
            }

            /// The meaning of a number found in a fact, if this version knows it.
            #[must_use]
            pub const fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$variant),)* _ => None }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

codes! {
    /// Why a guest may not pass.
    Reason {
        /// No ticket code at all.
        Malformed = 1, "malformed";
        /// The signature does not fit the key it names.
        BadSignature = 2, "bad_signature";
        /// The key is not in the event's key set, or does not cover this ticket.
        UnknownKey = 3, "unknown_key";
        /// A ticket of another event.
        WrongEvent = 4, "wrong_event";
        /// A code or serial that the event does not have.
        UnknownTicket = 5, "unknown_ticket";
        /// The ticket was revoked.
        Revoked = 6, "revoked";
        /// The order was cancelled or refunded.
        Cancelled = 7, "cancelled";
        /// The organizer blocked the ticket.
        Blocked = 8, "blocked";
        /// The order awaits the organizer's approval.
        Unapproved = 9, "unapproved";
        /// The order is not paid.
        Unpaid = 10, "unpaid";
        /// The ticket's validity has not begun.
        NotYetValid = 11, "not_yet_valid";
        /// The ticket's validity is over.
        Expired = 12, "expired";
        /// The list does not take this tier.
        WrongTier = 13, "wrong_tier";
        /// The ticket is for another date.
        WrongDate = 14, "wrong_date";
        /// The ticket does not open the list's zone.
        WrongZone = 15, "wrong_zone";
        /// The list is not open now.
        ListInactive = 16, "list_inactive";
        /// The list's rule does not allow it.
        Rule = 17, "rule";
        /// The entries that the ticket has are used.
        AlreadyUsed = 18, "already_used";
        /// The guest has to check out first.
        CheckoutRequired = 19, "checkout_required";
        /// An exit without an entry, on a list that minds.
        NotInside = 20, "not_inside";
        /// The zone is full.
        Capacity = 21, "capacity";
        /// Several tickets answer to this code.
        Ambiguous = 22, "ambiguous";
        /// The rotating code is too old.
        LiveCodeStale = 23, "live_code_stale";
        /// The list takes rotating codes only.
        LiveCodeRequired = 24, "live_code_required";
        /// The payment was charged back.
        Disputed = 25, "disputed";
        /// This device may not scan for this event.
        DeviceNotAuthorised = 26, "device_not_authorised";
        /// The guest has a newer ticket.
        Superseded = 27, "superseded";
        /// A person must decide and this gate has none.
        StaffRequired = 28, "staff_required";
    }
}

codes! {
    /// What a person is asked to confirm.
    Cause {
        /// Not paid, and payable at the door.
        Unpaid = 1, "unpaid";
        /// The ticket asks for attention.
        Attention = 2, "attention";
        /// A group ticket: how many come in?
        Group = 3, "group";
        /// The device's clock is uncertain and time matters.
        ClockUntrusted = 4, "clock_untrusted";
        /// The rotating code is old or missing.
        LiveCodeStale = 5, "live_code_stale";
        /// The device's share of the zone's capacity has run out without contact.
        LeaseOver = 6, "lease_over";
    }
}

codes! {
    /// What staff should know beside the verdict.
    Note {
        /// Decided from the ticket's signed facts alone.
        Dataless = 1, "dataless";
        /// An imported code without a signature.
        Unsigned = 2, "unsigned";
        /// The tier asks for an identity check.
        IdCheck = 3, "id_check";
        /// The ticket is a minor's.
        Minor = 4, "minor";
        /// The ticket is a companion's.
        Companion = 5, "companion";
        /// A test ticket, in rehearsal.
        Test = 6, "test";
        /// Not paid, let in all the same.
        Unpaid = 7, "unpaid";
        /// A supervisor let it pass.
        Overridden = 8, "overridden";
        /// An exit of a ticket that could not have entered; the explanation says why.
        OddExit = 9, "odd_exit";
        /// The device's clock is uncertain.
        ClockUntrusted = 10, "clock_untrusted";
        /// The event data on this device is old.
        BookOld = 11, "book_old";
        /// The add-on of the scanned ticket was admitted.
        AddOn = 12, "add_on";
        /// The zone has a limit, and how many are in it is not known here.
        CapacityUnknown = 13, "capacity_unknown";
        /// The rotating code was old or missing, and a person confirmed.
        LiveCodeStale = 14, "live_code_stale";
    }
}

/// One value that was compared, so that screens can say it in any language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Key of the sentence, stable and translatable.
    pub key: String,
    /// Named values for its blanks.
    pub args: Vec<(String, Arg)>,
    /// What makes up the whole, nearest to being true first.
    pub parts: Vec<Explanation>,
}

/// A value in an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arg {
    /// A number without a unit.
    Number(i64),
    /// An instant.
    Time(crate::time::Timestamp),
    /// Whole minutes.
    Minutes(i64),
    /// A name or other text, as the organizer wrote it.
    Text(String),
    /// Several of these, any of which would do.
    Names(Vec<String>),
    /// Days of the week, 1 for Monday to 7 for Sunday, any of which would do.
    Weekdays(Vec<u8>),
}

impl Explanation {
    /// The sentence `key` with nothing to fill in.
    #[must_use]
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            args: Vec::new(),
            parts: Vec::new(),
        }
    }

    /// This sentence with one more value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: Arg) -> Self {
        self.args.push((name.into(), value));
        self
    }
}
