//! The narrow interface between the session and a store.

use std::collections::VecDeque;

use super::session::{Effect, Input, Session, Status};
use super::{Facts, Frame, NotesStatus, Sample, Signed, Time, VersionVector};
use crate::ids::{ActorId, Hash, Incarnation, Serial};
use crate::log::{Manner, Refused};
use crate::manifest::Position;
use crate::notes::{Countersigned, Letter, Refused as LetterRefused};
use crate::time::Timestamp;

/// What became of facts that were handed to a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Last seq of the actor's log held now.
    pub have: u64,
    /// A branch of the actor was found or grew: people must be told, peers get the evidence.
    pub forked: bool,
}

/// A store of one event as a session uses it.
///
/// A device implements it over its database; a server, whose store is
/// asynchronous, matches on [`Effect`] the same way as [`drive`] does.
pub trait Replica {
    /// The store failed.
    type Error;

    /// What is held.
    ///
    /// # Errors
    /// The store failed.
    fn status(&mut self) -> Result<Status, Self::Error>;

    /// Facts of each actor from the seq named on, in batches within stretches, oldest first,
    /// of at most `budget` bytes of records together, but at least one batch where there is one.
    ///
    /// # Errors
    /// The store failed.
    fn missing(&mut self, from: &VersionVector, budget: usize) -> Result<Vec<Facts>, Self::Error>;

    /// All that is held of a forked actor: its log from the first fact on, as [`Replica::missing`]
    /// would give it, then the frames of its branches as they came.
    ///
    /// From the first fact, because two sides that know of different forks cannot know where
    /// their own logs part.
    ///
    /// # Errors
    /// The store failed.
    fn evidence(&mut self, actor: ActorId) -> Result<Vec<Facts>, Self::Error>;

    /// Checks facts with [`crate::log::ingest()`] and stores what passes.
    ///
    /// # Errors
    /// The store failed; a refusal is an answer.
    fn ingest(
        &mut self,
        facts: &Facts,
        manner: Manner,
        now: Timestamp,
    ) -> Result<Result<Stored, Refused>, Self::Error>;

    /// Makes all that was ingested durable.
    ///
    /// # Errors
    /// The store failed.
    fn commit(&mut self) -> Result<(), Self::Error>;

    /// Remembers what the server holds durably: of the actors named, this and no more.
    ///
    /// # Errors
    /// The store failed.
    fn acked(&mut self, vector: &VersionVector) -> Result<(), Self::Error>;

    /// The server's database is another one: forget what was acknowledged and downloaded of it.
    ///
    /// # Errors
    /// The store failed.
    fn reset(&mut self, incarnation: Incarnation) -> Result<(), Self::Error>;

    /// The page after `after` of the changes since `since`, and where the next one begins;
    /// none where this side has no manifest to give.
    ///
    /// # Errors
    /// The store failed.
    fn page(
        &mut self,
        since: u64,
        after: Option<Serial>,
    ) -> Result<Option<(Signed, Option<Serial>)>, Self::Error>;

    /// Verifies a page and stores its rows with the position after it; none when it is not genuine.
    ///
    /// # Errors
    /// The store failed.
    fn save_page(&mut self, page: &Signed) -> Result<Option<Position>, Self::Error>;

    /// The certificate and the book held, where it is newer than `have`.
    ///
    /// # Errors
    /// The store failed.
    fn book(&mut self, have: u64) -> Result<Option<(Vec<u8>, Signed)>, Self::Error>;

    /// Verifies a book and stores it where it is newer than the one held.
    ///
    /// # Errors
    /// The store failed; a book that is not genuine is passed over.
    fn save_book(&mut self, certificate: &[u8], book: &Signed) -> Result<(), Self::Error>;

    /// Answers a question for the time that arrived at `question.received` on the own clock.
    ///
    /// # Errors
    /// The clock or the key failed.
    fn tell_time(&mut self, question: &Time) -> Result<Time, Self::Error>;

    /// Takes a measurement of the clock, after checking the answer's signature where one is due.
    ///
    /// # Errors
    /// The store failed.
    fn clock(&mut self, answer: &Time, sample: Sample) -> Result<(), Self::Error>;

    /// How many letters are held in the server's order, and those after number `have`, of
    /// some [`super::notes::GIVE_BYTES`].
    ///
    /// # Errors
    /// The store failed.
    fn notes(&mut self, have: u32) -> Result<(u32, Vec<Countersigned>), Self::Error>;

