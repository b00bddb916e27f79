//! The document: Automerge changes made of letters, and what they come to.
//!
//! Every entry is a few keys of the root map, `note/<id>/…` or `shift/<id>/…`, each set by a
//! put; nothing is deleted. So two people who change different things about one shift
//! both get their way, and of two who change the same, Automerge takes one, everywhere
//! the same, and [`Planned::disputed`] says so.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU64;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{Automerge, ChangeHash, ExpandedChange, ObjId, ROOT, ReadDoc, ScalarValue};

use super::letter::reopen;
use super::{
    Change, Edit, EntryId, Letter, MAX_BYTES, MAX_CHANGES, MAX_DEPS, Opened, Refused, Shift,
};
use crate::ids::{ActorId, GateNo, Hash, OperatorNo};
use crate::time::Timestamp;

/// A note; its text is kept beside the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// Its name.
    pub id: EntryId,
    /// Who wrote it; 0 for the office.
    pub operator: OperatorNo,
    /// When.
    pub at: Timestamp,
    /// Its text was erased.
    pub erased: bool,
}

/// A shift of the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    /// Its name.
    pub id: EntryId,
    /// What holds.
    pub shift: Shift,
    /// Two people changed the same thing about it without knowing of each other.
    pub disputed: bool,
}

/// The notes and the plan of one event.
#[derive(Debug, Clone, Default)]
pub struct Document {
    doc: Automerge,
    /// The highest operation of each change.
    known: BTreeMap<Hash, u64>,
    heads: BTreeSet<Hash>,
    writers: BTreeMap<ActorId, Vec<Hash>>,
    entries: BTreeMap<EntryId, Entry>,
    /// The operations that stand under each key with all changes known.
    standing: BTreeMap<String, Vec<OpId>>,
    /// Changes that Automerge has not taken yet: it takes many at once in the time of one.
    queue: Vec<automerge::Change>,
    size: usize,
    broken: bool,
}

#[derive(Debug, Clone, Copy)]
enum Entry {
    Note(OperatorNo),
    Shift,
}

