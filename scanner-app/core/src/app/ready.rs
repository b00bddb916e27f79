//! Whether doors can open: what this device knows of itself, as green, yellow or red.
//!
//! What only the machine around it knows (battery, room on the disk) is `unknown`
//! here; nothing in this list stops a scan.

use shared_model::time::Timestamp;

use super::contract::{Check, CheckKind, CheckState, Field, FieldValue, Readiness};
use super::{App, Result, hold};
use crate::scanner::EventStatus;

/// Tickets and set-up are of today when the server was heard within this long.
const OF_TODAY_MINUTES: i64 = 12 * 60;
const MINUTE_MS: i64 = 60_000;

impl App {
    pub(super) fn ready(&self) -> Result<Readiness> {
        let scanner = self.scanner()?;
        let wall = self.wall();
        let status = scanner.status(wall)?;
        let account = scanner.store().read(|tx| tx.account())?;
        let event = self.event(&scanner)?;
        let at = status.events.iter().find(|one| Some(one.event) == event);
        let since = |then: Timestamp| wall.millis_since(then) / MINUTE_MS;
        let heard = hold(&self.contact).last_at.or(account.measured_at);
        let unsent: u64 = status.events.iter().map(|event| event.unsent).sum();
        let settings = self.desk().kept.settings.clone();
        let peers = hold(&self.contact).peers_in_reach();
        let mut checks = vec![
            manifest(at, heard.map(since)),
            book(at, wall),
            check(
                CheckKind::Clock,
                match at {
                    Some(event) if event.clock_trusted => CheckState::Good,
                    _ => CheckState::Warn,
                },
                [
                    account.offset_ms.map(|ms| ("offset_ms", ms)),
                    account.measured_at.map(since).map(minutes),
                ],
            ),
            check(CheckKind::Storage, CheckState::Unknown, []),
            check(CheckKind::Battery, CheckState::Unknown, []),
            check(
                CheckKind::Peers,
                match peers {
                    0 => CheckState::Unknown,
                    _ => CheckState::Good,
                },
                [Some(("peers", i64::from(peers)))],
            ),
            check(CheckKind::Camera, CheckState::Unknown, []),
            check(
                CheckKind::Sound,
                match settings.sound && settings.volume > 0 {
                    true => CheckState::Good,
                    false => CheckState::Warn,
                },
                [Some(("volume", i64::from(settings.volume)))],
            ),
            check(
                CheckKind::Keys,
                match self.home.is_plain() {
                    true => CheckState::Warn,
                    false => CheckState::Good,
                },
                [],
            ),
            check(
                CheckKind::Station,
                match hold(&self.door).is_some() {
                    true => CheckState::Good,
                    false => CheckState::Bad,
                },
                [],
            ),
            check(
                CheckKind::Unsent,
                match unsent {
                    0 => CheckState::Good,
                    _ => CheckState::Warn,
                },
                [Some(("facts", i64::try_from(unsent).unwrap_or(i64::MAX)))],
            ),
        ];
        checks.sort_by_key(|check| check.state);
        Ok(Readiness {
            ready: checks.iter().all(|check| check.state != CheckState::Bad),
            checks,
        })
    }
}

/// The tickets are all here, and of today.
fn manifest(event: Option<&EventStatus>, heard: Option<i64>) -> Check {
    let whole = event.is_some_and(|event| event.revision > 0 && event.downloading_after.is_none());
    let fresh = heard.is_some_and(|minutes| minutes <= OF_TODAY_MINUTES);
    let state = match (whole, fresh) {
        (false, _) => CheckState::Bad,
        (true, false) => CheckState::Warn,
        (true, true) => CheckState::Good,
    };
    let tickets = event.map(|event| i64::try_from(event.tickets).unwrap_or(i64::MAX));
    let fields = [
        tickets.map(|tickets| ("tickets", tickets)),
        heard.map(minutes),
    ];
    check(CheckKind::Manifest, state, fields)
}

/// The set-up is here.
fn book(event: Option<&EventStatus>, wall: Timestamp) -> Check {
    let known = event.filter(|event| event.book > 0);
    let state = match known {
        Some(_) => CheckState::Good,
        None => CheckState::Bad,
    };
    let age = known.and_then(|event| event.book_at);
    let fields = [
        known.map(|event| ("number", i64::try_from(event.book).unwrap_or(i64::MAX))),
        age.map(|at| minutes(wall.millis_since(at) / MINUTE_MS)),
    ];
    check(CheckKind::Book, state, fields)
}

fn minutes(count: i64) -> (&'static str, i64) {
    ("minutes", count.max(0))
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
