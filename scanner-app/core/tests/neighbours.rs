//! Devices that find each other on the local network by themselves.
//!
//! Real mDNS over the interfaces of this machine. Where it carries no multicast between two
//! sockets of its own there is nothing to find, and the test says so.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::lan::{Neighbour, Neighbours};
use scanner_core::scanner::Scanner;
use shared_model::time::Timestamp;
use support::{EVENT, Organizer, request};
use tokio::time::timeout;

const ANYWHERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
const PATIENCE: Duration = Duration::from_secs(60);

/// The true time, to the second: TLS looks at the system's clock.
fn today() -> Timestamp {
    let now = rustls::pki_types::UnixTime::now();
    Timestamp::from_secs(i64::try_from(now.as_secs()).unwrap())
}

/// Whether a datagram to a multicast group comes back to this machine.
fn carries_multicast() -> bool {
    let group = Ipv4Addr::new(224, 0, 0, 251);
    let try_it = || -> std::io::Result<()> {
        let ear = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        ear.join_multicast_v4(&group, &Ipv4Addr::UNSPECIFIED)?;
        ear.set_read_timeout(Some(Duration::from_secs(2)))?;
        let mouth = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        mouth.send_to(b"anybody?", (group, ear.local_addr()?.port()))?;
        ear.recv(&mut [0; 16]).map(|_| ())
    };
    try_it().is_ok()
}

fn start(scanner: &Arc<Scanner>, seed: u64) -> Neighbours {
    let rng = StdRng::seed_from_u64(seed);
    Neighbours::start(Arc::clone(scanner), ANYWHERE, today, rng).unwrap()
}

async fn until(neighbours: &Neighbours, wanted: impl Fn(&[Neighbour]) -> bool) -> Vec<Neighbour> {
    let mut lists = neighbours.subscribe();
    let list = timeout(PATIENCE, lists.wait_for(|list| wanted(list))).await;
    list.expect("a neighbour shows up in time").unwrap().clone()
}

#[tokio::test]
async fn devices_of_one_organizer_find_each_other_and_no_others() {
    if !carries_multicast() {
        eprintln!("this machine carries no multicast: nothing was tested");
        return;
    }
    let folders = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let mut organizer = Organizer::new(today());
    let a = Arc::new(organizer.enrol(folders[0].path(), "North"));
    let b = Arc::new(organizer.enrol(folders[1].path(), "South"));
    organizer.give(&a, 10);
    organizer.give(&b, 10);
    // Neither knows it: it was enrolled for the same event after their books were made.
    let stranger = Arc::new(organizer.enrol(folders[2].path(), "Stranger"));
    organizer.give_book(&stranger);
    let held = stranger.store().read(|tx| tx.count_facts(EVENT)).unwrap();

    let outside = start(&stranger, 3);
    let here = start(&a, 1);
    let there = start(&b, 2);
    let list = until(&here, |list| !list.is_empty()).await;
    assert_eq!(list[0].name, "South");
    let list = until(&there, |list| !list.is_empty()).await;
    assert_eq!(list[0].name, "North");

    let mut rng = StdRng::seed_from_u64(9);
    let token = organizer.token(4);
    a.scan(EVENT, &token, &request(1), today(), &mut rng)
        .unwrap();
    let mut changes = b.store().changes();
    let came = async {
        while b.store().read(|tx| tx.count_facts(EVENT)).unwrap() < 2 {
            changes.changed().await.unwrap();
        }
    };
    timeout(PATIENCE, came)
        .await
        .expect("the scan comes over in time");

    drop(there);
    until(&here, |list| list.iter().any(|known| !known.in_reach)).await;
    assert_eq!(outside.list(), []);
    assert_eq!(here.list().len(), 1);
    let now = stranger.store().read(|tx| tx.count_facts(EVENT)).unwrap();
    assert_eq!(now, held, "the stranger learnt nothing");
}
