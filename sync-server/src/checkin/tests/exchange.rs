//! What goes up and down in frames.

use shared_model::sync::vector::seqs;
use shared_model::sync::{Marks, Time, VersionVector};
use ticket_crypto::label::Label;

use super::*;

/// What the server says is durable.
fn acked(frames: &[Frame]) -> VersionVector {
    frames
        .iter()
        .filter_map(|frame| match frame {
            Frame::Ack { vector, .. } => Some(vector.clone()),
            _ => None,
        })
        .fold(VersionVector::new(), |mut all, vector| {
            all.extend(vector);
            all
        })
}

/// What the server holds.
fn marks(frames: &[Frame]) -> Marks {
    match frames.first() {
        Some(Frame::Hello(hello)) => hello.marks.clone(),
        other => panic!("a hello comes first, not {other:?}"),
    }
}

fn up(scanner: &Scanner, from: u64) -> Vec<Frame> {
    scanner.facts(from).into_iter().map(Frame::Facts).collect()
}

#[tokio::test]
async fn facts_of_one_device_reach_the_other_and_sending_again_changes_nothing() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let mut a = place.scanner("A").await;
        let b = place.scanner("B").await;
        for serial in 1..=700 {
            a.admit(serial);
        }
        let answers = a.exchange(up(&a, 1)).await;
        assert_eq!(errors(&answers), []);
        assert_eq!(acked(&answers), VersionVector::from([(a.actor(), 701)]));

        let again = a.exchange(up(&a, 1)).await;
        assert_eq!(acked(&again), VersionVector::from([(a.actor(), 701)]));
        assert_eq!(
            seqs(&marks(&again)),
            VersionVector::from([(a.actor(), 701)])
        );

        let down: Vec<_> = b
            .exchange(Vec::new())
            .await
            .into_iter()
            .filter_map(|frame| match frame {
                Frame::Facts(facts) => Some(facts),
                _ => None,
            })
            .collect();
        assert_eq!(down, a.facts(1));
    })
    .await;
}

#[tokio::test]
async fn time_is_told_with_the_event_keys_word() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let a = place.scanner("A").await;
        let asked = place.test.now().plus_millis(-777);
        let answers = a.exchange(vec![Frame::Time(Time::ask(asked))]).await;
        let time = answers.iter().find_map(|frame| match frame {
            Frame::Time(time) => Some(time),
            _ => None,
        });
        let time = time.expect("an answer");
        assert_eq!((time.sent, time.received), (asked, place.test.now()));
        let want = Frame::WantBook {
            event: a.event,
            have: 0,
        };
        let answers = a.exchange(vec![want]).await;
        let certificate = answers.iter().find_map(|frame| match frame {
            Frame::Book { certificate, .. } => Some(certificate),
            _ => None,
        });
        let root = ticket_crypto::VerifyingKey::from_bytes(&a.enrolled.root_key.0).unwrap();
        let certificate =
            ticket_crypto::EventCertificate::open(certificate.unwrap(), &root).unwrap();
        let signature = time.signature.as_slice().try_into().unwrap();
        ticket_crypto::signature::verify(
            &certificate.key,
            &Label::TIME,
            &time.message(a.event),
            signature,
        )
        .expect("signed by the event key");
    })
    .await;
}

#[tokio::test]
async fn a_revoked_device_hands_in_what_it_holds() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let mut a = place.scanner("A").await;
        let mut b = place.scanner("B").await;
        b.admit(9);
        b.exchange(up(&b, 1)).await;
        a.admit(1);
        place.test.advance(1000);
        let path = format!("/api/v1/devices/{}/revoke", a.enrolled.device_id);
        place.organizer.post(&path, json!({})).await.expect(204);
        let answers = a.exchange(up(&a, 1)).await;
        assert_eq!(errors(&answers), [ErrorCode::Revoked]);
        assert_eq!(acked(&answers)[&a.actor()], 2);
        assert!(
            !answers
                .iter()
                .any(|frame| matches!(frame, Frame::Facts(_) | Frame::Page(_)))
        );
    })
    .await;
}

