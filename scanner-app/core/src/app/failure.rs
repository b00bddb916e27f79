//! From the errors of the rooms below to what a screen can act on.

use super::AppError;
use crate::sync::{TurnError, http};
use crate::{archive, keys, lan, picture, scanner, store};

impl From<store::Error> for AppError {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::InUse(_) => Self::StoreInUse,
            store::Error::Newer { .. } => Self::StoreNewer,
            store::Error::Missing(_) => Self::NotEnrolled,
            store::Error::Exists(_) => Self::AlreadyEnrolled,
            store::Error::WrongKey => Self::StoreKey,
            store::Error::DiskFull => Self::DiskFull,
            store::Error::Disk(_) => Self::DiskFailed,
            store::Error::Corrupt(_) => Self::StoreDamaged,
            store::Error::Database(error) => {
                tracing::error!(%error, "the store failed");
                Self::StoreFailed
            }
        }
    }
}

impl From<keys::Error> for AppError {
    fn from(error: keys::Error) -> Self {
        match error {
            keys::Error::NoKeyStore(_) | keys::Error::NoCollection(_) => Self::NoKeyStore,
            keys::Error::Locked(_) | keys::Error::KeyStore(_) => Self::KeyStoreLocked,
            keys::Error::Missing => Self::KeysMissing,
            keys::Error::WrongPassphrase => Self::WrongPassphrase,
            keys::Error::Damaged => Self::KeysDamaged,
            keys::Error::Exposed(_) | keys::Error::File { .. } => Self::KeyFile,
        }
    }
}

impl From<scanner::Error> for AppError {
    fn from(error: scanner::Error) -> Self {
        match error {
            scanner::Error::Store(error) => error.into(),
            scanner::Error::Keys(error) => error.into(),
            scanner::Error::Ended => Self::Revoked,
            scanner::Error::UnknownEvent(event) => Self::UnknownEvent { event },
            scanner::Error::NoBook(event) => Self::NoBook { event },
            scanner::Error::UnknownFact => Self::UnknownFact,
            scanner::Error::MayNotUndo => Self::MayNotUndo,
            scanner::Error::MayNotResolve => Self::MayNotResolve,
            scanner::Error::UnknownOperator(operator) => Self::NotOnDuty { operator },
            scanner::Error::WrongPin => Self::WrongPin,
            scanner::Error::SupervisorOnly => Self::SupervisorOnly,
            // No request of a screen writes notes.
            scanner::Error::Note(_) => Self::MalformedRequest,
            scanner::Error::NothingToSell(tier) => Self::NothingToSell { tier },
            scanner::Error::LeaseNotInBook => Self::LeaseNotInBook,
            scanner::Error::Count(most) => Self::SellCount { most },
            scanner::Error::SearchOff => Self::SearchOff,
            scanner::Error::ShortSearch(least) => Self::SearchTooShort {
                least: u8::try_from(least).unwrap_or(u8::MAX),
            },
            scanner::Error::LogFull(_) => Self::LogFull,
        }
    }
}

impl From<TurnError> for AppError {
    fn from(error: TurnError) -> Self {
        match error {
            TurnError::Frame(_) => Self::ExchangeFailed,
            TurnError::Scanner(error) => error.into(),
        }
    }
}

impl From<http::Error> for AppError {
    fn from(error: http::Error) -> Self {
        match error {
            http::Error::Certificate(_) => Self::ServerCertificate,
            http::Error::Unreachable(_) | http::Error::Broken(_) => Self::ServerUnreachable,
            http::Error::Tls(_) => Self::ServerCertificate,
            http::Error::NoServer(_) => Self::AddressMalformed,
            http::Error::EventGone(event) => Self::UnknownEvent { event },
            http::Error::CodeRefused(_) => Self::CodeRefused,
            http::Error::NotEnrolled => Self::ServerForgot,
            http::Error::NoLink(status) | http::Error::Unexpected(status, _) => {
                Self::ServerUnexpected {
                    status: status.as_u16(),
                }
            }
            http::Error::Turn(error) => error.into(),
            http::Error::Endless => Self::ExchangeFailed,
        }
    }
}

impl From<lan::Error> for AppError {
    fn from(error: lan::Error) -> Self {
        match error {
            lan::Error::Unreachable(..) | lan::Error::Broken(_) => Self::PeerUnreachable,
            lan::Error::Refused(_) => Self::PeerRefused,
            lan::Error::NoListener(..) => Self::FileFailed,
            lan::Error::Key(_) => Self::KeysDamaged,
            lan::Error::Turn(error) => error.into(),
            lan::Error::Endless => Self::ExchangeFailed,
        }
    }
}

impl From<archive::Error> for AppError {
    fn from(error: archive::Error) -> Self {
        match error {
            archive::Error::Scanner(error) => error.into(),
            archive::Error::Io(_) | archive::Error::Contents => Self::FileFailed,
        }
    }
}

impl From<picture::Error> for AppError {
    fn from(_: picture::Error) -> Self {
        Self::NoPicture
    }
}
