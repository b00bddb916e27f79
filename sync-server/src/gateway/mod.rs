//! The way in: every room's routes on one page, and what wraps them.
//!
//! Who may call a route stands in [`access`]; a test walks the router and fails
//! when a route is missing there. No rule of any room lives here.

pub mod access;
#[cfg(test)]
mod callers;
pub mod change;
pub mod check;
mod docs;
pub mod extract;
mod health;
mod objects;
mod observe;
pub mod time;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower_http::compression::CompressionLayer;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;

use crate::app::AppState;
use crate::problem::{Kind, Problem};
use crate::{checkin, devices, events, identity, notes, orders, organizers, tiers};

/// The server's HTTP interface.
pub fn router(app: AppState) -> Router {
    let (routes, document) = routes().split_for_parts();
    let limit = DefaultBodyLimit::max(app.config.body_limit_bytes);
    routes
        .merge(docs::routes(&described(document)))
        .fallback(|| async { Problem::new(Kind::NotFound) })
        .method_not_allowed_fallback(|| async { Problem::new(Kind::MethodNotAllowed) })
        .layer(limit)
        .layer(CompressionLayer::new())
        .layer(from_fn(observe::answer_panics))
        .layer(from_fn_with_state(app.clone(), observe::observe))
        .with_state(app)
}

/// The description of every route.
#[must_use]
pub fn document() -> Document {
    described(routes().split_for_parts().1)
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Bilten",
        description = "Events, sales, tickets, devices and check-in. Errors are RFC 9457 documents; act on `type`, never on prose."
    ),
    components(schemas(crate::problem::ProblemDocument))
)]
struct Description;

fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi())
        .merge(health::routes())
        .merge(identity::routes())
        .merge(organizers::routes())
        .merge(events::routes())
        .merge(tiers::routes())
        .merge(devices::routes())
        .merge(checkin::routes())
        .merge(notes::routes())
        .merge(orders::routes())
}

fn described(mut document: Document) -> Document {
    access::describe(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::body::Body;
    use axum::http::Request;
    use futures_util::{StreamExt as _, stream};
    use tower::ServiceExt as _;

    use crate::app::App;
    use crate::clock::{Clock, Entropy};
    use crate::config::Config;
    use crate::testing::{BEGIN, TestApp, backends, on_both};

    #[test]
    fn every_member_of_a_problem_is_described() {
        let document = serde_json::to_value(super::document()).unwrap();
        let described = &document["components"]["schemas"]["Problem"]["properties"];
        let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut seen = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.ends_with("tests") || path.ends_with("tests.rs") {
                    continue;
                }
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let source = std::fs::read_to_string(&path).unwrap_or_default();
                for after in source.split(concat!(".with", "(\"")).skip(1) {
                    let member = after.split('"').next().unwrap();
                    seen += 1;
                    assert!(
                        described[member].is_object(),
                        "{member} of {}",
                        path.display()
                    );
                }
            }
        }
        assert!(seen > 8, "problems lost their members");
    }

    #[tokio::test]
    async fn a_body_that_stops_coming_is_the_clients_matter() {
        let backend = backends().await.remove(0);
        let config = Config {
            request_timeout_secs: 1,
            ..TestApp::config(&backend)
        };
        let app = App::start(config, Clock::manual(BEGIN), Entropy::seeded(7)).await;
        let router = super::router(Arc::new(app.unwrap()));
        let begun = stream::iter([Ok::<_, std::io::Error>("{\"email\": ")]);
        let body = Body::from_stream(begun.chain(stream::pending()));
        let request = Request::post("/api/v1/sessions")
            .header("content-type", "application/json")
            .body(body)
            .unwrap();
        assert_eq!(router.oneshot(request).await.unwrap().status(), 408);
    }

    #[tokio::test]
    async fn a_started_server_is_ready_and_describes_itself() {
        on_both(async |test: TestApp| {
            let anyone = test.anyone();
            assert_eq!(anyone.get("/health/live").await.body, b"ok");
            assert_eq!(anyone.get("/health/ready").await.body, b"ok");
            let document = anyone.get("/api/v1/openapi.json").await.expect(200);
            assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
            assert!(document["paths"]["/health/live"]["get"].is_object());
            let page = anyone.get("/api/docs").await;
            assert!(
                String::from_utf8(page.body)
                    .unwrap()
                    .contains("/health/live")
            );
        })
        .await;
    }

    #[tokio::test]
    async fn what_is_not_there_is_a_problem_with_the_callers_request_id() {
        on_both(async |test: TestApp| {
            let anyone = test.anyone();
            anyone
                .get("/nowhere")
                .await
                .expect_problem(404, "not-found");
            let posted = anyone.delete("/health/live").await;
            posted.expect_problem(405, "method-not-allowed");
            let named = anyone.clone().header("x-request-id", "mine-1");
            let answer = named.get("/nowhere").await;
            assert_eq!(answer.headers["x-request-id"], "mine-1");
            let hostile = anyone.header("x-request-id", "a\"b").get("/nowhere").await;
            assert_ne!(hostile.headers["x-request-id"], "a\"b");
        })
        .await;
    }
}
