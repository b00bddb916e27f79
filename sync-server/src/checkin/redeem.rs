//! Redeeming online: decide and append in one transaction, many wishes in one commit.
//!
//! Wishes of one event wait in a queue; one task takes all that wait, answers them
//! one after the other over the same state, and commits once. An answer is given after
//! the commit. What the database refuses is answered to nobody: the state in memory is
//! dropped with it.

use std::collections::HashMap;
use std::sync::Arc;

use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use shared_model::book::Book;
use shared_model::entry::{self, Clock, Knowledge, Override, Presented, Request};
use shared_model::fact::{Fact, Heartbeat, Outcome, Resolution, Resolve, Scan, Subject, commit};
use shared_model::foreign::foreign_hash;
use shared_model::ids::{ActorId, EventId, ForeignHash, OperatorNo, RequestId, Serial};
use shared_model::log::fold::FactKey;
use shared_model::ticket::{TicketRecord, TicketRef};
use shared_model::time::Timestamp;
use shared_model::verdict::{Admission, Explanation, Reason, Refusal, Steps, Verdict};
use tokio::sync::oneshot;

use super::author::Writing;
use super::live::Live;
use super::{Error, Published, capacity, doors, life, manifest};
use crate::app::{App, AppState};
use crate::db::{self, Conn, Tx};
use crate::events::Event;
use crate::{sql, tickets};

/// Most wishes that share one commit.
const BATCH: usize = 64;

/// Something to be decided and written.
#[derive(Debug)]
pub(super) enum Wish {
    /// A code at a gate.
    Redeem(Box<Redeem>),
    /// A person says what a conflict was.
    Resolve {
        /// The conflict.
        conflict: FactKey,
        /// What it was.
        outcome: Resolution,
        /// Who says so.
        operator: OperatorNo,
    },
    /// Others should know how far this server was heard of.
    ShowLife,
}

/// A code at a gate.
#[derive(Debug)]
pub(super) struct Redeem {
    /// The code, letter by letter.
    pub(super) text: String,
    /// What it states against the book of this number, where it was read before its turn.
    pub(super) read: Option<(u64, Presented)>,
    /// What is wished.
    pub(super) request: Request,
}

/// What became of a wish.
#[derive(Debug)]
pub(super) struct Done {
    /// The verdict; none for a conflict that was settled.
    pub(super) verdict: Option<Verdict>,
    /// The ticket that it is about, where it is known.
    pub(super) ticket: Option<TicketRecord>,
    /// The fact that was written.
    pub(super) fact: Option<FactKey>,
    /// The wish was answered before, and this is that answer.
    pub(super) repeated: bool,
    /// When it was decided.
    pub(super) at: Timestamp,
}

/// A wish that waits, and who waits for its answer.
pub(super) type Waiting = (Wish, oneshot::Sender<Result<Done, Error>>);

impl Redeem {
    /// What the code states: a signature takes longest, and need not be checked in turn.
    fn read(&self, book: &Book) -> Presented {
        match &self.read {
            Some((number, presented)) if *number == book.number => presented.clone(),
            _ => entry::read(book, &self.text, self.request.now),
        }
    }
}

/// Has `wish` decided and written.
pub(super) async fn perform(app: &AppState, event: Event, mut wish: Wish) -> Result<Done, Error> {
    if let Wish::Redeem(redeem) = &mut wish {
        let published = doors::book(app, event.clone()).await?;
        redeem.read = Some((published.book.number, redeem.read(&published.book)));
    }
    let (reply, answer) = oneshot::channel();
    if app.doors.enqueue(event.id, (wish, reply)) {
        tokio::spawn(serve(Arc::clone(app), event));
    }
    answer.await.unwrap_or(Err(Error::NotStored))
}

