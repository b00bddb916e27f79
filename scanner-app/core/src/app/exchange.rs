//! The exchange with the server and with other devices, beside everything else.
//!
//! Runs always; a verdict never waits for it. What it brings reaches screens as
//! events. Nobody is asked anything here: being offline is no fault.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use shared_model::sync::Backoff;
use shared_model::time::Timestamp;

use super::contract::{AddPeer, PeerState, PeerView, Peers};
use super::{App, AppError, Changed, Event, Notice, Result, Stage, hold, unsent};
use crate::lan::Lan;
use crate::scanner::{EventStatus, Scanner, Server};
use crate::sync::http::Http;

/// From one exchange to the next while all is well.
const EVERY: Duration = Duration::from_secs(5);
/// A sign of life goes into the log when nothing else did for so long.
const LIFE_MS: i64 = 60_000;

/// How the device stands with others.
#[derive(Debug, Default)]
pub(super) struct Contact {
    pub(super) online: bool,
    pub(super) busy: bool,
    pub(super) last_at: Option<Timestamp>,
    pub(super) trouble: Option<AppError>,
    peers: BTreeMap<String, Peer>,
}

/// How another device stands.
#[derive(Debug, Default)]
struct Peer {
    last_at: Option<Timestamp>,
    trouble: Option<AppError>,
}

impl Contact {
    /// Devices that can be reached now; absent when none was looked for.
    pub(super) fn near(&self) -> Option<u32> {
        (!self.peers.is_empty()).then(|| self.peers_in_reach())
    }

    pub(super) fn peers_in_reach(&self) -> u32 {
        let reached = |peer: &&Peer| peer.last_at.is_some() && peer.trouble.is_none();
        u32::try_from(self.peers.values().filter(reached).count()).unwrap_or(u32::MAX)
    }
}

/// Exchanges for as long as the program lives.
pub(super) fn start(app: &Arc<App>) {
    let runtime = app.runtime.clone();
    runtime.spawn(run(Arc::downgrade(app)));
}

async fn run(app: Weak<App>) {
    let mut backoff = Backoff::default();
    loop {
        let Some(strong) = app.upgrade() else { return };
        let round = tokio::task::spawn_blocking(move || {
            let went = strong.round();
            (strong, went)
        });
        let Ok((strong, went)) = round.await else {
            return;
        };
        let wait = match went {
            true => {
                backoff.reset();
                EVERY
            }
            false => backoff
                .failed(&mut strong.rng())
                .max(Duration::from_secs(1)),
        };
        // Somebody's wish for an exchange ends the wait; the program's end ends it at the next turn.
        let woken = tokio::time::timeout(wait, strong.wake.notified()).await;
        if woken.is_ok() {
            backoff.reset();
        }
    }
}

impl App {
    /// One exchange with everybody; whether the server answered.
    fn round(&self) -> bool {
        let Ok(scanner) = self.any_scanner() else {
            return true;
        };
        self.exchange_with_peers(&scanner);
        self.exchange_with_server(&scanner).is_ok()
    }

    /// One exchange with the server, now.
    pub(super) fn exchange_now(&self) -> Result<()> {
        let scanner = self.any_scanner()?;
        self.exchange_with_server(&scanner)
    }

    fn exchange_with_server(&self, scanner: &Scanner) -> Result<()> {
        hold(&self.contact).busy = true;
        let before = scanner.status(self.wall());
        let exchanged = self.with_server(scanner);
        let wall = self.wall();
        {
            let mut contact = hold(&self.contact);
            contact.busy = false;
            contact.online = !matches!(
                exchanged,
                Err(AppError::ServerUnreachable | AppError::ServerCertificate)
            );
            if contact.online {
                contact.last_at = Some(wall);
            }
            contact.trouble = exchanged.as_ref().err().cloned();
        }
        if let (Ok(before), Ok(after)) = (before, scanner.status(wall)) {
            self.tell_changes(&before.events, &after.events);
        }
        self.after_exchange(scanner);
        exchanged
    }

    fn with_server(&self, scanner: &Scanner) -> Result<()> {
        let account = scanner.store().read(|tx| tx.account())?;
        let server = Server::of(&account).ok_or(AppError::AddressMalformed)?;
        let http = Http::new(server)?;
        for event in self.all_events(scanner)? {
            scanner.show_life(event, LIFE_MS, self.wall())?;
            let exchange = http.sync(scanner, event, &self.machine.wall, self.rng());
            self.runtime.block_on(exchange)?;
        }
        scanner.remember(&mut self.rng())?;
        Ok(())
    }

