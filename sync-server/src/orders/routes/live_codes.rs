//! A ticket's live code over HTTP.

use axum::extract::State as App;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use shared_model::ids::PositionId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::super::{Error, open_position};
use super::tickets::PRIVATE;
use crate::app::{App as Server, AppState};
use crate::events;
use crate::gateway::extract::{Json, Path};
use crate::gateway::time::Instant;
use crate::identity::Credentials;
use crate::problem::Problem;
use crate::tickets::{self, LiveCode};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(show_live_code))
        .routes(routes!(live_code_svg))
}

/// A code that changes every 30 seconds.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LiveCode)]
struct ShownLiveCode {
    /// The text of the QR code to show now.
    code: String,
    /// When to show the next one.
    changes_at: Instant,
    /// Seconds between one code and the next.
    step_secs: u8,
    /// For a program that makes codes by itself: the text without its rotating part.
    token: String,
    /// For the same: the ticket's key, 32 bytes in hexadecimal. See docs/formats/token.md.
    key: String,
    /// For a wallet pass: the code with the fields that the wallet fills in.
    wallet_pattern: String,
    /// For the same: its TOTP key (SHA-1, eight digits, 30 s), 20 bytes in hexadecimal.
    wallet_key: String,
}

impl From<LiveCode> for ShownLiveCode {
    fn from(live: LiveCode) -> Self {
        Self {
            code: live.text,
            changes_at: live.changes_at.into(),
            step_secs: 30,
            wallet_pattern: format!("{}:{{totp_value_0}}:{{totp_timestamp_seconds}}", live.token),
            token: live.token,
            key: hex::encode(live.key),
            wallet_key: hex::encode(live.wallet_key),
        }
    }
}

/// The code to show now, and what a phone or a wallet pass needs to go on by itself.
///
/// Lists with `live_code` set to `prefer` or `require` want it in place of the printed code, which
/// anybody can photograph. It is good for about a minute.
#[utoipa::path(get, path = "/api/v1/positions/{position}/live-code", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "The live code", body = ShownLiveCode)))]
async fn show_live_code(
    App(app): App<AppState>,
    caller: Credentials,
    Path(position): Path<Uuid>,
) -> Result<Response, Problem> {
    let live = live_code(&app, &caller, PositionId(position)).await?;
    Ok(([PRIVATE], Json(ShownLiveCode::from(live))).into_response())
}

/// The code to show now, as SVG.
#[utoipa::path(get, path = "/api/v1/positions/{position}/live-code.svg", tag = "tickets",
    params(("position" = Uuid, Path, description = "The position's id")),
    responses((status = 200, description = "The picture", content_type = "image/svg+xml", body = String)))]
async fn live_code_svg(
    App(app): App<AppState>,
    caller: Credentials,
    Path(position): Path<Uuid>,
) -> Result<Response, Problem> {
    let live = live_code(&app, &caller, PositionId(position)).await?;
    let svg = tickets::svg(&live.text).map_err(Problem::internal)?;
    Ok(([(header::CONTENT_TYPE, "image/svg+xml"), PRIVATE], svg).into_response())
}

async fn live_code(
    app: &Server,
    caller: &Credentials,
    position: PositionId,
) -> Result<LiveCode, Problem> {
    let (order, _) = open_position(app, caller, position).await?;
    let mut conn = app.db.read();
    let event = events::find_any(&mut conn, order.event).await?;
    let ticket = tickets::find_by_position(&mut conn, position).await?;
    let ticket = ticket.ok_or(Error::Ticket(tickets::Error::NoCode))?;
    let which = (event.id, event.event_no);
    let live = tickets::live_code(&mut conn, &app.master_key, which, &ticket, app.now()).await;
    Ok(live.map_err(Error::Ticket)?)
}