/// Answers all that wait, until nobody does.
async fn serve(app: AppState, event: Event) {
    loop {
        let batch = app.doors.dequeue(event.id, BATCH);
        if batch.is_empty() {
            return;
        }
        let (wishes, replies): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        match answer_all(&app, &event, wishes).await {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _gone_is_fine = reply.send(answer);
                }
            }
            Err(error) => {
                app.doors.drop_live(event.id);
                tracing::error!(
                    cause = crate::problem::chain(&error),
                    "facts could not be stored"
                );
                for reply in replies {
                    let _gone_is_fine = reply.send(Err(Error::NotStored));
                }
            }
        }
    }
}

/// Answers the wishes in one transaction. An error is everybody's: nothing was written.
async fn answer_all(
    app: &App,
    event: &Event,
    wishes: Vec<Wish>,
) -> Result<Vec<Result<Done, Error>>, Error> {
    let published = doors::book(app, event.clone()).await?;
    let live = app.doors.live(event.id);
    let mut live = live.lock().await;
    let mut tx = app.db.begin().await?;
    let expected = wishes.len() as u64;
    let mut writing = Writing::open(&mut tx, app, &published, &mut live, expected).await?;
    let at_hand = find_stated(&mut tx, &published, &wishes).await?;
    let mut answers = Vec::with_capacity(wishes.len());
    for wish in wishes {
        let answer = match wish {
            Wish::Redeem(redeem) => {
                let mut desk = Desk {
                    app,
                    published: &published,
                    live: &mut live,
                    at_hand: &at_hand,
                };
                desk.redeem(&mut tx, &mut writing, &redeem).await
            }
            Wish::Resolve {
                conflict,
                outcome,
                operator,
            } => {
                let words = (conflict, outcome, operator);
                resolve(&mut tx, &published, &mut writing, &mut live, words).await
            }
            Wish::ShowLife => show_life(&mut tx, app, &published, &mut writing, &mut live).await,
        };
        match answer {
            Err(Error::Store(error)) => return Err(error.into()),
            answer => answers.push(answer),
        }
    }
    live.own = Some(writing.commit(tx, event.id).await?);
    app.announce_facts(event.id);
    Ok(answers)
}

/// Decides without writing anything: what the answer would be.
pub(super) async fn simulate(app: &App, event: Event, redeem: &Redeem) -> Result<Done, Error> {
    let published = doors::book(app, event).await?;
    let live = app.doors.live(published.event.id);
    let mut live = live.lock().await;
    let mut conn = app.db.read();
    live.catch_up(&mut conn, published.event.id, &published.book)
        .await?;
    let mut desk = Desk {
        app,
        published: &published,
        live: &mut live,
        at_hand: &HashMap::new(),
    };
    let known = desk
        .knowledge(&mut conn, redeem, own_key(&published))
        .await?;
    let verdict = entry::decide(&published.book, &known, &redeem.request);
    Ok(done(verdict, &known, None, redeem.request.now))
}

/// The fact key of a server in the roster, for a decision that nobody signs.
fn own_key(published: &Published) -> shared_model::ids::PublicKey {
    let devices = &published.book.roster.devices;
    let node = devices.iter().find(|device| device.node);
    node.map_or(shared_model::ids::PublicKey([0; 32]), |node| node.fact_key)
}

/// Where wishes of one event are decided.
struct Desk<'a> {
    app: &'a App,
    published: &'a Published,
    live: &'a mut Live,
    /// Tickets that this transaction found.
    at_hand: &'a HashMap<Serial, TicketRecord>,
}

