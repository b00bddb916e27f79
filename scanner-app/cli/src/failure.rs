//! What can go wrong, and the exit code that says so.

use scanner_core::sync::TurnError;
use scanner_core::{archive, camera, keys, lan, scanner, serial, store, sync};

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
    /// The scanner could not do it.
    #[error(transparent)]
    Scanner(#[from] scanner::Error),
    /// The exchange with the server failed.
    #[error(transparent)]
    Server(#[from] sync::http::Error),
    /// The exchange with another device failed.
    #[error(transparent)]
    Peer(#[from] lan::Error),
    /// The scan log could not be exported or taken in.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// The camera that was named cannot be read.
    #[error(transparent)]
    Camera(#[from] camera::Error),
    /// The code reader that was named cannot be read.
    #[error(transparent)]
    Reader(#[from] serial::Error),
    /// A file could not be read or written.
    #[error("{0}")]
    File(String, #[source] std::io::Error),
    /// The system gives no thread to work in.
    #[error("the system gives no thread")]
    Thread(#[source] std::io::Error),
    /// What was to be printed could not be.
    #[error("the output cannot be written")]
    Output(#[source] std::io::Error),
}

impl Failure {
    /// What it is about, in one word for machines, where the exit code does not tell.
    pub fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Server(sync::http::Error::Certificate(_)) => Some("certificate"),
            Self::Server(sync::http::Error::EventGone(_)) => Some("event_gone"),
            _ => None,
        }
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Scanner(error) => scanner_code(error),
            Self::Server(error) => server_code(error),
            Self::Peer(error) => peer_code(error),
            Self::Archive(archive::Error::Scanner(error)) => scanner_code(error),
            Self::Archive(archive::Error::Contents) => USAGE,
            Self::Camera(_) | Self::Reader(_) => READER,
            Self::Archive(archive::Error::Io(_)) | Self::File(..) => STORE,
            Self::Thread(_) | Self::Output(_) => STORE,
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Self::Scanner(error.into())
    }
}

impl From<keys::Error> for Failure {
    fn from(error: keys::Error) -> Self {
        Self::Scanner(error.into())
    }
}

const STORE: u8 = 3;
const NETWORK: u8 = 4;
const NOT_ENROLLED: u8 = 5;
const READER: u8 = 6;
const USAGE: u8 = 2;

fn scanner_code(error: &scanner::Error) -> u8 {
    match error {
        scanner::Error::Store(store::Error::Missing(_))
        | scanner::Error::Keys(keys::Error::Missing)
        | scanner::Error::Ended => NOT_ENROLLED,
        scanner::Error::Store(_) | scanner::Error::Keys(_) | scanner::Error::LogFull(_) => STORE,
        scanner::Error::NoBook(_) => STORE,
        scanner::Error::UnknownEvent(_)
        | scanner::Error::UnknownFact
        | scanner::Error::Note(_)
        | scanner::Error::MayNotUndo
        | scanner::Error::MayNotResolve
        | scanner::Error::UnknownOperator(_)
        | scanner::Error::WrongPin
        | scanner::Error::SupervisorOnly
        | scanner::Error::NothingToSell(_)
        | scanner::Error::LeaseNotInBook
        | scanner::Error::Count(_)
        | scanner::Error::SearchOff
        | scanner::Error::ShortSearch(_) => USAGE,
    }
}

fn server_code(error: &sync::http::Error) -> u8 {
    match error {
        sync::http::Error::Turn(TurnError::Scanner(error)) => scanner_code(error),
        sync::http::Error::NotEnrolled | sync::http::Error::CodeRefused(_) => NOT_ENROLLED,
        sync::http::Error::NoServer(_) | sync::http::Error::Tls(_) => USAGE,
        sync::http::Error::Certificate(_)
        | sync::http::Error::Unreachable(_)
        | sync::http::Error::Broken(_)
        | sync::http::Error::EventGone(_)
        | sync::http::Error::NoLink(_)
        | sync::http::Error::Unexpected(..)
        | sync::http::Error::Turn(TurnError::Frame(_))
        | sync::http::Error::Endless => NETWORK,
    }
}

fn peer_code(error: &lan::Error) -> u8 {
    match error {
        lan::Error::Turn(TurnError::Scanner(error)) => scanner_code(error),
        lan::Error::Key(_) => STORE,
        lan::Error::NoListener(..) => USAGE,
        lan::Error::Unreachable(..)
        | lan::Error::Refused(_)
        | lan::Error::Broken(_)
        | lan::Error::Turn(TurnError::Frame(_))
        | lan::Error::Endless => NETWORK,
    }
}
