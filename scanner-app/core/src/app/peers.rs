//! Other devices: those that were found around, and those that somebody added.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared_model::time::Timestamp;

use super::contract::{AddPeer, ForgetPeer, PeerState, PeerView, Peers};
use super::{App, AppError, Changed, Result, hold};
use crate::lan::{Lan, Neighbour};
use crate::scanner::Scanner;

/// How devices stand that somebody added, by address.
#[derive(Debug, Default)]
pub(super) struct Added(BTreeMap<String, Peer>);

/// How another device stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Peer {
    last_at: Option<Timestamp>,
    trouble: Option<AppError>,
}

impl App {
    /// Devices in reach now; absent where none is looked for.
    pub(super) fn near(&self) -> Option<u32> {
        let around = hold(&self.ties).around();
        let added = hold(&self.added);
        let reached = |peer: &&Peer| peer.last_at.is_some() && peer.trouble.is_none();
        let typed = added.0.values().filter(reached).count();
        let found = around.iter().flatten().filter(|found| found.in_reach);
        let near = u32::try_from(typed + found.count()).unwrap_or(u32::MAX);
        (around.is_some() || !added.0.is_empty()).then_some(near)
    }

    /// Exchanges with each device that somebody added.
    pub(super) fn call_added(&self, scanner: &Arc<Scanner>) {
        let addresses = self.desk().kept.peers.clone();
        for address in addresses {
            let exchanged = self.with_peer(scanner, &address);
            let mut added = hold(&self.added);
            let peer = added.0.entry(address).or_default();
            let before = peer.trouble.take();
            if exchanged.is_ok() {
                peer.last_at = Some(self.wall());
            }
            peer.trouble = exchanged.err();
            let news = peer.trouble != before;
            drop(added);
            if news {
                self.changed(Changed::Peers);
            }
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
        let (listening, around) = {
            let ties = hold(&self.ties);
            (ties.listening(), ties.around().unwrap_or_default())
        };
        let addresses = self.desk().kept.peers.clone();
        let added = hold(&self.added);
        let typed = addresses.into_iter().map(|address| {
            let peer = added.0.get(&address).cloned().unwrap_or_default();
            PeerView {
                name: String::new(),
                state: state(&peer),
                last_contact_at: peer.last_at,
                trouble: peer.trouble,
                added: true,
                address,
            }
        });
        Ok(Peers {
            listening,
            peers: around.into_iter().map(found).chain(typed).collect(),
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
        self.call_added(&scanner);
        self.changed(Changed::Peers);
        self.peers()
    }

    pub(super) fn forget_peer(&self, it: ForgetPeer) -> Result<Peers> {
        self.scanner()?;
        let kept = {
            let mut desk = self.desk();
            desk.kept.peers.retain(|address| *address != it.address);
            desk.kept.clone()
        };
        kept.save(self.home.folder())?;
        hold(&self.added).0.remove(&it.address);
        self.changed(Changed::Peers);
        self.peers()
    }
}

/// A device that was found: the handshake proved its name.
fn found(neighbour: Neighbour) -> PeerView {
    let trouble = (!neighbour.in_reach).then_some(AppError::PeerUnreachable);
    PeerView {
        name: neighbour.name,
        address: neighbour.address.to_string(),
        state: match neighbour.in_reach {
            true => PeerState::Connected,
            false => PeerState::Unreachable,
        },
        last_contact_at: Some(neighbour.met_at),
        trouble,
        added: false,
    }
}

fn state(peer: &Peer) -> PeerState {
    match (peer.last_at, &peer.trouble) {
        (_, Some(AppError::PeerRefused)) => PeerState::Refused,
        (_, Some(_)) => PeerState::Unreachable,
        (Some(_), None) => PeerState::Connected,
        (None, None) => PeerState::Found,
    }
}