impl Desk<'_> {
    async fn redeem(
        &mut self,
        tx: &mut Tx,
        writing: &mut Writing,
        redeem: &Redeem,
    ) -> Result<Done, Error> {
        let event = self.published.event.id;
        let id = redeem.request.id;
        if self.live.answered.contains(&id) {
            writing.flush(tx, event).await?;
            if let Some(earlier) = find_answer(tx, event, id).await? {
                return Ok(Done {
                    at: writing.now(),
                    ..earlier
                });
            }
        }
        let request = Request {
            now: writing.now(),
            ..redeem.request.clone()
        };
        let known = self.knowledge(tx, redeem, writing.fact_key()).await?;
        let verdict = entry::decide(&self.published.book, &known, &request);
        let outcome = match &verdict {
            Verdict::Admit(_) => Outcome::Admitted,
            Verdict::Refuse(refusal) => Outcome::Refused(refusal.reason.number()),
            Verdict::Ask { .. } | Verdict::Confirm { .. } => {
                return Ok(done(verdict, &known, None, request.now));
            }
        };
        let answers = keep_answers(self.app, tx, event, &request).await?;
        let bytes = postcard::to_allocvec(&verdict).map_err(|_| Error::NotStored)?;
        let about = ticket_of(&verdict);
        let subject = subject(&self.published.book, about, &known, &redeem.text);
        let scan = |stamp| {
            Fact::Scan(Scan {
                stamp,
                subject,
                list: request.list,
                gate: request.gate,
                occurrence: about.map(|ticket| ticket.occurrence).unwrap_or_default(),
                direction: request.direction,
                operator: request.operator,
                outcome,
                override_: used_override(&verdict, &request),
                admitted: people(&verdict),
                request: request.id,
                answers,
            })
        };
        let row = writing
            .write(tx, event, self.live, Some(bytes), scan)
            .await?;
        for ticket in &known.tickets {
            self.live.allow(ticket);
        }
        self.live.refold(&self.published.book);
        let fact = FactKey {
            actor: writing.actor(),
            seq: row.seq,
        };
        Ok(done(verdict, &known, Some(fact), request.now))
    }

    /// All that is known here about a code.
    async fn knowledge(
        &mut self,
        conn: &mut Conn,
        redeem: &Redeem,
        device: shared_model::ids::PublicKey,
    ) -> Result<Knowledge, db::Error> {
        let (event, book) = (self.published.event.id, &self.published.book);
        let request = &redeem.request;
        let presented = redeem.read(book);
        let list = book.lists.iter().find(|list| list.list == request.list);
        let addons = list.is_some_and(|list| list.addon_match);
        let tickets = find_tickets(conn, (event, book), &presented, addons, self.at_hand).await?;
        let token = match &presented {
            Presented::Token(token) => Some(token.serial),
            _ => None,
        };
        let mut serials: Vec<Serial> = tickets.iter().map(|ticket| ticket.serial).collect();
        serials.extend(token.filter(|serial| !serials.contains(serial)));
        let histories = serials
            .iter()
            .filter_map(|serial| self.live.fold.ticket(*serial));
        let history = histories.flat_map(|ticket| ticket.scans.clone()).collect();
        let zone = list.and_then(|list| list.zone);
        let highest_serial = match &presented {
            Presented::Token(token) => {
                let mut highest = self.live.highest.iter();
                highest.find_map(|(kid, serial)| (*kid == token.kid).then_some(*serial))
            }
            _ => None,
        };
        Ok(Knowledge {
            presented,
            tickets,
            highest_serial,
            min_generation: None,
            history,
            occupancy: zone.map(|zone| capacity::inside(self.live, zone, request.now)),
            lease: match zone {
                Some(zone) => {
                    let (published, now) = (self.published, request.now);
                    capacity::left_here(conn, published, self.live, zone, now).await?
                }
                None => None,
            },
            clock: Clock::Trusted,
            device,
            earlier: None,
        })
    }
}

/// The tickets that the codes of `wishes` state, found together.
async fn find_stated(
    conn: &mut Conn,
    published: &Published,
    wishes: &[Wish],
) -> Result<HashMap<Serial, TicketRecord>, db::Error> {
    let stated = wishes.iter().filter_map(|wish| match wish {
        Wish::Redeem(redeem) => match &redeem.read {
            Some((_, Presented::Token(token))) => Some(token.serial),
            _ => None,
        },
        Wish::Resolve { .. } | Wish::ShowLife => None,
    });
    let stated: Vec<Serial> = stated.collect();
    let found = tickets::find_each(conn, published.event.id, &stated).await?;
    let records = found.into_iter().map(|ticket| ticket.record);
    Ok(records.map(|record| (record.serial, record)).collect())
}

