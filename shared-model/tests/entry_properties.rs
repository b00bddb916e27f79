//! What must hold of every verdict, for inputs that nobody would think of.

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::FileFailurePersistence;
use shared_model::book::{
    Book, EntryMode, Interval, List, LiveCode, Question, Role, Rule, UtcOffset, Zone,
};
use shared_model::entry::cases::{self, Case};
use shared_model::entry::rule::Condition;
use shared_model::entry::{
    Answer, Clock, Confirmed, Due, Knowledge, Lease, LiveState, Override, PastScan, Presented,
    Request, decide, read, record, simulate,
};
use shared_model::fact::{Direction, Outcome};
use shared_model::hlc::Hlc;
use shared_model::ids::{
    ActorId, DeviceNo, GateNo, Generation, ListNo, OccurrenceNo, OperatorNo, QuestionNo, Serial,
    TierNo, Zones,
};
use shared_model::ticket::{TicketFlags, TicketRecord, TicketState};
use shared_model::time::Timestamp;
use shared_model::verdict::{Cause, Reason, Steps, Verdict};

/// Saturday 20 June 2026, 18:30 at the event.
const NOW: i64 = 1_781_973_000_000;

/// The default event of case files.
static DEFAULT: LazyLock<Case> = LazyLock::new(|| {
    let text = format!(r#"{{"format": "{}", "cases": [{{}}]}}"#, cases::FORMAT);
    let (_, case) = cases::parse(&text).expect("a case file").remove(0);
    case.expect("the default case is readable")
});

/// Around now mostly, and the ends of what there is.
fn times() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        8 => (-200_000_000..200_000_000i64).prop_map(|off| Timestamp(NOW + off)),
        1 => select(vec![Timestamp(i64::MIN), Timestamp(i64::MAX), Timestamp(0)]),
        1 => any::<i64>().prop_map(Timestamp),
    ]
}

