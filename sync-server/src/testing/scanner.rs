//! A scanner of a test: real keys, a real log and real frames, kept in memory.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;
use shared_model::book::Book;
use shared_model::enrol::{Enrolled, proof_message};
use shared_model::fact::{Direction, Fact, Outcome, Scan, Subject};
use shared_model::hlc::Hlc;
use shared_model::ids::{
    Epoch, EventNo, GateNo, Generation, Kid, ListNo, OccurrenceNo, OperatorNo, PublicKey,
    RequestId, Serial,
};
use shared_model::log::author::{Author, Reading};
use shared_model::log::{Row, stretch_end};
use shared_model::sync::codec::{MEDIA_TYPE, decode_all, encode_all};
use shared_model::sync::{Facts, Frame, Hello, Marks, PROTOCOL};
use shared_model::time::Timestamp;
use ticket_crypto::label::Label;
use ticket_crypto::{SigningKey, signature};

use super::{Answer, Api, TestApp};

/// A scanner of a test.
#[derive(Debug)]
pub struct Scanner {
    /// What enrolment answered.
    pub enrolled: Enrolled,
    /// The event it works for.
    pub event: EventNo,
    /// Its fact key.
    pub fact_key: SigningKey,
    /// Requests with its token.
    pub api: Api,
    author: Author,
    rows: Vec<Row>,
    reading: Reading,
    rng: StdRng,
}

/// The keys of a device that is about to enrol.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Signs facts.
    pub fact: SigningKey,
    /// Shown to peers.
    pub transport: SigningKey,
}

impl Keys {
    /// New keys.
    pub fn generate(rng: &mut StdRng) -> Self {
        Self {
            fact: SigningKey::generate(rng),
            transport: SigningKey::generate(rng),
        }
    }

    /// The body with which these keys enrol by `code`.
    #[must_use]
    pub fn enrol(&self, code: &str, name: &str) -> serde_json::Value {
        let public = |key: &SigningKey| PublicKey(key.verifying_key().to_bytes());
        let (fact, transport) = (public(&self.fact), public(&self.transport));
        let message = proof_message(code, &fact, &transport);
        let proof = |key| hex::encode(signature::sign(key, &Label::PROOF, &message));
        json!({
            "code": code, "name": name, "fact_key": fact, "transport_key": transport,
            "fact_proof": proof(&self.fact), "transport_proof": proof(&self.transport),
        })
    }
}

