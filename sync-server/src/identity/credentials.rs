//! Who calls: what handlers take to know it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use shared_model::ids::{OrganizerId, UserId};

use crate::app::AppState;
use crate::gateway::extract::bearer;
use crate::problem::{Kind, Problem};

/// A member of an organizer's team, logged in.
#[derive(Debug, Clone, Copy)]
pub struct Organizer {
    /// The organizer.
    pub id: OrganizerId,
    /// The person.
    pub user: UserId,
}

impl FromRequestParts<AppState> for Organizer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        match Credentials::from_request_parts(parts, app).await? {
            Credentials::Organizer(organizer) => Ok(organizer),
            Credentials::Secret(_) => Err(Problem::new(Kind::Unauthenticated)),
        }
    }
}

/// A team member, or somebody who holds a secret that the room itself can judge.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A member of an organizer's team.
    Organizer(Organizer),
    /// A token that is no session: an order's secret, for example.
    Secret(String),
}

impl FromRequestParts<AppState> for Credentials {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let unknown = || Problem::new(Kind::Unauthenticated);
        let token = bearer(&parts.headers).ok_or_else(unknown)?;
        if !token.starts_with(super::PREFIX) {
            return Ok(Self::Secret(token.to_owned()));
        }
        let session = super::find_session(app, token).await?;
        let session = session.ok_or_else(unknown)?;
        Ok(Self::Organizer(Organizer {
            id: session.organizer,
            user: session.user,
        }))
    }
}
