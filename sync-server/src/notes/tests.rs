//! Notes through the doors: the organizer's routes and the frames of devices.

use serde_json::json;
use shared_model::ids::{Epoch, OperatorNo};
use shared_model::notes::{
    Author, Countersigned, Document, Edit, Letter, Refused, Text, Writer, commit,
};
use shared_model::sync::{Frame, NotesFrame};

use crate::testing::{Scanner, TestApp, TestEvent, TestOrganizer, on_both, text};

/// An event with one device, and a person of each role: 1 is staff, 2 supervisor.
async fn door(test: &TestApp) -> (TestOrganizer, TestEvent, Scanner) {
    let organizer = test.organizer("o@example.org").await;
    let event = test.event(&organizer, 0, 10).await;
    for body in [
        json!({"name": "Ana", "role": "staff"}),
        json!({"name": "Vera", "role": "supervisor"}),
    ] {
        let path = event.path("/operators");
        organizer.api.post(&path, body).await.expect(201);
    }
    let path = event.path("/enrolment-codes");
    let code = organizer.api.post(&path, json!({})).await.expect(201);
    let scanner = Scanner::enrol(test, &text(&code["code"]), "Door 1").await;
    (organizer, event, scanner)
}

fn letter(scanner: &Scanner, document: &mut Document, operator: u16, words: &str) -> Letter {
    let text = Text {
        salt: [9; 16],
        words: words.into(),
    };
    let edit = Edit::Note {
        commitment: commit(&text),
        len: words.len() as u16,
    };
    let writer = Writer {
        event: scanner.event,
        key: &scanner.fact_key,
        epoch: Epoch([4; 16]),
    };
    let author = Author {
        operator: OperatorNo(operator),
        supervises: false,
        at: crate::testing::BEGIN,
    };
    writer.write(document, author, edit, Some(text)).unwrap()
}

fn hand_over(scanner: &Scanner, letters: &[Letter]) -> Vec<Frame> {
    let event = scanner.event;
    let letters = letters.iter().map(|letter| NotesFrame::Letter {
        event,
        letter: letter.clone(),
    });
    let want = NotesFrame::Want { event, have: 0 };
    letters.chain([want]).map(Frame::Notes).collect()
}

fn given(frames: &[Frame]) -> Vec<Countersigned> {
    let mut given = frames.iter().filter_map(|frame| match frame {
        Frame::Notes(NotesFrame::Given { letters, .. }) => Some(letters.clone()),
        _ => None,
    });
    given.next().unwrap_or_default()
}

fn refused(frames: &[Frame]) -> Vec<Refused> {
    let refused = frames.iter().filter_map(|frame| match frame {
        Frame::Notes(NotesFrame::Refused { code, .. }) => Some(*code),
        _ => None,
    });
    refused.collect()
}

#[tokio::test]
async fn the_office_and_a_device_read_each_others_notes() {
    on_both(async |test: TestApp| {
        let (organizer, event, scanner) = door(&test).await;
        let path = event.path("/notes");
        let body = json!({"text": "  The north lift is out of order. "});
        organizer.api.post(&path, body).await.expect(201);

        let first = letter(&scanner, &mut Document::default(), 1, "Queue to the bridge");
        let frames = scanner
            .exchange(hand_over(&scanner, std::slice::from_ref(&first)))
            .await;
        let letters = given(&frames);
        assert_eq!(letters.len(), 2, "{frames:?}");
        let words: Vec<_> = letters
            .iter()
            .map(|signed| signed.letter.text.as_ref().unwrap().words.as_str())
            .collect();
        assert_eq!(
            words,
            ["The north lift is out of order.", "Queue to the bridge"]
        );
        let again = scanner.exchange(hand_over(&scanner, &[first])).await;
        assert_eq!(given(&again), letters, "handing over again changes nothing");

        let shown = organizer.api.get(&path).await.expect(200);
        assert_eq!(shown[0]["operator"], 0);
        assert_eq!(shown[1]["name"], "Ana");
        assert_eq!(shown[1]["text"], "Queue to the bridge");
        assert_eq!(shown[1]["at"], "2026-06-20T18:00:00Z");
    })
    .await;
}

