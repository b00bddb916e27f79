//! Placing: from wishes to carts and orders, as many at once as wait.
//!
//! What always holds: every wish gets one answer; a wish that was granted before is
//! answered with that order, sold out or not; nobody fails for another's sake. Not
//! here: the queue (`till`), and what one transaction does (`batch`).

use std::collections::HashSet;

use shared_model::ids::{EventId, OrderId};

use super::basket::Line;
use super::batch::attempt;
use super::checkout::Buyer;
use super::till::ask;
use super::{Error, NOT_WRITTEN, Whole, expire};
use crate::app::{App, AppState};

/// How often a batch is begun again because another server was faster.
const ATTEMPTS: usize = 5;

/// A request that may come twice.
#[derive(Debug, Clone, Copy)]
pub struct Repeat {
    /// SHA-256 of the key the client chose.
    pub key_hash: [u8; 32],
    /// SHA-256 of the request.
    pub request_hash: [u8; 32],
}

/// An order that was placed.
#[derive(Debug)]
pub enum Placed {
    /// By this request; read back from nowhere, so that a rush costs no second look.
    Now(Box<Whole>),
    /// By the same request, before.
    Before(OrderId),
}

/// What somebody wants of an event.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) lines: Vec<Line>,
    /// Absent for a cart.
    pub(super) purchase: Option<Purchase>,
}

/// What each wish is answered, as far as that is known.
pub(super) type Answers = Vec<Option<Result<Placed, Error>>>;

/// What makes an order of a cart.
#[derive(Debug)]
pub(super) struct Purchase {
    pub(super) buyer: Buyer,
    pub(super) provider: Option<String>,
    repeat: Option<Repeat>,
}

/// Takes places for a while, for a buyer not known yet.
///
/// # Errors
/// [`Error::SoldOut`], [`Error::NotOnSale`], [`Error::Invalid`].
pub async fn hold(app: &AppState, event: EventId, lines: Vec<Line>) -> Result<Placed, Error> {
    let purchase = None;
    ask(app, event, Wish { lines, purchase }).await
}

/// Places an order in one step; a free one is paid with it.
///
/// # Errors
/// As for [`hold`]; also [`Error::KeyReused`].
pub async fn place(
    app: &AppState,
    event: EventId,
    lines: Vec<Line>,
    (buyer, provider): (Buyer, Option<String>),
    repeat: Option<Repeat>,
) -> Result<Placed, Error> {
    let purchase = Some(Purchase {
        buyer,
        provider,
        repeat,
    });
    ask(app, event, Wish { lines, purchase }).await
}

impl Wish {
    /// How many units are wanted.
    pub(super) fn units(&self) -> usize {
        let units = self.lines.iter().map(|line| line.quantity);
        let units = units.fold(0, u32::saturating_add);
        usize::try_from(units).unwrap_or(usize::MAX)
    }

    pub(super) fn repeat(&self) -> Option<&Repeat> {
        self.purchase.as_ref()?.repeat.as_ref()
    }
}

/// Decides and writes each of `wishes`, in their order; one answer for each.
pub(super) async fn answer_all(
    app: &App,
    event: EventId,
    wishes: &[Wish],
) -> Vec<Result<Placed, Error>> {
    let mut answers: Answers = wishes.iter().map(|_| None).collect();
    let mut left: Vec<usize> = (0..wishes.len()).collect();
    while !left.is_empty() {
        // A key that stands twice is looked up again once its first wish is written.
        let mut keys = HashSet::new();
        let (round, later): (Vec<_>, Vec<_>) = left.into_iter().partition(|at| {
            let repeat = wishes.get(*at).and_then(Wish::repeat);
            repeat.is_none_or(|repeat| keys.insert(repeat.key_hash))
        });
        answer_round(app, event, wishes, &round, &mut answers).await;
        left = later;
    }
    let answers = answers.into_iter();
    answers
        .map(|answer| answer.unwrap_or(Err(NOT_WRITTEN)))
        .collect()
}

async fn answer_round(
    app: &App,
    event: EventId,
    wishes: &[Wish],
    round: &[usize],
    answers: &mut Answers,
) {
    sell_to(app, event, wishes, round, answers).await;
    let sold_out = |at: &usize| matches!(answers.get(*at), Some(Some(Err(Error::SoldOut { .. }))));
    let refused: Vec<_> = round.iter().copied().filter(sold_out).collect();
    if refused.is_empty() {
        return;
    }
    // Overdue carts may stand in the way until the next sweep.
    match expire::expire_overdue(app, Some(event)).await {
        Ok(0) => {}
        Ok(_) => sell_to(app, event, wishes, &refused, answers).await,
        Err(error) => tracing::error!(cause = crate::problem::chain(&error), "carts did not end"),
    }
}

/// Sells to those of `wishes` that `round` names: together, or one by one where the
/// database refuses them together, so that nobody fails for another's sake.
async fn sell_to(
    app: &App,
    event: EventId,
    wishes: &[Wish],
    round: &[usize],
    answers: &mut Answers,
) {
    let chosen: Vec<_> = round.iter().filter_map(|at| wishes.get(*at)).collect();
    let mut sold = Vec::with_capacity(chosen.len());
    match sell(app, event, &chosen).await {
        Ok(all) => sold = all,
        Err(error) if chosen.len() == 1 => sold.push(Some(Err(error))),
        Err(error) => {
            tracing::warn!(
                cause = crate::problem::chain(&error),
                "orders go one by one"
            );
            for wish in &chosen {
                let one = sell(app, event, &[*wish]).await;
                sold.extend(one.unwrap_or_else(|error| vec![Some(Err(error))]));
            }
        }
    }
    for (at, answer) in round.iter().zip(sold) {
        if let Some(place) = answers.get_mut(*at) {
            *place = answer;
        }
    }
}

/// One transaction, begun again while other servers are faster.
async fn sell(app: &App, event: EventId, wishes: &[&Wish]) -> Result<Answers, Error> {
    for _ in 0..ATTEMPTS {
        let mut tx = app.db.begin().await?;
        let Some(answers) = attempt(&mut tx, app, event, wishes).await? else {
            continue;
        };
        // Also where nothing was sold: an answer rests on what neighbours wrote.
        tx.commit().await?;
        if answers.iter().any(has_tickets) {
            app.announce(event);
        }
        return Ok(answers);
    }
    Err(NOT_WRITTEN)
}

fn has_tickets(answer: &Option<Result<Placed, Error>>) -> bool {
    let Some(Ok(Placed::Now(whole))) = answer else {
        return false;
    };
    whole.positions.iter().any(|(_, proven)| *proven)
}
