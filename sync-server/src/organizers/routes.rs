//! The organizer who calls.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::Error;
use crate::app::AppState;
use crate::gateway::extract::Json;
use crate::identity::Organizer;
use crate::keys;
use crate::problem::Problem;

/// The room's routes.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(show))
}

/// An organizer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organizer)]
struct Shown {
    /// Its id.
    id: Uuid,
    /// Its name.
    name: String,
    /// Public root key, hexadecimal: what its devices pin.
    root_key: String,
}

/// The organizer whose session calls.
#[utoipa::path(get, path = "/api/v1/organizer", tag = "organizers",
    responses((status = 200, description = "The organizer", body = Shown)))]
async fn show(State(app): State<AppState>, organizer: Organizer) -> Result<Json<Shown>, Problem> {
    let mut conn = app.db.read();
    let root_key = keys::root_public_key(&mut conn, organizer.id).await;
    Ok(Json(Shown {
        id: organizer.id.0,
        name: super::name(&mut conn, organizer.id).await?,
        root_key: root_key.map_err(Error::Key)?.to_string(),
    }))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid { field, reason } => Self::invalid(field, reason),
            Error::Owner(error) => error.into(),
            Error::Key(error) => Self::internal(error),
            Error::Store(error) => error.into(),
        }
    }
}
