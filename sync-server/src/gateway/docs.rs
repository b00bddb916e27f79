//! The description of the interface, for programs and for people.
//!
//! The page is made here from the document and needs nothing from elsewhere.

use axum::Router;
use axum::http::header;
use axum::response::Html;
use axum::routing::get;
use utoipa::openapi::OpenApi;

use super::access::operations;
use crate::app::AppState;

pub(super) fn routes(document: &OpenApi) -> Router<AppState> {
    let json = document
        .to_pretty_json()
        .expect("the document is built from plain data and serializes");
    let page = page(document);
    Router::new()
        .route(
            "/api/v1/openapi.json",
            get(|| async move { ([(header::CONTENT_TYPE, "application/json")], json) }),
        )
        .route("/api/docs", get(|| async move { Html(page) }))
}

const HEAD: &str = "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>\
<title>Bilten API</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}\
summary{cursor:pointer;padding:.3rem 0}code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f4f4f2;padding:.8rem;overflow:auto}\
b{display:inline-block;min-width:4.5rem}@media(prefers-color-scheme:dark){body{color:#eee;background:#16161a}pre{background:#222}a{color:#9cf}}</style>";

fn page(document: &OpenApi) -> String {
    let mut html = format!(
        "{HEAD}<h1>Bilten API</h1><p>{}</p><p>For programs: <a href=/api/v1/openapi.json>/api/v1/openapi.json</a> (OpenAPI 3.1).</p>",
        escape(document.info.description.as_deref().unwrap_or_default()),
    );
    let mut tags: Vec<&str> = Vec::new();
    for item in document.paths.paths.values() {
        for (_, operation) in operations(item) {
            let tag = tag(operation);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
    }
    tags.sort_unstable();
    for name in tags {
        html.push_str(&format!("<h2>{}</h2>", escape(name)));
        for (path, item) in &document.paths.paths {
            for (method, operation) in operations(item).filter(|(_, o)| tag(o) == name) {
                let words = operation
                    .description
                    .as_deref()
                    .or(operation.summary.as_deref())
                    .unwrap_or_default();
                let mut detail = operation.clone();
                detail.summary = None;
                detail.description = None;
                let detail = serde_json::to_string_pretty(&detail).unwrap_or_default();
                html.push_str(&format!(
                    "<details><summary><b>{method}</b><code>{}</code> {}</summary><pre>{}</pre></details>",
                    escape(path),
                    escape(words),
                    escape(&detail),
                ));
            }
        }
    }
    let schemas = serde_json::to_string_pretty(&document.components).unwrap_or_default();
    html.push_str(&format!(
        "<h2>Types</h2><details><summary>All schemas</summary><pre>{}</pre></details>",
        escape(&schemas)
    ));
    html
}

fn tag(operation: &utoipa::openapi::path::Operation) -> &str {
    operation
        .tags
        .as_ref()
        .and_then(|tags| tags.first())
        .map_or("other", String::as_str)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
