//! The ticket token: a signed statement that fits into one QR code.
//!
//! A [`Body`] says what the ticket gives; a [`Token`] is a body with its
//! signature and, for rotating codes, the part that changes. The text is `TK1:`
//! and Base45. What always holds: a token in hand is well formed and canonical,
//! its text parses back to it and no other text does. A token is *not* genuine
//! until [`Token::verify`] or [`crate::keyset::KeySet::check`] says so.
//!
//! The identity of a ticket is event, serial and generation; never its text or
//! its signature.
//!
//! Source: docs/formats/token.md

mod body;
mod minute;
mod text;

pub use body::{Body, BodyError, Kind};
pub use minute::Minute;
pub use text::ParseError;

use crate::keys::VerifyingKey;
use crate::label::Label;
use crate::live::LivePart;
use crate::signature::{self, BadSignature};

/// A well-formed token; whether it is genuine is for [`Token::verify`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    body: Body,
    body_bytes: Vec<u8>,
    signature: [u8; signature::LEN],
    live: Option<LivePart>,
}

/// The rotating part belongs to another type of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rotating part belongs to another type of token")]
pub struct WrongLivePart;

impl Token {
    /// What the ticket states.
    #[must_use]
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// The bytes that the signature covers after its label.
    #[must_use]
    pub fn body_bytes(&self) -> &[u8] {
        &self.body_bytes
    }

    /// The signature as it stands in the token, checked or not.
    #[must_use]
    pub const fn signature(&self) -> &[u8; signature::LEN] {
        &self.signature
    }

    /// The rotating part, absent on paper and in static tokens. Not signed.
    #[must_use]
    pub const fn live(&self) -> Option<&LivePart> {
        self.live.as_ref()
    }

    /// This token showing `live`, or nothing that rotates.
    ///
    /// # Errors
    /// `live` belongs to another type of token.
    pub fn with_live(mut self, live: Option<LivePart>) -> Result<Self, WrongLivePart> {
        if live
            .as_ref()
            .is_some_and(|part| !part.fits(&self.body.kind))
        {
            return Err(WrongLivePart);
        }
        self.live = live;
        Ok(self)
    }

    /// Checks that `key` signed the body; the rotating part is for [`crate::live`].
    ///
    /// # Errors
    /// It did not.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), BadSignature> {
        signature::verify(key, &Label::TICKET, &self.body_bytes, &self.signature)
    }
}
