//! What each side says first, and when it has nothing more to say.

use std::collections::BTreeMap;

use super::vector::lacking;
use super::{
    Effect, ErrorCode, Frame, Hello, MAX_HELLOS, MAX_MARKS, Marks, PROTOCOL, Role, Served, Session,
    Status, VersionVector,
};
use crate::ids::ActorId;
use crate::time::Timestamp;

/// What a turn began with: two alike in a row, and nothing will change any more.
///
/// It holds what the other side said, not what it is taken to hold: that goes up
/// and down with each message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    ours: Status,
    hello: Option<(Marks, BTreeMap<ActorId, u64>)>,
    delivered: VersionVector,
    evidence_sent: BTreeMap<ActorId, u64>,
    notes_wanted: Option<u32>,
}

impl Session {
    pub(super) fn hello(&mut self, hello: Hello) -> Vec<Effect> {
        self.hellos = self.hellos.saturating_add(1);
        if self.hellos > MAX_HELLOS && !self.is_turning() {
            return self.fail(ErrorCode::TooLarge, "too many hellos");
        }
        if hello.protocol == 0 {
            return self.fail(ErrorCode::Version, "protocol 0");
        }
        if hello.marks.len() > MAX_MARKS || hello.forks.len() > MAX_MARKS {
            return self.fail(ErrorCode::TooLarge, "too many actors");
        }
        self.talk.greeted(hello.protocol);
        let mut effects = Vec::new();
        if self.role == Role::Device {
            if let Some(incarnation) = hello.incarnation
                && self.ours.incarnation != Some(incarnation)
            {
                effects.push(Effect::Reset(incarnation));
                self.talk.reset();
                self.asked_page = None;
                self.asked_book = None;
            }
            let named = self.ours.marks.keys().chain(hello.marks.keys());
            let durable = named.map(|actor| {
                let seq = hello.marks.get(actor).map_or(0, |mark| mark.seq);
                (*actor, seq)
            });
            effects.push(Effect::Acked(durable.collect()));
        }
        self.hello = Some((hello.marks.clone(), hello.forks.clone()));
        let book = hello.book;
        let knew = self.theirs.replace(hello).map_or(0, |before| before.book);
        if book > knew {
            self.offer_strangers_again();
        }
        if self.hello_due {
            effects.push(Effect::LoadStatus);
        } else {
            // What came with the hello is taken in first.
            self.status_due = true;
        }
        effects
    }

    pub(super) fn status(&mut self, status: Status, now: Timestamp) -> Vec<Effect> {
        self.ours = status;
        let mut effects = Vec::new();
        if self.is_turning() && self.theirs.is_some() {
            let turn = self.turn();
            if !self.has_more() || self.last_turn.as_ref() == Some(&turn) {
                return effects;
            }
            self.last_turn = Some(turn);
            self.hello_due = true;
        }
        if std::mem::take(&mut self.hello_due) {
            effects.extend(self.open(now));
        } else {
            effects.extend(self.tell_changes());
        }
        effects.extend(self.exchange());
        effects
    }

    /// The hello, and what goes with it.
    fn open(&mut self, now: Timestamp) -> Vec<Effect> {
        let mut effects = vec![Effect::Send(Frame::Hello(self.own_hello()))];
        self.told = (self.ours.manifest.since, self.ours.book);
        if self.is_revoked() {
            effects.push(self.error(ErrorCode::Revoked, "this device may hand in facts only"));
        }
        if !self.is_server() && self.remembers() {
            effects.extend(self.ask_time(now));
        }
        effects.extend(self.held.drain(..).map(Effect::Send));
        effects.extend(self.refusals.drain(..).map(Effect::Send));
        effects
    }

    /// Sends what the other side lacks and asks for what is lacking here.
    fn exchange(&mut self) -> Vec<Effect> {
        if self.is_revoked() {
            return Vec::new();
        }
        let mut effects = Vec::new();
        effects.extend(self.give_book());
        effects.extend(self.facts_due());
        effects.extend(self.evidence_due());
        effects.extend(self.ask_book());
        effects.extend(self.ask_page());
        effects.extend(self.notes_due());
        effects
    }

    pub(super) fn pause(&mut self) -> Vec<Effect> {
        self.served = Served::default();
        self.talk.paused();
        let mut effects = Vec::new();
        if std::mem::take(&mut self.commit_due) {
            effects.push(Effect::Commit);
        }
        let vector = std::mem::take(&mut self.acks);
        if !vector.is_empty() && !self.is_turning() {
            let event = self.event;
            effects.push(Effect::Send(Frame::Ack { event, vector }));
        }
        if self.is_turning() {
            self.sent.clear();
            effects.push(Effect::LoadStatus);
        } else if std::mem::take(&mut self.status_due) || self.ours_lacks_pages() {
            effects.push(Effect::LoadStatus);
        }
        effects
    }

    /// Whether another turn could bring or take anything.
    fn has_more(&self) -> bool {
        let Some(theirs) = &self.theirs else {
            return true;
        };
        let mut lacking = lacking(&theirs.marks, &self.ours.marks);
        lacking.retain(|actor, _| !self.both_know_fork(actor));
        !self.to_send().is_empty()
            || !self.held.is_empty()
            || self.may_give_book()
            || !lacking.is_empty()
            || theirs.forks != self.ours.forks
            || self.ours_lacks_pages()
            || (!self.is_server() && theirs.book > self.ours.book)
            || self.talk.has_more(self.role, self.ours.notes)
    }

    fn turn(&self) -> Turn {
        Turn {
            ours: Status {
                clock: Timestamp::default(),
                ..self.ours.clone()
            },
            hello: self.hello.clone(),
            delivered: self.delivered.clone(),
            evidence_sent: self.evidence_sent.clone(),
            notes_wanted: self.talk.wanted(),
        }
    }

    fn own_hello(&mut self) -> Hello {
        let mut marks = self.ours.marks.clone();
        for actor in std::mem::take(&mut self.from_start) {
            marks.remove(&actor);
        }
        Hello {
            protocol: PROTOCOL,
            event: self.event,
            incarnation: self.ours.incarnation,
            marks,
            forks: self.ours.forks.clone(),
            revision: self.ours.manifest.since,
            book: self.ours.book,
            clock: self.ours.clock,
        }
    }
}
