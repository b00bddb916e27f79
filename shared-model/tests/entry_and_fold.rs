//! The engine before a scan and the fold after it say the same.
//!
//! Whoever knows all facts and lets in only whom the engine admits never makes a
//! conflict; whoever lets somebody in whom the engine says was in already does.

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::FileFailurePersistence;
use shared_model::book::EntryMode;
use shared_model::entry::cases::{self, Case};
use shared_model::entry::{Confirmed, decide};
use shared_model::fact::{Direction, Fact, Outcome, Scan, Stamp, Subject};
use shared_model::hlc::Hlc;
use shared_model::ids::{ActorId, Generation, Hash, Kid, OccurrenceNo, OperatorNo, RequestId};
use shared_model::log::Flags;
use shared_model::log::fold::{self, Allowance, ConflictKind, FactKey, Logged};
use shared_model::ticket::TicketFlags;
use shared_model::time::Timestamp;
use shared_model::verdict::{Cause, Reason, Verdict};

/// Saturday 20 June 2026, 18:30 at the event.
const NOW: i64 = 1_781_973_000_000;

/// One thing that happens at the door.
#[derive(Debug, Clone)]
struct Step {
    minutes: i64,
    direction: Direction,
    count: u8,
    forced: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (0..900i64, any::<bool>(), 1..4u8, any::<bool>()).prop_map(
        |(minutes, exit, count, forced)| Step {
            minutes,
            direction: if exit {
                Direction::Exit
            } else {
                Direction::Entry
            },
            count,
            forced,
        },
    );
    prop::collection::vec(step, 1..12)
}

/// A list and a ticket, as entry mode and limits have it.
fn cases() -> impl Strategy<Value = Case> {
    let mode = select(vec![
        EntryMode::Single,
        EntryMode::Multiple,
        EntryMode::AfterExit,
        EntryMode::PerDay(2),
        EntryMode::Total(3),
    ]);
    let minute = prop::option::of(select(vec![0, 150, 360, 1439]));
    (mode, any::<[bool; 2]>(), minute, 0..3u8, 0..4u8).prop_map(
        |(entries, [exit_required, re_entry], auto_exit_minute, limit, group)| {
            let text = format!(r#"{{"format": "{}", "cases": [{{}}]}}"#, cases::FORMAT);
            let (_, case) = cases::parse(&text).expect("a case file").remove(0);
            let mut case = case.expect("the default case is readable");
            let list = &mut case.book.lists[0];
            list.entries = entries;
            list.exit_required = exit_required;
            list.auto_exit_minute = auto_exit_minute;
            let ticket = &mut case.known.tickets[0];
            ticket.entries = limit;
            ticket.group = group;
            ticket.flags = TicketFlags(u8::from(re_entry) * TicketFlags::RE_ENTRY);
            case
        },
    )
}

/// The fact that the device of the case writes.
fn fact(case: &Case, seq: u64, direction: Direction, admitted: u8) -> Logged {
    let now = case.request.now;
    let mut request = [0; 16];
    request[..8].copy_from_slice(&seq.to_be_bytes());
    let ticket = &case.known.tickets[0];
    Logged {
        actor: ActorId([1; 16]),
        seq,
        link: Hash([0; 32]),
        fact_key: case.known.device.expect("the default device is enrolled"),
        flags: Flags::default(),
        fact: Fact::Scan(Scan {
            stamp: Stamp {
                hlc: Hlc::at(now),
                wall: now,
                offset_ms: 0,
                uncertain: false,
            },
            subject: Subject::Ticket {
                serial: ticket.serial,
                generation: Generation(1),
                kid: Kid(1),
            },
            list: case.request.list,
            gate: case.request.gate,
            occurrence: OccurrenceNo(0),
            direction,
            operator: OperatorNo(1),
            outcome: Outcome::Admitted,
            override_: None,
            admitted,
            request: RequestId(request),
            answers: None,
        }),
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_the_engine_admits_is_no_conflict_and_what_was_used_is(
        mut case in cases(),
        steps in steps(),
    ) {
        let serial = case.known.tickets[0].serial;
        let allowance = Allowance::from(&case.known.tickets[0]);
        let mut facts: Vec<Logged> = Vec::new();
        let mut now = NOW;
        for (index, step) in steps.into_iter().enumerate() {
            now += step.minutes * 60_000 + 1;
            let seq = index as u64 + 1;
            case.request.now = Timestamp(now);
            case.request.direction = step.direction;
            // More people than the ticket has ever had are no matter of history.
            let count = step.count.min(allowance.group.max(1));
            case.request.confirmed = vec![Confirmed { cause: Cause::Group, count: Some(count) }];
            case.known.history = fold::ticket(&case.book, serial, Some(&allowance), &facts).scans;
            let (people, used) = match decide(&case.book, &case.known, &case.request) {
                Verdict::Admit(admission) => (admission.people, false),
                Verdict::Refuse(refusal) => {
                    let history = [Reason::AlreadyUsed, Reason::CheckoutRequired];
                    prop_assert!(history.contains(&refusal.reason), "{refusal:?}");
                    (1, true)
                }
                // More of the group than are left.
                Verdict::Confirm { .. } => (count, true),
                other @ Verdict::Ask { .. } => {
                    return Err(TestCaseError::fail(format!("{other:?}")));
                }
            };
            if used && !step.forced {
                continue;
            }
            facts.push(fact(&case, seq, step.direction, people));
            let folded = fold::ticket(&case.book, serial, Some(&allowance), &facts);
            let id = FactKey { actor: ActorId([1; 16]), seq };
            let conflict = folded
                .conflicts
                .iter()
                .any(|conflict| conflict.id == id && conflict.kind == ConflictKind::DoubleEntry);
            prop_assert_eq!(conflict, used, "step {}: {:?}", seq, folded);
        }
    }
}
