//! Letters: changes as they are signed and sent, and the check before the document.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ticket_crypto::keys::{SigningKey, VerifyingKey};
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::{Document, Edit, EntryId, MAX_DEPS, MAX_LETTER, MAX_TEXT, Refused, ShiftChange};
use crate::book::{Role, Roster};
use crate::ids::{ActorId, Epoch, EventNo, Hash, Incarnation, OperatorNo, PublicKey};
use crate::log::ingest::is_revoked;
use crate::log::opened;
use crate::time::Timestamp;

const WRITER_LABEL: &[u8; 16] = b"bilten writer v1";
const TEXT_LABEL: &[u8; 16] = b"bilten note text";

/// The name of the writer that `fact_key` opens with `epoch`.
#[must_use]
pub fn writer_id(fact_key: &PublicKey, epoch: &Epoch) -> ActorId {
    opened(WRITER_LABEL, fact_key, epoch)
}

/// The text of a note, and what hides it behind its commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Fresh randomness; goes with the text.
    pub salt: [u8; 16],
    /// What was written.
    pub words: String,
}

/// The hash of a text that a change may carry: SHA-256 over a label, the salt and the text.
#[must_use]
pub fn commit(text: &Text) -> Hash {
    let hash = Sha256::new()
        .chain_update(TEXT_LABEL)
        .chain_update(text.salt)
        .chain_update(text.words.as_bytes())
        .finalize();
    Hash(hash.into())
}

/// One change of the document, as its writer means it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The event.
    pub event: EventNo,
    /// The key that signs it.
    pub fact_key: PublicKey,
    /// The random part of the writer's name.
    pub epoch: Epoch,
    /// Its number among the writer's, from 1.
    pub seq: u32,
    /// Hashes of the changes that it builds on, ascending.
    pub deps: Vec<Hash>,
    /// Who wrote it; 0 for the office, which writes at a server only.
    pub operator: OperatorNo,
    /// When, in corrected time.
    pub at: Timestamp,
    /// What it does.
    pub edit: Edit,
}

impl Change {
    /// Whose it is.
    #[must_use]
    pub fn writer(&self) -> ActorId {
        writer_id(&self.fact_key, &self.epoch)
    }

    /// The name of the entry that it makes, if it makes one.
    #[must_use]
    pub fn id(&self) -> EntryId {
        EntryId {
            writer: self.writer(),
            seq: self.seq,
        }
    }
}

/// A change as it travels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// A [`Change`] in postcard.
    pub bytes: Vec<u8>,
    /// Hash of the Automerge change that comes of it.
    pub hash: Hash,
    /// Signature of the writer's fact key over hash and bytes, 64 bytes.
    pub signature: Vec<u8>,
    /// The note's text; absent for other changes, and once it is erased.
    pub text: Option<Text>,
}

impl Letter {
    /// The name of the change among those of its event.
    ///
    /// # Errors
    /// The bytes are no change.
    pub fn id(&self) -> Result<EntryId, Refused> {
        self.change().map(|change| change.id())
    }

    /// What it says; to be trusted of letters only that were checked before they were stored.
    ///
    /// # Errors
    /// The bytes are no change.
    pub fn change(&self) -> Result<Change, Refused> {
        reopen(self).map(|opened| opened.change)
    }

    /// The hash that a countersignature covers: of all that was signed.
    #[must_use]
    pub fn digest(&self) -> Hash {
        let hash = Sha256::new()
            .chain_update(self.hash.0)
            .chain_update(&self.signature)
            .chain_update(&self.bytes)
            .finalize();
        Hash(hash.into())
    }
}

/// A letter that passed [`open`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What it says.
    pub change: Change,
    /// Whose it is.
    pub writer: ActorId,
    /// Hash of the Automerge change that has to come of it.
    pub hash: Hash,
    /// Whether its writer may change what others wrote: a supervisor, or a server.
    pub supervises: bool,
    /// Bytes that count towards [`super::MAX_BYTES`].
    pub size: usize,
}

