//! Carts and orders whose time ran out.

use std::sync::Arc;
use std::time::Duration;

use shared_model::ids::EventId;

use super::{Error, State, cancel, store};
use crate::app::App;

/// Most orders that one sweep ends: each is a transaction of its own.
const BATCH: u32 = 200;

/// Ends overdue carts and orders, of one event or of all; how many.
///
/// # Errors
/// When the store fails.
pub async fn expire_overdue(app: &App, event: Option<EventId>) -> Result<u32, Error> {
    let now = app.now();
    let overdue = store::list_overdue(&mut app.db.read(), event, now, BATCH).await?;
    let mut ended = 0;
    for id in overdue {
        let mut tx = app.db.begin().await?;
        let Some(order) = store::lock(&mut tx, id).await? else {
            continue;
        };
        let due = order.expires_at.is_some_and(|at| at <= now);
        let ended_now =
            due && cancel::end(&mut tx, &order, State::Expired, now, &mut app.rng()).await?;
        if ended_now {
            tx.commit().await?;
            app.announce(order.event);
            ended += 1;
        }
    }
    Ok(ended)
}

/// Ends overdue carts and orders every `pause`, for ever.
pub async fn sweep(app: Arc<App>, pause: Duration) {
    loop {
        tokio::time::sleep(pause).await;
        match expire_overdue(&app, None).await {
            Ok(0) => {}
            Ok(ended) => tracing::info!(ended, "orders expired"),
            Err(error) => tracing::error!(cause = crate::problem::chain(&error), "sweep failed"),
        }
    }
}
