//! A revocation set on its way from the server to a device.

use super::{RevocationSet, varint};
use crate::ids::{EventNo, Generation, Serial};
use crate::keys::{SigningKey, VerifyingKey};
use crate::label::Label;
use crate::reader::{Reader, split_signature};
use crate::signature;

const VERSION: u8 = 1;

/// A numbered revocation set, signed by the event key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// The event.
    pub event: EventNo,
    /// Rises with every list; devices refuse a lower number than they have.
    pub number: u64,
    /// When it was made, milliseconds since 1970: devices show its age.
    pub issued_at_ms: i64,
    /// What it refuses: everything known at that time, not only what is new.
    pub set: RevocationSet,
}

/// Why bytes are no revocation list of this event key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// Too short to be one, or longer than any may be.
    #[error("the revocation list has the wrong length")]
    Length,
    /// Made by a later version.
    #[error("revocation list version {0} is unknown")]
    UnknownVersion(u8),
    /// The event key did not sign it.
    #[error("the revocation list was not signed by the event key")]
    BadSignature,
    /// The entries end too soon, repeat, or are not in their one order.
    #[error("the entries of the revocation list are malformed")]
    Entries,
}

impl RevocationList {
    /// Most bytes a list may have: some four million entries.
    pub const MOST_BYTES: usize = 8 * 1024 * 1024;

    /// Signs the list; the same input gives the same bytes.
    ///
    /// # Errors
    /// It would be longer than [`RevocationList::MOST_BYTES`].
    pub fn issue(&self, event_key: &SigningKey) -> Result<Vec<u8>, RevocationError> {
        let mut bytes = vec![VERSION];
        bytes.extend(self.event.0.to_be_bytes());
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.issued_at_ms.to_be_bytes());
        write_entries(&self.set, &mut bytes);
        if bytes.len() + signature::LEN > Self::MOST_BYTES {
            return Err(RevocationError::Length);
        }
        let signature = signature::sign(event_key, &Label::REVOCATIONS, &bytes);
        bytes.extend(signature);
        Ok(bytes)
    }

    /// Reads a list that `event_key` signed. The signature is checked first, so
    /// a stranger's bytes cost one pass over them and no memory.
    ///
    /// # Errors
    /// `event_key` did not sign these bytes, or they are malformed.
    pub fn open(bytes: &[u8], event_key: &VerifyingKey) -> Result<Self, RevocationError> {
        if bytes.len() > Self::MOST_BYTES {
            return Err(RevocationError::Length);
        }
        let (signed, signature) = split_signature(bytes).ok_or(RevocationError::Length)?;
        let mut reader = Reader::new(signed);
        match reader.u8() {
            Some(VERSION) => {}
            Some(version) => return Err(RevocationError::UnknownVersion(version)),
            None => return Err(RevocationError::Length),
        }
        signature::verify(event_key, &Label::REVOCATIONS, signed, signature)
            .map_err(|_| RevocationError::BadSignature)?;
        let short = RevocationError::Length;
        Ok(Self {
            event: EventNo(reader.u32().ok_or(short)?),
            number: reader.array().map(u64::from_be_bytes).ok_or(short)?,
            issued_at_ms: reader.i64().ok_or(short)?,
            set: read_entries(&mut reader).ok_or(RevocationError::Entries)?,
        })
    }
}

/// One section for each minimum in rising order: the minimum, the number of
/// serials, the first serial, then how many serials lie between each and the next.
fn write_entries(set: &RevocationSet, bytes: &mut Vec<u8>) {
    let mut sections: [Vec<u32>; 256] = [const { Vec::new() }; 256];
    for (serial, minimum) in set.iter() {
        if let Some(section) = sections.get_mut(usize::from(minimum.0)) {
            section.push(serial.0);
        }
    }
    for (minimum, serials) in (0_u8..=255).zip(&sections) {
        if serials.is_empty() {
            continue;
        }
        bytes.push(minimum);
        // At most `MOST_BYTES` entries ever travel; a longer list is refused after this.
        varint::write(bytes, u32::try_from(serials.len()).unwrap_or(u32::MAX));
        let mut next = 0;
        for serial in serials {
            varint::write(bytes, serial - next);
            next = serial.saturating_add(1);
        }
    }
}

/// Reads all sections; nothing when they are not what [`write_entries`] writes.
fn read_entries(reader: &mut Reader<'_>) -> Option<RevocationSet> {
    let mut set = RevocationSet::new();
    let mut last = 0;
    while !reader.is_empty() {
        let minimum = reader.u8().filter(|minimum| *minimum > last)?;
        last = minimum;
        read_section(reader, Generation(minimum), &mut set)?;
    }
    Some(set)
}

fn read_section(
    reader: &mut Reader<'_>,
    minimum: Generation,
    set: &mut RevocationSet,
) -> Option<()> {
    let count = varint::read(reader).filter(|count| *count > 0)?;
    let mut next = Some(0_u32);
    for _ in 0..count {
        let serial = next?.checked_add(varint::read(reader)?)?;
        if set.minimum(Serial(serial)).is_some() {
            return None;
        }
        set.insert(Serial(serial), minimum);
        next = serial.checked_add(1);
    }
    Some(())
}