/// The tickets that answer to a code, and their add-ons where the list wants them.
async fn find_tickets(
    conn: &mut Conn,
    (event, book): (EventId, &Book),
    presented: &Presented,
    addons: bool,
    at_hand: &HashMap<Serial, TicketRecord>,
) -> Result<Vec<TicketRecord>, db::Error> {
    let records = |found: Vec<tickets::Ticket>| found.into_iter().map(|ticket| ticket.record);
    let mut found: Vec<TicketRecord> = match (presented, &book.foreign_key) {
        (Presented::Token(token), _) => match at_hand.get(&token.serial) {
            Some(record) => vec![record.clone()],
            None => {
                let found = tickets::find(conn, event, token.serial).await?;
                records(found.into_iter().collect()).collect()
            }
        },
        (Presented::Foreign(text), Some(key)) => {
            records(tickets::list_foreign(conn, event, foreign_hash(key, text)).await?).collect()
        }
        _ => Vec::new(),
    };
    if addons {
        let mains: Vec<Serial> = match presented {
            Presented::Token(token) => vec![token.serial],
            _ => found.iter().map(|ticket| ticket.serial).collect(),
        };
        for main in mains {
            found.extend(records(tickets::list_addons(conn, event, main).await?));
        }
    }
    Ok(found)
}

async fn resolve(
    tx: &mut Tx,
    published: &Published,
    writing: &mut Writing,
    live: &mut Live,
    (conflict, outcome, operator): (FactKey, Resolution, OperatorNo),
) -> Result<Done, Error> {
    let conflicts = live.fold.conflicts(&published.book);
    if !conflicts.iter().any(|known| known.id == conflict) {
        return Err(Error::NoPart("conflict"));
    }
    let row = writing
        .write(tx, published.event.id, live, None, |stamp| {
            Fact::Resolve(Resolve {
                stamp,
                actor: conflict.actor,
                seq: conflict.seq,
                outcome,
                operator,
            })
        })
        .await?;
    live.refold(&published.book);
    Ok(written(writing, row.seq))
}

async fn show_life(
    tx: &mut Tx,
    app: &App,
    published: &Published,
    writing: &mut Writing,
    live: &mut Live,
) -> Result<Done, Error> {
    let event = published.event.id;
    let heartbeat = |stamp| Fact::Heartbeat(Heartbeat { stamp });
    let row = writing.write(tx, event, live, None, heartbeat).await?;
    life::note(tx, app, event, writing.arrivals()).await?;
    Ok(written(writing, row.seq))
}

/// What became of a wish that no verdict answers.
const fn written(writing: &Writing, seq: u64) -> Done {
    Done {
        verdict: None,
        ticket: None,
        fact: Some(FactKey {
            actor: writing.actor(),
            seq,
        }),
        repeated: false,
        at: writing.now(),
    }
}

fn done(verdict: Verdict, known: &Knowledge, fact: Option<FactKey>, at: Timestamp) -> Done {
    let serial = ticket_of(&verdict).map(|ticket| ticket.serial);
    let about = known
        .tickets
        .iter()
        .find(|ticket| Some(ticket.serial) == serial);
    Done {
        ticket: about.or(known.tickets.first()).cloned(),
        verdict: Some(verdict),
        fact,
        repeated: false,
        at,
    }
}

/// The ticket that a verdict is about.
const fn ticket_of(verdict: &Verdict) -> Option<TicketRef> {
    match verdict {
        Verdict::Admit(admission) => Some(admission.ticket),
        Verdict::Refuse(refusal) => refusal.ticket,
        Verdict::Ask { .. } | Verdict::Confirm { .. } => None,
    }
}

