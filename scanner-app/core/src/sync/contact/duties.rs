//! For which events the device works: asked at the start, when somebody hurries, and now and then.

use std::time::Duration;

use shared_model::sync::Backoff;
use tokio::time::sleep;

use super::keep::Keeper;
use crate::scanner::Server;
use crate::sync::http::{Error, Http};

/// How often the server is asked.
const ASK_EVERY: Duration = Duration::from_secs(60);

/// Asks for ever; events that are new are taken on, and so get a task of their own.
pub(super) async fn keep_asking(keeper: &Keeper) {
    let mut backoff = Backoff::default();
    let mut hurry = keeper.hurry.clone();
    loop {
        hurry.mark_unchanged();
        let wait = match ask(keeper).await {
            Ok(()) => {
                backoff.reset();
                ASK_EVERY
            }
            Err(error) => {
                tracing::debug!(%error, "the duties of this device were not told");
                backoff.failed(&mut keeper.rng())
            }
        };
        tokio::select! {
            () = sleep(wait) => {}
            hurried = hurry.changed() => match hurried {
                Ok(()) => backoff.reset(),
                Err(_) => return,
            },
        }
    }
}

async fn ask(keeper: &Keeper) -> Result<(), Error> {
    let account = keeper.scanner.store().read(|tx| tx.account())?;
    let server = Server::of(&account).ok_or(Error::NoServer(account.server))?;
    let http = Http::new(server)?;
    let new = http
        .learn_duties(&keeper.scanner, &mut keeper.rng())
        .await?;
    for event in new {
        tracing::info!(
            event = event.get(),
            "this device works for another event now"
        );
    }
    Ok(())
}