/// Checks a letter before any document sees it: size, form, event, roster, signature, rights.
///
/// # Errors
/// [`Refused`], as far as the letter alone can tell.
pub fn open(
    event: EventNo,
    roster: &Roster,
    letter: &Letter,
    now: Timestamp,
) -> Result<Opened, Refused> {
    if letter.bytes.len() > MAX_LETTER {
        return Err(Refused::TooLarge);
    }
    let change = match postcard::take_from_bytes::<Change>(&letter.bytes) {
        Ok((change, [])) => change,
        _ => return Err(Refused::Malformed),
    };
    check_form(event, &change)?;
    check_text(&change.edit, letter.text.as_ref())?;
    let device = roster
        .device_of(&change.fact_key)
        .ok_or(Refused::UnknownDevice)?;
    if is_revoked(device, now) {
        return Err(Refused::Revoked);
    }
    check_signature(letter, &change.fact_key)?;
    let supervises = match roster.operator(change.operator) {
        Some(person) => person.role == Role::Supervisor,
        None if device.node => true,
        None => return Err(Refused::UnknownOperator),
    };
    if change.edit.is_plan() && !supervises {
        return Err(Refused::NotAllowed);
    }
    Ok(Opened {
        writer: change.writer(),
        hash: letter.hash,
        supervises,
        size: letter.bytes.len() + text_len(&change.edit),
        change,
    })
}

/// Reads a letter that was checked before it was stored.
///
/// # Errors
/// The bytes are no change: a damaged store.
pub(super) fn reopen(letter: &Letter) -> Result<Opened, Refused> {
    let change: Change = postcard::from_bytes(&letter.bytes).map_err(|_| Refused::Malformed)?;
    Ok(Opened {
        writer: change.writer(),
        hash: letter.hash,
        supervises: true,
        size: letter.bytes.len() + text_len(&change.edit),
        change,
    })
}

fn check_form(event: EventNo, change: &Change) -> Result<(), Refused> {
    if change.event != event {
        return Err(Refused::WrongEvent);
    }
    if change.deps.len() > MAX_DEPS {
        return Err(Refused::TooLarge);
    }
    let ordered = change.deps.is_sorted_by(|one, next| one < next);
    let possible = match &change.edit {
        Edit::Plan(shift) => shift.from < shift.until,
        Edit::Replan(_, change) => *change != ShiftChange::default(),
        Edit::Note { .. } | Edit::Erase(_) | Edit::Cancel(_) => true,
    };
    if change.seq == 0 || !ordered || !possible {
        return Err(Refused::Malformed);
    }
    Ok(())
}

/// A text is there for a note only, and is the one committed to. An erased one is absent.
fn check_text(edit: &Edit, text: Option<&Text>) -> Result<(), Refused> {
    let len = text_len(edit);
    if len > MAX_TEXT {
        return Err(Refused::TooLarge);
    }
    // Words are shown on screens and terminals as they are.
    let steers = |c: char| c.is_control() && c != '\n';
    if text.is_some_and(|text| text.words.chars().any(steers)) {
        return Err(Refused::Malformed);
    }
    match (edit, text) {
        (_, None) => Ok(()),
        (Edit::Note { commitment, .. }, Some(text))
            if text.words.len() == len && commit(text) == *commitment =>
        {
            Ok(())
        }
        _ => Err(Refused::WrongText),
    }
}

fn check_signature(letter: &Letter, key: &PublicKey) -> Result<(), Refused> {
    let key = VerifyingKey::from_bytes(&key.0).map_err(|_| Refused::BadSignature)?;
    let signature = <&[u8; signature::LEN]>::try_from(&letter.signature[..])
        .map_err(|_| Refused::BadSignature)?;
    let message = message(&letter.hash, &letter.bytes);
    signature::verify(&key, &Label::NOTE, &message, signature).map_err(|_| Refused::BadSignature)
}

const fn text_len(edit: &Edit) -> usize {
    match edit {
        Edit::Note { len, .. } => *len as usize,
        _ => 0,
    }
}

fn message(hash: &Hash, bytes: &[u8]) -> Vec<u8> {
    [hash.0.as_slice(), bytes].concat()
}

