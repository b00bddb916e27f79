//! From a code to what the doorkeeper is shown, and what follows from it.

use std::time::Duration;

use decode::{Budget, LumaFrame, decode_frame, decode_still};
use shared_model::fact::{Direction, FactId};
use shared_model::ids::EventNo;
use shared_model::log::fold::FactKey;

use super::contract::{
    FactRef, GoOn, Outcome, OverrideScan, Reads, ScanFrame, ScanImage, ScanText, Shown, Undo,
    Undone,
};
use super::show::{Words, micros};
use super::upkeep::Figures;
use super::{App, AppError, Changed, Feel, Result, Sound, hold};
use crate::controller::Controller;
use crate::picture::{self, TOKEN};
use crate::scanner::Answered;

/// The place where codes are read, while somebody stands there.
pub(super) struct Door {
    pub(super) controller: Controller,
    pub(super) event: EventNo,
    pub(super) direction: Direction,
    pub(super) figures: Figures,
}

impl Door {
    pub(super) fn new(controller: Controller, event: EventNo, direction: Direction) -> Self {
        Self {
            controller,
            event,
            direction,
            figures: Figures::default(),
        }
    }
}

/// An answer and where it was given.
struct Given {
    answered: Answered,
    event: EventNo,
    direction: Direction,
    took: Duration,
}

impl App {
    pub(super) fn scan_text(&self, it: ScanText) -> Result<Shown> {
        self.scanner()?;
        self.read(it.text.trim())
    }

    pub(super) fn scan_image(&self, it: ScanImage) -> Result<Shown> {
        self.scanner()?;
        let picture = picture::parse(&it.bytes.0)?;
        let symbols = decode_still(&picture.frame(), &mut Budget::still());
        self.read(&picture::best(symbols).ok_or(AppError::NoCode)?)
    }

    /// One code, as somebody meant it.
    pub(super) fn read(&self, text: &str) -> Result<Shown> {
        self.at_door(|app, door| {
            let answered = door.controller.read(text, app.wall(), &mut app.rng())?;
            Ok(vec![answered])
        })?
        .pop()
        .ok_or(AppError::NoCode)
    }

    pub(super) fn scan_frame(&self, it: ScanFrame) -> Result<Reads> {
        self.look_at(it.width, it.height, &it.luma.0)
    }

    /// Looks at one frame: brightness, a byte a pixel, rows from the top without gaps.
    ///
    /// # Errors
    /// The bytes are no picture of that size, nothing is chosen yet, or the store failed.
    pub fn look_at(&self, width: u32, height: u32, luma: &[u8]) -> Result<Reads> {
        self.may_look()?;
        let (width, height) = (width as usize, height as usize);
        let frame = LumaFrame::new(width, height, width, luma).map_err(|_| AppError::NoPicture)?;
        // Frames are looked at one after the other, and verdicts on other codes do not wait for it.
        let mut eyes = hold(&self.eyes);
        let begun = self.rising();
        let symbols = decode_frame(&frame, &mut eyes, TOKEN, &mut Budget::video());
        let decoded = self.rising().saturating_sub(begun);
        let texts: Vec<&str> = symbols.iter().map(|symbol| symbol.text.as_str()).collect();
        self.read_frame(&texts, decoded)
    }

    /// Reads the codes of one frame, which took so long to find: at the door, or before there is one.
    pub(super) fn read_frame(&self, texts: &[&str], decoded: Duration) -> Result<Reads> {
        let shown = match self.scanner() {
            Err(AppError::NotEnrolled) => {
                self.look_for_link(texts);
                Vec::new()
            }
            scanner => scanner.and_then(|_| {
                self.at_door(|app, door| {
                    door.figures.looked(app.rising(), decoded);
                    let (clock, wall) = (app.rising(), app.wall());
                    Ok(door.controller.frame(texts, clock, wall, &mut app.rng())?)
                })
            })?,
        };
        Ok(Reads {
            shown,
            in_view: u32::try_from(texts.len()).unwrap_or(u32::MAX),
            decode_us: micros(decoded),
        })
    }

