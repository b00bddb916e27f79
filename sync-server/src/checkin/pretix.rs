//! Check-in rules of pretix, taken over for a list.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use shared_model::book::List;
use shared_model::entry::rule::{IdMap, ImportError, import};
use shared_model::ids::EventId;
use utoipa::ToSchema;

use super::{described, setup};
use crate::app::AppState;
use crate::gateway::extract::{Json, Path};
use crate::identity::Organizer;
use crate::problem::{Kind, Problem};

/// A rule of pretix, and which of its numbers is which here.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleBody {
    /// The `rules` of a check-in list, as pretix's interface shows them.
    #[schema(value_type = Object)]
    rule: Value,
    /// `products`, `variations` (number there to tier here) and `gates` (to gate here).
    #[serde(default)]
    #[schema(value_type = Object, example = json!({"products": {"1201": 1}, "gates": {"7": 2}}))]
    ids: IdMap,
}

/// Takes over a check-in rule of pretix as the list's rule.
///
/// Either the whole rule has its counterpart here, or nothing is changed and the problem's `unmapped`
/// names every product, variation, gate, operator, variable and kind of time that has none, with its place.
#[utoipa::path(post, path = "/api/v1/events/{event}/lists/{number}/pretix-rule", tag = "checkin",
    params(("event" = Uuid, Path, description = "The event"), ("number" = u16, Path, description = "The list's number")),
    request_body = RuleBody, responses((status = 200, description = "The list with its new rule", body = described::List)))]
pub(super) async fn take_over_rule(
    State(app): State<AppState>,
    organizer: Organizer,
    Path((event, number)): Path<(EventId, u16)>,
    Json(body): Json<RuleBody>,
) -> Result<Json<Value>, Problem> {
    let text = match body.rule {
        Value::String(text) => text,
        rule => rule.to_string(),
    };
    let rule = import(&text, &body.ids)?;
    let change = Map::from_iter([("rule".to_owned(), Value::String(rule))]);
    let list = setup::change_part::<List>(&app, organizer, (event, number), change).await?;
    Ok(Json(list))
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        let words = crate::problem::chain(&error);
        let problem = Self::new(Kind::Invalid).detail(words).with("field", "rule");
        match error {
            ImportError::Unmapped(parts) => match serde_json::to_value(parts) {
                Ok(parts) => problem.with("unmapped", parts),
                Err(error) => Self::internal(error),
            },
            ImportError::Rule(_) => problem,
        }
    }
}
