//! Whether doors can open, as green, yellow or red.
//!
//! What is looked at and what is wrong is [`crate::readiness`]'s; here each finding gets its
//! colour, and what only the screens' program knows is added: sound and station. Nothing in
//! this list stops a scan.

use super::contract::{
    Check, CheckKind, CheckState, Field, FieldValue, LookReady, Readiness, ScreenBattery,
    ScreenCamera,
};
use super::{App, Result, hold};
use crate::camera::State;
use crate::readiness::{self, Battery, Finding, Surroundings, Todo};
use crate::scanner::Scanner;

const MINUTE_MS: i64 = 60_000;
const MEGABYTE: u64 = 1_000_000;
/// With less on the disk a night may end before it is over.
const SCARCE_BYTES: u64 = 50 * MEGABYTE;
/// With less in the battery the device goes out within the hour.
const SCARCE_PERCENT: u8 = 15;

impl App {
    pub(super) fn ready(&self, screen: LookReady) -> Result<Readiness> {
        let scanner = self.scanner()?;
        let machine = Surroundings::of_machine(scanner.folder());
        let surroundings = Surroundings {
            near: self.near(),
            camera: screen.camera.map(seen).or_else(|| self.camera_seen()),
            battery: machine.battery.or_else(|| screen.battery.map(told)),
            ..machine
        };
        let mut checks = vec![self.sound_check(), self.station_check(&scanner)?];
        if let Some(event) = self.event(&scanner)? {
            let looked = scanner.readiness(event, &surroundings, self.wall())?;
            checks.extend(looked.checks.iter().filter_map(shown));
        }
        for what in [CheckKind::Battery, CheckKind::Camera] {
            if checks.iter().all(|check| check.what != what) {
                checks.push(check(what, CheckState::Unknown, []));
            }
        }
        checks.sort_by_key(|check| check.state);
        Ok(Readiness {
            ready: checks.iter().all(|check| check.state != CheckState::Bad),
            checks,
        })
    }

    fn sound_check(&self) -> Check {
        let settings = self.desk().kept.settings.clone();
        let state = match settings.sound && settings.volume > 0 {
            true => CheckState::Good,
            false => CheckState::Warn,
        };
        let volume = i64::from(settings.volume);
        check(CheckKind::Sound, state, [Some(("volume", volume))])
    }

    fn station_check(&self, scanner: &Scanner) -> Result<Check> {
        let place = match hold(&self.door).is_some() {
            true => self.desk().kept.station.clone(),
            false => None,
        };
        let state = match place {
            None => CheckState::Bad,
            Some(place) => {
                let now = self.corrected(scanner)?;
                let book = scanner.book(place.event)?;
                let active = book.list(place.list).map(|list| list.active);
                match active {
                    None => CheckState::Bad,
                    Some(Some(active)) if !active.contains(now) => CheckState::Warn,
                    Some(_) => CheckState::Good,
                }
            }
        };
        Ok(check(CheckKind::Station, state, []))
    }
}

/// How a camera stands that a screen tried.
fn seen(camera: ScreenCamera) -> State {
    match camera.trouble {
        None => State::Running,
        Some(trouble) => State::Trouble(trouble.into()),
    }
}

/// A battery that a screen told of.
fn told(battery: ScreenBattery) -> Battery {
    Battery {
        percent: battery.percent.min(100),
        on_mains: battery.charging,
    }
}

/// A finding as screens show it; an ended enrolment is a phase of its own.
fn shown(looked: &readiness::Check) -> Option<Check> {
    let state = state(looked);
    let check = match &looked.finding {
        Finding::Enrolment { .. } => return None,
        Finding::Tickets {
            tickets, age_ms, ..
        } => {
            let fields = [Some(("tickets", count(*tickets))), age_ms.map(minutes)];
            check(CheckKind::Manifest, state, fields)
        }
        Finding::Book { number, age_ms } => {
            let fields = [Some(("number", count(*number))), age_ms.map(minutes)];
            check(CheckKind::Book, state, fields)
        }
        Finding::Clock { offset_ms, .. } => {
            let fields = [offset_ms.map(|offset| ("offset_ms", offset))];
            check(CheckKind::Clock, state, fields)
        }
        Finding::Storage { free_bytes } => {
            let fields = [free_bytes.map(|free| ("free_mb", count(free / MEGABYTE)))];
            check(CheckKind::Storage, state, fields)
        }
        Finding::Battery(battery) => {
            let fields = [
                Some(("percent", i64::from(battery.percent))),
                Some(("charging", i64::from(battery.on_mains))),
            ];
            check(CheckKind::Battery, state, fields)
        }
        Finding::Keys { .. } => check(CheckKind::Keys, state, []),
        Finding::Queue { unsent } => {
            check(CheckKind::Unsent, state, [Some(("facts", count(*unsent)))])
        }
        Finding::Camera { .. } => check(CheckKind::Camera, state, []),
        Finding::Peers { near, .. } => {
            let near = i64::from(near.unwrap_or_default());
            check(CheckKind::Peers, state, [Some(("peers", near))])
        }
    };
    Some(check)
}

/// Without tickets or set-up nobody can be let in, and a device that is about to stop lets in nobody
/// for long; everything else is somebody's to look at.
fn state(looked: &readiness::Check) -> CheckState {
    match (&looked.finding, looked.todo) {
        (
            Finding::Tickets {
                complete: false, ..
            }
            | Finding::Book { number: 0, .. },
            _,
        )
        | (Finding::Clock { .. }, Some(Todo::SetClock)) => CheckState::Bad,
        (
            Finding::Storage {
                free_bytes: Some(free),
            },
            _,
        ) if *free < SCARCE_BYTES => CheckState::Bad,
        (Finding::Battery(battery), Some(_)) if battery.percent < SCARCE_PERCENT => CheckState::Bad,
        (
            Finding::Clock {
                offset_ms: None, ..
            },
            _,
        )
        | (Finding::Storage { free_bytes: None }, _)
        | (Finding::Peers { near: None, .. }, _) => CheckState::Unknown,
        (_, Some(_)) => CheckState::Warn,
        (_, None) => CheckState::Good,
    }
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn minutes(age_ms: i64) -> (&'static str, i64) {
    ("minutes", (age_ms / MINUTE_MS).max(0))
}

fn check<const N: usize>(
    what: CheckKind,
    state: CheckState,
    fields: [Option<(&'static str, i64)>; N],
) -> Check {
    let fields = fields.into_iter().flatten();
    Check {
        what,
        state,
        fields: fields
            .map(|(name, value)| Field {
                name: name.to_owned(),
                value: match name {
                    "minutes" => FieldValue::Minutes(value),
                    _ => FieldValue::Number(value),
                },
            })
            .collect(),
    }
}
