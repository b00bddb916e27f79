//! An organizer with real keys, and devices enrolled by them.
//!
//! Signs books, pages and tickets as a server does, so that everything a device
//! checks is really checked. Shared by the tests and benches of core and cli.

#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::wildcard_imports,
    reason = "each test binary uses another part, and none is a library"
)]

#[cfg(target_os = "linux")]
pub mod shim;

use std::path::Path;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use scanner_core::keys::KeyStore;
use scanner_core::scanner::{Enrolling, Scanner, Server};
use scanner_core::sync::DeviceReplica;
use shared_model::book::{
    Book, Gate, Interval, List, Operator, Role as Post, Roster, RosterDevice, TicketKey, Tier,
    UtcOffset, Zone,
};
use shared_model::capacity::{Shares, SignedShares};
use shared_model::enrol::{Enrolled, EnrolledEvent};
use shared_model::entry::Request;
use shared_model::ids::*;
use shared_model::lease::{Lease, LeasedTier, Leases};
use shared_model::manifest::Page;
use shared_model::sync::{Replica as _, Role, Signed};
use shared_model::ticket::{Person, TicketFlags, TicketRecord};
use shared_model::time::Timestamp;
use ticket_crypto::certificate::{BoxOfficeCertificate, EventCertificate, Limits};
use ticket_crypto::keys::{SigningKey, VerifyingKey};
use ticket_crypto::label::Label;
use ticket_crypto::token::{Body, Kind, Minute};
use uuid::Uuid;

pub const EVENT: EventNo = EventNo(7);
pub const LIST: ListNo = ListNo(1);
pub const GATE: GateNo = GateNo(1);
pub const SUPERVISOR: OperatorNo = OperatorNo(9);
/// A clock that tests move by hand starts here: 2027-01-15 08:00 UTC.
pub const NOON: Timestamp = Timestamp(1_800_000_000_000);
const INCARNATION: Incarnation = Incarnation(Uuid::from_bytes([5; 16]));

pub struct Organizer {
    root: SigningKey,
    event: SigningKey,
    ticket: SigningKey,
    pub book: Book,
    now: Timestamp,
}

impl Organizer {
    /// An event that is on around `now`.
    pub fn new(now: Timestamp) -> Self {
        let mut rng = StdRng::seed_from_u64(11);
        let [root, event, ticket] = [(); 3].map(|()| SigningKey::generate(&mut rng));
        let book = Book {
            event: EVENT,
            number: 1,
            issued_at: now,
            name: "Night".into(),
            offsets: vec![UtcOffset {
                from: Timestamp(0),
                offset_secs: 3600,
            }],
            event_key: None,
            keys: vec![TicketKey {
                kid: Kid(1),
                public_key: PublicKey(ticket.verifying_key().to_bytes()),
                first_serial: Serial(0),
                last_serial: Serial(u32::MAX),
                not_before: None,
                not_after: None,
                certificate: None,
            }]
            .into(),
            roster: Roster {
                devices: Vec::new(),
                operators: vec![Operator {
                    operator: SUPERVISOR,
                    name: "Sam".into(),
                    role: Post::Supervisor,
                    active: Vec::new(),
                    pin: None,
                }],
            },
            tiers: vec![Tier {
                tier: TierNo(1),
                name: "Standing".into(),
                product: None,
                valid_while_pending: false,
                attention: false,
            }],
            lists: vec![List {
                list: LIST,
                name: "Main".into(),
                zone: Some(0),
                ..List::default()
            }],
            gates: vec![Gate {
                gate: GATE,
                name: "North".into(),
                lists: vec![LIST],
            }],
            zones: vec![Zone {
                zone: 0,
                name: "Hall".into(),
                capacity: None,
                leaves: Zones::NONE,
            }],
            clock_limit_ms: 120_000,
            search_on_devices: true,
            ..Book::default()
        };
        Self {
            root,
            event,
            ticket,
            book,
            now,
        }
    }

    pub fn event_key(&self) -> &SigningKey {
        &self.event
    }

    pub fn token(&self, serial: u32) -> String {
        self.token_of(serial, 0)
    }

