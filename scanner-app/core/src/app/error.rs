//! What went wrong, as a code and fields: screens have the words.

use serde::{Deserialize, Serialize};
use shared_model::ids::{EventNo, OperatorNo, Serial, TierNo};
use thiserror::Error;
use ts_rs::TS;

/// Why a request was not done. A refused ticket is an answer, never an error.
///
/// In JSON an object whose `code` is the variant and whose other members are its fields. A screen
/// has words and a way on for every code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Error, TS)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AppError {
    /// The request is not one of this version.
    #[error("the request cannot be read")]
    MalformedRequest,
    /// The device is not enrolled.
    #[error("not enrolled")]
    NotEnrolled,
    /// The device is enrolled already.
    #[error("enrolled already")]
    AlreadyEnrolled,
    /// Locked: `unlock` first.
    #[error("locked")]
    Locked,
    /// The enrolment has ended; only what `Phase::Revoked` names is done.
    #[error("revoked")]
    Revoked,

    /// No enrolment code, or the QR code of something else.
    #[error("no enrolment code")]
    CodeMalformed,
    /// The server does not accept the code: wrong, used, or over.
    #[error("the server does not accept the code")]
    CodeRefused,
    /// No name, or a longer one than 80 characters.
    #[error("no name for a device")]
    NameMalformed,
    /// No `http://` or `https://` address.
    #[error("no address of a server")]
    AddressMalformed,
    /// Nobody answers at the server's address; scanning goes on without it.
    #[error("the server cannot be reached")]
    ServerUnreachable,
    /// The server shows a certificate that is not trusted here.
    #[error("the server's certificate is not trusted")]
    ServerCertificate,
    /// The server does not know this device any more.
    #[error("the server does not know this device")]
    ServerForgot,
    /// The server does not work for this event any more.
    #[error("the server answered something unexpected")]
    ServerUnexpected {
        /// HTTP status; 0 where none came.
        status: u16,
    },
    /// What arrived is no message of the protocol, or the exchange turns in a circle.
    #[error("the exchange failed")]
    ExchangeFailed,
    /// No device answers at the address.
    #[error("no device answers")]
    PeerUnreachable,
    /// One of the two devices is not in the other's roster.
    #[error("the devices do not accept each other")]
    PeerRefused,

    /// The passphrase is shorter than 8 characters.
    #[error("the passphrase is too short")]
    PassphraseTooShort,
    /// The passphrase does not open the keys.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// The operating system has no key store: offer a passphrase.
    #[error("no key store")]
    NoKeyStore,
    /// The key store is there and does not answer; locked, mostly.
    #[error("the key store does not answer")]
    KeyStoreLocked,
    /// The keys are gone: enrol again.
    #[error("the keys are missing")]
    KeysMissing,
    /// The keys cannot be read: enrol again.
    #[error("the keys are damaged")]
    KeysDamaged,
    /// A key file that others can read, or that cannot be used.
    #[error("the key file cannot be used")]
    KeyFile,

    /// Another program has the data.
    #[error("the data are in use")]
    StoreInUse,
    /// A newer version of the program wrote the data; nothing was changed.
    #[error("the data are of a newer version")]
    StoreNewer,
    /// The key does not open the data.
    #[error("the key does not open the data")]
    StoreKey,
    /// No room on the disk: scanning stops until there is; everything scanned is kept.
    #[error("the disk is full")]
    DiskFull,
    /// The disk does not read or write.
    #[error("the disk failed")]
    DiskFailed,
    /// The data contradict themselves: save the log, enrol again.
    #[error("the data are damaged")]
    StoreDamaged,
    /// A fault of the program.
    #[error("the store failed")]
    StoreFailed,
    /// A file could not be read or written.
    #[error("a file failed")]
    FileFailed,

    /// The device does not work for the event.
    #[error("unknown event {event}")]
    UnknownEvent {
        /// Which.
        #[ts(type = "number")]
        event: EventNo,
    },
    /// Nothing of the event is here yet: it needs one contact.
    #[error("no set-up of event {event} yet")]
    NoBook {
        /// Which.
        #[ts(type = "number")]
        event: EventNo,
    },
    /// The list is not in the event's set-up, or cannot be used at the gate.
    #[error("unknown list")]
    UnknownList,
    /// The gate is not in the event's set-up.
    #[error("unknown gate")]
    UnknownGate,
    /// Event, list and gate were not chosen yet.
    #[error("nothing chosen yet")]
    NoStation,
    /// Only at the real door, and this is a rehearsal: end it first.
    #[error("a rehearsal is going on")]
    Rehearsing,
    /// This device's log is full: enrol it again.
    #[error("the log is full")]
    LogFull,

    /// Nobody of that number is on duty.
    #[error("operator {operator} is not on duty")]
    NotOnDuty {
        /// Who.
        #[ts(type = "number")]
        operator: OperatorNo,
    },
    /// The PIN is wrong.
    #[error("the PIN is wrong")]
    WrongPin,
    /// Too many wrong PINs.
    #[error("too many wrong PINs")]
    TooManyTries {
        /// Seconds until the next try.
        wait_secs: u32,
    },
    /// Only a supervisor may.
    #[error("only a supervisor may")]
    SupervisorOnly,
    /// The phone's owner was not recognised, or the machine cannot.
    #[error("not recognised")]
    NotRecognised,

    /// No picture that can be read.
    #[error("no picture")]
    NoPicture,
    /// There is no QR code in the picture.
    #[error("no code in the picture")]
    NoCode,
    /// The wish is not the one that waits.
    #[error("nothing waits")]
    NothingWaiting,
    /// The wish is not the last refused one, or no supervisor can change it.
    #[error("nothing to override")]
    NothingToOverride,
    /// There is no such entry in the log.
    #[error("no such entry")]
    UnknownFact,
    /// Neither this device (for 15 minutes) nor this person may take it back.
    #[error("may not be taken back")]
    MayNotUndo,
    /// There is no such conflict, or the person may not settle it.
    #[error("may not be settled")]
    MayNotResolve,
    /// There is no such ticket here.
    #[error("unknown ticket {serial}")]
    UnknownTicket {
        /// Which.
        #[ts(type = "number")]
        serial: Serial,
    },
    /// Too few letters to search for.
    #[error("too few letters")]
    SearchTooShort {
        /// Letters that one word needs.
        least: u8,
    },
    /// The organizer keeps names off devices.
    #[error("no names on devices")]
    SearchOff,
    /// This device has no tickets of the tier to sell now: the organizer offers it some.
    #[error("nothing to sell of tier {tier}")]
    NothingToSell {
        /// Which.
        #[ts(type = "number")]
        tier: TierNo,
    },
    /// The set-up here does not know this device's own tickets yet: one exchange brings it.
    #[error("the lease is not in the book yet")]
    LeaseNotInBook,
    /// None or too many tickets at once.
    #[error("1 to {most} tickets are sold at once")]
    SellCount {
        /// The most.
        most: u16,
    },
    /// Facts were not delivered.
    #[error("{count} facts were not delivered")]
    UnsentFacts {
        /// How many.
        #[ts(type = "number")]
        count: u64,
    },
}
