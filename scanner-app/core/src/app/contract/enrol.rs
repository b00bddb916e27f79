//! How a device becomes one of the organizer's.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::app::AppError;

/// Becomes one of the organizer's devices. Answered with [`super::Overview`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Enrol {
    /// Address of the server, `http://` or `https://`. Empty where `code` is what a QR code said, which names it.
    pub server: String,
    /// The one-time code as typed (`7K3M-Q0ZT-94AB`), or the whole text of the enrolment QR code.
    pub code: String,
    /// What people will call this device, 1 to 80 characters.
    pub name: String,
    /// Where its keys shall be.
    pub keys: KeyPlace,
}

/// Reads an enrolment link that was clicked or handed to the program, and offers it to every screen as the
/// event `link`. Answered with [`LinkView`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenLink {
    /// The whole text, `bilten:enrol/…`.
    pub text: String,
}

/// An enrolment link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LinkView {
    /// The whole text, as `code` of `enrol` takes it.
    pub text: String,
    /// Address of the server that it names.
    pub server: String,
    /// It names the certificate that the server has to show.
    pub pinned: bool,
}

/// Where the keys of a device are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "in", rename_all = "snake_case")]
pub enum KeyPlace {
    /// The operating system's key store.
    System,
    /// A file that a passphrase opens; it is asked for at every start.
    Passphrase {
        /// At least 8 characters.
        passphrase: String,
    },
}

/// Which places for keys this machine has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeyPlaces {
    /// The operating system's key store can be used.
    pub system: bool,
    /// Why not, where it cannot: offer the passphrase then.
    pub trouble: Option<AppError>,
}