    pub fn token_of(&self, serial: u32, generation: u8) -> String {
        self.token_with(serial, generation, TicketFlags(0))
    }

    pub fn token_with(&self, serial: u32, generation: u8, flags: TicketFlags) -> String {
        Body {
            kind: Kind::Static,
            flags,
            kid: Kid(1),
            event: EVENT,
            serial: Serial(serial),
            generation: Generation(generation),
            tier: TierNo(1),
            occurrence: OccurrenceNo(0),
            zones: Zones(1),
            valid_from: Minute::MIN,
            valid_until: Minute::MAX,
            entries: 1,
            group: 1,
        }
        .sign(&self.ticket)
        .unwrap()
        .text()
    }

    pub fn ticket(&self, serial: u32) -> TicketRecord {
        TicketRecord {
            serial: Serial(serial),
            kid: Kid(1),
            min_generation: Generation(0),
            tier: TierNo(1),
            occurrence: OccurrenceNo(0),
            zones: Zones(1),
            valid_from: None,
            valid_until: None,
            entries: 1,
            group: 1,
            state: Default::default(),
            flags: TicketFlags(0),
            attention: false,
            addon_of: None,
            foreign: None,
            answered: Vec::new(),
            stops: Vec::new(),
            person: Some(Person {
                name: format!("Guest {serial:06} Miller"),
                seat: String::new(),
                notes: String::new(),
                order_code: format!("K{serial:05}"),
            }),
            sealed: Vec::new(),
        }
    }

    /// Enrols a device with its keys in `folder/keys`, and puts it on the roster of the next book.
    pub fn enrol(&mut self, folder: &Path, name: &str) -> Scanner {
        let mut rng = StdRng::seed_from_u64(name.bytes().map(u64::from).sum());
        let keys = KeyStore::File(folder.join("keys"));
        let enrolling = Enrolling::begin(name, folder, keys, &mut rng).unwrap();
        let request = enrolling.request("CODE");
        let device = DeviceNo(self.book.roster.devices.len() as u16 + 1);
        self.book.number += 1;
        self.book.roster.devices.push(RosterDevice {
            device,
            name: name.into(),
            fact_key: request.fact_key,
            transport_key: request.transport_key,
            active: vec![Interval {
                from: Timestamp(0),
                until: None,
            }],
            node: false,
            sells_under: None,
            gate: None,
        });
        let answer = Enrolled {
            device_id: DeviceId(Uuid::from_bytes([device.0 as u8; 16])),
            device,
            token: "token".into(),
            organizer: "Us".into(),
            root_key: PublicKey(self.root.verifying_key().to_bytes()),
            incarnation: INCARNATION,
            now: self.now,
            events: vec![EnrolledEvent {
                event: EVENT,
                name: "Night".into(),
            }],
        };
        let server = Server::parse("http://127.0.0.1:9").unwrap();
        enrolling
            .finish(&server, &answer, self.now, &mut rng)
            .unwrap()
    }

    /// Leases the serials `first..=last` of tier 1 to a device under `kid`, and has the book name its key.
    pub fn lease(&mut self, scanner: &Scanner, kid: u16, first: u32, last: u32) -> Lease {
        let claim = scanner.claim(EVENT, &mut StdRng::seed_from_u64(kid.into()));
        let key = claim.unwrap().key;
        let tier = LeasedTier {
            tier: TierNo(1),
            name: "Standing".into(),
            places: last - first + 1,
            price_minor: 1500,
            occurrence: OccurrenceNo(0),
            zones: Zones(1),
            valid_from: None,
            valid_until: None,
            entries: 1,
            group: 1,
            flags: TicketFlags(0),
        };
        let certificate = BoxOfficeCertificate {
            event: EVENT,
            kid: Kid(kid),
            key: VerifyingKey::from_bytes(&key.0).unwrap(),
            first_serial: Serial(first),
            last_serial: Serial(last),
            limits: Limits {
                tiers: vec![TierNo(1)],
                zones: Zones(1),
                group: 1,
                entries: 1,
            },
            not_before_ms: 0,
            not_after_ms: i64::MAX,
        };
        let mut keys = self.book.keys.to_vec();
        keys.push(TicketKey {
            kid: Kid(kid),
            public_key: key,
            first_serial: Serial(first),
            last_serial: Serial(last),
            not_before: None,
            not_after: None,
            certificate: Some(certificate.issue(&self.event).unwrap()),
        });
        self.book.keys = keys.into();
        self.book.event_key = Some(PublicKey(self.event.verifying_key().to_bytes()));
        self.book.number += 1;
        let lease = Lease {
            kid: Kid(kid),
            first_serial: Serial(first),
            last_serial: Serial(last),
            until: self.now.plus_millis(24 * 60 * 60 * 1000),
            currency: "EUR".into(),
            tiers: vec![tier],
        };
        let answer = Leases {
            claimed: Some(lease.clone()),
            open: vec![Kid(kid)],
        };
        let taken = scanner.take_leases(EVENT, &answer).unwrap();
        assert_eq!(taken, Some(Kid(kid)));
        lease
    }

