//! What can be wrong with the store, in words for the person at the door.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// Why the store did not do what was asked. Nothing of what it held before is lost.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Another process holds the store.
    #[error("another scanner is running on {0}; close it first")]
    InUse(PathBuf),
    /// Written by a newer program, left untouched.
    #[error(
        "the data on this device was written by a newer version of the scanner (format {found}, this version knows {known}); nothing was changed, update the scanner"
    )]
    Newer {
        /// Format number in the file.
        found: i64,
        /// Newest format number that this program knows.
        known: i64,
    },
    /// There is no store in the folder.
    #[error("this device is not enrolled: there is no store in {0}")]
    Missing(PathBuf),
    /// A store is there already.
    #[error("this device is enrolled already: there is a store in {0}")]
    Exists(PathBuf),
    /// The key does not open the file, or the file is no store.
    #[error(
        "the key of this device does not open its store; it is damaged or belongs to another device"
    )]
    WrongKey,
    /// No room left.
    #[error(
        "the disk is full: scanning stops until there is room; everything scanned before is kept"
    )]
    DiskFull,
    /// The disk does not read or write.
    #[error(
        "the disk does not answer as it should: scanning stops; everything scanned before is kept"
    )]
    Disk(#[source] Source),
    /// The file's contents contradict themselves.
    #[error("the data on this device is damaged; export the scan log and enrol again")]
    Corrupt(#[source] Source),
    /// A fault of this program.
    #[error("the store failed")]
    Database(#[source] Source),
}

/// What lies below a store error.
pub type Source = Box<dyn std::error::Error + Send + Sync + 'static>;

impl Error {
    /// A stored value that no version of this program writes.
    pub(crate) fn damaged(what: impl Into<Source>) -> Self {
        Self::Corrupt(what.into())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::NotADatabase) => Self::WrongKey,
            Some(ErrorCode::DatabaseCorrupt) => Self::Corrupt(error.into()),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly) => {
                Self::Disk(error.into())
            }
            _ => Self::Database(error.into()),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::FileTooLarge => Self::DiskFull,
            _ => Self::Disk(error.into()),
        }
    }
}

impl From<postcard::Error> for Error {
    fn from(error: postcard::Error) -> Self {
        Self::damaged(error)
    }
}

/// What store operations give.
pub type Result<T> = std::result::Result<T, Error>;
