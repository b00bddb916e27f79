//! Devices that come to know each other: the book goes before the facts of those it names,
//! and what was refused for want of it is offered again.

mod common;

use common::network::{End, Lasting, Meeting, Weather, meet};
use common::{NOON, Store, book};
use shared_model::sync::{Mode, Replica, Role};

const MODES: [Mode; 2] = [Mode::Turns, Mode::Stream];
const SERVER: Role = Role::Server { revoked: false };

fn end(store: &mut Store, role: Role) -> End<'_> {
    End {
        store,
        role,
        clock: NOON,
    }
}

fn sync(opener: (&mut Store, Role), other: (&mut Store, Role), mode: Mode) -> Meeting {
    let (opener, other) = (end(opener.0, opener.1), end(other.0, other.1));
    meet(opener, other, mode, Weather::default())
}

/// A server that holds 601 facts of device 2, in two batches, and one of its own.
fn server() -> Store {
    let book = book(2);
    let mut server = Store::server(&book, NOON);
    server.issue_book(1);
    let mut known = Store::new(2, &book, 2, NOON);
    for _ in 0..600 {
        known.heartbeat(NOON);
    }
    sync(
        (&mut known, Role::Device),
        (&mut server, SERVER),
        Mode::Turns,
    );
    server
}

/// A device that was just enrolled: it has no book, and so knows nobody.
fn newcomer() -> Store {
    Store::new(1, &book(0), 1, NOON)
}

#[test]
fn a_new_device_takes_facts_as_they_first_come() {
    for mode in MODES {
        let (mut device, mut server) = (newcomer(), server());
        let meeting = sync((&mut device, Role::Device), (&mut server, SERVER), mode);
        assert_eq!(device.set(), server.set());
        assert_eq!(meeting.facts, 4, "{mode:?}: every batch once, own ones too");
        assert_eq!(device.book.number, 1);
    }
}

#[test]
fn of_two_devices_whoever_has_the_newer_book_gives_it_first() {
    for mode in MODES {
        for newcomer_calls in [true, false] {
            let (mut device, mut server) = (newcomer(), server());
            let mut other = Store::new(2, &book(2), 9, NOON);
            sync((&mut other, Role::Device), (&mut server, SERVER), mode);
            let (one, two) = match newcomer_calls {
                true => (&mut device, &mut other),
                false => (&mut other, &mut device),
            };
            let meeting = sync((one, Role::Peer), (two, Role::Peer), mode);
            assert_eq!(device.set(), other.set(), "{mode:?} {newcomer_calls}");
            assert_eq!(meeting.facts, 5, "{mode:?} {newcomer_calls}");
        }
    }
}

/// A link of a device to a server whose book names device 2, which the device does not know yet;
/// and facts of device 2 that were offered to it in vain.
fn offered_in_vain<'a>(device: &'a mut Store, server: &'a mut Store) -> Lasting<'a> {
    server.book = book(1);
    server.issue_book(1);
    let role = Role::Device;
    let mut link = Lasting::open(end(device, role), end(server, SERVER), Weather::default());
    link.settle();
    let late = book(2);
    let mut stranger = Store::new(2, &late, 2, NOON);
    let there = &mut link.ends[1].store;
    there.book = late;
    sync((&mut stranger, Role::Device), (there, SERVER), Mode::Turns);
    link.changed(1);
    link.settle();
    assert_eq!(link.ends[0].store.memory.actors.len(), 2, "nobody knows it");
    link
}

#[test]
fn what_a_lasting_link_refused_for_want_of_a_book_comes_with_the_book() {
    let (mut device, mut server) = (newcomer(), Store::server(&book(1), NOON));
    let mut link = offered_in_vain(&mut device, &mut server);
    let before = link.facts();
    link.changed(1);
    link.settle();
    assert_eq!(link.facts(), before, "not offered again for nothing");

    link.ends[1].store.issue_book(2);
    link.changed(1);
    link.settle();
    assert_eq!(link.facts(), before + 1);
    assert_eq!(device.set(), server.set());
}

#[test]
fn a_book_that_came_another_way_brings_the_facts_too() {
    let (mut device, mut server) = (newcomer(), Store::server(&book(1), NOON));
    let mut link = offered_in_vain(&mut device, &mut server);
    let [here, there] = &mut link.ends;
    let mut issued = there.store.clone();
    issued.issue_book(2);
    let (certificate, sealed) = issued.book(0).unwrap().unwrap();
    here.store.save_book(&certificate, &sealed).unwrap();
    link.changed(0);
    link.settle();
    assert_eq!(device.set(), server.set());
}
