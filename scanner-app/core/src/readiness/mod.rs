//! Whether the doors can open: what is looked at before, and what to do about it.
//!
//! Says codes and fields; words are `locales/en.ftl`'s and the screen's. What only
//! the caller knows (its camera, who is near) it is told. Nothing here stops a scan.

mod readings;

use std::path::Path;

use serde::Serialize;
use shared_model::ids::EventNo;
use shared_model::time::Timestamp;

pub use self::readings::{Battery, POWER_SUPPLIES, battery, free_bytes};
use crate::camera;
use crate::keys::Keeping;
use crate::scanner::{EventStatus, Result, Scanner};

/// Tickets and book are of today when the server was heard within this long.
const OF_TODAY_MS: i64 = 12 * 60 * 60 * 1000;
/// A night's log, the tickets of a large event and some spare.
const ENOUGH_BYTES: u64 = 500_000_000;
/// A night without a socket.
const ENOUGH_PERCENT: u8 = 50;

/// What the caller knows and the scanner does not.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// Bytes free where the store is.
    pub free_bytes: Option<u64>,
    /// The computer's battery.
    pub battery: Option<Battery>,
    /// How the camera stands, where codes are read with one.
    pub camera: Option<camera::State>,
    /// Other devices of the event that can be reached now, where that was looked for.
    pub near: Option<u32>,
}

impl Surroundings {
    /// What this machine says of itself, with the store in `folder`.
    #[must_use]
    pub fn of_machine(folder: &Path) -> Self {
        Self {
            free_bytes: free_bytes(folder),
            battery: battery(Path::new(POWER_SUPPLIES)),
            camera: None,
            near: None,
        }
    }
}

/// How ready a device is for an event.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Readiness {
    /// The event.
    pub event: EventNo,
    /// Nothing needs attention.
    pub ready: bool,
    /// Everything that was looked at.
    pub checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// What to do about it; absent when it is well.
    pub todo: Option<Todo>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "check", rename_all = "snake_case")]
pub enum Finding {
    /// The organizer lets this device work.
    Enrolment {
        /// It was ended.
        ended: bool,
    },
    /// The tickets of the event.
    Tickets {
        /// How many are here.
        tickets: u64,
        /// All of them were downloaded once.
        complete: bool,
        /// Milliseconds since the server was heard.
        age_ms: Option<i64>,
    },
    /// The event book.
    Book {
        /// Its number; 0 for none.
        number: u64,
        /// Milliseconds since it was made.
        age_ms: Option<i64>,
    },
    /// The device's clock.
    Clock {
        /// What is added to it; absent when it was never measured.
        offset_ms: Option<i64>,
        /// The sum may be believed.
        certain: bool,
    },
    /// Room on the disk.
    Storage {
        /// Bytes free; absent where the system does not tell.
        free_bytes: Option<u64>,
    },
    /// The battery; left out of a computer without one.
    Battery(Battery),
    /// Where the keys are.
    Keys {
        /// How well they are kept.
        keeping: Keeping,
    },
    /// Facts that the server has not acknowledged.
    Queue {
        /// How many.
        unsent: u64,
    },
    /// The camera; left out where codes are read otherwise.
    Camera {
        /// How it stands.
        camera: camera::State,
    },
    /// Other devices of the event.
    Peers {
        /// On the roster, without this one.
        others: u32,
        /// Reached now; absent when nobody looked.
        near: Option<u32>,
    },
}

/// What to do about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Todo {
    /// The organizer has to enrol the device again.
    EnrolAgain,
    /// The tickets have to be downloaded to the end.
    FinishDownload,
    /// The device has to hear the server again.
    Sync,
    /// The computer's clock is wrong and has to be set.
    SetClock,
    /// The disk needs room.
    FreeSpace,
    /// The computer needs mains.
    PlugIn,
    /// The keys should be kept better.
    KeepKeysBetter,
    /// The log has to be delivered.
    Deliver,
    /// The camera needs somebody; its trouble says for what.
    SeeToCamera,
    /// The other devices should be near, or the network looked at.
    FindPeers,
}

impl Todo {
    /// Everything that can be to do.
    pub const ALL: [Self; 10] = [
        Self::EnrolAgain,
        Self::FinishDownload,
        Self::Sync,
        Self::SetClock,
        Self::FreeSpace,
        Self::PlugIn,
        Self::KeepKeysBetter,
        Self::Deliver,
        Self::SeeToCamera,
        Self::FindPeers,
    ];

    /// Its name in machines' answers and in files of words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EnrolAgain => "enrol_again",
            Self::FinishDownload => "finish_download",
            Self::Sync => "sync",
            Self::SetClock => "set_clock",
            Self::FreeSpace => "free_space",
            Self::PlugIn => "plug_in",
            Self::KeepKeysBetter => "keep_keys_better",
            Self::Deliver => "deliver",
            Self::SeeToCamera => "see_to_camera",
            Self::FindPeers => "find_peers",
        }
    }
}

