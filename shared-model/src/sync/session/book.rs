//! The book: given before facts to whoever has an older one, asked for where it is newer.

use super::{Effect, Frame, Mode, Role, Session};

impl Session {
    pub(super) fn ask_book(&mut self) -> Option<Effect> {
        let newest = self.theirs.as_ref().map_or(0, |theirs| theirs.book);
        if self.is_server() || newest <= self.ours.book || self.asked_book >= Some(newest) {
            return None;
        }
        self.asked_book = Some(newest);
        Some(Effect::Send(Frame::WantBook {
            event: self.event,
            have: self.ours.book,
        }))
    }

    /// Gives the book to a side that has an older one, once: without it the facts that
    /// follow could be of devices that it does not know.
    pub(super) fn give_book(&mut self) -> Option<Effect> {
        let have = self.theirs.as_ref()?.book;
        let may = self.may_give_book() && !std::mem::replace(&mut self.served.book, true);
        may.then(|| {
            self.given_book = Some(self.ours.book);
            Effect::LoadBook { have }
        })
    }

    /// Whether the other side has an older book than this one and was not given it.
    pub(super) fn may_give_book(&self) -> bool {
        let theirs = self.theirs.as_ref();
        self.role != Role::Device
            && theirs.is_some_and(|theirs| theirs.book < self.ours.book)
            && self.given_book < Some(self.ours.book)
    }

    /// Answers a question for the book, once in a message.
    ///
    /// The side that sends messages and waits for answers gives its book unasked.
    pub(super) fn load_book(&mut self, have: u64) -> Option<Effect> {
        if self.is_revoked() || self.is_turning() {
            return None;
        }
        let first = !std::mem::replace(&mut self.served.book, true);
        first.then(|| {
            self.given_book = Some(self.ours.book);
            Effect::LoadBook { have }
        })
    }

    /// Says over a lasting link that there is a newer book, or more in the manifest.
    pub(super) fn tell_changes(&mut self) -> Option<Effect> {
        let (revision, book) = (self.ours.manifest.since, self.ours.book);
        let (told_revision, told_book) = self.told;
        let news = book != told_book || (self.is_server() && revision != told_revision);
        if self.mode != Mode::Stream || self.is_revoked() || !news {
            return None;
        }
        self.told = (revision, book);
        let event = self.event;
        Some(Effect::Send(Frame::Changes {
            event,
            revision,
            book,
        }))
    }

    /// The other side has something new.
    pub(super) fn changes(&mut self, revision: u64, book: u64) {
        let mut newer_book = false;
        if let Some(theirs) = &mut self.theirs {
            newer_book = book > theirs.book;
            theirs.revision = theirs.revision.max(revision);
            theirs.book = theirs.book.max(book);
        }
        if newer_book {
            self.offer_strangers_again();
        }
        // What came with this is taken in first.
        self.status_due = true;
    }
}
