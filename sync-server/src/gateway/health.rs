//! Whether the server lives, whether it can work, and its numbers.

use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::AppState;
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

/// The database answers.
#[utoipa::path(get, path = "/health/ready", tag = "health", responses((status = 200, description = "It can work", body = String)))]
async fn ready(State(app): State<AppState>) -> Result<&'static str, Problem> {
    let asked = app
        .db
        .read()
        .sql(sql!("SELECT COUNT(*) FROM server" => (i64,)))
        .one()
        .await;
    match asked {
        Ok(_) => Ok("ok"),
        Err(error) => {
            tracing::error!(cause = crate::problem::chain(&error), "not ready");
            Err(Problem::new(Kind::Unavailable).retry_after_secs(1))
        }
    }
}

/// Numbers in the Prometheus text format.
#[utoipa::path(get, path = "/metrics", tag = "health", responses((status = 200, description = "Prometheus text", body = String)))]
async fn numbers(State(app): State<AppState>) -> String {
    app.metrics
        .as_ref()
        .map(metrics_exporter_prometheus::PrometheusHandle::render)
        .unwrap_or_default()
}