impl Document {
    /// The document that letters come to which were checked before they were stored, in the
    /// order in which they were taken.
    ///
    /// # Errors
    /// A damaged store.
    pub fn of<'a>(letters: impl IntoIterator<Item = &'a Letter>) -> Result<Self, Refused> {
        let mut document = Self::default();
        document.extend(letters)?;
        Ok(document)
    }

    /// The same without those that do not fit: what builds on a letter that was refused.
    #[must_use]
    pub fn of_those_that_fit<'a>(letters: impl IntoIterator<Item = &'a Letter>) -> Self {
        let mut document = Self::default();
        for opened in letters.into_iter().filter_map(|letter| reopen(letter).ok()) {
            // What does not fit is left out, and whatever builds on it with it.
            if !document.holds(&opened.hash) {
                let _left_out = document.put(&opened, Some(opened.hash));
            }
        }
        // A document that failed says so when it is read.
        let _failed = document.flush();
        document
    }

    /// Takes in letters that were checked before they were stored.
    ///
    /// # Errors
    /// A damaged store.
    pub fn extend<'a>(
        &mut self,
        letters: impl IntoIterator<Item = &'a Letter>,
    ) -> Result<(), Refused> {
        for letter in letters {
            let opened = reopen(letter)?;
            if !self.holds(&opened.hash) {
                self.put(&opened, Some(opened.hash))?;
            }
        }
        self.flush()
    }

    /// How many changes it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether nothing was written yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether it holds the change.
    #[must_use]
    pub fn holds(&self, hash: &Hash) -> bool {
        self.known.contains_key(hash)
    }

    /// The number of the writer's next change.
    #[must_use]
    pub fn next_seq(&self, writer: ActorId) -> u32 {
        let count = self.writers.get(&writer).map_or(0, Vec::len);
        u32::try_from(count + 1).unwrap_or(u32::MAX)
    }

    /// Takes a letter in. One that is held already changes nothing.
    ///
    /// # Errors
    /// [`Refused`]; the document is as before, but for [`Refused::Broken`].
    pub fn apply(&mut self, opened: &Opened) -> Result<(), Refused> {
        if self.holds(&opened.hash) {
            return Ok(());
        }
        self.put(opened, Some(opened.hash))?;
        self.flush()
    }

    /// Takes in what is written here; the hash to sign.
    pub(super) fn write(&mut self, opened: &Opened) -> Result<Hash, Refused> {
        let hash = self.put(opened, None)?;
        self.flush()?;
        Ok(hash)
    }

    /// What the writer's next change builds on: all that is known, as far as one change may
    /// name it, and the writer's last one in any case, as Automerge does.
    pub(super) fn deps(&self, writer: ActorId) -> Vec<Hash> {
        let own = self.writers.get(&writer).and_then(|own| own.last());
        let heads = self.heads.iter().filter(|head| Some(*head) != own);
        let mut deps: Vec<Hash> = heads.take(MAX_DEPS - 1).copied().collect();
        deps.extend(own);
        deps.sort_unstable();
        deps
    }

    fn put(&mut self, opened: &Opened, expected: Option<Hash>) -> Result<Hash, Refused> {
        if self.broken {
            return Err(Refused::Broken);
        }
        let before = self.check_place(&opened.change, opened.writer)?;
        self.check_entry(&opened.change, opened.supervises)?;
        if self.len() >= MAX_CHANGES || self.size + opened.size > MAX_BYTES {
            return Err(Refused::Full);
        }
        let operations = self.operations(&opened.change)?;
        let (writer, puts) = (opened.writer, operations.clone());
        let made = guarded(|| expand(&opened.change, writer, before, puts));
        let made = made.ok_or(Refused::Broken)?.ok_or(Refused::Malformed)?;
        let hash = Hash(made.hash().0);
        if expected.is_some_and(|expected| expected != hash) {
            return Err(Refused::WrongHash);
        }
        self.queue.push(made);
        self.remember(opened, hash, before, operations);
        Ok(hash)
    }

    /// Has Automerge take what waits.
    fn flush(&mut self) -> Result<(), Refused> {
        if self.broken {
            return Err(Refused::Broken);
        }
        let queue = std::mem::take(&mut self.queue);
        if queue.is_empty() {
            return Ok(());
        }
        let taken = guarded(|| self.doc.apply_changes(queue).is_ok());
        self.broken = taken != Some(true);
        if self.broken {
            return Err(Refused::Broken);
        }
        Ok(())
    }

    /// After how many operations the change comes, where it is the writer's next.
    fn check_place(&self, change: &Change, writer: ActorId) -> Result<u64, Refused> {
        let own = self.writers.get(&writer).map_or(&[][..], Vec::as_slice);
        let next = self.next_seq(writer);
        if change.seq < next {
            return Err(Refused::Forked);
        }
        let follows = own.last().is_none_or(|last| change.deps.contains(last));
        if change.seq > next || !follows {
            return Err(Refused::NotNext);
        }
        let known = change.deps.iter().map(|dep| self.known.get(dep).copied());
        let known: Vec<u64> = known.collect::<Option<_>>().ok_or(Refused::Missing)?;
        Ok(known.into_iter().max().unwrap_or(0))
    }

    /// The entry that the change is about is there, and the writer may change it.
    fn check_entry(&self, change: &Change, supervises: bool) -> Result<(), Refused> {
        let (entry, is_note) = match &change.edit {
            Edit::Note { .. } | Edit::Plan(_) => return Ok(()),
            Edit::Erase(entry) => (entry, true),
            Edit::Replan(entry, _) | Edit::Cancel(entry) => (entry, false),
        };
        match (self.entries.get(entry), is_note) {
            (Some(Entry::Note(author)), true) => {
                let own = *author == change.operator && *author != OperatorNo(0);
                (own || supervises).then_some(()).ok_or(Refused::NotAllowed)
            }
            (Some(Entry::Shift), false) => Ok(()),
            _ => Err(Refused::UnknownEntry),
        }
    }

    /// What the change puts where, and over which operations.
    fn operations(&mut self, change: &Change) -> Result<Vec<Put>, Refused> {
        let newest = self.heads.iter().all(|head| change.deps.contains(head));
        let mut operations = Vec::new();
        for (key, value) in puts(change) {
            let over = match self.standing.get(&key) {
                None => Vec::new(),
                Some(standing) if newest => standing.clone(),
                Some(_) => self.standing_at(&key, &change.deps)?,
            };
            operations.push(Put { key, value, over });
        }
        Ok(operations)
    }

    /// The operations that stood under a key when no more than `deps` was known.
    fn standing_at(&mut self, key: &str, deps: &[Hash]) -> Result<Vec<OpId>, Refused> {
        self.flush()?;
        let deps: Vec<ChangeHash> = deps.iter().map(|dep| ChangeHash(dep.0)).collect();
        let found = guarded(|| self.doc.get_all_at(ROOT, key, &deps).ok());
        let found = found.flatten().ok_or(Refused::Broken)?;
        Ok(found.into_iter().filter_map(|(_, id)| op_id(id)).collect())
    }

    fn remember(&mut self, opened: &Opened, hash: Hash, before: u64, operations: Vec<Put>) {
        let change = &opened.change;
        self.known.insert(hash, before + operations.len() as u64);
        for dep in &change.deps {
            self.heads.remove(dep);
        }
        self.heads.insert(hash);
        self.writers.entry(opened.writer).or_default().push(hash);
        self.size += opened.size;
        let actor = automerge::ActorId::from(opened.writer.0);
        for (at, put) in (before + 1..).zip(operations) {
            let standing = self.standing.entry(put.key).or_default();
            standing.retain(|op| !put.over.contains(op));
            standing.push(OpId::new(at, &actor));
        }
        let id = EntryId {
            writer: opened.writer,
            seq: change.seq,
        };
        match change.edit {
            Edit::Note { .. } => {
                self.entries.insert(id, Entry::Note(change.operator));
            }
            Edit::Plan(_) => {
                self.entries.insert(id, Entry::Shift);
            }
            Edit::Erase(_) | Edit::Replan(..) | Edit::Cancel(_) => {}
        }
    }

    /// The notes, oldest first.
    ///
    /// # Errors
    /// The document failed.
    pub fn notes(&self) -> Result<Vec<Note>, Refused> {
        self.check_whole()?;
        let notes = guarded(|| {
            let ids = self.entries.iter();
            let notes = ids.filter(|(_, entry)| matches!(entry, Entry::Note(_)));
            let mut notes: Vec<Note> = notes.filter_map(|(id, _)| self.note(*id)).collect();
            notes.sort_by_key(|note| (note.at, note.id));
            notes
        });
        notes.ok_or(Refused::Broken)
    }

    /// The shifts that were not cancelled, by begin.
    ///
    /// # Errors
    /// The document failed.
    pub fn plan(&self) -> Result<Vec<Planned>, Refused> {
        self.check_whole()?;
        let plan = guarded(|| {
            let ids = self.entries.iter();
            let shifts = ids.filter(|(_, entry)| matches!(entry, Entry::Shift));
            let mut plan: Vec<Planned> = shifts.filter_map(|(id, _)| self.shift(*id)).collect();
            plan.sort_by_key(|planned| (planned.shift.from, planned.shift.gate, planned.id));
            plan
        });
        plan.ok_or(Refused::Broken)
    }

    fn check_whole(&self) -> Result<(), Refused> {
        match self.broken || !self.queue.is_empty() {
            true => Err(Refused::Broken),
            false => Ok(()),
        }
    }

    fn note(&self, id: EntryId) -> Option<Note> {
        Some(Note {
            id,
            operator: OperatorNo(u16::try_from(self.number(&note_key(id, "by"))?.0).ok()?),
            at: Timestamp(self.number(&note_key(id, "at"))?.0),
            erased: self.number(&note_key(id, "erased")).is_some(),
        })
    }

    fn shift(&self, id: EntryId) -> Option<Planned> {
        let field = |name| self.number(&shift_key(id, name));
        if field("cancelled").is_some() {
            return None;
        }
        let (gate, person) = (field("gate")?, field("person")?);
        let (from, until) = (field("from")?, field("until")?);
        Some(Planned {
            id,
            shift: Shift {
                gate: GateNo(u16::try_from(gate.0).ok()?),
                person: OperatorNo(u16::try_from(person.0).ok()?),
                from: Timestamp(from.0),
                until: Timestamp(until.0),
            },
            disputed: [gate, person, from, until]
                .iter()
                .any(|(_, several)| *several),
        })
    }

    /// The number under a key, and whether others wrote another there at the same time.
    fn number(&self, key: &str) -> Option<(i64, bool)> {
        let all = self.doc.get_all(ROOT, key).ok()?;
        let (newest, _) = self.doc.get(ROOT, key).ok()??;
        let newest = newest.as_i64()?;
        let differs = all.iter().any(|(value, _)| value.as_i64() != Some(newest));
        Some((newest, differs))
    }
}