    /// Checks letters with [`Countersigned::open`] and stores those that follow what is held.
    ///
    /// # Errors
    /// The store failed; letters that are not genuine are passed over.
    fn save_notes(&mut self, letters: &[Countersigned]) -> Result<NotesStatus, Self::Error>;

    /// Letters that the server has neither admitted nor refused, in the order in which they were
    /// written, at most [`super::notes::HAND_OVER`].
    ///
    /// # Errors
    /// The store failed.
    fn letters(&mut self) -> Result<Vec<Letter>, Self::Error>;

    /// Admits a letter that another side wrote: the server only.
    ///
    /// # Errors
    /// The store failed; a refusal is an answer.
    fn take_letter(
        &mut self,
        letter: &Letter,
        now: Timestamp,
    ) -> Result<Result<(), LetterRefused>, Self::Error>;

    /// Notes that the server will not admit a letter.
    ///
    /// # Errors
    /// The store failed.
    fn letter_refused(
        &mut self,
        hash: &Hash,
        code: LetterRefused,
    ) -> Result<NotesStatus, Self::Error>;
}

/// Gives `input` to the session, does with `replica` what it asks for, and returns what to send.
///
/// `now` is the own clock as it is, not corrected.
///
/// # Errors
/// The store failed; the session must be dropped, and nothing of it sent.
pub fn drive<R: Replica>(
    session: &mut Session,
    replica: &mut R,
    input: Input,
    now: Timestamp,
) -> Result<Vec<Frame>, R::Error> {
    let mut send = Vec::new();
    let mut inputs = VecDeque::from([input]);
    while let Some(input) = inputs.pop_front() {
        for effect in session.handle(input, now) {
            match effect {
                Effect::Send(frame) => send.push(frame),
                other => inputs.extend(perform(replica, other, now, &mut send)?),
            }
        }
    }
    Ok(send)
}

fn perform<R: Replica>(
    replica: &mut R,
    effect: Effect,
    now: Timestamp,
    send: &mut Vec<Frame>,
) -> Result<Option<Input>, R::Error> {
    Ok(match effect {
        Effect::Send(frame) => {
            send.push(frame);
            None
        }
        Effect::LoadStatus => Some(Input::Status(replica.status()?)),
        Effect::LoadMissing { from, budget } => {
            Some(Input::Missing(replica.missing(&from, budget)?))
        }
        Effect::LoadEvidence(actor) => Some(Input::Evidence(replica.evidence(actor)?)),
        Effect::Ingest { facts, manner } => Some(Input::Ingested {
            actor: facts.actor,
            mark: facts.head.mark(),
            result: replica.ingest(&facts, manner, now)?,
        }),
        Effect::Commit => {
            replica.commit()?;
            None
        }
        Effect::Acked(vector) => {
            replica.acked(&vector)?;
            None
        }
        Effect::Reset(incarnation) => {
            replica.reset(incarnation)?;
            None
        }
        Effect::LoadPage { since, after } => Some(Input::Page {
            since,
            page: replica.page(since, after)?,
        }),
        Effect::SavePage(page) => replica.save_page(&page)?.map(Input::PageSaved),
        Effect::LoadBook { have } => replica
            .book(have)?
            .map(|(certificate, book)| Input::Book { certificate, book }),
        Effect::SaveBook { certificate, book } => {
            replica.save_book(&certificate, &book)?;
            None
        }
        Effect::TellTime(question) => {
            send.push(Frame::Time(replica.tell_time(&question)?));
            None
        }
        Effect::Clock { answer, sample } => {
            replica.clock(&answer, sample)?;
            None
        }
        Effect::LoadNotes { have } => {
            let (count, letters) = replica.notes(have)?;
            Some(Input::Notes(count, letters))
        }
        Effect::SaveNotes(letters) => Some(Input::NotesSaved(replica.save_notes(&letters)?)),
        Effect::LoadLetters => Some(Input::Letters(replica.letters()?)),
        Effect::TakeLetter(letter) => match replica.take_letter(&letter, now)? {
            Ok(()) => None,
            Err(code) => Some(Input::LetterRefused {
                hash: letter.hash,
                code,
            }),
        },
        Effect::LetterRefused { hash, code } => {
            Some(Input::NotesSaved(replica.letter_refused(&hash, code)?))
        }
        Effect::Failed { .. } => None,
    })
}
