//! The rotating part of a token: what stands after the signature.

use crate::reader::Reader;
use crate::token::Kind;

/// What a screen shows besides the signed part; replaced every step. Not signed
/// by the issuer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LivePart {
    /// A link of a hash chain.
    Chain {
        /// Steps since the token's first valid minute.
        step: u16,
        /// The link that is public from this step on.
        link: [u8; 16],
    },
    /// A MAC under the key that the event shares with its gates.
    Mac {
        /// Low 16 bits of the step since 1970.
        step: u16,
        /// First eight bytes of the MAC.
        mac: [u8; 8],
    },
    /// The digits of a wallet pass.
    Digits(Digits),
    /// A signature of the holder's device.
    Device {
        /// Low 16 bits of the step since 1970.
        step: u16,
        /// The signature.
        signature: [u8; 64],
    },
}

impl LivePart {
    /// Whether tokens of this type show such a part.
    #[must_use]
    pub const fn fits(&self, kind: &Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Chain { .. }, Kind::Chain { .. })
                | (Self::Mac { .. } | Self::Digits(_), Kind::Mac)
                | (Self::Device { .. }, Kind::Device { .. })
        )
    }

    /// Reads the binary part of a token of this type.
    pub(crate) fn read(kind: &Kind, reader: &mut Reader<'_>) -> Option<Self> {
        let step = reader.u16()?;
        match kind {
            Kind::Static => None,
            Kind::Chain { .. } => reader.array().map(|link| Self::Chain { step, link }),
            Kind::Mac => reader.array().map(|mac| Self::Mac { step, mac }),
            Kind::Device { .. } => reader
                .array()
                .map(|signature| Self::Device { step, signature }),
        }
    }

    /// Appends the binary part; digits have none, they follow the text.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        let (step, rest): (u16, &[u8]) = match self {
            Self::Chain { step, link } => (*step, link),
            Self::Mac { step, mac } => (*step, mac),
            Self::Device { step, signature } => (*step, signature),
            Self::Digits(_) => return,
        };
        bytes.extend(step.to_be_bytes());
        bytes.extend(rest);
    }
}

/// The eight digits that a wallet shows, and the time it says it made them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digits {
    code: u32,
    made_at_secs: u64,
}

impl Digits {
    /// Characters of Base45 before the digits.
    pub(crate) const CODED_LEN: usize = 141;
    /// Characters of the digits with their separators.
    pub(crate) const TEXT_LEN: usize = 20;

    /// Digits below 100,000,000 made so many seconds after 1970, of ten digits; else nothing.
    #[must_use]
    pub const fn new(code: u32, made_at_secs: u64) -> Option<Self> {
        if code < 100_000_000 && made_at_secs >= 1_000_000_000 && made_at_secs < 10_000_000_000 {
            Some(Self { code, made_at_secs })
        } else {
            None
        }
    }

    /// The digits as a number.
    #[must_use]
    pub const fn code(&self) -> u32 {
        self.code
    }

    /// When they were made, in seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn made_at_secs(&self) -> u64 {
        self.made_at_secs
    }

    /// `:` 8 digits `:` 10 digits.
    pub(crate) fn text(&self) -> String {
        format!(":{:08}:{:010}", self.code, self.made_at_secs)
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (code, made_at) = text.strip_prefix(':')?.split_once(':')?;
        let digits = Self::new(code.parse().ok()?, made_at.parse().ok()?)?;
        // `parse` takes a plus sign and missing zeros; the text has neither.
        (digits.text() == text).then_some(digits)
    }
}
