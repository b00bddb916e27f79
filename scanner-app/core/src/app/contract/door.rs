//! From a code to what the doorkeeper is shown, and what follows from it.

use serde::{Deserialize, Serialize};
use shared_model::entry::{Answer, Confirmed};
use shared_model::fact::Direction;
use shared_model::ids::{ActorId, OperatorNo, QuestionNo, Serial};
use shared_model::time::Timestamp;
use ts_rs::TS;

use super::Bytes;

/// A code as text: typed, pasted, or from a hand scanner. A new wish each time. Answered with [`Shown`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScanText {
    /// The code; spaces around it do not count.
    pub text: String,
}

/// A picture file (PNG, JPEG, WebP, BMP, GIF), whole. Answered with [`Shown`]; `no_code` where it shows none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScanImage {
    /// Its bytes, base64.
    pub bytes: Bytes,
}

/// One frame of a camera that the screen holds. Answered with [`Reads`].
///
/// A code that stays before the camera is one read; shown again after a second it is a new one.
/// While something waits to be answered nothing new is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ScanFrame {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Brightness, one byte a pixel, rows from the top without gaps; base64.
    pub luma: Bytes,
}

/// What a frame came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Reads {
    /// Verdicts on codes that are newly shown, in the order found; mostly empty.
    pub shown: Vec<Shown>,
    /// Codes in view, held ones too.
    pub in_view: u32,
    /// Microseconds that finding and reading codes took.
    pub decode_us: u32,
}

/// A verdict as the doorkeeper sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Shown {
    /// Colour, shape, sound and word of the whole screen.
    pub outcome: Outcome,
    /// Name of the wish, for `go_on` and `override`.
    pub wish: String,
    /// What the gate says: of a refusal its reason; of `ask` and `confirm` nothing, see the parts below.
    pub reason: Option<Told>,
    /// What to do about the reason; empty for nothing.
    pub todo: String,
    /// What is odd or good to know, of an admission.
    pub notes: Vec<Told>,
    /// Staff should look at this guest.
    pub attention: bool,
    /// People let in with this scan; 0 unless admitted.
    pub people: u8,
    /// Of a group: people inside after this scan, and how many the ticket admits.
    pub admitted_of: Option<(u8, u8)>,
    /// Questions to put to the guest, in order; of `ask`.
    pub questions: Vec<QuestionView>,
    /// What a person must confirm; of `ask` and `confirm`.
    pub confirm: Vec<ConfirmDue>,
    /// The ticket, as far as it is known here.
    pub ticket: Option<TicketView>,
    /// In or out.
    #[ts(type = "\"entry\" | \"exit\"")]
    pub direction: Direction,
    /// The entry in the log; absent while something is to be asked, and where the same wish was answered before.
    pub fact: Option<FactRef>,
    /// A supervisor may let it pass (`override`).
    pub may_override: bool,
    /// It was let pass by a supervisor.
    pub overridden: bool,
    /// This was a rehearsal and counts for nothing.
    pub rehearsal: bool,
    /// When, by corrected time.
    #[ts(type = "number")]
    pub at: Timestamp,
    /// Microseconds from the text to the durable verdict.
    pub decide_us: u32,
}

/// The four ways in which a verdict looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// May pass.
    Admit,
    /// May not pass.
    Refuse,
    /// Answers are needed first.
    Ask,
    /// A person must confirm first.
    Confirm,
}

/// Something that is told: code and fields for machines, and the sentence in the chosen language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Told {
    /// Stable code: of a reason, cause or note (`already_used`), or key of a sentence.
    pub code: String,
    /// The sentence, in the chosen language where it has one, else in English.
    pub text: String,
    /// The values in it.
    pub fields: Vec<Field>,
    /// What makes it up, the most important first.
    pub parts: Vec<Told>,
}

/// A named value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// The value.
    pub value: FieldValue,
}

