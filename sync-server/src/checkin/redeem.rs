//! Redeeming online: decide and append in one transaction, many wishes in one commit.
//!
//! Wishes of one event wait in a queue; one task takes all that wait, answers them
//! one after the other over the same state, and commits once. An answer is given after
//! the commit. What the database refuses is answered to nobody: the state in memory is
//! dropped with it.

use std::sync::Arc;

use shared_model::book::Book;
use shared_model::entry::{self, Clock, Knowledge, Presented, Request};
use shared_model::fact::{Fact, Heartbeat, Resolution, Resolve, Scan};
use shared_model::ids::{OperatorNo, PublicKey, Serial};
use shared_model::log::fold::FactKey;
use shared_model::ticket::TicketRecord;
use shared_model::time::Timestamp;
use shared_model::verdict::Verdict;
use tokio::sync::oneshot;

use super::author::Writing;
use super::live::Live;
use super::stated::Stated;
use super::{Error, Published, answered, capacity, doors, life};
use crate::app::{App, AppState};
use crate::db::{self, Conn, Tx};
use crate::events::Event;

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

impl Wish {
    /// The ticket that its code states, where it was read before its turn.
    fn stated(&self) -> Option<Serial> {
        match self {
            Self::Redeem(redeem) => redeem.read.as_ref()?.1.serial(),
            Self::Resolve { .. } | Self::ShowLife => None,
        }
    }
}

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
                let full = matches!(error, Error::Store(db::Error::Full));
                for reply in replies {
                    let why = match full {
                        true => Error::Store(db::Error::Full),
                        false => Error::NotStored,
                    };
                    let _gone_is_fine = reply.send(Err(why));
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
    let expected = wishes.len() as u64;
    let (mut tx, mut writing) = Writing::open(app, &published, &mut live, expected).await?;
    let stated: Vec<Serial> = wishes.iter().filter_map(Wish::stated).collect();
    let at_hand = Stated::find(&mut tx, event.id, &stated).await?;
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
        at_hand: &Stated::default(),
    };
    let known = desk
        .knowledge(&mut conn, redeem, own_key(&published))
        .await?;
    let verdict = entry::decide(&published.book, &known, &redeem.request);
    Ok(done(verdict, &known, None, redeem.request.now))
}

/// The fact key of a server in the roster, for a decision that nobody signs.
fn own_key(published: &Published) -> Option<PublicKey> {
    let devices = &published.book.roster.devices;
    let node = devices.iter().find(|device| device.node);
    node.map(|node| node.fact_key)
}

/// Where wishes of one event are decided.
struct Desk<'a> {
    app: &'a App,
    published: &'a Published,
    live: &'a mut Live,
    /// Tickets that this transaction found.
    at_hand: &'a Stated,
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
            if let Some(earlier) = answered::find(tx, event, id).await? {
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
        let known = self.knowledge(tx, redeem, Some(writing.fact_key())).await?;
        let verdict = entry::decide(&self.published.book, &known, &request);
        let about = (&self.published.book, redeem.text.as_str());
        let Some(scan) = entry::record(about, &known, &request, &verdict) else {
            return Ok(done(verdict, &known, None, request.now));
        };
        let answers = answered::keep(self.app, tx, event, &request).await?;
        let bytes = postcard::to_allocvec(&verdict).map_err(|_| Error::NotStored)?;
        let row = writing
            .write(tx, event, self.live, Some(bytes), |stamp| {
                Fact::Scan(Scan {
                    stamp,
                    answers,
                    ..scan
                })
            })
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
        device: Option<PublicKey>,
    ) -> Result<Knowledge, db::Error> {
        let (event, book) = (self.published.event.id, &self.published.book);
        let request = &redeem.request;
        let presented = redeem.read(book);
        let list = book.lists.iter().find(|list| list.list == request.list);
        let addons = list.is_some_and(|list| list.addon_match);
        let tickets = self
            .at_hand
            .tickets(conn, (event, book), &presented, addons)
            .await?;
        let concerned = presented.concerned(&tickets);
        let histories = concerned
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
    Done {
        ticket: known.shown(&verdict).cloned(),
        verdict: Some(verdict),
        fact,
        repeated: false,
        at,
    }
}