#[tokio::test]
async fn forged_facts_are_refused_and_innocent_ones_beside_them_are_kept() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let mut a = place.scanner("A").await;
        let mut b = place.scanner("B").await;
        a.admit(1);
        b.admit(2);
        let mut forged = a.facts(1).remove(0);
        forged.head.signature[3] ^= 1;
        let mut altered = a.facts(1).remove(0);
        altered.records[1][20] ^= 1;
        let frames = vec![Frame::Facts(forged), Frame::Facts(altered)];
        let answers = b
            .exchange(frames.into_iter().chain(up(&b, 1)).collect())
            .await;
        assert_eq!(errors(&answers).len(), 2, "{answers:?}");
        let again = b.exchange(Vec::new()).await;
        assert_eq!(seqs(&marks(&again)), VersionVector::from([(b.actor(), 2)]));
        a.exchange(up(&a, 1)).await;
        let after = b.exchange(Vec::new()).await;
        assert_eq!(seqs(&marks(&after)).len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_fork_is_kept_as_evidence_and_told_to_others() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let mut a = place.scanner("A").await;
        let b = place.scanner("B").await;
        a.admit(1);
        let mut clone = Scanner::cloned(&a);
        a.admit(2);
        clone.admit(3);
        a.exchange(up(&a, 1)).await;
        clone.exchange(up(&clone, 1)).await;
        let answers = b.exchange(Vec::new()).await;
        let Some(Frame::Hello(hello)) = answers.first() else {
            panic!("a hello")
        };
        assert_eq!(hello.forks.len(), 1);
        let forked: Vec<_> = answers
            .iter()
            .filter(|frame| matches!(frame, Frame::Fork(_)))
            .collect();
        assert_eq!(forked.len(), 2, "both sides of the evidence");

        a.admit(4);
        let frozen = a.exchange(up(&a, 1)).await;
        assert_eq!(errors(&frozen), [ErrorCode::Frozen]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_message_gets_its_typed_answer() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let a = place.scanner("A").await;
        let send = async |body: Vec<u8>| a.api.send("POST", "/device/v1/frames", body, None).await;
        send(vec![1, 2, 3]).await.expect_problem(400, "malformed");
        send(vec![255; 64]).await.expect_problem(413, "too-large");
        send(vec![0; (4 << 20) + 1])
            .await
            .expect_problem(413, "too-large");
        let nobody = place.test.bearer("bld_wrong");
        let answer = nobody
            .send("POST", "/device/v1/frames", Vec::new(), None)
            .await;
        answer.expect_problem(401, "unauthenticated");

        let other = shared_model::ids::EventNo(99);
        let body = shared_model::sync::codec::encode_all(&[Frame::WantBook {
            event: other,
            have: 0,
        }])
        .unwrap();
        let answer = send(body).await;
        let frames = shared_model::sync::codec::decode_all(&answer.body).unwrap();
        assert_eq!(errors(&frames), [ErrorCode::Malformed]);
        let Frame::Hello(mut hello) = a.hello(Marks::new()) else {
            panic!("a hello")
        };
        hello.event = other;
        let body = shared_model::sync::codec::encode_all(&[Frame::Hello(hello)]).unwrap();
        let answer = send(body).await;
        let frames = shared_model::sync::codec::decode_all(&answer.body).unwrap();
        assert_eq!(errors(&frames), [ErrorCode::UnknownEvent]);
    })
    .await;
}

#[tokio::test]
async fn ten_thousand_queued_facts_go_up_in_few_requests() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let mut a = place.scanner("A").await;
        for serial in 0..9_999 {
            a.admit(1 + serial % 4000);
        }
        // As much as a session sends before it wants an acknowledgement.
        let mut requests = 0;
        let mut message = Vec::new();
        let mut bytes = 0;
        let batches = a.facts(1);
        let last = batches.len() - 1;
        for (at, batch) in batches.into_iter().enumerate() {
            bytes += batch.records.iter().map(Vec::len).sum::<usize>();
            message.push(Frame::Facts(batch));
            if bytes >= shared_model::sync::session::BUDGET / 4 || at == last {
                let answers = a.exchange(std::mem::take(&mut message)).await;
                assert_eq!(errors(&answers), []);
                bytes = 0;
                requests += 1;
            }
        }
        assert!(requests <= 20, "{requests} requests");
        let after = a.exchange(up(&a, 9_500)).await;
        assert_eq!(acked(&after), VersionVector::from([(a.actor(), 10_000)]));
        let entries = place
            .organizer
            .get(&place.path("entries?limit=1000"))
            .await
            .expect(200);
        assert_eq!(entries["entries"].as_array().unwrap().len(), 1000);
    })
    .await;
}

#[tokio::test]
async fn pages_of_the_manifest_are_signed_and_go_on_by_serial() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        for serial in [3, 9, 27] {
            place.ticket(serial, "Mina").await;
        }
        let a = place.scanner("A").await;
        let ask = async |since, after_serial| {
            let want = Frame::Manifest {
                event: a.event,
                since,
                after_serial,
            };
            let book = Frame::WantBook {
                event: a.event,
                have: 0,
            };
            let frames = a.exchange(vec![want, book]).await;
            let root = ticket_crypto::VerifyingKey::from_bytes(&a.enrolled.root_key.0).unwrap();
            let key = frames.iter().find_map(|frame| match frame {
                Frame::Book { certificate, .. } => Some(
                    ticket_crypto::EventCertificate::open(certificate, &root)
                        .unwrap()
                        .key,
                ),
                _ => None,
            });
            let page = frames.into_iter().find_map(|frame| match frame {
                Frame::Page(page) => Some(page),
                _ => None,
            });
            let page: shared_model::manifest::Page = page
                .unwrap()
                .open(&key.unwrap(), &Label::PAGE)
                .expect("signed by the event key");
            page
        };
        let serials = |page: &shared_model::manifest::Page| {
            page.rows.iter().map(|row| row.serial.0).collect::<Vec<_>>()
        };
        let whole = ask(0, None).await;
        assert_eq!(serials(&whole), [3, 9, 27]);
        assert_eq!(
            (whole.next_after, whole.incarnation),
            (None, place.test.app.incarnation)
        );
        assert_eq!(serials(&ask(0, Some(Serial(3))).await), [9, 27]);
        place.ticket(9, "Vuk").await;
        let changed = ask(whole.revision, None).await;
        assert_eq!(serials(&changed), [9]);
        assert_eq!(changed.rows[0].person.as_ref().unwrap().name, "Vuk");
        assert!(changed.revision > whole.revision);
    })
    .await;
}