/// A value and what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// A number without a unit.
    Number(#[ts(type = "number")] i64),
    /// An instant.
    Time(#[ts(type = "number")] Timestamp),
    /// Whole minutes.
    Minutes(#[ts(type = "number")] i64),
    /// Text as somebody wrote it.
    Text(String),
    /// Any of these.
    Names(Vec<String>),
    /// Days of the week, 1 for Monday to 7 for Sunday.
    Weekdays(Vec<u8>),
}

/// A question that has to be put to the guest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct QuestionView {
    /// Its number, for the answer.
    #[ts(type = "number")]
    pub question: QuestionNo,
    /// What to ask, as the organizer wrote it.
    pub text: String,
    /// It cannot be left empty.
    pub required: bool,
    /// What an answer looks like.
    pub look: Look,
    /// What is wrong with the answer given; absent where none was given.
    pub problem: Option<Told>,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Look {
    /// Free text.
    Text {
        /// At most so many characters.
        longest: u16,
    },
    /// A whole number.
    Number {
        /// Smallest.
        #[ts(type = "number | null")]
        min: Option<i64>,
        /// Largest.
        #[ts(type = "number | null")]
        max: Option<i64>,
    },
    /// `yes` or `no`; a required one needs a yes.
    YesNo,
    /// One of these.
    OneOf {
        /// As the organizer wrote them.
        choices: Vec<String>,
    },
    /// Any of these, given with line breaks between.
    SomeOf {
        /// As the organizer wrote them.
        choices: Vec<String>,
    },
    /// A date, `YYYY-MM-DD`.
    Date,
}

/// Something that a person has to confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ConfirmDue {
    /// What: its code is the cause, to be given back in `go_on`.
    pub what: Told,
    /// How to confirm it.
    pub todo: String,
    /// Of a group: how many may come in at most; ask for the number and give it back.
    pub most: Option<u8>,
}

/// A ticket as far as it is known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TicketView {
    /// Its number at the event.
    #[ts(type = "number")]
    pub serial: Serial,
    /// Name of its tier.
    pub tier: String,
    /// Name of its date; empty for none.
    pub occurrence: String,
    /// The guest's name; empty where devices hold none.
    pub name: String,
    /// Row and seat; empty for none.
    pub seat: String,
    /// What the organizer wants staff to know; empty for nothing.
    pub notes: String,
    /// The order's code; empty where devices hold none.
    pub order_code: String,
    /// Where its order stands: `valid`, `pending`, `unapproved`, `blocked`, `cancelled`, `expired`, `disputed`, `revoked`.
    pub state: String,
    /// How many people it admits.
    pub group: u8,
    /// Staff should look at this guest.
    pub attention: bool,
    /// The guest is a minor.
    pub minor: bool,
    /// The ticket is a companion's.
    pub companion: bool,
}

/// The name of an entry in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct FactRef {
    /// Who wrote it, 32 hexadecimal digits.
    #[ts(type = "string")]
    pub actor: ActorId,
    /// Which of its entries.
    #[ts(type = "number")]
    pub seq: u64,
}

/// Goes on with the wish that waits. Answered with [`Shown`], which may ask again. `give_up` drops the wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GoOn {
    /// The wish; `nothing_waiting` where another or none waits.
    pub wish: String,
    /// Answers, also those given before that shall change.
    #[ts(type = "Array<{ question: number, text: string }>")]
    pub answers: Vec<Answer>,
    /// What was confirmed, by the codes of its causes; of a group with the number of people.
    #[ts(type = "Array<{ cause: string, count: number | null }>")]
    pub confirmed: Vec<Confirmed>,
}

/// A supervisor lets the last refused code pass. Answered with [`Shown`], which may still refuse or ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OverrideScan {
    /// The refused wish; `nothing_to_override` where it is not the last one.
    pub wish: String,
    /// Who decides.
    #[ts(type = "number")]
    pub supervisor: OperatorNo,
    /// The supervisor's PIN; empty for somebody without one.
    pub pin: String,
    /// Why: 1 guest known, 2 ticket shown elsewhere, 3 technical trouble, 4 goodwill, 0 other.
    pub reason_code: u8,
}

/// Takes a scan back. Answered with [`Undone`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undo {
    /// Which; absent for this device's last one that let somebody pass.
    pub scan: Option<FactRef>,
}

/// A scan that was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undone {
    /// Which.
    pub scan: FactRef,
    /// The entry that says so.
    pub fact: FactRef,
}