    /// Pushes what an exchange changed.
    fn tell_changes(&self, before: &[EventStatus], after: &[EventStatus]) {
        for now in after {
            let was = before.iter().find(|was| was.event == now.event);
            let changed = |look: fn(&EventStatus) -> u64| was.map(look) != Some(look(now));
            if changed(|event| event.book) {
                self.changed(Changed::Book);
            }
            if changed(|event| event.revision) || changed(|event| event.tickets) {
                self.changed(Changed::Tickets);
            }
            if changed(|event| event.facts) {
                self.changed(Changed::Log);
            }
            let conflicts = was.map_or(0, |was| was.open_conflicts);
            if now.open_conflicts > conflicts {
                self.shell.notice(Notice::Conflict);
            }
        }
    }

    /// Goes on with what the exchange brought: a new set-up, the end of the enrolment.
    fn after_exchange(&self, scanner: &Scanner) {
        let revoked = scanner.store().read(|tx| tx.account());
        let revoked = revoked.is_ok_and(|account| account.revoked);
        let news = revoked && !std::mem::replace(&mut self.desk().revoked, revoked);
        if news {
            *hold(&self.door) = None;
            self.shell.notice(Notice::Revoked);
            self.changed(Changed::Phase);
        }
        if revoked && unsent(scanner, self.wall()).is_ok_and(|unsent| unsent == 0) {
            self.finish_revocation();
        }
        if hold(&self.door).is_none() {
            self.return_to_station();
        }
        if let Ok(badge) = self.badge() {
            self.shell.push(&Event::Badge(badge));
        }
    }

    /// Everything of a revoked device is delivered: nothing of it stays.
    fn finish_revocation(&self) {
        let stage_is_open = matches!(self.desk().stage, Stage::Open(_));
        if stage_is_open && let Err(error) = self.wipe_everything() {
            tracing::warn!(%error, "a revoked device could not be wiped");
        }
    }

    fn exchange_with_peers(&self, scanner: &Arc<Scanner>) {
        let peers = self.desk().kept.peers.clone();
        if peers.is_empty() {
            return;
        }
        for address in peers {
            let exchanged = self.with_peer(scanner, &address);
            let mut contact = hold(&self.contact);
            let peer = contact.peers.entry(address).or_default();
            if exchanged.is_ok() {
                peer.last_at = Some(self.wall());
            }
            peer.trouble = exchanged.err();
        }
    }

    fn with_peer(&self, scanner: &Arc<Scanner>, address: &str) -> Result<()> {
        let lan = Lan::new(scanner)?;
        for event in self.all_events(scanner)? {
            let exchange = lan.sync(scanner, address, event, &self.machine.wall, self.rng());
            self.runtime.block_on(exchange)?;
        }
        Ok(())
    }

    pub(super) fn peers(&self) -> Result<Peers> {
        self.scanner()?;
        let added = self.desk().kept.peers.clone();
        let contact = hold(&self.contact);
        let peers = added.into_iter().map(|address| {
            let known = contact.peers.get(&address);
            let trouble = known.and_then(|peer| peer.trouble.clone());
            PeerView {
                name: String::new(),
                state: state(known.and_then(|peer| peer.last_at), &trouble),
                last_contact_at: known.and_then(|peer| peer.last_at),
                trouble,
                added: true,
                address,
            }
        });
        Ok(Peers {
            listening: Vec::new(),
            peers: peers.collect(),
        })
    }

    pub(super) fn add_peer(&self, it: AddPeer) -> Result<Peers> {
        let scanner = self.scanner()?;
        let address = it.address.trim().to_owned();
        if !address.contains(':') || address.contains(char::is_whitespace) {
            return Err(AppError::AddressMalformed);
        }
        let kept = {
            let mut desk = self.desk();
            if !desk.kept.peers.contains(&address) {
                desk.kept.peers.push(address);
            }
            desk.kept.clone()
        };
        kept.save(self.home.folder())?;
        self.exchange_with_peers(&scanner);
        self.changed(Changed::Peers);
        self.peers()
    }
}

fn state(last_at: Option<Timestamp>, trouble: &Option<AppError>) -> PeerState {
    match (last_at, trouble) {
        (_, Some(AppError::PeerRefused)) => PeerState::Refused,
        (_, Some(_)) => PeerState::Unreachable,
        (Some(_), None) => PeerState::Connected,
        (None, None) => PeerState::Found,
    }
}
