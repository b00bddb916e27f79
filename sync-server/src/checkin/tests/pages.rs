//! What a ticket costs on its way to a device.

use super::*;

const TICKETS: u32 = 3000;

const FIRST: [&str; 12] = [
    "Ana",
    "Bogdan",
    "Cvetana",
    "Dragan",
    "Emilija",
    "Filip",
    "Guadalupe",
    "Hana",
    "Ivan",
    "Jovana",
    "Khadija",
    "Luka",
];
const LAST: [&str; 11] = [
    "Petrović",
    "Nikolić",
    "Marković",
    "Đorđević",
    "Stojanović",
    "Ilić",
    "Stanković",
    "Pavlović",
    "Milošević",
    "Schmidt-Weber",
    "O'Neill",
];
const NOTES: [&str; 5] = [
    "",
    "",
    "vegetarian",
    "wheelchair, side door",
    "guest of the band",
];

fn pick(words: &[&str], at: u32) -> String {
    let at = usize::try_from(at).expect("a small number");
    words[at % words.len()].to_owned()
}

/// A ticket as a sale makes it: most of it differs from its neighbours.
fn record(serial: Serial, n: u32, code: u64) -> TicketRecord {
    TicketRecord {
        serial,
        kid: Kid(1),
        min_generation: Generation(u8::from(n.is_multiple_of(40))),
        tier: TierNo(1 + u16::try_from(n % 3).expect("a small number")),
        occurrence: OccurrenceNo(0),
        zones: Zones(1),
        valid_from: None,
        valid_until: None,
        entries: 0,
        group: 1,
        state: match n % 50 {
            0 => TicketState::Cancelled,
            1 => TicketState::Pending,
            _ => TicketState::Valid,
        },
        flags: TicketFlags(0),
        attention: n.is_multiple_of(100),
        addon_of: None,
        foreign: None,
        answered: Vec::new(),
        stops: Vec::new(),
        person: Some(Person {
            name: format!("{} {}", pick(&FIRST, n / 3 * 7), pick(&LAST, n / 5 * 3)),
            seat: format!("Row {} seat {}", n / 40 + 1, n % 40 + 1),
            notes: pick(&NOTES, n * 11),
            order_code: format!("{code:07X}").chars().take(7).collect(),
        }),
        sealed: Vec::new(),
    }
}

/// Bytes of each ticket in the body of an answer, with or without names.
async fn cost(test: TestApp, names: bool) -> f64 {
    let place = Place::open(test).await.with_tier().await;
    let event = shared_model::ids::EventId(place.event.parse().expect("an id"));
    let mut tx = place.test.app.db.begin().await.expect("a transaction");
    let allotted = crate::events::allot(&mut tx, event, TICKETS).await;
    let allotted = allotted.expect("serials");
    let organizer = crate::events::find_any(&mut tx, event).await;
    let whose = (organizer.expect("an event").organizer, event);
    let mut code: u64 = 1;
    for (serial, n) in allotted.serials.into_iter().zip(0..) {
        code = code.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut record = record(serial, n, code >> 30);
        record.person = record.person.filter(|_| names);
        crate::tickets::upsert(&mut tx, whose, &record, Generation(0), allotted.revision)
            .await
            .expect("a ticket");
    }
    tx.commit().await.expect("a commit");

    let scanner = place.scanner("A").await;
    let want = Frame::Manifest {
        event: scanner.event,
        since: 0,
        after_serial: None,
    };
    let without = scanner.post(Vec::new()).await.body.len();
    let with = scanner.post(vec![want]).await.body;
    let frames = shared_model::sync::codec::decode_all(&with).expect("frames");
    let rows = frames.iter().filter_map(|frame| match frame {
        Frame::Page(page) => postcard::from_bytes::<shared_model::manifest::Page>(&page.bytes).ok(),
        _ => None,
    });
    let rows: Vec<_> = rows.flat_map(|page| page.rows).collect();
    assert_eq!(rows.len(), 3000);
    assert!(rows.iter().all(|row| row.person.is_some() == names));
    f64::from(u32::try_from(with.len() - without).expect("a small body")) / f64::from(TICKETS)
}

#[tokio::test]
async fn a_ticket_without_a_name_takes_few_bytes() {
    on_both(async |test: TestApp| {
        let bytes = cost(test, false).await;
        assert!(bytes <= 12.0, "{bytes:.1} bytes a ticket");
    })
    .await;
}

#[tokio::test]
async fn a_ticket_with_name_seat_and_notes_takes_few_bytes_too() {
    on_both(async |test: TestApp| {
        let bytes = cost(test, true).await;
        assert!(bytes <= 60.0, "{bytes:.1} bytes a ticket");
    })
    .await;
}
