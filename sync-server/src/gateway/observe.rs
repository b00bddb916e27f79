//! What happens around every request: an id, a log line, a measurement, a time limit.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use hyper::body::{Frame, SizeHint};
use rand::Rng as _;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::app::AppState;
use crate::problem::{Kind, Problem};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names, times and limits the request.
pub(super) async fn observe(State(app): State<AppState>, request: Request, next: Next) -> Response {
    let begun = now();
    let id = request_id(&app, &request);
    let method = request.method().clone();
    // The pattern, not the path: a path may hold a secret, and has no end of values.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, route);
    let limit = Duration::from_secs(app.config.request_timeout_secs);
    let (request, stalls) = watched(request);
    let work = tokio::time::timeout(limit, next.run(request)).instrument(span.clone());
    let mut response = match work.await {
        Ok(response) => response,
        Err(_) if stalls.load(Ordering::Relaxed) => Problem::new(Kind::Stalled).into_response(),
        Err(_) => Problem::new(Kind::Unavailable)
            .detail("the request took too long")
            .retry_after_secs(1)
            .into_response(),
    };
    let took = begun.elapsed();
    let status = response.status().as_u16();
    span.in_scope(|| tracing::debug!(status, ms = took.as_secs_f64() * 1e3, "answered"));
    let labels = [
        ("method", method.to_string()),
        ("route", route),
        ("status", status.to_string()),
    ];
    metrics::histogram!("http_request_seconds", &labels).record(took.as_secs_f64());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), value);
    }
    response
}

/// The request, and whether it is its body that is waited for.
fn watched(request: Request) -> (Request, Arc<AtomicBool>) {
    let stalls = Arc::new(AtomicBool::new(false));
    let watched = request.map(|body| {
        Body::new(Watched {
            body,
            stalls: Arc::clone(&stalls),
        })
    });
    (watched, stalls)
}

/// A body that tells whether it is waited for.
struct Watched {
    body: Body,
    stalls: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.stalls.store(polled.is_pending(), Ordering::Relaxed);
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Turns a panic into a bare 500; the request's neighbours live on.
pub(super) async fn answer_panics(request: Request, next: Next) -> Response {
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => Problem::internal(words(&*panic)).into_response(),
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

/// The caller's id where it is short and harmless, or a new one.
fn request_id(app: &AppState, request: &Request) -> String {
    let given = request.headers().get(&REQUEST_ID);
    let harmless = |text: &&str| {
        (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match given.and_then(|id| id.to_str().ok()).filter(harmless) {
        Some(id) => id.to_owned(),
        None => format!("{:016x}", app.rng().next_u64()),
    }
}

fn now() -> Instant {
    Instant::now()
}
