//! The ties to the server and to the devices around, for as long as the data are open.
//!
//! A lasting link and the search for neighbours run on threads of their own; here they are
//! begun, followed and let go. What they bring reaches screens as events within a second.
//! A verdict never waits for any of it, and being offline is no fault.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Weak};
use std::time::Duration;

use shared_model::ids::EventNo;
use shared_model::time::Timestamp;
use tokio::sync::watch;
use tokio::time::sleep;

use super::contract::Badge;
use super::{App, AppError, Changed, Event, Result, hold};
use crate::lan::{Neighbour, Neighbours};
use crate::scanner::{EventStatus, Scanner};
use crate::sync::contact::{Contact, State, Trouble, Way};

/// Any port of any interface: others are told by mDNS which one it is.
const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
/// Devices that somebody added are called this often.
const CALL_EVERY: Duration = Duration::from_secs(5);
/// What changes meanwhile is told together.
const GATHER: Duration = Duration::from_millis(200);

/// What keeps the device in touch.
#[derive(Default)]
pub(super) struct Ties {
    server: Option<Contact>,
    around: Option<Neighbours>,
    /// What screens were told last.
    told: Vec<EventStatus>,
    badge: Option<Badge>,
    list: Vec<Neighbour>,
}

impl Ties {
    /// How the contact with the server stands.
    pub(super) fn server(&self) -> State {
        self.server.as_ref().map(Contact::state).unwrap_or_default()
    }

    /// The devices around; absent where nobody looks.
    pub(super) fn around(&self) -> Option<Vec<Neighbour>> {
        self.around.as_ref().map(Neighbours::list)
    }

    /// Where others reach this device.
    pub(super) fn listening(&self) -> Vec<String> {
        let address = self.around.as_ref().map(Neighbours::address);
        address.map(reached_at).into_iter().collect()
    }

    /// Tries the server at once.
    pub(super) fn hurry(&self) {
        if let Some(server) = &self.server {
            server.hurry();
        }
    }
}

/// The address of the interface that leads out; no packet is sent to find it.
fn reached_at(listen: SocketAddr) -> String {
    const OUTSIDE: (Ipv4Addr, u16) = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let out = UdpSocket::bind(ANYWHERE).and_then(|socket| {
        socket.connect(OUTSIDE)?;
        socket.local_addr()
    });
    let host = out.map_or(listen.ip(), |address| address.ip());
    SocketAddr::new(host, listen.port()).to_string()
}

/// Keeps the ties for as long as the program lives.
pub(super) fn start(app: &Arc<App>) {
    let runtime = app.runtime.clone();
    runtime.spawn(run(Arc::downgrade(app)));
}

async fn run(app: Weak<App>) {
    loop {
        let Some(strong) = app.upgrade() else { return };
        let wake = Arc::clone(&strong.wake);
        let own = app.clone();
        let round = tokio::task::spawn_blocking(move || strong.tie(&own));
        if round.await.is_err() {
            return;
        }
        // Somebody's wish ends the wait; the program's end ends it at the next turn.
        let _ = tokio::time::timeout(CALL_EVERY, wake.notified()).await;
    }
}

/// Tells screens what changed, until the data are closed.
async fn follow(app: Weak<App>, mut watched: Watched) {
    while watched.changed().await {
        sleep(GATHER).await;
        watched.mark_unchanged();
        let Some(strong) = app.upgrade() else { return };
        let told = tokio::task::spawn_blocking(move || strong.tell());
        if told.await.is_err() {
            return;
        }
    }
}

/// What is followed. Holds nothing open.
struct Watched {
    store: watch::Receiver<()>,
    server: watch::Receiver<State>,
    around: Option<watch::Receiver<Vec<Neighbour>>>,
}

impl Watched {
    /// Waits for a change; false when there will be none any more.
    async fn changed(&mut self) -> bool {
        let Self {
            store,
            server,
            around,
        } = self;
        let neighbours = async {
            match around {
                Some(around) => around.changed().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            changed = store.changed() => changed.is_ok(),
            changed = server.changed() => changed.is_ok(),
            changed = neighbours => changed.is_ok(),
        }
    }

    fn mark_unchanged(&mut self) {
        self.store.mark_unchanged();
        self.server.mark_unchanged();
        if let Some(around) = &mut self.around {
            around.mark_unchanged();
        }
    }
}

impl App {
    /// Begins what is not tied yet, and calls the devices that somebody added.
    fn tie(&self, own: &Weak<Self>) {
        if let Err(error) = self.begin(own) {
            tracing::warn!(%error, "no contact with others could be begun");
        }
        if let Ok(scanner) = self.any_scanner()
            && self.may_meet()
        {
            self.call_added(&scanner);
        }
    }

