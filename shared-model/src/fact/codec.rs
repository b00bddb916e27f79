//! The bytes of a fact: `version u8 | kind u8 | postcard`.
//!
//! A fact has exactly one spelling: bytes that decode but would be written
//! otherwise are refused. A version or kind that this program does not know is
//! no error: it is kept as it came and not folded.

use super::{Annul, Fact, Heartbeat, MAX_BYTES, Open, Resolve, Sale, Scan};

/// The version of facts that this program writes.
pub const VERSION: u8 = 1;

const OPEN: u8 = 1;
const SCAN: u8 = 2;
const ANNUL: u8 = 3;
const RESOLVE: u8 = 4;
const HEARTBEAT: u8 = 5;
const SALE: u8 = 6;

/// What a fact's bytes say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decoded {
    /// A fact that this program understands.
    Known(Fact),
    /// A fact of a later program.
    Opaque {
        /// Its version byte.
        version: u8,
        /// Its kind byte.
        kind: u8,
    },
}

impl Decoded {
    /// The fact, where this program understands it.
    #[must_use]
    pub const fn known(&self) -> Option<&Fact> {
        match self {
            Self::Known(fact) => Some(fact),
            Self::Opaque { .. } => None,
        }
    }
}

/// Why bytes are no fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than [`MAX_BYTES`].
    #[error("a fact has at most {MAX_BYTES} bytes, this one has {0}")]
    TooLong(usize),
    /// Without version and kind.
    #[error("a fact begins with its version and kind")]
    TooShort,
    /// Not the fields of its kind.
    #[error("not a fact of kind {0}")]
    Malformed(u8),
    /// The fields of its kind, spelled otherwise than they are written.
    #[error("a fact of kind {0} that is not spelled as facts are")]
    NotCanonical(u8),
}

impl Fact {
    /// The number of its kind, second byte of the fact.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        match self {
            Self::Open(_) => OPEN,
            Self::Scan(_) => SCAN,
            Self::Annul(_) => ANNUL,
            Self::Resolve(_) => RESOLVE,
            Self::Heartbeat(_) => HEARTBEAT,
            Self::Sale(_) => SALE,
        }
    }

    /// The fact as it is stored, relayed and chained, at most [`MAX_BYTES`].
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = vec![VERSION, self.kind()];
        match self {
            Self::Open(fact) => postcard::to_extend(fact, head),
            Self::Scan(fact) => postcard::to_extend(fact, head),
            Self::Annul(fact) => postcard::to_extend(fact, head),
            Self::Resolve(fact) => postcard::to_extend(fact, head),
            Self::Heartbeat(fact) => postcard::to_extend(fact, head),
            Self::Sale(fact) => postcard::to_extend(fact, head),
        }
        .expect("a vector grows and every field of a fact has a fixed length")
    }
}

/// Reads the bytes of a fact.
///
/// # Errors
/// Bytes that no version of this program wrote.
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(DecodeError::TooLong(bytes.len()));
    }
    let [version, kind, body @ ..] = bytes else {
        return Err(DecodeError::TooShort);
    };
    let fact = match (*version, *kind) {
        (VERSION, OPEN) => read::<Open>(body).map(Fact::Open),
        (VERSION, SCAN) => read::<Scan>(body).map(Fact::Scan),
        (VERSION, ANNUL) => read::<Annul>(body).map(Fact::Annul),
        (VERSION, RESOLVE) => read::<Resolve>(body).map(Fact::Resolve),
        (VERSION, HEARTBEAT) => read::<Heartbeat>(body).map(Fact::Heartbeat),
        (VERSION, SALE) => read::<Sale>(body).map(Fact::Sale),
        (version, kind) => {
            return Ok(Decoded::Opaque { version, kind });
        }
    }
    .ok_or(DecodeError::Malformed(*kind))?;
    if fact.to_bytes() != bytes {
        return Err(DecodeError::NotCanonical(*kind));
    }
    Ok(Decoded::Known(fact))
}

fn read<'a, T: serde::Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    match postcard::take_from_bytes(body) {
        Ok((fact, [])) => Some(fact),
        _ => None,
    }
}
