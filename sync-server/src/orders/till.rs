//! The queue before each event's sale: what waits is sold together.
//!
//! Wishes of one event wait here; one task takes all that wait and has them
//! written in one transaction with one commit, so that a rush costs the database
//! little more than a single order. What always holds: every wish gets an answer
//! of its own, after the commit; a wish whose asker went away is still decided.
//! Not here: what may be bought (`basket`) and what is written (`place`).
//!
//! Source: docs/decisions/0092-orders-of-an-event-together.md

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use shared_model::ids::EventId;
use tokio::sync::oneshot;

use super::place::{self, Placed, Wish};
use super::{Error, NOT_WRITTEN};
use crate::app::AppState;

/// Most wishes that share one commit.
const BATCH: usize = 64;
/// Units after which a batch is full: it may not keep the only writer for long.
const UNITS: usize = 200;

/// A wish that waits, and who waits for its answer.
type Waiting = (Wish, oneshot::Sender<Result<Placed, Error>>);

/// The queues of all events: an entry where a task is serving.
#[derive(Debug, Default)]
pub struct Tills(Mutex<HashMap<EventId, VecDeque<Waiting>>>);

/// Has `wish` decided and written.
pub(super) async fn ask(app: &AppState, event: EventId, wish: Wish) -> Result<Placed, Error> {
    let (reply, answer) = oneshot::channel();
    if app.tills.enqueue(event, (wish, reply)) {
        tokio::spawn(serve(Arc::clone(app), event));
    }
    answer.await.unwrap_or(Err(NOT_WRITTEN))
}

/// Answers all that wait, until nobody does.
async fn serve(app: AppState, event: EventId) {
    let mut open = Open {
        app: &app,
        event,
        closed: false,
    };
    loop {
        let batch = app.tills.dequeue(event);
        if batch.is_empty() {
            open.closed = true;
            return;
        }
        let (wishes, replies): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let answers = place::answer_all(&app, event, &wishes).await;
        for (reply, answer) in replies.into_iter().zip(answers) {
            let _gone_is_fine = reply.send(answer);
        }
    }
}

impl Tills {
    /// Adds a wish; true when somebody has to begin serving.
    fn enqueue(&self, event: EventId, waiting: Waiting) -> bool {
        let mut tills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let nobody_serves = !tills.contains_key(&event);
        tills.entry(event).or_default().push_back(waiting);
        nobody_serves
    }

    /// Takes what is sold next; nothing means that serving has ended.
    fn dequeue(&self, event: EventId) -> Vec<Waiting> {
        let mut tills = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(queue) = tills.get_mut(&event).filter(|queue| !queue.is_empty()) else {
            tills.remove(&event);
            return Vec::new();
        };
        let mut units = 0;
        let mut count = 0;
        while count < BATCH && units < UNITS && count < queue.len() {
            units += queue.get(count).map_or(0, |(wish, _)| wish.units());
            count += 1;
        }
        queue.drain(..count).collect()
    }
}

/// An open till. Where its task ends before its time, those who wait are told and
/// the next wish opens it again.
struct Open<'a> {
    app: &'a AppState,
    event: EventId,
    closed: bool,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.closed {
            let tills = &self.app.tills.0;
            let mut tills = tills.lock().unwrap_or_else(PoisonError::into_inner);
            tills.remove(&self.event);
        }
    }
}
