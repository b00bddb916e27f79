//! Why the scanner cannot do what was asked, in words for a doorkeeper.

use shared_model::ids::{EventNo, OperatorNo, TierNo};

use crate::{keys, store};

/// Why the scanner cannot do what was asked. A refused ticket is no error.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The keys failed.
    #[error(transparent)]
    Keys(#[from] keys::Error),
    /// The organizer ended the device's enrolment.
    #[error(
        "the organizer has ended this device's enrolment: it hands in what it holds with one sync and does nothing else"
    )]
    Ended,
    /// The device does not work for this event.
    #[error("this device does not work for event {0}")]
    UnknownEvent(EventNo),
    /// Nothing of the event is here yet.
    #[error("nothing is known of event {0} yet: sync once with the server or another device")]
    NoBook(EventNo),
    /// What was to be undone or settled is not in the log.
    #[error("there is no such entry in the scan log of this device")]
    UnknownFact,
    /// The rules do not let this person on this device take it back.
    #[error(
        "this cannot be taken back here: the device that scanned has 15 minutes, after that a supervisor must do it"
    )]
    MayNotUndo,
    /// There is no such conflict, or the person may not settle it.
    #[error("this cannot be settled: no such conflict, or the person is no supervisor on duty")]
    MayNotResolve,
    /// No such person on duty.
    #[error("operator {0} is not on duty at this event")]
    UnknownOperator(OperatorNo),
    /// The PIN is wrong.
    #[error("the PIN is wrong")]
    WrongPin,
    /// Only supervisors may.
    #[error("only a supervisor may do this")]
    SupervisorOnly,
    /// A note or a shift cannot be written.
    #[error("this cannot be noted")]
    Note(#[from] shared_model::notes::Refused),
    /// No open lease has a place of the tier.
    #[error(
        "this device has no tickets of tier {0} to sell now: the organizer offers it some, and one sync brings them"
    )]
    NothingToSell(TierNo),
    /// The book does not name the key of the lease, or gives it less than its tickets state.
    #[error("the event data on this device does not know its own tickets yet: sync once more")]
    LeaseNotInBook,
    /// Too many or none at once.
    #[error("1 to {0} tickets are sold at once")]
    Count(u16),
    /// The event keeps names off devices.
    #[error("this event keeps names off devices: only a ticket's code finds its guest")]
    SearchOff,
    /// A search by hand needs more letters.
    #[error("type at least {0} letters of a name, seat or order code")]
    ShortSearch(usize),
    /// Two devices write as this one; facts of the event cannot be added to the log.
    #[error("this device's log of event {0} is full: enrol the device again")]
    LogFull(EventNo),
}

/// What the scanner gives.
pub type Result<T> = std::result::Result<T, Error>;