    pub fn revoke(&mut self, name: &str) {
        self.book.number += 1;
        let until = Some(self.now);
        let mut devices = self.book.roster.devices.iter_mut();
        let device = devices.find(|device| device.name == name).unwrap();
        device.active[0].until = until;
    }

    pub fn signed_book(&self) -> (Vec<u8>, Signed) {
        let certificate = EventCertificate {
            event: EVENT,
            number: 1,
            key: self.event.verifying_key(),
            not_before_ms: 0,
            not_after_ms: i64::MAX,
        };
        let certificate = certificate.issue(&self.root).unwrap();
        (
            certificate,
            Signed::seal(&self.event, &Label::BOOK, &self.book),
        )
    }

    pub fn page(&self, since: u64, rows: Vec<TicketRecord>) -> Page {
        let highest = rows.iter().map(|row| row.serial).max();
        Page {
            event: EVENT,
            incarnation: INCARNATION,
            since,
            after: None,
            revision: since + 1,
            rows,
            next_after: None,
            highest: highest.map(|serial| (Kid(1), serial)).into_iter().collect(),
        }
    }

    pub fn signed_shares(&self, shares: &Shares) -> SignedShares {
        let signed = Signed::seal(&self.event, &Label::LEASE, shares);
        SignedShares {
            bytes: signed.bytes,
            signature: signed.signature,
        }
    }

    pub fn seal(&self, page: &Page) -> Signed {
        Signed::seal(&self.event, &Label::PAGE, page)
    }

    /// Gives the newest book to a device, as the server would.
    pub fn give_book(&self, scanner: &Scanner) {
        let (certificate, book) = self.signed_book();
        let now = self.now;
        let clock = move || now;
        let mut replica = replica(scanner, Role::Device, &clock);
        replica.save_book(&certificate, &book).unwrap();
    }

    /// Gives a device the newest book and tickets `0..count`.
    pub fn give(&self, scanner: &Scanner, count: u32) {
        self.give_book(scanner);
        let now = self.now;
        let clock = move || now;
        let mut replica = replica(scanner, Role::Device, &clock);
        let rows = (0..count).map(|serial| self.ticket(serial)).collect();
        let page = self.seal(&self.page(0, rows));
        replica.save_page(&page).unwrap().unwrap();
    }
}

pub fn replica<'a>(
    scanner: &'a Scanner,
    role: Role,
    wall: &'a (dyn Fn() -> Timestamp + Sync),
) -> DeviceReplica<'a, StdRng> {
    DeviceReplica::new(scanner, EVENT, role, wall, StdRng::seed_from_u64(3))
}

pub fn reopen(folder: &Path) -> Scanner {
    let keys = KeyStore::File(folder.join("keys"));
    Scanner::open(folder, keys, &mut StdRng::seed_from_u64(17)).unwrap()
}

pub fn request(id: u64) -> Request {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&id.to_be_bytes());
    Request {
        id: RequestId(bytes),
        list: LIST,
        gate: GATE,
        direction: Default::default(),
        operator: OperatorNo(0),
        answers: Vec::new(),
        confirmed: Vec::new(),
        override_: None,
        can_ask: true,
        rehearsal: false,
        now: Timestamp(0),
    }
}
