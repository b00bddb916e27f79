//! One event: attempt after attempt, with a wait between them.

use std::rc::Rc;
use std::time::Duration;

use shared_model::ids::EventNo;
use shared_model::sync::Backoff;
use shared_model::sync::session::BUDGET;
use tokio::time::{Instant, sleep};

use super::keep::Keeper;
use super::link::Link;
use super::state::{Trouble, Way};
use crate::scanner::Server;
use crate::sync::http::{Error, Http};

/// How often a device on a lasting link looks whether it has to ask for leases and shares.
const LENT_EVERY: Duration = Duration::from_secs(15);
/// How often requests ask where there is no lasting link.
const ASK_EVERY: Duration = Duration::from_secs(10);
/// How long requests are made before a lasting link is tried again.
const LINK_AGAIN: Duration = Duration::from_secs(5 * 60);
/// A device that writes nothing else shows a sign of life this often.
pub(super) const LIFE_EVERY_MS: i64 = 5 * 60 * 1000;
/// The least that is sent before its acknowledgement, on a link that breaks under more.
const LEAST_BUDGET: usize = 16 << 10;

/// Keeps in contact about `event`, for ever.
pub(super) async fn keep(keeper: Rc<Keeper>, event: EventNo) {
    let mut backoff = Backoff::default();
    let mut budget = BUDGET;
    let mut hurry = keeper.hurry.clone();
    loop {
        hurry.mark_unchanged();
        let ended = attempt(&keeper, event, &mut backoff, budget).await;
        budget = match &ended {
            Err(Error::Broken(_) | Error::Unreachable(_)) => (budget / 4).max(LEAST_BUDGET),
            _ => BUDGET,
        };
        report(&keeper, event, ended.as_ref().err());
        let wait = backoff.failed(&mut keeper.rng());
        tokio::select! {
            () = sleep(wait) => {}
            hurried = hurry.changed() => match hurried {
                Ok(()) => backoff.reset(),
                Err(_) => return,
            },
        }
    }
}

fn report(keeper: &Keeper, event: EventNo, error: Option<&Error>) {
    if let Some(error) = error {
        tracing::info!(event = event.get(), %error, "no contact with the server");
    }
    let trouble = error.map_or(Trouble::Unreachable, Trouble::from);
    let account = keeper.scanner.store().read(|tx| tx.account());
    let told = account.map_err(Into::into).and_then(|account| {
        keeper.tell(event, |contact| {
            contact.way = Way::None;
            contact.trouble = Some(match account.revoked {
                true => Trouble::Revoked,
                false => trouble,
            });
        })
    });
    if let Err::<(), crate::scanner::Error>(error) = told {
        tracing::error!(%error, "the store cannot be read");
    }
}

/// One attempt: ends when contact is lost, or cannot be had.
async fn attempt(
    keeper: &Keeper,
    event: EventNo,
    backoff: &mut Backoff,
    budget: usize,
) -> Result<(), Error> {
    let account = keeper.scanner.store().read(|tx| tx.account())?;
    let server = Server::of(&account).ok_or(Error::NoServer(account.server))?;
    let http = Http::new(server)?;
    if account.revoked {
        return by_requests(keeper, event, &http, backoff).await;
    }
    match http.open_link(&account.token).await {
        Ok(socket) => {
            let link = Link::new(keeper, event, budget);
            tokio::select! {
                ended = link.run(socket, backoff) => ended,
                () = keep_lent(keeper, event, &http) => Ok(()),
            }
        }
        Err(Error::NoLink(status)) => {
            tracing::info!(%status, "lasting links are refused, asking by requests");
            by_requests(keeper, event, &http, backoff).await
        }
        Err(error) => Err(error),
    }
}

/// Asks for what the server lends beside the link: serials to sell when some were offered, a
/// share of a zone when half of one is spent. Never ends; what fails is asked for again.
async fn keep_lent(keeper: &Keeper, event: EventNo, http: &Http) {
    let (wall, scanner) = (keeper.wall, &keeper.scanner);
    loop {
        let claimed = http.claim_leases(scanner, event, &mut keeper.rng()).await;
        let renewed = http.renew_shares(scanner, event, &wall).await;
        if let Err(error) = claimed.and(renewed) {
            tracing::info!(%error, "the server lent nothing");
        }
        sleep(LENT_EVERY).await;
    }
}

/// Asks again and again, and at once when there is something to send.
async fn by_requests(
    keeper: &Keeper,
    event: EventNo,
    http: &Http,
    backoff: &mut Backoff,
) -> Result<(), Error> {
    let (wall, scanner) = (keeper.wall, &keeper.scanner);
    let until = Instant::now() + LINK_AGAIN;
    let mut hurry = keeper.hurry.clone();
    while Instant::now() < until {
        scanner.show_life(event, LIFE_EVERY_MS, wall())?;
        let mut changes = scanner.store().changes();
        let exchange = http.sync(scanner, event, &wall, keeper.rng()).await?;
        backoff.reset();
        keeper.remember();
        keeper.tell(event, |contact| {
            contact.way = Way::Requests;
            contact.heard_at = Some(wall());
            contact.trouble = exchange.revoked.then_some(Trouble::Revoked);
        })?;
        let unsent = scanner.store().read(|tx| scanner.unsent_in(tx, event))?;
        // The exchange itself wrote; what it left to send waits for the next one.
        changes.mark_unchanged();
        let written = async {
            while unsent == 0 && changes.changed().await.is_ok() {
                let unsent = scanner.store().read(|tx| scanner.unsent_in(tx, event));
                if unsent.is_ok_and(|unsent| unsent > 0) {
                    return;
                }
            }
            std::future::pending().await
        };
        tokio::select! {
            () = written => {}
            hurried = hurry.changed() => if hurried.is_err() { return Ok(()) },
            () = sleep(ASK_EVERY) => {}
        }
    }
    Ok(())
}
