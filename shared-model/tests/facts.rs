//! The bytes of facts: one spelling each, golden, and safe to read whatever they are.

use proptest::prelude::*;
use shared_model::entry::Override;
use shared_model::fact::*;
use shared_model::hlc::Hlc;
use shared_model::ids::*;
use shared_model::time::Timestamp;
use shared_model::verdict::Steps;

fn stamp() -> impl Strategy<Value = Stamp> {
    (any::<u64>(), any::<i64>(), any::<i64>(), any::<bool>()).prop_map(
        |(hlc, wall, offset_ms, uncertain)| Stamp {
            hlc: Hlc(hlc),
            wall: Timestamp(wall),
            offset_ms,
            uncertain,
        },
    )
}

fn subject() -> impl Strategy<Value = Subject> {
    prop_oneof![
        (any::<u32>(), any::<u8>(), any::<u16>()).prop_map(|(serial, generation, kid)| {
            Subject::Ticket {
                serial: Serial(serial),
                generation: Generation(generation),
                kid: Kid(kid),
            }
        }),
        any::<[u8; 16]>().prop_map(|hash| Subject::Foreign(ForeignHash(hash))),
        any::<[u8; 16]>().prop_map(|hash| Subject::Unreadable(ForeignHash(hash))),
    ]
}

fn scan() -> impl Strategy<Value = Fact> {
    let override_ =
        (any::<u16>(), any::<u16>(), any::<u8>()).prop_map(|(who, steps, reason)| Override {
            supervisor: OperatorNo(who),
            steps: Steps(steps),
            reason_code: reason,
        });
    (
        (stamp(), subject(), any::<[u16; 4]>(), any::<bool>()),
        (
            prop::option::of(any::<u8>()),
            prop::option::of(override_),
            any::<u8>(),
        ),
        (any::<[u8; 16]>(), prop::option::of(any::<[u8; 32]>())),
    )
        .prop_map(|(what, how, wish)| {
            Fact::Scan(Scan {
                stamp: what.0,
                subject: what.1,
                list: ListNo(what.2[0]),
                gate: GateNo(what.2[1]),
                occurrence: OccurrenceNo(what.2[2]),
                direction: if what.3 {
                    Direction::Entry
                } else {
                    Direction::Exit
                },
                operator: OperatorNo(what.2[3]),
                outcome: how.0.map_or(Outcome::Admitted, Outcome::Refused),
                override_: how.1,
                admitted: how.2,
                request: RequestId(wish.0),
                answers: wish.1.map(Hash),
            })
        })
}

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![
        scan(),
        (stamp(), any::<[u8; 32]>(), any::<[u8; 16]>()).prop_map(|(stamp, key, epoch)| {
            Fact::Open(Open {
                stamp,
                fact_key: PublicKey(key),
                epoch: Epoch(epoch),
            })
        }),
        (stamp(), any::<[u8; 16]>(), any::<u64>(), any::<u16>()).prop_map(
            |(stamp, actor, seq, operator)| Fact::Annul(Annul {
                stamp,
                actor: ActorId(actor),
                seq,
                operator: OperatorNo(operator),
            })
        ),
        (stamp(), any::<[u8; 16]>(), any::<u64>(), any::<u16>()).prop_map(
            |(stamp, actor, seq, operator)| Fact::Resolve(Resolve {
                stamp,
                actor: ActorId(actor),
                seq,
                outcome: Resolution::ScreenshotFraud,
                operator: OperatorNo(operator),
            })
        ),
        stamp().prop_map(|stamp| Fact::Heartbeat(Heartbeat { stamp })),
        (
            stamp(),
            any::<u32>(),
            any::<[u16; 4]>(),
            any::<i64>(),
            any::<[u8; 16]>()
        )
            .prop_map(
                |(stamp, number, small, price_minor, request)| Fact::Sale(Sale {
                    stamp,
                    serial: Serial(number),
                    kid: Kid(small[0]),
                    tier: TierNo(small[1]),
                    occurrence: OccurrenceNo(small[2]),
                    zones: Zones(number),
                    price_minor,
                    cash: number % 2 == 0,
                    operator: OperatorNo(small[3]),
                    request: RequestId(request),
                })
            ),
    ]
}