/// A value put under a key, over what stood there.
#[derive(Debug, Clone)]
struct Put {
    key: String,
    value: ScalarValue,
    over: Vec<OpId>,
}

/// The Automerge change that puts `operations` after `before` others.
fn expand(
    change: &Change,
    writer: ActorId,
    before: u64,
    operations: Vec<Put>,
) -> Option<automerge::Change> {
    let operations = operations.into_iter().map(|put| Op {
        action: OpType::Put(put.value),
        obj: ObjectId::Root,
        key: Key::Map(put.key.into()),
        pred: put.over.into(),
        insert: false,
    });
    let expanded = ExpandedChange {
        operations: operations.collect(),
        actor_id: automerge::ActorId::from(writer.0),
        hash: None,
        seq: u64::from(change.seq),
        start_op: NonZeroU64::new(before.checked_add(1)?)?,
        time: 0,
        message: None,
        deps: change.deps.iter().map(|dep| ChangeHash(dep.0)).collect(),
        extra_bytes: Vec::new(),
        author: None,
    };
    Some(expanded.into())
}

/// What the change puts where: numbers, and the commitment of a text.
fn puts(change: &Change) -> Vec<(String, ScalarValue)> {
    let number = |value: i64| ScalarValue::Int(value);
    match &change.edit {
        Edit::Note { commitment, .. } => {
            let id = change.id();
            vec![
                (note_key(id, "at"), number(change.at.as_millis())),
                (note_key(id, "by"), number(change.operator.get().into())),
                (
                    note_key(id, "text"),
                    ScalarValue::Bytes(commitment.0.to_vec()),
                ),
            ]
        }
        Edit::Erase(id) => vec![(note_key(*id, "erased"), number(1))],
        Edit::Cancel(id) => vec![(shift_key(*id, "cancelled"), number(1))],
        Edit::Plan(shift) => {
            let id = change.id();
            vec![
                (shift_key(id, "from"), number(shift.from.as_millis())),
                (shift_key(id, "gate"), number(shift.gate.get().into())),
                (shift_key(id, "person"), number(shift.person.get().into())),
                (shift_key(id, "until"), number(shift.until.as_millis())),
            ]
        }
        Edit::Replan(id, wanted) => [
            ("from", wanted.from.map(Timestamp::as_millis)),
            ("gate", wanted.gate.map(|gate| gate.get().into())),
            ("person", wanted.person.map(|person| person.get().into())),
            ("until", wanted.until.map(Timestamp::as_millis)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((shift_key(*id, name), number(value?))))
        .collect(),
    }
}

fn note_key(id: EntryId, name: &str) -> String {
    format!("note/{id}/{name}")
}

fn shift_key(id: EntryId, name: &str) -> String {
    format!("shift/{id}/{name}")
}

fn op_id(id: ObjId) -> Option<OpId> {
    match id {
        ObjId::Id(counter, actor, _) => Some(OpId(counter, actor)),
        ObjId::Root => None,
    }
}

/// What `act` gives; none if it panicked inside Automerge, which then cannot be trusted any more.
fn guarded<T>(act: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(act)).ok()
}

#[cfg(test)]
mod tests;
