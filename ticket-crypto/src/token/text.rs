//! The text of a token: `TK1:` and Base45.

use core::fmt;
use core::str::FromStr;

use super::{Body, BodyError, Token};
use crate::base45::{self, Base45Error};
use crate::keys::KeyError;
use crate::live::{Digits, LivePart};
use crate::reader::Reader;
use crate::signature;

const PREFIX: &str = "TK1:";
/// Characters of the longest text: a device token with its rotating part.
const LONGEST: usize = PREFIX.len() + 288;

/// Why a text is no token of this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// The text does not begin like a token: the code of another system.
    #[error("the text is no ticket code")]
    NotAToken,
    /// It begins like a token of a version this code does not know.
    #[error("the ticket code is of an unknown version")]
    UnknownVersion,
    /// The length fits no type of token, or not its own.
    #[error("the ticket code has the wrong length")]
    Length,
    /// What follows the prefix is not canonical Base45.
    #[error("the ticket code is not canonical Base45")]
    Base45(#[from] Base45Error),
    /// The type byte has no meaning.
    #[error("ticket type {0} is unknown")]
    UnknownType(u8),
    /// The reserved byte is not zero.
    #[error("the reserved byte is not zero")]
    Reserved,
    /// The body states what no token may state.
    #[error("the ticket states what none may state")]
    Body(#[from] BodyError),
    /// The key of the holder's device is unusable.
    #[error("the key of the holder's device is unusable")]
    DeviceKey(#[from] KeyError),
    /// The digits of a wallet are malformed.
    #[error("the digits of the rotating code are malformed")]
    Digits,
}

impl Token {
    /// Reads a token from its text, exactly as [`Token::text`] gives it.
    ///
    /// # Errors
    /// The text is none that [`Token::text`] gives for any token.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let coded = strip_prefix(text)?;
        if text.len() > LONGEST {
            return Err(ParseError::Length);
        }
        if coded.len() == Digits::CODED_LEN + Digits::TEXT_LEN {
            return Self::parse_with_digits(coded);
        }
        Self::read(&base45::decode(coded)?)
    }

    fn parse_with_digits(coded: &str) -> Result<Self, ParseError> {
        let (coded, digits) = coded
            .split_at_checked(Digits::CODED_LEN)
            .ok_or(ParseError::Digits)?;
        let token = Self::read(&base45::decode(coded)?)?;
        let digits = Digits::parse(digits).ok_or(ParseError::Digits)?;
        token
            .with_live(Some(LivePart::Digits(digits)))
            .map_err(|_| ParseError::Digits)
    }

    fn read(bytes: &[u8]) -> Result<Self, ParseError> {
        check_length(bytes)?;
        let mut reader = Reader::new(bytes);
        let body = Body::read(&mut reader)?;
        let signature = reader.array().ok_or(ParseError::Length)?;
        let live = if reader.is_empty() {
            None
        } else {
            Some(LivePart::read(&body.kind, &mut reader).ok_or(ParseError::Length)?)
        };
        if !reader.is_empty() {
            return Err(ParseError::Length);
        }
        let body_bytes = body.to_bytes()?;
        // Fixed-width fields leave one encoding; comparing keeps that true when a field is added.
        if bytes.get(..body_bytes.len()) != Some(body_bytes.as_slice()) {
            return Err(ParseError::Reserved);
        }
        Ok(Self {
            body,
            body_bytes,
            signature,
            live,
        })
    }

    /// The text that goes into a QR code; upper case, no space at either end.
    ///
    /// 145 characters for a static token.
    #[must_use]
    pub fn text(&self) -> String {
        let mut bytes = Vec::with_capacity(self.body_bytes.len() + signature::LEN + 66);
        bytes.extend(&self.body_bytes);
        bytes.extend(self.signature);
        let mut suffix = String::new();
        match &self.live {
            Some(LivePart::Digits(digits)) => suffix = digits.text(),
            Some(part) => part.write(&mut bytes),
            None => {}
        }
        [PREFIX, &base45::encode(&bytes), &suffix].concat()
    }
}

/// Each type has one length, and a second one with its rotating part.
fn check_length(bytes: &[u8]) -> Result<(), ParseError> {
    let (body, live) = match bytes.first() {
        Some(1) => (Body::LEN, 0),
        Some(2) => (Body::LEN + 16, 18),
        Some(3) => (Body::LEN, 10),
        Some(4) => (Body::LEN + 32, 66),
        Some(other) => return Err(ParseError::UnknownType(*other)),
        None => return Err(ParseError::Length),
    };
    let bare = body + signature::LEN;
    if bytes.len() == bare || bytes.len() == bare + live {
        Ok(())
    } else {
        Err(ParseError::Length)
    }
}

fn strip_prefix(text: &str) -> Result<&str, ParseError> {
    if let Some(coded) = text.strip_prefix(PREFIX) {
        return Ok(coded);
    }
    match text.as_bytes() {
        [b'T', b'K', b'0'..=b'9', b':', ..] => Err(ParseError::UnknownVersion),
        _ => Err(ParseError::NotAToken),
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

impl FromStr for Token {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}
