//! The program behind the screens: every request handled, every event pushed.
//!
//! Knows no window: a [`Shell`] is the machine around it, be it a window, a browser
//! bridge or a test. Screens send a [`Request`] and get its answer or an [`AppError`];
//! what happens by itself reaches them as an [`Event`]. The shape is written down in
//! `docs/formats/app-requests.md`.
//!
//! Handlers block, on the disk or the network, so shells call [`App::answer`] on a thread for that.
//! A verdict holds the door and nothing else: exchanges, stats and screens never make it wait.

mod account;
mod camera;
mod conflicts;
pub mod contract;
mod door;
mod error;
mod event;
mod exchange;
mod failure;
mod guests;
mod kept;
mod link;
mod machine;
mod night;
mod peers;
mod reader;
mod ready;
mod report;
mod request;
mod sale;
mod shell;
mod show;
mod station;
mod ties;
mod tries;
#[cfg(test)]
mod types;
mod upkeep;
mod watcher;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use decode::Passes;
use rand::rngs::StdRng;
use shared_model::book::Book;
use shared_model::ids::{EventNo, OperatorNo};
use shared_model::sentences::Sentences;
use shared_model::time::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::Notify;

pub use self::error::AppError;
pub use self::event::{Changed, Event, Feel, Sound};
pub use self::machine::Machine;
pub use self::request::{OfEvent, Request};
pub use self::shell::{Notice, Shell};

use self::camera::Eye;
use self::contract::{LinkView, Phase};
use self::door::Door;
use self::exchange::Asked;
use self::kept::Kept;
use self::night::Tally;
use self::peers::Added;
use self::reader::Listening;
use self::ties::Ties;
use self::tries::Tries;
use crate::home::Home;
use crate::scanner::Scanner;

/// What handlers give.
type Result<T> = std::result::Result<T, AppError>;

/// The program behind the screens.
pub struct App {
    own: Weak<Self>,
    home: Home,
    machine: Machine,
    shell: Arc<dyn Shell>,
    runtime: Handle,
    desk: Mutex<Desk>,
    /// Data are being opened again.
    opening: Mutex<()>,
    door: Mutex<Option<Door>>,
    eyes: Mutex<Passes>,
    eye: Mutex<Eye>,
    listening: Mutex<Listening>,
    tries: Mutex<Tries>,
    asked: Mutex<Asked>,
    added: Mutex<Added>,
    ties: Mutex<Ties>,
    tally: Mutex<Tally>,
    /// Somebody wants others to be looked after now.
    wake: Arc<Notify>,
}

/// Who works here, where, and what can be done.
struct Desk {
    stage: Stage,
    kept: Kept,
    sentences: Arc<Sentences>,
    operator: OperatorNo,
    /// A PIN is asked for before anything else.
    locked: bool,
    revoked: bool,
    /// The enrolment link that was opened or shown last.
    link: Option<LinkView>,
    /// It is before a camera now.
    link_in_view: bool,
}

/// How far the data are open.
enum Stage {
    Fresh,
    Sealed,
    Open(Arc<Scanner>),
    Failed(AppError),
}

impl App {
    /// Opens what an earlier run left in `home` and begins to keep in touch with others.
    ///
    /// `runtime` runs what goes over the network. Never fails: what is wrong is the phase.
    #[must_use]
    pub fn start(
        home: Home,
        machine: Machine,
        shell: Arc<dyn Shell>,
        runtime: Handle,
    ) -> Arc<Self> {
        let kept = Kept::load(home.folder());
        let app = Arc::new_cyclic(|own| Self {
            own: own.clone(),
            desk: Mutex::new(Desk {
                stage: Stage::Fresh,
                sentences: Arc::new(Sentences::of(&kept.settings.language)),
                kept,
                operator: OperatorNo(0),
                locked: false,
                revoked: false,
                link: None,
                link_in_view: false,
            }),
            opening: Mutex::default(),
            home,
            machine,
            shell,
            runtime,
            door: Mutex::default(),
            eyes: Mutex::default(),
            eye: Mutex::default(),
            listening: Mutex::default(),
            tries: Mutex::default(),
            asked: Mutex::default(),
            added: Mutex::default(),
            ties: Mutex::default(),
            tally: Mutex::default(),
            wake: Arc::default(),
        });
        app.open_store();
        app.apply_settings();
        ties::start(&app);
        app
    }

