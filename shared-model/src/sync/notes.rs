//! What two sides say about shift notes, and when.
//!
//! Who has letters in the server's order says how many; who lacks some asks for them. A
//! device hands the server what it wrote and keeps it until the letter comes back
//! countersigned or refused. Spoken only with a side that knows the frame.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Frame;
use super::session::{Effect, Role};
use crate::ids::{EventNo, Hash};
use crate::notes::{Countersigned, Letter, Refused};

/// The first protocol version with [`Frame::Notes`].
const SPOKEN_FROM: u16 = 2;

/// Bytes of letters that one frame gives.
pub const GIVE_BYTES: usize = 256 << 10;

/// Letters that a device hands over in one message.
pub const HAND_OVER: usize = 256;

/// One message about notes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotesFrame {
    /// This many letters in the server's order are here.
    Held {
        /// The event.
        event: EventNo,
        /// How many.
        count: u32,
    },
    /// Asks for the letters after this number.
    Want {
        /// The event.
        event: EventNo,
        /// The last number held.
        have: u32,
    },
    /// Letters in the server's order, as many as fit.
    Given {
        /// The event.
        event: EventNo,
        /// How many there are in all.
        count: u32,
        /// Those asked for.
        letters: Vec<Countersigned>,
    },
    /// A letter to be admitted.
    Letter {
        /// The event.
        event: EventNo,
        /// The letter.
        letter: Letter,
    },
    /// A letter was not admitted and will not be.
    Refused {
        /// The event.
        event: EventNo,
        /// The letter's hash.
        hash: Hash,
        /// Why.
        code: Refused,
    },
}

impl NotesFrame {
    /// The event that it is about.
    #[must_use]
    pub const fn event(&self) -> EventNo {
        match self {
            Self::Held { event, .. }
            | Self::Want { event, .. }
            | Self::Given { event, .. }
            | Self::Letter { event, .. }
            | Self::Refused { event, .. } => *event,
        }
    }
}

/// How a store stands with notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct NotesStatus {
    /// Letters held in the server's order.
    pub have: u32,
    /// Letters that the server has neither admitted nor refused.
    pub pending: u32,
}

/// What a session remembers of the other side.
#[derive(Debug, Clone, Default)]
pub(super) struct Talk {
    spoken: bool,
    told: u32,
    theirs: u32,
    asked: Option<(u32, u32)>,
    sent: BTreeSet<Hash>,
    served: bool,
    /// From where the other side asked last.
    wanted: Option<u32>,
}

impl Talk {
    /// The other side has said which protocol it speaks.
    pub(super) const fn greeted(&mut self, protocol: u16) {
        self.spoken = protocol >= SPOKEN_FROM;
    }

    /// The other side is another database: whatever was asked and sent is to be again.
    pub(super) fn reset(&mut self) {
        self.asked = None;
        self.sent.clear();
    }

    /// From where the other side asked last: it goes up as long as it takes what it is given.
    pub(super) const fn wanted(&self) -> Option<u32> {
        self.wanted
    }

    /// One message is over.
    pub(super) const fn paused(&mut self) {
        self.served = false;
    }

    /// Whether another turn would bring or take letters.
    pub(super) fn has_more(&self, role: Role, ours: NotesStatus) -> bool {
        let hands_over = role == Role::Device && ours.pending > 0;
        let tells = role == Role::Peer && self.told != ours.have && self.theirs < ours.have;
        self.spoken && (self.lacks(role, ours) || hands_over || tells)
    }

    /// What is to be said now.
    pub(super) fn due(&mut self, event: EventNo, role: Role, ours: NotesStatus) -> Vec<Effect> {
        let mut effects = Vec::new();
        if !self.spoken {
            return effects;
        }
        if role != Role::Device && self.told != ours.have {
            self.told = ours.have;
            let count = ours.have;
            effects.push(say(NotesFrame::Held { event, count }));
        }
        if role == Role::Device && ours.pending > 0 {
            // The letters go first, so that the answer has them countersigned.
            effects.push(Effect::LoadLetters);
        } else {
            effects.extend(self.ask(event, role, ours));
        }
        effects
    }

    /// Hands over what was not handed over yet, and asks for what comes of it.
    pub(super) fn hand_over(
        &mut self,
        event: EventNo,
        role: Role,
        ours: NotesStatus,
        letters: Vec<Letter>,
    ) -> Vec<Effect> {
        let fresh = letters
            .into_iter()
            .filter(|letter| self.sent.insert(letter.hash));
        let mut effects: Vec<Effect> = fresh
            .map(|letter| say(NotesFrame::Letter { event, letter }))
            .collect();
        if effects.is_empty() {
            effects.extend(self.ask(event, role, ours));
        } else {
            let have = ours.have;
            effects.push(say(NotesFrame::Want { event, have }));
        }
        effects
    }

    /// Takes one message in.
    pub(super) fn take(&mut self, frame: NotesFrame, role: Role, ours: NotesStatus) -> Vec<Effect> {
        match (frame, role) {
            (NotesFrame::Held { count, .. }, Role::Device | Role::Peer) => {
                self.theirs = count;
                match self.lacks(role, ours) {
                    true => vec![Effect::LoadStatus],
                    false => Vec::new(),
                }
            }
            (NotesFrame::Want { have, .. }, Role::Server { revoked: false } | Role::Peer)
                if !std::mem::replace(&mut self.served, true) =>
            {
                self.wanted = Some(have);
                vec![Effect::LoadNotes { have }]
            }
            (NotesFrame::Given { count, letters, .. }, Role::Device | Role::Peer) => {
                self.theirs = self.theirs.max(count);
                vec![Effect::SaveNotes(letters)]
            }
            (NotesFrame::Letter { letter, .. }, Role::Server { revoked: false }) => {
                vec![Effect::TakeLetter(letter)]
            }
            (NotesFrame::Refused { hash, code, .. }, Role::Device) => {
                vec![Effect::LetterRefused { hash, code }]
            }
            _ => Vec::new(),
        }
    }

    fn ask(&mut self, event: EventNo, role: Role, ours: NotesStatus) -> Option<Effect> {
        let wanted = (ours.have, self.theirs);
        if !self.lacks(role, ours) || self.asked == Some(wanted) {
            return None;
        }
        self.asked = Some(wanted);
        let have = ours.have;
        Some(say(NotesFrame::Want { event, have }))
    }

    fn lacks(&self, role: Role, ours: NotesStatus) -> bool {
        matches!(role, Role::Device | Role::Peer) && self.theirs > ours.have
    }
}

fn say(frame: NotesFrame) -> Effect {
    Effect::Send(Frame::Notes(frame))
}
