//! The devices around: found by mDNS, met again and again, listed once they proved who they are.
//!
//! A thread of its own answers those who call, and calls those who are seen: at once when
//! they appear, soon after something was written here, and now and then. A device is listed
//! by its name in the roster, which the handshake proved; whoever is on no roster of this
//! device is never listed. There is no leader, and nothing at the door waits for this.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde::Serialize;
use shared_model::ids::{DeviceNo, PublicKey};
use shared_model::time::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::{oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::discovery::{Discovery, Sighting};
use super::{Error, Lan};
use crate::scanner::Scanner;

/// How often everybody in sight is met when nothing happens.
const MEET_EVERY: Duration = Duration::from_secs(15);
/// What was written here is passed on after so long, with what else is written meanwhile.
const GATHER: Duration = Duration::from_millis(500);

/// A device that was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Neighbour {
    /// Its number in the roster.
    pub device: DeviceNo,
    /// What people call it.
    pub name: String,
    /// Where it was met.
    pub address: SocketAddr,
    /// When it was met last, by this device's clock.
    pub met_at: Timestamp,
    /// It was met the last time it was called.
    pub in_reach: bool,
}

/// The devices around, until it is dropped.
pub struct Neighbours {
    list: watch::Receiver<Vec<Neighbour>>,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Neighbours {
    /// Listens at `listen`, announces that, and begins to look for others; `wall` is the device's clock.
    ///
    /// # Errors
    /// Nobody can listen there, or the device's key cannot be used.
    pub fn start(
        scanner: Arc<Scanner>,
        listen: SocketAddr,
        wall: fn() -> Timestamp,
        rng: StdRng,
    ) -> Result<Self, Error> {
        let taken = |error| Error::NoListener(listen, error);
        let lan = Lan::new(&scanner)?;
        let listener = std::net::TcpListener::bind(listen).map_err(taken)?;
        listener.set_nonblocking(true).map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(taken)?;
        let (stop, stopped) = oneshot::channel();
        let (tell, list) = watch::channel(Vec::new());
        let around = Around {
            scanner,
            lan,
            wall,
            rng,
            seen: BTreeMap::new(),
            tell,
        };
        let thread = std::thread::Builder::new()
            .name("neighbours".into())
            .spawn(move || {
                runtime.block_on(around.keep(listener, address.port(), stopped));
                // An answer that is being written is not waited for.
                runtime.shutdown_background();
            })
            .map_err(taken)?;
        Ok(Self {
            list,
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where this device listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// The devices that were met, by number.
    #[must_use]
    pub fn list(&self) -> Vec<Neighbour> {
        self.list.borrow().clone()
    }

    /// The devices that were met, and every change of that.
    #[must_use]
    pub fn subscribe(&self) -> watch::Receiver<Vec<Neighbour>> {
        self.list.clone()
    }
}

impl Drop for Neighbours {
    fn drop(&mut self) {
        // One that is over already hears nothing, and need not.
        let _ = self.stop.take().map(|stop| stop.send(()));
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the exchange with the devices around broke off");
        }
    }
}

struct Around {
    scanner: Arc<Scanner>,
    lan: Lan,
    wall: fn() -> Timestamp,
    rng: StdRng,
    /// By name on the network: where somebody may be called.
    seen: BTreeMap<String, Vec<SocketAddr>>,
    tell: watch::Sender<Vec<Neighbour>>,
}

impl Around {
    async fn keep(
        mut self,
        listener: std::net::TcpListener,
        port: u16,
        stopped: oneshot::Receiver<()>,
    ) {
        let listener = match TcpListener::from_std(listener) {
            Ok(listener) => listener,
            Err(error) => {
                tracing::error!(%error, "this device cannot be called by others");
                return;
            }
        };
        let lan = self.lan.clone();
        let answering = lan.serve(Arc::clone(&self.scanner), listener, self.wall);
        tokio::select! {
            _ = stopped => {}
            () = answering => {}
            () = self.look(port) => {}
        }
    }

    /// Meets whoever is seen; where the network cannot be looked at, others may still call.
    async fn look(&mut self, port: u16) {
        let discovery = match Discovery::start(port, &mut self.rng) {
            Ok(discovery) => discovery,
            Err(error) => {
                tracing::warn!(%error, "the local network cannot be searched for other devices");
                return std::future::pending().await;
            }
        };
        let mut changes = self.scanner.store().changes();
        let mut again = interval(MEET_EVERY);
        again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                sighting = discovery.next() => match sighting {
                    Some(Sighting::Seen(name, addresses)) => {
                        self.seen.insert(name.clone(), addresses);
                        self.meet(vec![name]).await;
                    }
                    Some(Sighting::Gone(name)) => {
                        self.seen.remove(&name);
                    }
                    None => return std::future::pending().await,
                },
                changed = changes.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    sleep(GATHER).await;
                    changes.mark_unchanged();
                    self.meet(self.seen.keys().cloned().collect()).await;
                }
                _ = again.tick() => self.meet(self.seen.keys().cloned().collect()).await,
            }
        }
    }