/// Somebody who writes: a device's or a server's key under one epoch.
#[derive(Debug, Clone)]
pub struct Writer<'a> {
    /// The event.
    pub event: EventNo,
    /// Signs.
    pub key: &'a SigningKey,
    /// The random part of the name.
    pub epoch: Epoch,
}

/// The person who writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author {
    /// Who; 0 for the office, at a server only.
    pub operator: OperatorNo,
    /// Whether that is a supervisor, or the office.
    pub supervises: bool,
    /// When, in corrected time.
    pub at: Timestamp,
}

impl Writer<'_> {
    /// Writes the next letter on top of all that `document` holds, and puts it there.
    ///
    /// # Errors
    /// As [`Document::apply`]: the document is full, or the entry is not there.
    pub fn write(
        &self,
        document: &mut Document,
        author: Author,
        edit: Edit,
        text: Option<Text>,
    ) -> Result<Letter, Refused> {
        let fact_key = PublicKey(self.key.verifying_key().to_bytes());
        let writer = writer_id(&fact_key, &self.epoch);
        let change = Change {
            event: self.event,
            fact_key,
            epoch: self.epoch,
            seq: document.next_seq(writer),
            deps: document.deps(writer),
            operator: author.operator,
            at: author.at,
            edit,
        };
        check_form(self.event, &change)?;
        check_text(&change.edit, text.as_ref())?;
        if change.edit.is_plan() && !author.supervises {
            return Err(Refused::NotAllowed);
        }
        let bytes = postcard::to_allocvec(&change).map_err(|_| Refused::Malformed)?;
        let hash = document.write(&Opened {
            size: bytes.len() + text_len(&edit),
            hash: Hash([0; 32]),
            supervises: author.supervises,
            writer,
            change,
        })?;
        let signature = signature::sign(self.key, &Label::NOTE, &message(&hash, &bytes)).to_vec();
        Ok(Letter {
            bytes,
            hash,
            signature,
            text,
        })
    }
}

/// A letter that the server admitted, and its word for that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Countersigned {
    /// Its place in the server's order, from 1 without gaps.
    pub no: u32,
    /// The letter.
    pub letter: Letter,
    /// The event key's signature over event (u32), incarnation, no (u32) and the letter's
    /// [`digest`](Letter::digest), big-endian; 64 bytes.
    pub signature: Vec<u8>,
}

impl Countersigned {
    /// Countersigns.
    #[must_use]
    pub fn seal(
        key: &SigningKey,
        event: EventNo,
        incarnation: Incarnation,
        no: u32,
        letter: Letter,
    ) -> Self {
        let message = countersigned(event, incarnation, no, &letter);
        Self {
            no,
            signature: signature::sign(key, &Label::NOTE_ADMITTED, &message).to_vec(),
            letter,
        }
    }

    /// Checks the server's signature and the letter's form, and reads it. Who wrote it was the
    /// server's to check.
    ///
    /// # Errors
    /// Not countersigned by `key` for this event and life of the server's database, or unreadable.
    pub fn open(
        &self,
        key: &VerifyingKey,
        event: EventNo,
        incarnation: Incarnation,
    ) -> Result<Opened, Refused> {
        if self.letter.bytes.len() > MAX_LETTER {
            return Err(Refused::TooLarge);
        }
        let signature = <&[u8; signature::LEN]>::try_from(&self.signature[..])
            .map_err(|_| Refused::BadSignature)?;
        let message = countersigned(event, incarnation, self.no, &self.letter);
        signature::verify(key, &Label::NOTE_ADMITTED, &message, signature)
            .map_err(|_| Refused::BadSignature)?;
        let opened = reopen(&self.letter)?;
        check_form(event, &opened.change)?;
        check_text(&opened.change.edit, self.letter.text.as_ref())?;
        Ok(opened)
    }
}

fn countersigned(event: EventNo, incarnation: Incarnation, no: u32, letter: &Letter) -> [u8; 56] {
    let mut message = [0; 56];
    message[..4].copy_from_slice(&event.get().to_be_bytes());
    message[4..20].copy_from_slice(incarnation.0.as_bytes());
    message[20..24].copy_from_slice(&no.to_be_bytes());
    message[24..].copy_from_slice(&letter.digest().0);
    message
}
