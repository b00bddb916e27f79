//! Facts: what is sent, what was taken, and what is not offered again.

use super::vector::{lacking, raise, seqs};
use super::{
    BUDGET, Effect, ErrorCode, Facts, Frame, MAX_MARKS, Mark, Role, Session, Status, Stored,
    VersionVector,
};
use crate::ids::ActorId;
use crate::log::{Manner, Refused};

/// How often facts of one actor are sent again because the other side says that some are missing.
const MAX_GAPS: u8 = 3;

/// Forked actors of which evidence is sent at once.
const MAX_EVIDENCE: usize = 8;

/// Bytes of records in the evidence about one actor: some twenty thousand facts.
const EVIDENCE_BUDGET: usize = 2 * BUDGET;

impl Session {
    pub(super) fn ingest(&mut self, facts: Facts, manner: Manner) -> Vec<Effect> {
        self.commit_due = true;
        vec![Effect::Ingest { facts, manner }]
    }

    pub(super) fn ingested(
        &mut self,
        actor: ActorId,
        mark: Mark,
        result: Result<Stored, Refused>,
    ) -> Vec<Effect> {
        let refused = match result {
            Ok(stored) => {
                self.acks.insert(actor, stored.have);
                self.status_due |= stored.forked;
                if let Some(theirs) = &mut self.theirs
                    && theirs
                        .marks
                        .get(&actor)
                        .is_none_or(|held| held.seq < mark.seq)
                {
                    theirs.marks.insert(actor, mark);
                }
                return Vec::new();
            }
            Err(refused) => refused,
        };
        let code = match refused {
            Refused::Gap { have } => {
                self.acks.insert(actor, have);
                ErrorCode::Gap
            }
            Refused::Diverged if self.restarted.insert(actor) => {
                self.acks.insert(actor, 0);
                self.from_start.insert(actor);
                ErrorCode::Gap
            }
            Refused::Diverged | Refused::BadSignature => ErrorCode::BadSignature,
            Refused::Frozen { .. } => ErrorCode::Frozen,
            Refused::UnknownDevice => ErrorCode::NotEnrolled,
            Refused::Limits => ErrorCode::TooLarge,
            Refused::WrongEvent(_) | Refused::WrongHead | Refused::WrongKey | Refused::NotOpen => {
                ErrorCode::Malformed
            }
        };
        let event = self.event;
        let frame = Frame::Refused { event, actor, code };
        if self.is_turning() {
            // The next message begins with a hello.
            self.refusals.push(frame);
            return Vec::new();
        }
        vec![Effect::Send(frame)]
    }

    pub(super) fn ack(&mut self, vector: VersionVector) -> Vec<Effect> {
        if vector.len() > MAX_MARKS {
            return self.fail(ErrorCode::TooLarge, "too many actors");
        }
        for (actor, seq) in &vector {
            let our = self.ours.marks.get(actor).copied();
            let check = match our {
                Some(our) if our.seq == *seq => our.check,
                _ => [0; 8],
            };
            if let Some(theirs) = &mut self.theirs {
                theirs.marks.insert(*actor, Mark { seq: *seq, check });
            }
            if self.sent.get(actor).is_some_and(|sent| sent <= seq) {
                self.sent.remove(actor);
            }
        }
        raise(&mut self.delivered, &vector);
        let mut effects = Vec::new();
        if self.role == Role::Device {
            effects.push(Effect::Acked(vector));
        }
        if !self.is_turning() && self.sent.is_empty() {
            effects.push(Effect::LoadStatus);
        }
        effects
    }

    pub(super) fn facts_refused(&mut self, actor: ActorId, code: ErrorCode) -> Vec<Effect> {
        self.sent.remove(&actor);
        let gaps = self.gaps.entry(actor).or_default();
        *gaps = gaps.saturating_add(1);
        if code == ErrorCode::Gap && *gaps <= MAX_GAPS {
            return Vec::new();
        }
        self.refused.insert(actor, code);
        if self.is_turning() {
            return Vec::new();
        }
        vec![Effect::LoadStatus]
    }

    /// The other side's book is another one than when it refused facts of devices it did not know.
    pub(super) fn offer_strangers_again(&mut self) {
        let evidence = &mut self.evidence_sent;
        self.refused.retain(|actor, code| {
            let stranger = *code == ErrorCode::NotEnrolled;
            if stranger {
                evidence.remove(actor);
            }
            !stranger
        });
    }

    /// Asks for what the other side lacks, unless it has yet to say what became of the last.
    pub(super) fn facts_due(&mut self) -> Option<Effect> {
        let from = self.to_send();
        (self.sent.is_empty() && !from.is_empty()).then_some(Effect::LoadMissing {
            from,
            budget: self.budget,
        })
    }

    pub(super) fn send_facts(&mut self, batches: Vec<Facts>) -> Vec<Effect> {
        for facts in &batches {
            self.sent.insert(facts.actor, facts.head.seq);
        }
        batches
            .into_iter()
            .map(|facts| Effect::Send(Frame::Facts(facts)))
            .collect()
    }

    pub(super) fn evidence_due(&mut self) -> Vec<Effect> {
        let Some(theirs) = &self.theirs else {
            return Vec::new();
        };
        let mut effects = Vec::new();
        for (actor, digest) in &self.ours.forks {
            if effects.len() == MAX_EVIDENCE {
                break;
            }
            let known = theirs.forks.get(actor) == Some(digest);
            if !known && self.evidence_sent.insert(*actor, *digest) != Some(*digest) {
                effects.push(Effect::LoadEvidence(*actor));
            }
        }
        effects
    }

    /// First seqs of what the other side lacks, takes, and was not sent yet.
    pub(super) fn to_send(&self) -> VersionVector {
        let mut from = match &self.theirs {
            Some(theirs) => lacking(&self.ours.marks, &theirs.marks),
            None if self.role == Role::Device => not_acked(&self.ours),
            None => VersionVector::new(),
        };
        from.retain(|actor, first| {
            let sent = self.sent.get(actor).copied().unwrap_or_default();
            *first = (*first).max(sent.saturating_add(1));
            let last = self.ours.marks.get(actor).map_or(0, |mark| mark.seq);
            *first <= last && !self.refused.contains_key(actor) && !self.both_know_fork(actor)
        });
        from
    }

    /// Then evidence travels instead of facts.
    pub(super) fn both_know_fork(&self, actor: &ActorId) -> bool {
        let theirs = self.theirs.as_ref();
        self.ours.forks.contains_key(actor)
            && theirs.is_some_and(|theirs| theirs.forks.contains_key(actor))
    }
}

/// Frames of evidence, as many as fit one message beside what else it carries.
pub(super) fn send_evidence(batches: Vec<Facts>) -> Vec<Effect> {
    let mut bytes = 0;
    let fitting = batches.into_iter().take_while(|facts| {
        bytes += facts.records.iter().map(Vec::len).sum::<usize>();
        bytes <= EVIDENCE_BUDGET
    });
    fitting
        .map(|facts| Effect::Send(Frame::Fork(facts)))
        .collect()
}

/// First seqs of what the server is not known to hold.
fn not_acked(ours: &Status) -> VersionVector {
    let held = seqs(&ours.marks).into_iter();
    held.filter_map(|(actor, last)| {
        let acked = ours.acked.get(&actor).copied().unwrap_or_default();
        (acked < last).then_some((actor, acked + 1))
    })
    .collect()
}