/// Rules that parse, rules that do not, and text.
fn rules() -> impl Strategy<Value = Option<Rule>> {
    let atoms = select(vec![
        r#"{"==": [{"var": "product"}, 1]}"#,
        r#"{"inList": [{"var": "gate"}, {"objectList": [{"lookup": ["gate", 2, "B"]}]}]}"#,
        r#"{"isAfter": [{"var": "now"}, {"buildTime": ["customtime", "19:00"]}, 5]}"#,
        r#"{"isBefore": [{"var": "now"}, {"buildTime": ["date_to"]}]}"#,
        r#"{"<": [{"var": "entries_today"}, 2]}"#,
        r#"{">": [{"var": "minutes_since_last_entry"}, 30]}"#,
        r#"{"<=": [1, {"var": "now_isoweekday"}, 5]}"#,
        r#"{"==": [{"var": "entry_status"}, "absent"]}"#,
        r#"{"<": [{"entries_days_since": [{"buildTime": ["custom", "2026-06-19T02:30"]}]}, 2]}"#,
        r#"{"xor": [true]}"#,
        "true",
        "false",
    ])
    .prop_map(str::to_owned);
    let nested = atoms.prop_recursive(4, 24, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..3).prop_map(|all| all.join(","));
        prop_oneof![
            list.clone()
                .prop_map(|all| format!(r#"{{"and": [{all}]}}"#)),
            list.prop_map(|all| format!(r#"{{"or": [{all}]}}"#)),
            inner.prop_map(|one| format!(r#"{{"!": {one}}}"#)),
        ]
    });
    prop_oneof![
        3 => Just(None),
        6 => nested.prop_map(|text| Some(Rule::new(text))),
        1 => any::<String>().prop_map(|text| Some(Rule::new(text))),
    ]
}

fn modes() -> impl Strategy<Value = EntryMode> {
    prop_oneof![
        3 => Just(EntryMode::Single),
        1 => Just(EntryMode::Multiple),
        2 => Just(EntryMode::AfterExit),
        2 => (0..4u16).prop_map(EntryMode::PerDay),
        2 => (0..4u16).prop_map(EntryMode::Total),
    ]
}

fn lists() -> impl Strategy<Value = List> {
    let flags = prop::collection::vec(any::<bool>(), 6);
    let interval =
        (times(), prop::option::of(times())).prop_map(|(from, until)| Interval { from, until });
    let live = select(vec![LiveCode::Off, LiveCode::Prefer, LiveCode::Require]);
    (
        (modes(), flags, rules(), live),
        prop::option::of(any::<u16>()),
        prop::option::of(0..4u8),
        prop::option::weighted(0.2, interval),
        prop_oneof![
            3 => Just(Vec::new()),
            1 => subsequence(vec![TierNo(1), TierNo(2), TierNo(4)], 0..3),
        ],
    )
        .prop_map(
            |((entries, flags, rule, live_code), exit, zone, active, tiers)| List {
                list: ListNo(1),
                name: "Entrance".to_owned(),
                tiers,
                occurrence: None,
                include_pending: flags[0],
                entries,
                exit_required: flags[1],
                refuse_not_inside: flags[2],
                rule,
                auto_exit_minute: exit,
                zone,
                non_consuming: flags[3],
                addon_match: flags[4],
                active,
                live_code,
                confirm_attention: flags[5],
            },
        )
}

fn tickets() -> impl Strategy<Value = TicketRecord> {
    let mut states = vec![TicketState::Valid; 14];
    states.extend([
        TicketState::Pending,
        TicketState::Pending,
        TicketState::Unapproved,
        TicketState::Blocked,
        TicketState::Cancelled,
        TicketState::Expired,
        TicketState::Disputed,
        TicketState::Revoked,
    ]);
    let state = select(states);
    let ends = || prop::option::weighted(0.15, times());
    let window = (ends(), ends());
    let tier = prop_oneof![8 => Just(1u16), 2 => 0..6u16];
    let zones = prop_oneof![4 => Just(u32::MAX), 1 => any::<u32>()];
    let flags = prop_oneof![4 => 0..16u8, 1 => any::<u8>()];
    (
        (state, window, any::<bool>()),
        (tier, zones, 0..4u8, 0..4u8, flags),
        (
            prop_oneof![3 => Just(0u32), 1 => 0..3u32],
            0..3u8,
            prop::option::of(0..2u32),
        ),
    )
        .prop_map(
            |((state, window, attention), (tier, zones, entries, group, flags), place)| {
                let (serial, min_generation, addon_of) = place;
                TicketRecord {
                    serial: Serial(100 + serial),
                    min_generation: Generation(min_generation),
                    tier: TierNo(tier),
                    zones: Zones(zones),
                    valid_from: window.0,
                    valid_until: window.1,
                    entries,
                    group,
                    state,
                    flags: TicketFlags(flags),
                    attention,
                    addon_of: addon_of.map(|of| Serial(100 + of)),
                    ..DEFAULT.known.tickets[0].clone()
                }
            },
        )
}

fn scans() -> impl Strategy<Value = PastScan> {
    let hlc = prop_oneof![8 => times().prop_map(|at| Timestamp(at.0.min(NOW + 300_000_000))).prop_map(Hlc::at), 1 => any::<u64>().prop_map(Hlc)];
    (
        hlc,
        0..4u8,
        0..5u64,
        prop_oneof![4 => Just(0u32), 1 => 0..3u32],
        any::<[bool; 3]>(),
        any::<u8>(),
    )
        .prop_map(
            |(hlc, device, seq, serial, [exit, counts, other], admitted)| PastScan {
                serial: Serial(100 + serial),
                list: ListNo(1 + u16::from(other && serial == 2)),
                hlc,
                actor: ActorId([device; 16]),
                seq,
                device: (device > 0).then(|| DeviceNo(device.into())),
                direction: if exit {
                    Direction::Exit
                } else {
                    Direction::Entry
                },
                counts,
                admitted: admitted % 5,
                gate: GateNo(device.into()),
                operator: OperatorNo(0),
            },
        )
}

fn requests() -> impl Strategy<Value = Request> {
    let by = (0..4u16, any::<u16>()).prop_map(|(supervisor, steps)| Override {
        supervisor: OperatorNo(supervisor),
        steps: Steps(steps),
        reason_code: 1,
    });
    let given = (select(Cause::ALL), prop::option::of(any::<u8>()))
        .prop_map(|(cause, count)| Confirmed { cause, count });
    let answer = (0..4u16, select(vec!["", "yes", "7", "2026-06-20", "S\nM"])).prop_map(
        |(question, text)| Answer {
            question: QuestionNo(question),
            text: text.to_owned(),
        },
    );
    (
        prop::option::weighted(0.3, by),
        prop::collection::vec(given, 0..4),
        prop::collection::vec(answer, 0..3),
        any::<[bool; 3]>(),
        (0..3u16, 0..4u16),
        times(),
    )
        .prop_map(
            |(override_, confirmed, answers, flags, (list, gate), now)| Request {
                list: ListNo(list.max(1)),
                gate: GateNo(gate),
                direction: if flags[0] {
                    Direction::Exit
                } else {
                    Direction::Entry
                },
                answers,
                confirmed,
                override_,
                can_ask: flags[1],
                rehearsal: flags[2],
                now,
                ..DEFAULT.request.clone()
            },
        )
}

#[derive(Debug, Clone)]
struct Input {
    book: Book,
    known: Knowledge,
    request: Request,
}

fn books() -> impl Strategy<Value = Book> {
    let offsets = prop::collection::vec((times(), -90_000..90_000i32), 0..4);
    let capacity = prop::option::of(0..50u32);
    (lists(), offsets, capacity, any::<[bool; 4]>(), times()).prop_map(
        |(list, offsets, capacity, flags, issued_at)| {
            let mut book = DEFAULT.book.clone();
            book.issued_at = issued_at;
            if let Some(first) = book.lists.first_mut() {
                *first = list;
            }
            if flags[0] {
                book.offsets = offsets
                    .into_iter()
                    .map(|(from, offset_secs)| UtcOffset { from, offset_secs })
                    .collect();
            }
            if flags[1] {
                book.starts_at = None;
            }
            book.zones = vec![Zone {
                zone: 0,
                name: "Hall".to_owned(),
                capacity,
                leaves: Zones::NONE,
            }];
            if flags[2] {
                book.questions.push(Question {
                    question: QuestionNo(1),
                    text: "Size?".to_owned(),
                    tiers: Vec::new(),
                    required: flags[3],
                    at_checkin: true,
                    kind: shared_model::book::AnswerKind::SomeOf(vec!["S".to_owned()]),
                });
            }
            book
        },
    )
}

fn inputs() -> impl Strategy<Value = Input> {
    let live = select(vec![LiveState::Absent, LiveState::Fresh, LiveState::Stale]);
    let valid_until = prop_oneof![4 => Just(Timestamp(i64::MAX)), 1 => times()];
    let lease = (0..9u32, times()).prop_map(|(left, until)| Lease { left, until });
    (
        books(),
        prop::collection::vec(tickets(), 0..3),
        prop::collection::vec(scans(), 0..8),
        requests(),
        (live, prop::option::of(0..60u32), prop::option::of(lease)),
        (
            any::<bool>(),
            prop::option::weighted(0.2, 0..2000u32),
            valid_until,
            0..3u8,
        ),
    )
        .prop_map(
            |(book, tickets, history, request, (live, occupancy, lease), rest)| {
                let (uncertain, highest, until, generation) = rest;
                let mut known = DEFAULT.known.clone();
                if let Presented::Token(token) = &mut known.presented {
                    token.live = live;
                    token.valid_until = until;
                    token.generation = Generation(generation);
                    token.occurrence = OccurrenceNo(generation.into());
                }
                known.tickets = tickets;
                known.history = history;
                known.occupancy = occupancy;
                known.lease = lease;
                known.highest_serial = highest.map(Serial);
                known.clock = if uncertain {
                    Clock::Uncertain
                } else {
                    Clock::Trusted
                };
                Input {
                    book,
                    known,
                    request,
                }
            },
        )
}

fn admits(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Admit(_))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_verdict_is_always_given_and_always_the_same(input in inputs()) {
        let verdict = decide(&input.book, &input.known, &input.request);
        prop_assert_eq!(&verdict, &decide(&input.book, &input.known, &input.request));
        let bytes = postcard::to_stdvec(&verdict).expect("verdicts are postcard");
        prop_assert_eq!(&verdict, &postcard::from_bytes::<Verdict>(&bytes).expect("postcard"));
        let json = serde_json::to_string(&verdict).expect("verdicts are JSON");
        prop_assert_eq!(&verdict, &serde_json::from_str::<Verdict>(&json).expect("JSON"));
    }

    #[test]
    fn a_book_read_back_gives_the_same_verdict(input in inputs()) {
        let bytes = postcard::to_stdvec(&input.book).expect("books are postcard");
        let book: Book = postcard::from_bytes(&bytes).expect("postcard");
        let json = serde_json::to_string(&input.known).expect("JSON");
        let known: Knowledge = serde_json::from_str(&json).expect("JSON");
        prop_assert_eq!(
            decide(&book, &known, &input.request),
            decide(&input.book, &input.known, &input.request)
        );
    }

    #[test]
    fn the_order_and_repetition_of_history_change_nothing(
        (input, shuffled) in inputs().prop_flat_map(|input| {
            let twice = [input.known.history.clone(), input.known.history.clone()].concat();
            (Just(input), Just(twice).prop_shuffle())
        })
    ) {
        let mut known = input.known.clone();
        known.history = shuffled;
        known.tickets.reverse();
        // Of two records with one serial there can only be one; the order of the rest is free.
        prop_assume!(!twins(&input.known));
        prop_assert_eq!(
            decide(&input.book, &known, &input.request),
            decide(&input.book, &input.known, &input.request)
        );
    }

    #[test]
    fn exits_are_refused_for_what_is_none_of_ours_and_for_nobody_inside(mut input in inputs()) {
        input.request.direction = Direction::Exit;
        let verdict = decide(&input.book, &input.known, &input.request);
        if let Verdict::Refuse(refusal) = &verdict {
            let list = input.book.list(input.request.list);
            let minds = list.is_some_and(|list| list.refuse_not_inside);
            let allowed = match refusal.reason {
                Reason::NotInside => minds,
                // What a person at this gate would be asked rests on the clock alone.
                Reason::StaffRequired => input.known.clock == Clock::Uncertain,
                _ => refusal.step <= 1,
            };
            prop_assert!(allowed, "{refusal:?}");
        }
    }

    #[test]
    fn an_uncertain_clock_never_admits_what_a_trusted_one_does_not(mut input in inputs()) {
        input.request.confirmed.retain(|given| given.cause != Cause::ClockUntrusted);
        input.known.clock = Clock::Trusted;
        let trusted = decide(&input.book, &input.known, &input.request);
        input.known.clock = Clock::Uncertain;
        let uncertain = decide(&input.book, &input.known, &input.request);
        prop_assert!(admits(&trusted) || !admits(&uncertain), "{trusted:?} {uncertain:?}");
    }

    #[test]
    fn the_first_refusal_in_order_decides(mut input in inputs()) {
        input.request.override_ = None;
        input.known.clock = Clock::Trusted;
        let simulation = simulate(&input.book, &input.known, &input.request);
        let mut findings = simulation.steps.iter().flat_map(|step| &step.findings);
        let first = findings.find_map(|finding| match &finding.due {
            Due::Refuse { reason, .. } => Some((finding.step, *reason)),
            Due::Confirm(_) | Due::Ask(_) => None,
        });
        match (&simulation.verdict, first) {
            (Verdict::Refuse(refusal), Some(first)) => {
                prop_assert_eq!((refusal.step, refusal.reason), first);
            }
            (Verdict::Refuse(refusal), None) => {
                prop_assert_eq!(refusal.reason, Reason::StaffRequired);
            }
            (_, first) => prop_assert_eq!(first, None),
        }
    }

    #[test]
    fn what_is_written_down_is_what_was_said(input in inputs()) {
        let verdict = decide(&input.book, &input.known, &input.request);
        let fact = record((&input.book, "a code"), &input.known, &input.request, &verdict);
        match (&verdict, fact) {
            (Verdict::Admit(admission), Some(scan)) => {
                prop_assert_eq!(scan.outcome, Outcome::Admitted);
                prop_assert_eq!(scan.subject, admission.ticket.into());
                prop_assert_eq!(scan.occurrence, admission.ticket.occurrence);
                prop_assert_eq!(scan.admitted, admission.people);
                let used = admission.overridden != Steps::NONE;
                prop_assert_eq!(scan.override_, input.request.override_.filter(|_| used));
            }
            (Verdict::Refuse(refusal), Some(scan)) => {
                prop_assert_eq!(scan.outcome, Outcome::Refused(refusal.reason.number()));
                prop_assert_eq!((scan.admitted, scan.override_), (0, None));
            }
            (Verdict::Ask { .. } | Verdict::Confirm { .. }, None) => {}
            (verdict, fact) => prop_assert!(false, "{verdict:?} left {fact:?}"),
        }
    }

    #[test]
    fn only_a_supervisor_overrides_and_only_steps_from_two(input in inputs()) {
        if let Verdict::Admit(admission) = decide(&input.book, &input.known, &input.request) {
            let by = input.request.override_.map(|by| by.supervisor);
            let person = by.and_then(|by| input.book.roster.operator(by));
            let may = person.is_some_and(|person| person.role == Role::Supervisor);
            prop_assert!(admission.overridden == Steps::NONE || may);
            prop_assert!(admission.overridden.iter().all(|step| step >= 2));
        }
    }

    #[test]
    fn a_refusing_rule_says_why(input in inputs()) {
        let simulation = simulate(&input.book, &input.known, &input.request);
        for finding in simulation.steps.iter().flat_map(|step| &step.findings) {
            if let Due::Refuse { reason: Reason::Rule, explanation } = &finding.due {
                let unreadable = explanation.key == "rule-unreadable";
                prop_assert!(unreadable || !explanation.parts.is_empty());
            }
        }
    }

    #[test]
    fn nobody_enters_beyond_what_list_and_group_allow(input in inputs()) {
        let mut input = input;
        input.request.override_ = None;
        input.request.direction = Direction::Entry;
        if let Verdict::Admit(admission) = decide(&input.book, &input.known, &input.request) {
            let list = input.book.list(input.request.list);
            if list.is_some_and(|list| list.entries == EntryMode::Single && !list.non_consuming) {
                let mut scans: Vec<&PastScan> = Vec::new();
                for scan in &input.known.history {
                    let counts = scan.counts && scan.direction == Direction::Entry;
                    let ours = scan.serial == admission.ticket.serial
                        && scan.list == input.request.list;
                    if counts && ours && !scans.contains(&scan) {
                        scans.push(scan);
                    }
                }
                let before: u32 = scans.iter().map(|scan| u32::from(scan.admitted.max(1))).sum();
                let group = admission.admitted_of.map_or(1, |(_, of)| u32::from(of));
                prop_assert!(before + u32::from(admission.people) <= group);
            }
        }
    }

    #[test]
    fn any_text_is_read_and_parsed_without_a_panic(text in any::<String>(), now in any::<i64>()) {
        let book = DEFAULT.book.clone();
        let _ = read(&book, &text, Timestamp(now));
        let _ = read(&book, &format!("TK1:{text}"), Timestamp(now));
        let _ = Condition::parse(&text);
        let _ = cases::replay(&text);
    }

    #[test]
    fn any_json_is_parsed_as_a_rule_without_a_panic(json in json()) {
        let _ = Condition::parse(&json);
        let case = format!(
            r#"{{"format": "{}", "cases": [{{"book": {json}, "knowledge": {json}, "request": {json}}}]}}"#,
            cases::FORMAT
        );
        let outcomes = cases::replay(&case).expect("a case file");
        prop_assert_eq!(outcomes.len(), 1);
    }
}

/// Two records with one serial.
fn twins(known: &Knowledge) -> bool {
    let mut serials: Vec<Serial> = known.tickets.iter().map(|one| one.serial).collect();
    serials.sort_unstable();
    serials.windows(2).any(|pair| pair[0] == pair[1])
}

/// JSON of the words that rules and case files are made of.
fn json() -> impl Strategy<Value = String> {
    let words = select(vec![
        "and",
        "!",
        "var",
        "==",
        "<",
        "inList",
        "objectList",
        "lookup",
        "product",
        "now",
        "buildTime",
        "custom",
        "isAfter",
        "entries_since",
        "book",
        "roster",
        "devices",
        "lists",
        "1",
        "ticket",
        "token",
        "history",
        "at",
        "offsets",
        "from",
        "lease",
        "answers",
        "device",
    ]);
    let leaf = prop_oneof![
        words.clone().prop_map(|word| format!("{word:?}")),
        any::<i64>().prop_map(|number| number.to_string()),
        Just("null".to_owned()),
        Just("true".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 4, move |inner| {
        let list = prop::collection::vec(inner.clone(), 0..4);
        let fields = prop::collection::vec((words.clone(), inner), 0..3);
        prop_oneof![
            list.prop_map(|all| format!("[{}]", all.join(","))),
            fields.prop_map(|all| {
                let fields: Vec<String> = all
                    .iter()
                    .map(|(name, value)| format!("{name:?}: {value}"))
                    .collect();
                format!("{{{}}}", fields.join(","))
            }),
        ]
    })
}
