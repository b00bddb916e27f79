//! One place where codes are read: which wish each code is, and what is still asked of it.
//!
//! Owns the station (list, gate, direction, person) and the wish that waits for
//! answers. A code held before the camera is one wish; so is a code together with
//! the answers that follow it. Decides nothing: that is [`Scanner::scan`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use rand::CryptoRng;
use shared_model::entry::{Answer, Confirmed, Override, Request};
use shared_model::ids::{EventNo, OperatorNo, RequestId};
use shared_model::time::Timestamp;
use shared_model::verdict::{Steps, Verdict};

use crate::presence::Presence;
use crate::scanner::{Answered, Rehearsal, Result, Scanner};

/// Refusals that a supervisor may come back to while other guests are read.
const REFUSALS_KEPT: usize = 8;

/// A place where codes are read.
pub struct Controller {
    scanner: Arc<Scanner>,
    event: EventNo,
    station: Request,
    presence: Presence,
    waiting: Option<(String, Request)>,
    rehearsal: Option<Rehearsal>,
    /// What was refused last, and may be overridden while other codes are read.
    refused: VecDeque<(String, Request)>,
}

impl Controller {
    /// A place with this station; its id, time, answers and confirmations are set for each wish.
    #[must_use]
    pub fn new(scanner: Arc<Scanner>, event: EventNo, station: Request) -> Self {
        Self {
            scanner,
            event,
            station,
            presence: Presence::default(),
            waiting: None,
            rehearsal: None,
            refused: VecDeque::new(),
        }
    }

    /// Moves to another station; what waits for answers is given up.
    pub fn move_to(&mut self, station: Request) {
        self.station = station;
        self.give_up();
    }

    /// The wish that waits for answers, if one does.
    #[must_use]
    pub fn waiting(&self) -> Option<RequestId> {
        self.waiting.as_ref().map(|(_, request)| request.id)
    }

    /// Gives up the wish that waits for answers, and the refusals that could be overridden.
    pub fn give_up(&mut self) {
        self.waiting = None;
        self.refused.clear();
    }

    /// Answers in a rehearsal from now on, or at the real door again; what waits for answers is
    /// given up. Gives back the rehearsal that ended.
    pub fn rehearse(&mut self, rehearsal: Option<Rehearsal>) -> Option<Rehearsal> {
        self.give_up();
        std::mem::replace(&mut self.rehearsal, rehearsal)
    }

    /// Whether this is a rehearsal.
    #[must_use]
    pub fn rehearses(&self) -> bool {
        self.rehearsal.is_some()
    }

    /// Takes the codes of one camera frame; answers those that are newly shown, up to the first
    /// that something is asked about. While it waits nothing new is read.
    ///
    /// `clock` is any clock that only rises, `wall` what the device's clock says.
    ///
    /// # Errors
    /// The store failed: nobody may be let in.
    pub fn frame<R: CryptoRng + ?Sized>(
        &mut self,
        texts: &[&str],
        clock: Duration,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Vec<Answered>> {
        let mut answers = Vec::new();
        self.presence.hold(texts, clock);
        for text in texts {
            if self.waiting.is_some() {
                break;
            }
            if self.presence.show(text, clock) {
                answers.push(self.read(text, wall, rng)?);
            }
        }
        Ok(answers)
    }

    /// Answers one code, as from a hand scanner, a file or a keyboard: a new wish.
    ///
    /// # Errors
    /// The store failed: nobody may be let in.
    pub fn read<R: CryptoRng + ?Sized>(
        &mut self,
        text: &str,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Answered> {
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        let request = Request {
            id: RequestId(id),
            ..self.station.clone()
        };
        self.wish(text.to_owned(), request, wall, rng)
    }

    /// Goes on with the wish that waits, with what was answered and confirmed; none where nothing waits.
    ///
    /// # Errors
    /// The store failed: nobody may be let in.
    pub fn go_on<R: CryptoRng + ?Sized>(
        &mut self,
        answers: &[Answer],
        confirmed: &[Confirmed],
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Option<Answered>> {
        let Some((text, mut request)) = self.waiting.take() else {
            return Ok(None);
        };
        for answer in answers {
            request
                .answers
                .retain(|known| known.question != answer.question);
            request.answers.push(answer.clone());
        }
        for confirm in confirmed {
            request
                .confirmed
                .retain(|known| known.cause != confirm.cause);
            request.confirmed.push(*confirm);
        }
        self.wish(text, request, wall, rng).map(Some)
    }

    /// Lets the code of the refused wish `id` pass by a supervisor's decision, whose PIN was
    /// checked; none where that is none of the last refusals, no decision of a person can change
    /// it, or this is a rehearsal.
    ///
    /// # Errors
    /// The store failed: nobody may be let in.
    pub fn overrule<R: CryptoRng + ?Sized>(
        &mut self,
        id: RequestId,
        (supervisor, reason_code): (OperatorNo, u8),
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Option<Answered>> {
        let at = self
            .refused
            .iter()
            .position(|(_, request)| request.id == id);
        let refused = at.and_then(|at| self.refused.get(at).cloned());
        let (Some((text, mut request)), None) = (refused, &self.rehearsal) else {
            return Ok(None);
        };
        let steps = self
            .scanner
            .in_the_way(self.event, &text, &request, supervisor, wall)?;
        if steps == Steps::NONE {
            return Ok(None);
        }
        let refused_id = id;
        let mut id = [0; 16];
        rng.fill_bytes(&mut id);
        request.id = RequestId(id);
        request.override_ = Some(Override {
            supervisor,
            steps,
            reason_code,
        });
        let answered = self.wish(text, request, wall, rng)?;
        self.refused.retain(|(_, request)| request.id != refused_id);
        Ok(Some(answered))
    }

    fn wish<R: CryptoRng + ?Sized>(
        &mut self,
        text: String,
        request: Request,
        wall: Timestamp,
        rng: &mut R,
    ) -> Result<Answered> {
        let answered = match &self.rehearsal {
            Some(rehearsal) => rehearsal.scan(&text, &request, wall, rng)?,
            None => self.scanner.scan(self.event, &text, &request, wall, rng)?,
        };
        self.waiting = None;
        match answered.verdict {
            Verdict::Ask { .. } | Verdict::Confirm { .. } => self.waiting = Some((text, request)),
            Verdict::Refuse(_) => {
                self.refused.truncate(REFUSALS_KEPT - 1);
                self.refused.push_front((text, request));
            }
            Verdict::Admit(_) => {}
        }
        Ok(answered)
    }
}