fn subject(book: &Book, about: Option<TicketRef>, known: &Knowledge, text: &str) -> Subject {
    match (about, &known.presented, &book.foreign_key) {
        (Some(ticket), ..) => ticket.into(),
        (None, Presented::Token(token), _) => Subject::Ticket {
            serial: token.serial,
            generation: token.generation,
            kid: token.kid,
        },
        (None, Presented::Foreign(code), Some(key)) => Subject::Foreign(foreign_hash(key, code)),
        _ => {
            let mut hash = ForeignHash([0; 16]);
            let digest = Sha256::digest(text.as_bytes());
            hash.0.copy_from_slice(&digest[..16]);
            Subject::Unreadable(hash)
        }
    }
}

const fn people(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Admit(admission) => admission.people,
        _ => 0,
    }
}

/// The supervisor's decision, where something was passed over because of it.
fn used_override(verdict: &Verdict, request: &Request) -> Option<Override> {
    match verdict {
        Verdict::Admit(admission) if admission.overridden != Steps::NONE => request.override_,
        _ => None,
    }
}

/// Stores what the guest answered beside the log; the commitment to it.
async fn keep_answers(
    app: &App,
    tx: &mut Tx,
    event: EventId,
    request: &Request,
) -> Result<Option<shared_model::ids::Hash>, Error> {
    if request.answers.is_empty() {
        return Ok(None);
    }
    let mut salt = [0; 16];
    app.rng().fill_bytes(&mut salt);
    let text = serde_json::to_string(&request.answers).map_err(|_| Error::NotStored)?;
    tx.sql(sql!("INSERT INTO answers (event_id, request, salt, answers) VALUES ($1, $2, $3, $4) ON CONFLICT (event_id, request) DO NOTHING"))
        .bind(event)
        .bind(request.id)
        .bind(salt)
        .bind(text)
        .execute()
        .await?;
    Ok(Some(commit(&salt, &request.answers)))
}

/// What the wish was answered before.
async fn find_answer(
    conn: &mut Conn,
    event: EventId,
    request: RequestId,
) -> Result<Option<Done>, db::Error> {
    let found = conn
        .sql(sql!("SELECT actor, seq, record, answer FROM facts WHERE event_id = $1 AND request = $2 ORDER BY arrival LIMIT 1" => (ActorId, u64, Vec<u8>, Option<Vec<u8>>)))
        .bind(event)
        .bind(request)
        .optional()
        .await?;
    let Some((actor, seq, record, answer)) = found else {
        return Ok(None);
    };
    let told = answer.and_then(|bytes| postcard::from_bytes(&bytes).ok());
    let verdict = match told {
        Some(verdict) => Some(verdict),
        None => told_by(&record),
    };
    let ticket = match verdict.as_ref().and_then(ticket_of) {
        Some(ticket) => manifest::find_ticket(conn, event, ticket.serial).await?,
        None => None,
    };
    Ok(verdict.map(|verdict| Done {
        verdict: Some(verdict),
        ticket,
        fact: Some(FactKey { actor, seq }),
        repeated: true,
        at: Timestamp(0),
    }))
}

/// What a fact of another writer says was answered.
fn told_by(record: &[u8]) -> Option<Verdict> {
    let decoded = shared_model::fact::decode(record).ok()?;
    let Fact::Scan(scan) = decoded.known()? else {
        return None;
    };
    let ticket = match scan.subject {
        Subject::Ticket {
            serial,
            generation,
            kid,
        } => Some(TicketRef {
            serial,
            generation,
            kid,
            occurrence: scan.occurrence,
        }),
        Subject::Foreign(_) | Subject::Unreadable(_) => None,
    };
    Some(match scan.outcome {
        Outcome::Admitted => Verdict::Admit(Admission {
            ticket: ticket.unwrap_or_default(),
            people: scan.admitted,
            ..Admission::default()
        }),
        Outcome::Refused(number) => Verdict::Refuse(Refusal {
            reason: Reason::from_number(number).unwrap_or(Reason::Malformed),
            explanation: Explanation::new("answered-before"),
            step: 0,
            ticket,
        }),
    })
}
