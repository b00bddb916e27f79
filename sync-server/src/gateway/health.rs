//! Whether the server lives, whether it can work, and its numbers.
//!
//! Source: docs/decisions/0130-full-disk-at-the-server.md

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::AppState;
use crate::db::{self, Db};
use crate::problem::{Kind, Problem};
use crate::sql;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(live))
        .routes(routes!(ready))
        .routes(routes!(numbers))
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "health", responses((status = 200, description = "It lives", body = String)))]
async fn live() -> &'static str {
    "ok"
}

/// The database answers, and there is room to write.
///
/// On SQLite a full disk is told here: `storage-full`. PostgreSQL looks after its own.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses((status = 200, description = "It can work", body = String)))]
async fn ready(State(app): State<AppState>) -> Result<&'static str, Problem> {
    match can_work(&app.db).await {
        Ok(()) => Ok("ok"),
        Err(full @ db::Error::Full) => Err(full.into()),
        Err(error) => {
            tracing::error!(cause = crate::problem::chain(&error), "not ready");
            Err(Problem::new(Kind::Unavailable).retry_after_secs(1))
        }
    }
}

async fn can_work(db: &Db) -> Result<(), db::Error> {
    let mut conn = db.read();
    conn.sql(sql!("SELECT COUNT(*) FROM server" => (i64,)))
        .one()
        .await?;
    db.room().await
}

/// Numbers in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, description = "Prometheus text", body = String)))]
async fn numbers(State(app): State<AppState>) -> String {
    app.metrics
        .as_ref()
        .map(metrics_exporter_prometheus::PrometheusHandle::render)
        .unwrap_or_default()
}