proptest! {
    #[test]
    fn facts_read_back_as_written(fact in fact()) {
        let bytes = fact.to_bytes();
        prop_assert!(bytes.len() <= MAX_BYTES);
        prop_assert_eq!(bytes[..2].to_vec(), vec![VERSION, fact.kind()]);
        prop_assert_eq!(decode(&bytes), Ok(Decoded::Known(fact)));
    }

    #[test]
    fn a_fact_has_one_spelling(fact in fact(), at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let mut bytes = fact.to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(Decoded::Known(other)) = decode(&bytes) {
            prop_assert_ne!(&other, &fact);
            prop_assert_eq!(other.to_bytes(), bytes);
        }
    }

    #[test]
    fn anything_is_read_without_a_panic(kind in 0..9_u8, body in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = vec![VERSION, kind];
        bytes.extend(body);
        if let Ok(Decoded::Known(fact)) = decode(&bytes) {
            prop_assert_eq!(fact.to_bytes(), bytes);
        }
    }
}

#[test]
fn what_is_no_fact_is_told_why() {
    assert_eq!(decode(&[]), Err(DecodeError::TooShort));
    assert_eq!(decode(&[1]), Err(DecodeError::TooShort));
    assert_eq!(decode(&[1; 257]), Err(DecodeError::TooLong(257)));
    assert_eq!(decode(&[1, 5]), Err(DecodeError::Malformed(5)));
    assert_eq!(
        decode(&[1, 5, 0, 0, 0, 0, 0]),
        Err(DecodeError::Malformed(5))
    );
    assert_eq!(
        decode(&[1, 5, 0x80, 0, 0, 0, 0]),
        Err(DecodeError::NotCanonical(5))
    );
    assert_eq!(
        decode(&[1, 77]),
        Ok(Decoded::Opaque {
            version: 1,
            kind: 77
        })
    );
    assert_eq!(
        decode(&[3, 2, 9]),
        Ok(Decoded::Opaque {
            version: 3,
            kind: 2
        })
    );
}

/// The bytes of every kind, as they must be for ever.
#[test]
fn golden_facts_hold() {
    let stamp = Stamp {
        hlc: Hlc::at(Timestamp(1_800_000_000_000)).next(Timestamp(0)),
        wall: Timestamp(1_800_000_000_250),
        offset_ms: -250,
        uncertain: true,
    };
    let facts = [
        Fact::Open(Open {
            stamp,
            fact_key: PublicKey([1; 32]),
            epoch: Epoch([2; 16]),
        }),
        Fact::Scan(Scan {
            stamp,
            subject: Subject::Ticket {
                serial: Serial(123_456),
                generation: Generation(3),
                kid: Kid(300),
            },
            list: ListNo(1),
            gate: GateNo(2),
            occurrence: OccurrenceNo(0),
            direction: Direction::Exit,
            operator: OperatorNo(9),
            outcome: Outcome::Refused(18),
            override_: Some(Override {
                supervisor: OperatorNo(4),
                steps: Steps::of(8),
                reason_code: 5,
            }),
            admitted: 2,
            request: RequestId([3; 16]),
            answers: Some(Hash([4; 32])),
        }),
        Fact::Scan(Scan {
            stamp: Stamp::default(),
            subject: Subject::Foreign(ForeignHash([5; 16])),
            list: ListNo(1),
            gate: GateNo(2),
            occurrence: OccurrenceNo(0),
            direction: Direction::Entry,
            operator: OperatorNo(0),
            outcome: Outcome::Admitted,
            override_: None,
            admitted: 1,
            request: RequestId([3; 16]),
            answers: None,
        }),
        Fact::Annul(Annul {
            stamp,
            actor: ActorId([6; 16]),
            seq: 1000,
            operator: OperatorNo(9),
        }),
        Fact::Resolve(Resolve {
            stamp,
            actor: ActorId([6; 16]),
            seq: 1000,
            outcome: Resolution::StaffError,
            operator: OperatorNo(9),
        }),
        Fact::Heartbeat(Heartbeat { stamp }),
        Fact::Sale(Sale {
            stamp,
            serial: Serial(70_000),
            kid: Kid(2),
            tier: TierNo(3),
            occurrence: OccurrenceNo(1),
            zones: Zones(5),
            price_minor: -1,
            cash: true,
            operator: OperatorNo(9),
            request: RequestId([3; 16]),
        }),
    ];
    let text: String = facts
        .iter()
        .map(|fact| format!("{}\n", hex::encode(fact.to_bytes())))
        .collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/facts.txt");
    if std::env::var_os("WRITE_GOLDEN").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(text, std::fs::read_to_string(path).unwrap());
}

#[test]
fn an_actor_is_its_key_and_its_epoch() {
    let actor = shared_model::log::actor_id(&PublicKey([1; 32]), &Epoch([2; 16]));
    assert_eq!(actor.to_string(), "d5a901a37c43564ab83fb73dc27ba1d0");
    let other = shared_model::log::actor_id(&PublicKey([1; 32]), &Epoch([3; 16]));
    assert_ne!(actor, other);
}