    pub(super) fn go_on(&self, it: GoOn) -> Result<Shown> {
        self.scanner()?;
        let wish = it.wish.parse().map_err(|_| AppError::NothingWaiting)?;
        self.at_door(|app, door| {
            if door.controller.waiting() != Some(wish) {
                return Err(AppError::NothingWaiting);
            }
            let (wall, mut rng) = (app.wall(), app.rng());
            let answered = door
                .controller
                .go_on(&it.answers, &it.confirmed, wall, &mut rng)?;
            Ok(answered.into_iter().collect())
        })?
        .pop()
        .ok_or(AppError::NothingWaiting)
    }

    pub(super) fn give_up(&self) -> Result<()> {
        self.scanner()?;
        if let Some(door) = hold(&self.door).as_mut() {
            door.controller.give_up();
        }
        Ok(())
    }

    pub(super) fn override_scan(&self, it: OverrideScan) -> Result<Shown> {
        let scanner = self.scanner()?;
        let wish = it.wish.parse().map_err(|_| AppError::NothingToOverride)?;
        self.check_pin(&scanner, it.supervisor, &it.pin, true)?;
        self.at_door(|app, door| {
            let (wall, mut rng) = (app.wall(), app.rng());
            let by = (it.supervisor, it.reason_code);
            let answered = door.controller.overrule(wish, by, wall, &mut rng)?;
            Ok(answered.into_iter().collect())
        })?
        .pop()
        .ok_or(AppError::NothingToOverride)
    }

    /// Does something at the door and shows what came of it. Words and signals are made after the
    /// door is free again.
    fn at_door(
        &self,
        act: impl FnOnce(&Self, &mut Door) -> Result<Vec<Answered>>,
    ) -> Result<Vec<Shown>> {
        let begun = self.rising();
        let given: Vec<Given> = {
            let mut door = hold(&self.door);
            let door = door.as_mut().ok_or(AppError::NoStation)?;
            let answered = act(self, door)?;
            let took = self.rising().saturating_sub(begun);
            if !answered.is_empty() {
                door.figures.decided(took);
            }
            let (event, direction) = (door.event, door.direction);
            answered
                .into_iter()
                .map(|answered| Given {
                    answered,
                    event,
                    direction,
                    took,
                })
                .collect()
        };
        given.iter().map(|given| self.show(given)).collect()
    }

    fn show(&self, given: &Given) -> Result<Shown> {
        let book = self.any_scanner()?.book(given.event)?;
        let sentences = self.sentences();
        let words = Words::new(&sentences, &book, given.answered.at);
        let shown = words.shown(&given.answered, given.direction, given.took);
        self.signal(&shown);
        if shown.fact.is_some() && !shown.rehearsal {
            self.changed(Changed::Log);
            self.wake.notify_one();
        }
        Ok(shown)
    }

    /// Sound, vibration, turnstile.
    fn signal(&self, shown: &Shown) {
        let (sound, feel) = match shown.outcome {
            Outcome::Admit => (Sound::Admit, Feel::Admit),
            Outcome::Refuse => (Sound::Refuse, Feel::Refuse),
            Outcome::Ask | Outcome::Confirm => (Sound::Ask, Feel::Ask),
        };
        let settings = self.desk().kept.settings.clone();
        if settings.sound {
            self.shell.sound(sound, settings.volume);
        }
        if settings.haptics {
            self.shell.haptics(feel);
        }
        if settings.relay && shown.outcome == Outcome::Admit && !shown.rehearsal {
            self.shell.relay();
        }
    }

    pub(super) fn undo(&self, it: Undo) -> Result<Undone> {
        self.for_real()?;
        let (scanner, event, _) = self.at_event()?;
        let scan = match it.scan {
            Some(scan) => scan.into(),
            None => scanner.last_admitted(event)?.ok_or(AppError::UnknownFact)?,
        };
        let operator = self.desk().operator;
        let fact = scanner.undo(event, scan, operator, self.wall())?;
        self.changed(Changed::Log);
        self.wake.notify_one();
        Ok(Undone {
            scan: scan.into(),
            fact: fact.into(),
        })
    }
}

impl From<FactId> for FactRef {
    fn from(id: FactId) -> Self {
        Self {
            actor: id.actor,
            seq: id.seq,
        }
    }
}

impl From<FactKey> for FactRef {
    fn from(key: FactKey) -> Self {
        Self {
            actor: key.actor,
            seq: key.seq,
        }
    }
}

impl From<FactRef> for FactKey {
    fn from(fact: FactRef) -> Self {
        Self {
            actor: fact.actor,
            seq: fact.seq,
        }
    }
}
