//! An event: its book, its keys, and scans at its doors.

use shared_model::book::{Book, EntryMode, Interval, List, Role, Roster, RosterDevice, Zone};
use shared_model::fact::{Direction, Outcome, Scan, Subject};
use shared_model::ids::{
    DeviceNo, EventNo, GateNo, Generation, Kid, ListNo, OccurrenceNo, OperatorNo, PublicKey,
    RequestId, Serial, Zones,
};
use shared_model::log::Reading;
use shared_model::time::Timestamp;
use ticket_crypto::keys::SigningKey;

pub const EVENT: EventNo = EventNo(7);
pub const NOON: Timestamp = Timestamp(1_800_000_000_000);
/// A single-entry list into zone 0.
pub const DOOR: ListNo = ListNo(1);
/// A list with entry after exit into zone 1, which leaves zone 0.
pub const STAGE: ListNo = ListNo(2);
/// The seed of the event key.
pub const EVENT_KEY: u8 = 200;
/// Tickets in one page.
pub const PAGE: usize = 4;
pub const SUPERVISOR: OperatorNo = OperatorNo(1);
pub const STAFF: OperatorNo = OperatorNo(2);

pub fn key(device: u8) -> SigningKey {
    SigningKey::from_seed(&[device; 32])
}

pub fn public(device: u8) -> PublicKey {
    PublicKey(key(device).verifying_key().to_bytes())
}

/// A book whose roster names devices 1 to `devices` and the server node 100.
pub fn book(devices: u8) -> Book {
    let device = |number: u8| RosterDevice {
        device: DeviceNo(number.into()),
        name: format!("device {number}"),
        fact_key: public(number),
        transport_key: public(number),
        active: vec![Interval {
            from: Timestamp(0),
            until: None,
        }],
        node: number == 100,
        sells_under: None,
        gate: None,
    };
    let operator = |operator: OperatorNo, role: Role| shared_model::book::Operator {
        operator,
        name: String::new(),
        role,
        active: Vec::new(),
        pin: None,
    };
    Book {
        event: EVENT,
        number: 1,
        issued_at: NOON,
        name: "test".into(),
        starts_at: None,
        ends_at: None,
        admission_at: None,
        offsets: Vec::new(),
        event_key: None,
        keys: Vec::new().into(),
        roster: Roster {
            devices: (1..=devices).chain([100]).map(device).collect(),
            operators: vec![
                operator(SUPERVISOR, Role::Supervisor),
                operator(STAFF, Role::Staff),
            ],
        },
        tiers: Vec::new(),
        occurrences: Vec::new(),
        lists: vec![
            list(DOOR, EntryMode::Single, 0),
            list(STAGE, EntryMode::AfterExit, 1),
        ],
        gates: Vec::new(),
        zones: vec![
            Zone {
                zone: 0,
                name: "hall".into(),
                capacity: Some(3),
                leaves: Zones::NONE,
            },
            Zone {
                zone: 1,
                name: "stage".into(),
                capacity: None,
                leaves: Zones(1),
            },
        ],
        questions: Vec::new(),
        foreign_key: None,
        live_key: None,
        clock_limit_ms: 60_000,
        search_on_devices: true,
    }
}

fn list(list: ListNo, entries: EntryMode, zone: u8) -> List {
    List {
        list,
        name: String::new(),
        tiers: Vec::new(),
        occurrence: None,
        include_pending: false,
        entries,
        exit_required: false,
        refuse_not_inside: false,
        rule: None,
        auto_exit_minute: None,
        zone: Some(zone),
        non_consuming: false,
        addon_match: false,
        active: None,
        live_code: shared_model::book::LiveCode::Off,
        confirm_attention: false,
    }
}

pub fn reading(wall: Timestamp) -> Reading {
    Reading {
        wall,
        offset_ms: 0,
        uncertain: false,
    }
}

/// A scan of `serial` that let one person pass.
pub fn scan(serial: u32, list: ListNo, direction: Direction, request: u64) -> Scan {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&request.to_be_bytes());
    Scan {
        stamp: Default::default(),
        subject: Subject::Ticket {
            serial: Serial(serial),
            generation: Generation(0),
            kid: Kid(1),
        },
        list,
        gate: GateNo(1),
        occurrence: OccurrenceNo(0),
        direction,
        operator: STAFF,
        outcome: Outcome::Admitted,
        override_: None,
        admitted: 1,
        request: RequestId(id),
        answers: None,
    }
}