    async fn meet(&mut self, names: Vec<String>) {
        let mut wanted = Vec::new();
        for name in names {
            let addresses = self.seen.get(&name).cloned().unwrap_or_default();
            let mut seed = [0; 32];
            self.rng.fill_bytes(&mut seed);
            wanted.push((addresses, StdRng::from_seed(seed)));
        }
        let calls = wanted.into_iter();
        let calls = calls.map(|(addresses, rng)| self.call(addresses, rng));
        for (addresses, met) in join_all(calls).await {
            self.note(&addresses, met);
        }
    }

    /// Exchanges all that this device and the one at `addresses` share; who it was, and where.
    async fn call(
        &self,
        addresses: Vec<SocketAddr>,
        mut rng: StdRng,
    ) -> (Vec<SocketAddr>, Option<(PublicKey, SocketAddr)>) {
        let events = match self.scanner.store().read(|tx| tx.list_events()) {
            Ok(events) => events,
            Err(error) => {
                tracing::error!(%error, "the events of this device cannot be read");
                return (addresses, None);
            }
        };
        let mut met = None;
        'events: for state in events {
            for address in &addresses {
                let mut seed = [0; 32];
                rng.fill_bytes(&mut seed);
                let rng = StdRng::from_seed(seed);
                let to = address.to_string();
                let exchanged = self
                    .lan
                    .meet(&self.scanner, &to, state.event, &self.wall, rng)
                    .await;
                match exchanged {
                    Ok((peer, _)) => {
                        met = Some((peer, *address));
                        continue 'events;
                    }
                    Err(Error::Unreachable(..)) => {}
                    // Another organizer's, or not of this event.
                    Err(error) => {
                        tracing::debug!(%error, %address, "a device in sight was not met");
                        continue 'events;
                    }
                }
            }
        }
        (addresses, met)
    }

    fn note(&self, called: &[SocketAddr], met: Option<(PublicKey, SocketAddr)>) {
        let known = met.and_then(|(peer, address)| {
            let (device, name) = self.name(&peer)?;
            Some(Neighbour {
                device,
                name,
                address,
                met_at: (self.wall)(),
                in_reach: true,
            })
        });
        self.tell.send_if_modified(|list| match known {
            Some(known) => {
                list.retain(|neighbour| neighbour.device != known.device);
                let at = list.partition_point(|neighbour| neighbour.device < known.device);
                list.insert(at, known);
                true
            }
            None => {
                let lost = list
                    .iter_mut()
                    .filter(|neighbour| neighbour.in_reach && called.contains(&neighbour.address));
                lost.map(|neighbour| neighbour.in_reach = false).count() > 0
            }
        });
    }

    /// Whose transport key this is, by the rosters here.
    fn name(&self, peer: &PublicKey) -> Option<(DeviceNo, String)> {
        let events = self.scanner.store().read(|tx| tx.list_events()).ok()?;
        events.into_iter().find_map(|state| {
            let book = self.scanner.book(state.event).ok()?;
            let mut devices = book.roster.devices.iter();
            let device = devices.find(|device| device.transport_key == *peer)?;
            Some((device.device, device.name.clone()))
        })
    }
}