#[tokio::test]
async fn an_erased_note_is_gone_from_the_database_and_from_what_devices_get() {
    on_both(async |test: TestApp| {
        let (organizer, event, scanner) = door(&test).await;
        let path = event.path("/notes");
        let made = letter(&scanner, &mut Document::default(), 1, "Petar has the key");
        scanner.exchange(hand_over(&scanner, &[made])).await;
        let id = text(&organizer.api.get(&path).await.expect(200)[0]["id"]);
        let one = format!("{path}/{id}");
        organizer.api.delete(&one).await.expect(204);
        let shown = organizer.api.get(&path).await.expect(200);
        assert!(shown[0]["text"].is_null());
        let letters = given(&scanner.exchange(hand_over(&scanner, &[])).await);
        assert_eq!(letters.len(), 2, "the note and its erasure");
        assert!(letters.iter().all(|signed| signed.letter.text.is_none()));
        let unknown = format!("{path}/{}-9", "0".repeat(32));
        let answer = organizer.api.delete(&unknown).await;
        answer.expect_problem(404, "not-found");
    })
    .await;
}

#[tokio::test]
async fn hostile_letters_are_refused_by_name_and_leave_nothing() {
    on_both(async |test: TestApp| {
        let (organizer, event, scanner) = door(&test).await;
        let good = letter(&scanner, &mut Document::default(), 1, "All well");
        let mut altered = good.clone();
        altered.signature[0] ^= 1;
        let mut forged = good.clone();
        forged.hash.0[0] ^= 1;
        let mut garbage = good.clone();
        garbage.bytes = vec![0xff; 400];
        let mut huge = good.clone();
        huge.bytes = vec![0; 100_000];
        let mut reworded = good.clone();
        reworded.text.as_mut().unwrap().words = "All lost".into();
        let nobody = letter(&scanner, &mut Document::default(), 77, "Who am I");
        let letters = [altered, forged, garbage, huge, reworded, nobody];
        let frames = scanner.exchange(hand_over(&scanner, &letters)).await;
        assert_eq!(
            refused(&frames),
            [
                Refused::BadSignature,
                Refused::BadSignature,
                Refused::Malformed,
                Refused::TooLarge,
                Refused::WrongText,
                Refused::UnknownOperator,
            ]
        );
        let twin = letter(&scanner, &mut Document::default(), 1, "Another first one");
        let frames = scanner.exchange(hand_over(&scanner, &[good, twin])).await;
        assert_eq!(refused(&frames), [Refused::Forked]);
        let shown = organizer.api.get(&event.path("/notes")).await.expect(200);
        assert_eq!(shown.as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_office_plans_shifts() {
    on_both(async |test: TestApp| {
        let (organizer, event, _) = door(&test).await;
        let path = event.path("/shifts");
        let shift = |gate, person, until: &str| {
            json!({"gate": gate, "person": person,
            "from": "2026-06-29T16:00:00Z", "until": until})
        };
        let until = "2026-06-29T22:00:00Z";
        let api = &organizer.api;
        let made = api.post(&path, shift(1, 1, until)).await.expect(201);
        for wrong in [
            shift(9, 1, until),
            shift(1, 9, until),
            shift(1, 1, "2026-06-29T16:00:00Z"),
        ] {
            api.post(&path, wrong).await.expect_problem(422, "invalid");
        }
        let one = format!("{path}/{}", text(&made["id"]));
        api.patch(&one, json!({"person": 2})).await.expect(204);
        let plan = api.get(&path).await.expect(200);
        assert_eq!(plan[0]["person_name"], "Vera");
        assert_eq!(plan[0]["from"], "2026-06-29T16:00:00Z");
        assert_eq!(plan[0]["disputed"], false);
        api.delete(&one).await.expect(204);
        assert_eq!(api.get(&path).await.expect(200), json!([]));
        let note = event.path("/notes");
        for words in ["", "   ", &"x".repeat(1001)] {
            let answer = api.post(&note, json!({"text": words})).await;
            answer.expect_problem(422, "invalid");
        }
        let steering = api.post(&note, json!({"text": "a\u{1b}[2J"})).await;
        steering.expect_problem(422, "invalid");
    })
    .await;
}

#[tokio::test]
async fn notes_written_at_once_get_a_number_each() {
    on_both(async |test: TestApp| {
        let (organizer, event, scanner) = door(&test).await;
        let path = event.path("/notes");
        let add = |words: String| {
            let (api, path) = (organizer.api.clone(), path.clone());
            async move { api.post(&path, json!({"text": words})).await.expect(201) }
        };
        let many = (0..12).map(|n| add(format!("note {n}")));
        futures_util::future::join_all(many).await;
        let letters = given(&scanner.exchange(hand_over(&scanner, &[])).await);
        let numbers: Vec<u32> = letters.iter().map(|signed| signed.no).collect();
        assert_eq!(numbers, (1..=12).collect::<Vec<_>>());
    })
    .await;
}