    /// The scanner, where it may be used now.
    fn scanner(&self) -> Result<Arc<Scanner>> {
        let desk = self.desk();
        match &desk.stage {
            Stage::Open(_) if desk.locked => Err(AppError::Locked),
            Stage::Open(_) if desk.revoked => Err(AppError::Revoked),
            Stage::Open(scanner) => Ok(Arc::clone(scanner)),
            Stage::Sealed => Err(AppError::Locked),
            Stage::Fresh => Err(AppError::NotEnrolled),
            Stage::Failed(error) => Err(error.clone()),
        }
    }

    /// The scanner for what goes on behind a lock and after a revocation.
    fn any_scanner(&self) -> Result<Arc<Scanner>> {
        let desk = self.desk();
        match &desk.stage {
            Stage::Open(scanner) => Ok(Arc::clone(scanner)),
            Stage::Sealed => Err(AppError::Locked),
            Stage::Fresh => Err(AppError::NotEnrolled),
            Stage::Failed(error) => Err(error.clone()),
        }
    }

    /// The scanner, the event of the station and its book.
    fn at_event(&self) -> Result<(Arc<Scanner>, EventNo, Arc<Book>)> {
        let scanner = self.scanner()?;
        let event = self.event(&scanner)?.ok_or(AppError::NoStation)?;
        let book = scanner.book(event)?;
        Ok((scanner, event, book))
    }

    /// The event of the station, else the only one.
    fn event(&self, scanner: &Scanner) -> Result<Option<EventNo>> {
        if let Some(station) = &self.desk().kept.station {
            return Ok(Some(station.event));
        }
        let events = scanner.store().read(|tx| tx.list_events())?;
        Ok(match events.as_slice() {
            [only] => Some(only.event),
            _ => None,
        })
    }

    /// What can be done now.
    fn phase(&self) -> Result<Phase> {
        use self::contract::LockedBy;

        let (scanner, revoked) = {
            let desk = self.desk();
            match &desk.stage {
                Stage::Fresh if desk.revoked => return Ok(Phase::Revoked { unsent: 0 }),
                Stage::Fresh => return Ok(Phase::Fresh),
                Stage::Failed(error) => {
                    return Ok(Phase::Failed {
                        error: error.clone(),
                    });
                }
                Stage::Sealed => {
                    return Ok(Phase::Locked {
                        by: LockedBy::Passphrase,
                    });
                }
                Stage::Open(_) if desk.locked => {
                    return Ok(Phase::Locked { by: LockedBy::Pin });
                }
                Stage::Open(scanner) => (Arc::clone(scanner), desk.revoked),
            }
        };
        if !revoked {
            return Ok(Phase::Open);
        }
        Ok(Phase::Revoked {
            unsent: unsent(&scanner, self.wall())?,
        })
    }

    fn wall(&self) -> Timestamp {
        (self.machine.wall)()
    }

    fn rising(&self) -> Duration {
        (self.machine.rising)()
    }

    fn rng(&self) -> StdRng {
        (self.machine.rng)()
    }

    fn sentences(&self) -> Arc<Sentences> {
        Arc::clone(&self.desk().sentences)
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        hold(&self.desk)
    }

    fn changed(&self, what: Changed) {
        self.shell.push(&Event::Changed { what });
    }
}

/// Facts and notes of this device that were not delivered, of all its events.
fn unsent(scanner: &Scanner, wall: Timestamp) -> Result<u64> {
    Ok(scanner.status(wall)?.unsent())
}

/// A value stays usable when a handler panicked while it held it.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
