//! Who else is on the local network: mDNS, service `_bilten._tcp`.
//!
//! What is announced is a random name, new at each start, and a port. Nothing of the
//! event, the organizer or the device is broadcast; who somebody is shows in the
//! handshake alone.

use std::net::{IpAddr, SocketAddr};

use mdns_sd::{Error, Receiver, ServiceDaemon, ServiceEvent, ServiceInfo};
use rand::Rng;

const SERVICE: &str = "_bilten._tcp.local.";

/// This device's presence on the local network, and what it sees of others.
pub(super) struct Discovery {
    daemon: ServiceDaemon,
    events: Receiver<ServiceEvent>,
    /// Its own instance, to be passed over.
    own: String,
}

/// Something that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sighting {
    /// Somebody listens at one of these addresses.
    Seen(String, Vec<SocketAddr>),
    /// Somebody left.
    Gone(String),
}

impl Discovery {
    /// Announces that this device listens on `port`, and begins to look for others.
    pub(super) fn start<R: Rng + ?Sized>(port: u16, rng: &mut R) -> Result<Self, Error> {
        let mut name = [0; 8];
        rng.fill_bytes(&mut name);
        let name = hex::encode(name);
        let host = format!("{name}.local.");
        let nothing_more = None::<std::collections::HashMap<String, String>>;
        let service = ServiceInfo::new(SERVICE, &name, &host, (), port, nothing_more)?;
        let service = service.enable_addr_auto();
        let own = service.get_fullname().to_owned();
        let daemon = ServiceDaemon::new()?;
        daemon.register(service)?;
        let events = daemon.browse(SERVICE)?;
        Ok(Self {
            daemon,
            events,
            own,
        })
    }

    /// The next sighting; none when the network cannot be looked at any more.
    pub(super) async fn next(&self) -> Option<Sighting> {
        loop {
            let sighting = match self.events.recv_async().await.ok()? {
                ServiceEvent::ServiceResolved(service) => {
                    let mut addresses: Vec<SocketAddr> = service
                        .addresses
                        .iter()
                        .map(mdns_sd::ScopedIp::to_ip_addr)
                        .filter(|address| !is_link_local(address))
                        .map(|address| SocketAddr::new(address, service.port))
                        .collect();
                    addresses.sort();
                    Sighting::Seen(service.fullname.clone(), addresses)
                }
                ServiceEvent::ServiceRemoved(_, name) => Sighting::Gone(name),
                _ => continue,
            };
            match &sighting {
                Sighting::Seen(name, _) | Sighting::Gone(name) if *name == self.own => {}
                _ => return Some(sighting),
            }
        }
    }
}

impl Drop for Discovery {
    fn drop(&mut self) {
        // It says good-bye by itself; a daemon that is over already need not.
        let _ = self.daemon.shutdown();
    }
}

/// Such an address means nothing without the interface that it was seen on.
fn is_link_local(address: &IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if address.is_unicast_link_local())
}