impl Scanner {
    /// How ready this device is for `event` at `wall`, by its own clock.
    ///
    /// # Errors
    /// The store failed, or the device does not work for the event.
    pub fn readiness(
        &self,
        event: EventNo,
        surroundings: &Surroundings,
        wall: Timestamp,
    ) -> Result<Readiness> {
        let status = self.status(wall)?;
        let account = self.store().read(|tx| tx.account())?;
        let stands = status.events.iter().find(|known| known.event == event);
        let stands = stands.ok_or(super::scanner::Error::UnknownEvent(event))?;
        let offset_ms = status.clock_offset_ms;
        let now = wall.plus_millis(offset_ms.unwrap_or_default());
        let heard_ms = account.measured_at.map(|at| wall.millis_since(at));
        let mut findings = vec![
            Finding::Enrolment {
                ended: status.revoked,
            },
            tickets(stands, heard_ms),
            Finding::Book {
                number: stands.book,
                age_ms: stands.book_at.map(|at| now.millis_since(at)),
            },
            Finding::Clock {
                offset_ms,
                certain: stands.clock_trusted,
            },
            Finding::Storage {
                free_bytes: surroundings.free_bytes,
            },
            Finding::Keys {
                keeping: self.keeping(),
            },
            Finding::Queue {
                unsent: stands.unsent,
            },
            Finding::Peers {
                others: self.others(event, stands, now)?,
                near: surroundings.near,
            },
        ];
        findings.extend(surroundings.battery.map(Finding::Battery));
        let camera = surroundings.camera.clone();
        findings.extend(camera.map(|camera| Finding::Camera { camera }));
        let limit_ms = match stands.book {
            0 => 0,
            _ => self.book(event)?.clock_limit_ms,
        };
        let checks = findings.into_iter().map(|finding| Check {
            todo: todo(&finding, limit_ms),
            finding,
        });
        let checks: Vec<Check> = checks.collect();
        Ok(Readiness {
            event,
            ready: checks.iter().all(|check| check.todo.is_none()),
            checks,
        })
    }

    /// Devices on the roster now, without this one.
    fn others(&self, event: EventNo, stands: &EventStatus, now: Timestamp) -> Result<u32> {
        if stands.book == 0 {
            return Ok(0);
        }
        let book = self.book(event)?;
        let others = book.roster.devices.iter().filter(|device| {
            let active = device.active.iter().any(|active| active.contains(now));
            active && !device.node && device.fact_key != *self.fact_key()
        });
        Ok(u32::try_from(others.count()).unwrap_or(u32::MAX))
    }
}

fn tickets(stands: &EventStatus, age_ms: Option<i64>) -> Finding {
    Finding::Tickets {
        tickets: stands.tickets,
        complete: stands.revision > 0,
        age_ms,
    }
}

fn todo(finding: &Finding, limit_ms: i64) -> Option<Todo> {
    let old = |age_ms: Option<i64>| age_ms.is_none_or(|age| !(0..=OF_TODAY_MS).contains(&age));
    let (wrong, todo) = match finding {
        Finding::Enrolment { ended } => (*ended, Todo::EnrolAgain),
        Finding::Tickets {
            complete: false, ..
        } => (true, Todo::FinishDownload),
        Finding::Tickets { age_ms, .. } => (old(*age_ms), Todo::Sync),
        // A book is made when something changes: an old one that the server was asked about
        // today is the newest.
        Finding::Book { number, .. } => (*number == 0, Todo::Sync),
        Finding::Clock { offset_ms, certain } => {
            let far = offset_ms.is_some_and(|offset| offset.saturating_abs() > limit_ms);
            (!certain, if far { Todo::SetClock } else { Todo::Sync })
        }
        Finding::Storage { free_bytes } => (
            free_bytes.is_some_and(|free| free < ENOUGH_BYTES),
            Todo::FreeSpace,
        ),
        Finding::Battery(battery) => (
            !battery.on_mains && battery.percent < ENOUGH_PERCENT,
            Todo::PlugIn,
        ),
        Finding::Keys { keeping } => (
            matches!(keeping, Keeping::File | Keeping::Session),
            Todo::KeepKeysBetter,
        ),
        Finding::Queue { unsent } => (*unsent > 0, Todo::Deliver),
        Finding::Camera { camera } => (
            matches!(camera, camera::State::Trouble(_) | camera::State::Ended),
            Todo::SeeToCamera,
        ),
        Finding::Peers { others, near } => (*others > 0 && *near == Some(0), Todo::FindPeers),
    };
    wrong.then_some(todo)
}
