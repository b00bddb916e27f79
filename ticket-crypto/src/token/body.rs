//! What a token states, and the bytes that are signed.

use super::{Minute, ParseError, Token};
use crate::ids::{EventNo, Generation, Kid, OccurrenceNo, Serial, TicketFlags, TierNo, Zones};
use crate::keys::{SigningKey, VerifyingKey};
use crate::label::Label;
use crate::reader::Reader;
use crate::signature;

/// What a token states: the signed part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// Whether and how its code rotates.
    pub kind: Kind,
    /// Attributes of its holder or use.
    pub flags: TicketFlags,
    /// The key that signs it.
    pub kid: Kid,
    /// The event it is for.
    pub event: EventNo,
    /// Identity within the event.
    pub serial: Serial,
    /// Which issue of the serial it is, 0 to 254.
    pub generation: Generation,
    /// What was bought.
    pub tier: TierNo,
    /// The date it is for; 0 for none.
    pub occurrence: OccurrenceNo,
    /// Zones it opens.
    pub zones: Zones,
    /// First instant at which it admits; rotating chains count their steps from here.
    pub valid_from: Minute,
    /// Last instant at which it admits: the beginning of this minute.
    pub valid_until: Minute,
    /// Entries it allows; 0 for no limit.
    pub entries: u8,
    /// How many people it admits at most; 0 and 1 both mean one.
    pub group: u8,
}

/// Whether and how a code rotates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The code never changes.
    Static,
    /// Each code is the next link of a hash chain.
    Chain {
        /// The chain's published end.
        anchor: [u8; 16],
    },
    /// Each code is a MAC, or digits in a wallet, under a key the event shares with its gates.
    Mac,
    /// Each code is a signature of the holder's device.
    Device {
        /// The device's key.
        key: VerifyingKey,
    },
}

impl Kind {
    /// The type byte of the token.
    #[must_use]
    pub const fn type_byte(&self) -> u8 {
        match self {
            Self::Static => 1,
            Self::Chain { .. } => 2,
            Self::Mac => 3,
            Self::Device { .. } => 4,
        }
    }
}

/// Why a body cannot be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// A flag is set that has no meaning.
    #[error("a flag without a meaning is set")]
    UnknownFlag,
    /// The validity does not end after it begins.
    #[error("the validity does not end after it begins")]
    EmptyValidity,
    /// Generation 255 is kept for cancelled tickets: a serial that used up its
    /// generations is followed by a new serial.
    #[error("generation 255 is never issued")]
    SpentGeneration,
}

impl Body {
    /// Length in bytes without what rotating types add.
    pub const LEN: usize = 30;
    /// The last generation of a serial.
    pub const LAST_GENERATION: Generation = Generation(254);

    /// The bytes that are signed: 30, and 16 or 32 more for chain and device.
    ///
    /// # Errors
    /// The body states what no token may state.
    pub fn to_bytes(&self) -> Result<Vec<u8>, BodyError> {
        self.check()?;
        let mut bytes = Vec::with_capacity(Self::LEN + 32);
        bytes.extend([self.kind.type_byte(), self.flags.0]);
        bytes.extend(self.kid.0.to_be_bytes());
        bytes.extend(self.event.0.to_be_bytes());
        bytes.extend(self.serial.0.to_be_bytes());
        bytes.push(self.generation.0);
        bytes.extend(self.tier.0.to_be_bytes());
        bytes.extend(self.occurrence.0.to_be_bytes());
        bytes.extend(self.zones.0.to_be_bytes());
        for minute in [self.valid_from, self.valid_until] {
            let [_, low @ ..] = minute.get().to_be_bytes();
            bytes.extend(low);
        }
        bytes.extend([self.entries, self.group, 0]);
        match &self.kind {
            Kind::Static | Kind::Mac => {}
            Kind::Chain { anchor } => bytes.extend(anchor),
            Kind::Device { key } => bytes.extend(key.to_bytes()),
        }
        Ok(bytes)
    }

    fn check(&self) -> Result<(), BodyError> {
        if !self.flags.is_known() {
            return Err(BodyError::UnknownFlag);
        }
        if self.valid_from >= self.valid_until {
            return Err(BodyError::EmptyValidity);
        }
        if self.generation > Self::LAST_GENERATION {
            return Err(BodyError::SpentGeneration);
        }
        Ok(())
    }

    /// Signs the body under the ticket label; the same input gives the same token.
    ///
    /// # Errors
    /// The body states what no token may state.
    pub fn sign(&self, key: &SigningKey) -> Result<Token, BodyError> {
        let body_bytes = self.to_bytes()?;
        let signature = signature::sign(key, &Label::TICKET, &body_bytes);
        Ok(Token {
            body: self.clone(),
            body_bytes,
            signature,
            live: None,
        })
    }

    /// Reads a body from the front of `reader`; whatever encodes differently is refused.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, ParseError> {
        let short = ParseError::Length;
        let kind = reader.u8().ok_or(short)?;
        let mut body = Self {
            kind: Kind::Static,
            flags: TicketFlags(reader.u8().ok_or(short)?),
            kid: Kid(reader.u16().ok_or(short)?),
            event: EventNo(reader.u32().ok_or(short)?),
            serial: Serial(reader.u32().ok_or(short)?),
            generation: Generation(reader.u8().ok_or(short)?),
            tier: TierNo(reader.u16().ok_or(short)?),
            occurrence: OccurrenceNo(reader.u16().ok_or(short)?),
            zones: Zones(reader.u32().ok_or(short)?),
            valid_from: reader.u24().and_then(Minute::new).ok_or(short)?,
            valid_until: reader.u24().and_then(Minute::new).ok_or(short)?,
            entries: reader.u8().ok_or(short)?,
            group: reader.u8().ok_or(short)?,
        };
        if reader.u8().ok_or(short)? != 0 {
            return Err(ParseError::Reserved);
        }
        body.kind = Self::read_kind(kind, reader)?;
        body.check()?;
        Ok(body)
    }

    fn read_kind(type_byte: u8, reader: &mut Reader<'_>) -> Result<Kind, ParseError> {
        match type_byte {
            1 => Ok(Kind::Static),
            2 => reader
                .array()
                .map(|anchor| Kind::Chain { anchor })
                .ok_or(ParseError::Length),
            3 => Ok(Kind::Mac),
            4 => {
                let bytes = reader.array().ok_or(ParseError::Length)?;
                let key = VerifyingKey::from_bytes(&bytes)?;
                Ok(Kind::Device { key })
            }
            other => Err(ParseError::UnknownType(other)),
        }
    }
}
