//! One place where codes are read: which wish each code is, and what is still asked of it.
//!
//! Owns the station (list, gate, direction, person) and the wish that waits for
//! answers. A code held before the camera is one wish; so is a code together with
//! the answers that follow it. Decides nothing: that is [`Scanner::scan`].

use std::sync::Arc;
use std::time::Duration;

use rand::CryptoRng;
use shared_model::entry::{Answer, Confirmed, Request};
use shared_model::ids::{EventNo, RequestId};
use shared_model::time::Timestamp;
use shared_model::verdict::Verdict;

use crate::presence::Presence;
use crate::scanner::{Answered, Rehearsal, Result, Scanner};

/// A place where codes are read.
pub struct Controller {
    scanner: Arc<Scanner>,
    event: EventNo,
    station: Request,
    presence: Presence,
    waiting: Option<(String, Request)>,
    rehearsal: Option<Rehearsal>,
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
        }
    }

    /// Moves to another station; what waits for answers is given up.
    pub fn move_to(&mut self, station: Request) {
        self.station = station;
        self.waiting = None;
    }

    /// Answers in a rehearsal from now on, or at the real door again; what waits for answers is
    /// given up. Gives back the rehearsal that ended.
    pub fn rehearse(&mut self, rehearsal: Option<Rehearsal>) -> Option<Rehearsal> {
        self.waiting = None;
        std::mem::replace(&mut self.rehearsal, rehearsal)
    }

    /// Takes the codes of one camera frame; answers those that are newly shown.
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
        let fresh = self.presence.frame(texts, clock);
        fresh
            .into_iter()
            .map(|text| self.read(text, wall, rng))
            .collect()
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
        self.waiting = match answered.verdict {
            Verdict::Ask { .. } | Verdict::Confirm { .. } => Some((text, request)),
            Verdict::Admit(_) | Verdict::Refuse(_) => None,
        };
        Ok(answered)
    }
}
