//! Logging in and out.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{Error, Organizer};
use crate::app::AppState;
use crate::gateway::extract::{ClientAddress, Json, bearer};
use crate::gateway::time::Instant;
use crate::problem::{Kind, Problem};

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
}

/// Who wants to log in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LogIn {
    /// E-mail address; capitals do not matter.
    email: String,
    /// Password.
    password: String,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
struct Begun {
    /// For `Authorization: Bearer …`; shown once.
    token: String,
    /// When it ends.
    expires_at: Instant,
    /// The organizer it acts for.
    organizer_id: Uuid,
    /// The person.
    user_id: Uuid,
}

/// Begins a session.
#[utoipa::path(post, path = "/api/v1/sessions", tag = "identity", request_body = LogIn,
    responses((status = 201, description = "Logged in", body = Begun)))]
async fn log_in(
    State(app): State<AppState>,
    ClientAddress(from): ClientAddress,
    Json(body): Json<LogIn>,
) -> Result<(StatusCode, Json<Begun>), Problem> {
    let begun = super::log_in(&app, from, &body.email, &body.password).await?;
    let answer = Begun {
        token: begun.token,
        expires_at: begun.expires_at.into(),
        organizer_id: begun.session.organizer.0,
        user_id: begun.session.user.0,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

/// Ends the session that calls.
#[utoipa::path(delete, path = "/api/v1/sessions/current", tag = "identity",
    responses((status = 204, description = "Logged out")))]
async fn log_out(
    State(app): State<AppState>,
    _: Organizer,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    super::log_out(&app, bearer(&headers).unwrap_or_default()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Wrong => Self::new(Kind::WrongPassword),
            Error::TooMany { wait_secs } => Self::new(Kind::TooMany).retry_after_secs(wait_secs),
            Error::EmailTaken => Self::new(Kind::Conflict).detail(error.to_string()),
            Error::Unknown => Self::new(Kind::NotFound),
            Error::Password(reason) => Self::invalid("/password", reason.to_string()),
            Error::Store(error) => error.into(),
        }
    }
}