impl Scanner {
    /// Enrols a scanner by `code`.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn enrol(test: &TestApp, code: &str, name: &str) -> Self {
        let mut rng = test.app.rng();
        let keys = Keys::generate(&mut rng);
        let answer = test
            .anyone()
            .post("/device/v1/enrol", keys.enrol(code, name))
            .await;
        let enrolled: Enrolled =
            serde_json::from_value(answer.expect(200)).expect("the answer of the contract");
        let event = enrolled.events.last().expect("an event").event;
        let mut epoch = [0; 16];
        rng.fill_bytes(&mut epoch);
        let reading = Reading {
            wall: test.now(),
            ..Reading::default()
        };
        let (author, open) = Author::open(
            event,
            keys.fact.clone(),
            Epoch(epoch),
            Hlc::default(),
            reading,
        );
        Self {
            api: test.bearer(&enrolled.token),
            enrolled,
            event,
            fact_key: keys.fact,
            author,
            rows: vec![open],
            reading,
            rng,
        }
    }

    /// A second device with the same keys and the same log, as a copied store would be.
    #[must_use]
    pub fn cloned(other: &Self) -> Self {
        Self {
            enrolled: other.enrolled.clone(),
            event: other.event,
            fact_key: other.fact_key.clone(),
            api: other.api.clone(),
            author: other.author.clone(),
            rows: other.rows.clone(),
            reading: other.reading,
            rng: StdRng::seed_from_u64(u64::from(other.enrolled.device.0)),
        }
    }

    /// The scanner's clock says `now`.
    pub fn set_clock(&mut self, now: Timestamp) {
        self.reading.wall = now;
    }

    /// Writes a scan that admitted the ticket `serial` on list 1; its seq.
    ///
    /// # Panics
    /// When the log is full.
    pub fn admit(&mut self, serial: u32) -> u64 {
        self.admit_with(serial, |scan| scan)
    }

    /// The same, with something other about the scan.
    ///
    /// # Panics
    /// When the log is full.
    pub fn admit_with(&mut self, serial: u32, with: impl FnOnce(Scan) -> Scan) -> u64 {
        self.reading.wall = self.reading.wall.plus_millis(1);
        let mut request = [0; 16];
        self.rng.fill_bytes(&mut request);
        let scan = Scan {
            stamp: self.author.stamp(self.reading),
            subject: Subject::Ticket {
                serial: Serial(serial),
                generation: Generation(0),
                kid: Kid(1),
            },
            list: ListNo(1),
            gate: GateNo(1),
            occurrence: OccurrenceNo(0),
            direction: Direction::Entry,
            operator: OperatorNo(0),
            outcome: Outcome::Admitted,
            override_: None,
            admitted: 1,
            request: RequestId(request),
            answers: None,
        };
        self.write(Fact::Scan(with(scan)))
    }

    /// Writes a fact; its seq.
    ///
    /// # Panics
    /// When the log is full.
    pub fn write(&mut self, fact: Fact) -> u64 {
        let row = self.author.append(fact).expect("room for a fact");
        let seq = row.seq;
        self.rows.push(row);
        seq
    }

    /// The stamp of the next fact.
    #[must_use]
    pub fn stamp(&self) -> shared_model::fact::Stamp {
        self.author.stamp(self.reading)
    }

    /// Who it writes as.
    #[must_use]
    pub const fn actor(&self) -> shared_model::ids::ActorId {
        self.author.actor()
    }

    /// Its log from `from` on, as frames.
    #[must_use]
    pub fn facts(&self, from: u64) -> Vec<Facts> {
        let newest = self.author.tip().seq;
        let mut batches = Vec::new();
        let mut from = from;
        while from <= newest {
            let last = stretch_end(from).min(newest);
            let rows = self
                .rows
                .iter()
                .filter(|row| (from..=last).contains(&row.seq));
            let rows: Vec<&Row> = rows.collect();
            let link = rows.last().expect("a fact").link;
            let actor = self.author.actor();
            batches.push(Facts {
                event: self.event,
                actor,
                from,
                records: rows.iter().map(|row| row.bytes.clone()).collect(),
                head: shared_model::log::head::sign(&self.fact_key, self.event, actor, last, link),
            });
            from = last + 1;
        }
        batches
    }

    /// The first frame of every message.
    #[must_use]
    pub fn hello(&self, marks: Marks) -> Frame {
        Frame::Hello(Hello {
            protocol: PROTOCOL,
            event: self.event,
            incarnation: None,
            marks,
            forks: std::collections::BTreeMap::new(),
            revision: 0,
            book: 0,
            clock: self.reading.wall,
        })
    }

    /// Sends frames after a hello that names nothing; the raw answer.
    ///
    /// # Panics
    /// When a frame is too large.
    pub async fn post(&self, frames: Vec<Frame>) -> Answer {
        let all: Vec<Frame> = [self.hello(Marks::new())]
            .into_iter()
            .chain(frames)
            .collect();
        let body = encode_all(&all).expect("frames of a test fit");
        self.api
            .send("POST", "/device/v1/frames", body, Some(MEDIA_TYPE))
            .await
    }

    /// Sends frames after a hello that names nothing; the frames that come back.
    ///
    /// # Panics
    /// When the answer is no frames.
    pub async fn exchange(&self, frames: Vec<Frame>) -> Vec<Frame> {
        let answer = self.post(frames).await;
        assert_eq!(
            answer.status.as_u16(),
            200,
            "{:?}",
            String::from_utf8_lossy(&answer.body)
        );
        decode_all(&answer.body).expect("frames come back")
    }

    /// The event's book, verified down from the pinned root.
    ///
    /// # Panics
    /// When it is missing or not genuine.
    pub async fn book(&self) -> Book {
        let want = Frame::WantBook {
            event: self.event,
            have: 0,
        };
        let root = ticket_crypto::VerifyingKey::from_bytes(&self.enrolled.root_key.0);
        let root = root.expect("a usable root key");
        let frames = self.exchange(vec![want]).await;
        let found = frames.iter().find_map(|frame| match frame {
            Frame::Book { certificate, book } => Some((certificate, book)),
            _ => None,
        });
        let (certificate, book) = found.expect("a book comes");
        let certificate = ticket_crypto::EventCertificate::open(certificate, &root);
        let key = certificate.expect("certified by the root").key;
        book.open(&key, &Label::BOOK)
            .expect("signed by the event key")
    }
}
