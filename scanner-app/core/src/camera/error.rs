//! Why no pictures come, in words for a doorkeeper.

use serde::Serialize;

/// Why no pictures come.
///
/// Serialized as its code and its fields; the words are the screen's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Error {
    /// There is none, or not the one that was asked for.
    #[error("there is no such camera: plug it in, or choose another one")]
    NoCamera,
    /// Somebody else has it.
    #[error("another program is using the camera: close it there")]
    Busy,
    /// This program may not use it.
    #[error("this program may not use the camera: allow it in the settings of the system")]
    Denied,
    /// It was there, and is gone.
    #[error("the camera was unplugged: plug it in again, and reading goes on by itself")]
    Unplugged,
    /// It gives nothing that can be read.
    #[error("the camera gives no pictures that can be read ({detail}): choose another one")]
    Format {
        /// What it gives, as the system says it.
        detail: String,
    },
    /// It is open, and gives nothing.
    #[error("the camera has stopped giving pictures: unplug it and plug it in again")]
    Silent,
    /// Something else.
    #[error("the camera does not work ({detail})")]
    Failed {
        /// What the system says.
        detail: String,
    },
}

impl Error {
    /// A format that cannot be read.
    pub(crate) fn format(detail: impl Into<String>) -> Self {
        Self::Format {
            detail: detail.into(),
        }
    }

    /// What fits nothing else.
    pub(crate) fn failed(detail: impl Into<String>) -> Self {
        Self::Failed {
            detail: detail.into(),
        }
    }

    /// Its name for machines.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCamera => "no_camera",
            Self::Busy => "busy",
            Self::Denied => "denied",
            Self::Unplugged => "unplugged",
            Self::Format { .. } => "format",
            Self::Silent => "silent",
            Self::Failed { .. } => "failed",
        }
    }
}
