//! Persons under the ticket's own code.

use shared_model::manifest::Page;
use shared_model::ticket::TicketRecord;

use super::*;

async fn rows(scanner: &Scanner) -> Vec<TicketRecord> {
    let ask = Frame::Manifest {
        event: scanner.event,
        since: 0,
        after_serial: None,
    };
    let frames = scanner.exchange(vec![ask]).await;
    let page = frames.iter().find_map(|frame| match frame {
        Frame::Page(signed) => postcard::from_bytes::<Page>(&signed.bytes).ok(),
        _ => None,
    });
    page.expect("a page comes").rows
}

#[tokio::test]
async fn persons_come_sealed_where_devices_hold_no_names() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let code = place.ticket(5, "Mina").await;
        let other = place.ticket(6, "Ana").await;
        let scanner = place.scanner("A").await;
        let clear = rows(&scanner).await;
        assert!(
            clear
                .iter()
                .all(|row| row.person.is_some() && row.sealed.is_empty())
        );

        let off = json!({"search_on_devices": false});
        let path = format!("/api/v1/events/{}", place.event);
        place.organizer.patch(&path, off).await.expect(200);
        assert!(!scanner.book().await.search_on_devices);
        let sealed = rows(&scanner).await;
        assert!(sealed.iter().all(|row| row.person.is_none()));
        let mina = sealed.iter().find(|row| row.serial == Serial(5)).unwrap();
        assert_eq!(mina.opened_by(&code).unwrap().name, "Mina");
        assert_eq!(mina.opened_by(&other), None);
        assert_eq!(
            rows(&scanner).await,
            sealed,
            "sealing again gives the same bytes"
        );
    })
    .await;
}
