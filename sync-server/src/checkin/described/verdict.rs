//! What verdicts look like, for the description of the API.
//!
//! The engine's types know nothing of HTTP; these say the same to readers and to
//! generators of clients. A test reads verdicts of every kind through them.

use serde::{Deserialize, Serialize};
use shared_model::verdict::{Cause, Note, Reason};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// The decision about a code.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::checkin) enum Verdict {
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

/// An admission and what staff should know about it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checkin) struct Admission {
    /// The ticket that was used: with add-on match the add-on, for a foreign code its ticket.
    ticket: TicketRef,
    /// How many people pass with this scan.
    people: u8,
    /// What was odd or is good to know.
    notes: Vec<Remark>,
    /// Whether the ticket asks for a person's attention.
    attention: bool,
    /// Of a group: how many have been let in and not out after this scan, and how many the ticket admits.
    admitted_of: Option<[u8; 2]>,
    /// Steps that would have refused or asked and that the override passed over.
    overridden: Vec<u8>,
}

/// A refusal and what would change it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checkin) struct Refusal {
    /// The stable code.
    reason: ReasonCode,
    /// What was compared and what would make it true.
    explanation: Explanation,
    /// The step of the order of checks that refused, 0 to 9; from 2 on a supervisor may override it.
    step: u8,
    /// The ticket that was looked at, where the code led to one.
    ticket: Option<TicketRef>,
}

/// Which ticket a verdict is about.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checkin) struct TicketRef {
    /// Identity within the event.
    serial: u32,
    /// The issue shown; of a foreign code or an add-on, the lowest that is good.
    generation: u16,
    /// The key that signed it; 0 for none.
    kid: u16,
    /// The date it is for; 0 for none.
    occurrence: u16,
}

/// Something that staff should know, and its sentence.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checkin) struct Remark {
    /// The stable code.
    note: NoteCode,
    /// The particulars; of an odd exit, what an entry would have heard.
    explanation: Explanation,
}

/// A question that has to be put to the guest.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checkin) struct QuestionDue {
    /// The question's number.
    question: u16,
    /// What is wrong with the answer given; `null` where none was given.
    problem: Option<Explanation>,
}

/// Something that a person has to confirm.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::checkin) struct ConfirmationDue {
    /// What.
    cause: CauseCode,
    /// The particulars; of a group, `left` says how many may come in at most.
    explanation: Explanation,
}

/// What was compared, so that screens can say it in any language.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"key": "already_used", "args": [["at", {"time": 1_781_980_800_000_i64}]], "parts": []}))]
pub(in crate::checkin) struct Explanation {
    /// Key of the sentence, stable and translatable.
    key: String,
    /// Pairs of a name and the value for its blank.
    #[schema(value_type = Vec<Vec<Object>>)]
    args: Vec<(String, Arg)>,
    /// What makes up the whole, nearest to being true first.
    #[schema(no_recursion)]
    parts: Vec<Explanation>,
}

/// A value in an explanation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::checkin) enum Arg {
    /// A number without a unit.
    Number(i64),
    /// An instant, milliseconds since 1970 UTC.
    Time(i64),
    /// Whole minutes.
    Minutes(i64),
    /// A name or other text, as the organizer wrote it.
    Text(String),
    /// Several of these, any of which would do.
    Names(Vec<String>),
    /// Days of the week, 1 for Monday to 7 for Sunday, any of which would do.
    Weekdays(Vec<u8>),
}

/// A text that is one of the engine's codes, told from the engine's own list.
macro_rules! code {
    ($name:ident, $of:ident, $means:literal) => {
        #[derive(Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub(in crate::checkin) struct $name($of);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let codes = $of::ALL.iter().map(|code| code.code());
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some($means))
                    .enum_values(Some(codes))
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}

code!(ReasonCode, Reason, "Why a guest may not pass");
code!(CauseCode, Cause, "What a person is asked to confirm");
code!(NoteCode, Note, "What staff should know beside the verdict");
