//! Signs of life: what this server heard of becomes final for everybody.
//!
//! A state is final once every writer on the roster was heard of past it, and this
//! server is one. So it adds a heartbeat after news, and none while nothing happens:
//! signs of life of others are no news.

use std::sync::Arc;
use std::time::Duration;

use shared_model::ids::EventId;

use super::Error;
use super::redeem::{self, Wish};
use crate::app::{App, AppState};
use crate::db::{self, Tx};
use crate::{events, sql};

/// How often this server looks for news.
const PAUSE: Duration = Duration::from_secs(30);

/// Shows a sign of life wherever there is news, again and again, for ever.
pub async fn keep_alive(app: Arc<App>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if let Err(error) = show_life(&app).await {
            tracing::error!(cause = crate::problem::chain(&error), "no sign of life");
        }
    }
}

/// Adds a heartbeat to the log of every event that something happened at since the last one; to how many.
///
/// # Errors
/// When the log cannot be read or written.
pub async fn show_life(app: &AppState) -> Result<u32, Error> {
    let mut shown = 0;
    for event in list_news(app).await? {
        let event = events::find_any(&mut app.db.read(), event).await?;
        redeem::perform(app, event, Wish::ShowLife).await?;
        shown += 1;
    }
    Ok(shown)
}

/// Events with facts after this server's last sign of life that are neither openings nor signs of life.
async fn list_news(app: &App) -> Result<Vec<EventId>, db::Error> {
    let news = app
        .db
        .read()
        .sql(sql!(
            "SELECT d.event_id FROM doors d
             LEFT JOIN node_actors n ON n.event_id = d.event_id AND n.node = $1 AND n.incarnation = $2
             WHERE EXISTS (SELECT 1 FROM facts f
                WHERE f.event_id = d.event_id AND f.arrival > COALESCE(n.life_arrival, 0) AND f.kind NOT IN (1, 5))
             ORDER BY d.event_id" => (EventId,)
        ))
        .bind(app.config.node.as_str())
        .bind(app.incarnation)
        .all()
        .await?;
    Ok(news.into_iter().map(|(event,)| event).collect())
}

/// Notes the arrival of this server's newest sign of life.
pub(super) async fn note(
    tx: &mut Tx,
    app: &App,
    event: EventId,
    arrival: u64,
) -> Result<(), db::Error> {
    tx.sql(sql!("UPDATE node_actors SET life_arrival = $4 WHERE event_id = $1 AND node = $2 AND incarnation = $3"))
        .bind(event)
        .bind(app.config.node.as_str())
        .bind(app.incarnation)
        .bind(arrival)
        .execute()
        .await?;
    Ok(())
}