#[tokio::test]
async fn a_connected_device_hears_at_once_and_a_revoked_one_is_cut_off() {
    use futures_util::{SinkExt as _, StreamExt as _};
    use shared_model::sync::codec::{decode_all, encode_all};
    use tokio_tungstenite::tungstenite::Message;
    use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let mut a = place.scanner("A").await;
        let b = place.scanner("B").await;
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let router = crate::gateway::router(place.test.app.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await });
        let connect = async |token: &str| {
            let mut request = format!("ws://{address}/device/v1/socket")
                .into_client_request()
                .unwrap();
            request
                .headers_mut()
                .insert("authorization", format!("Bearer {token}").parse().unwrap());
            tokio_tungstenite::connect_async(request).await
        };
        assert!(connect("bld_wrong").await.is_err());
        let (mut link, _) = connect(&b.enrolled.token).await.unwrap();
        let mut frames = async |send: Option<Vec<Frame>>| {
            if let Some(send) = send {
                link.send(Message::Binary(encode_all(&send).unwrap().into()))
                    .await
                    .unwrap();
            }
            loop {
                match tokio::time::timeout(std::time::Duration::from_secs(20), link.next()).await {
                    Ok(Some(Ok(Message::Binary(bytes)))) => return decode_all(&bytes).unwrap(),
                    Ok(Some(Ok(_))) => {}
                    other => panic!("a message, not {other:?}"),
                }
            }
        };
        let hello = frames(Some(vec![b.hello(Marks::new())])).await;
        assert!(matches!(hello.first(), Some(Frame::Hello(_))), "{hello:?}");

        a.admit(5);
        a.exchange(up(&a, 1)).await;
        let mut heard = Vec::new();
        while !heard.iter().any(|frame| matches!(frame, Frame::Facts(_))) {
            heard.extend(frames(None).await);
        }
        place
            .organizer
            .patch(&place.path("lists/1"), json!({"name": "Glavni ulaz"}))
            .await
            .expect(200);
        let mut book = 0;
        while book < 3 {
            for frame in frames(None).await {
                if let Frame::Changes { book: number, .. } = frame {
                    book = number;
                }
            }
            if b.book().await.number == book {
                break;
            }
        }
        place.test.advance(1000);
        let path = format!("/api/v1/devices/{}/revoke", b.enrolled.device_id);
        place.organizer.post(&path, json!({})).await.expect(204);
        let mut codes = Vec::new();
        while codes.is_empty() {
            codes = errors(&frames(None).await);
        }
        assert_eq!(codes, [ErrorCode::Revoked]);
        server.abort();
    })
    .await;
}

#[tokio::test]
async fn state_made_again_from_the_log_is_the_same() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await.with_tier().await;
        let mut scanners = [
            place.scanner("A").await,
            place.scanner("B").await,
            place.scanner("C").await,
        ];
        place.test.advance(60_000);
        for (n, scanner) in scanners.iter_mut().enumerate() {
            scanner.set_clock(place.test.now().plus_millis(n as i64 * 7));
            for serial in 0..40 {
                scanner.admit(1 + serial * (n as u32 + 1) % 50);
            }
        }
        place.test.advance(60_000);
        let look = async || {
            let mut seen = Vec::new();
            for path in ["conflicts", "entries?limit=1000", "occupancy"] {
                seen.push(place.organizer.get(&place.path(path)).await.expect(200));
            }
            seen
        };
        // Kept up to date step by step, in an order of its own.
        for scanner in scanners.iter().rev() {
            scanner.exchange(up(scanner, 1)).await;
            look().await;
        }
        let kept = look().await;
        assert!(kept[0].as_array().unwrap().len() > 10);
        let event = shared_model::ids::EventId(place.event.parse().unwrap());
        place.test.app.doors.drop_live(event);
        assert_eq!(look().await, kept);
    })
    .await;
}

#[tokio::test]
async fn a_device_hears_that_its_event_was_deleted() {
    on_both(async |test: TestApp| {
        let place = Place::open(test).await;
        let scanner = place.scanner("A").await;
        let hello = scanner.hello(Marks::new());
        assert_eq!(errors(&scanner.exchange(vec![hello.clone()]).await), []);
        let event = place.path("");
        let event = event.trim_end_matches('/');
        place
            .organizer
            .patch(event, json!({"state": "draft"}))
            .await
            .expect(200);
        place.organizer.delete(event).await.expect(204);
        assert_eq!(
            errors(&scanner.exchange(vec![hello]).await),
            [ErrorCode::UnknownEvent]
        );
        let duties = scanner.api.get("/device/v1/duties").await.expect(200);
        assert_eq!(duties["events"], json!([]));
    })
    .await;
}