    fn begin(&self, own: &Weak<Self>) -> Result<()> {
        // Held until they are kept: who closes the data finds them or keeps them from starting.
        let mut ties = hold(&self.ties);
        if ties.server.is_some() {
            return Ok(());
        }
        let Ok(scanner) = self.any_scanner() else {
            return Ok(());
        };
        let wall = self.machine.wall;
        let server = Contact::start(Arc::clone(&scanner), wall, self.rng());
        let server = server.map_err(|error| AppError::from(crate::store::Error::from(error)))?;
        let around = self.may_meet().then(|| {
            Neighbours::start(Arc::clone(&scanner), ANYWHERE, wall, self.rng())
                .inspect_err(|error| tracing::warn!(%error, "other devices are not looked for"))
                .ok()
        });
        let around = around.flatten();
        let watched = Watched {
            store: scanner.store().changes(),
            server: server.subscribe(),
            around: around.as_ref().map(Neighbours::subscribe),
        };
        ties.told = scanner.status(self.wall())?.events;
        ties.server = Some(server);
        ties.around = around;
        self.runtime.spawn(follow(own.clone(), watched));
        Ok(())
    }

    /// Whether other devices around may exchange logs with this one.
    fn may_meet(&self) -> bool {
        self.desk().kept.settings.lan
    }

    /// Lets go of all ties; their threads are over when this returns.
    pub(super) fn untie(&self) {
        let ties = std::mem::take(&mut *hold(&self.ties));
        drop(ties);
    }

    /// Tells screens what is new.
    fn tell(&self) {
        let Ok(scanner) = self.any_scanner() else {
            return;
        };
        if let Err(error) = self.tell_news(&scanner) {
            tracing::warn!(%error, "what changed cannot be told");
        }
        let over = self.after_exchange(&scanner);
        drop(scanner);
        self.end_if(over);
    }

    fn tell_news(&self, scanner: &Scanner) -> Result<()> {
        let after = scanner.status(self.wall())?.events;
        let (before, met) = {
            let mut ties = hold(&self.ties);
            let list = ties.around().unwrap_or_default();
            let met = std::mem::replace(&mut ties.list, list.clone()) != list;
            (std::mem::replace(&mut ties.told, after.clone()), met)
        };
        self.tell_changes(&before, &after);
        if met {
            self.changed(Changed::Peers);
        }
        Ok(())
    }

    /// Pushes the calm line where it is another than was told last.
    pub(super) fn tell_badge(&self) {
        let Ok(badge) = self.badge() else { return };
        let known = hold(&self.ties).badge.replace(badge.clone());
        if known.as_ref() != Some(&badge) {
            self.shell.push(&Event::Badge(badge));
        }
    }
}

/// How the server stands: reached, last heard, and what is wrong.
pub(super) fn standing(state: &State) -> (bool, Option<Timestamp>, Option<AppError>) {
    let online = state.events.iter().any(|event| event.way != Way::None);
    let heard = state.events.iter().filter_map(|event| event.heard_at).max();
    let mut troubles = state
        .events
        .iter()
        .filter_map(|event| trouble(event.event, event.trouble?));
    (online, heard, troubles.next())
}

/// A trouble as screens know it; the end of the enrolment is a phase of its own.
fn trouble(event: EventNo, trouble: Trouble) -> Option<AppError> {
    Some(match trouble {
        Trouble::Unreachable => AppError::ServerUnreachable,
        Trouble::Certificate(_) => AppError::ServerCertificate,
        Trouble::NotEnrolled => AppError::ServerForgot,
        Trouble::Revoked => return None,
        Trouble::EventGone => AppError::UnknownEvent { event },
        Trouble::Misunderstood => AppError::ExchangeFailed,
        Trouble::Device => AppError::StoreFailed,
    })
}
