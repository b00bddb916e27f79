//! The files of the screens, and the policy under which a browser shows them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

/// Nothing from elsewhere, nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
     font-src 'self'; media-src 'self' blob: mediastream:; connect-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'; object-src 'none'";

/// The folder of the built screens.
#[derive(Debug, Clone)]
pub struct Files(Arc<Path>);

impl Files {
    /// Files in `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self(folder.into())
    }

    /// Answers `GET` of a file, and of everything else with the one page.
    pub fn router(self) -> Router {
        Router::new().fallback(get(file)).with_state(self)
    }

    fn path(&self, wanted: &str) -> PathBuf {
        let plain = |part: &&str| {
            !part.is_empty() && *part != ".." && *part != "." && !part.contains(['\\', ':', '%'])
        };
        let parts: Vec<&str> = wanted.split('/').skip(1).collect();
        let path = self.0.join(parts.join("/"));
        match parts.iter().all(plain) && path.is_file() {
            true => path,
            false => self.0.join("index.html"),
        }
    }
}

async fn file(State(files): State<Files>, uri: Uri) -> Response {
    let path = files.path(uri.path());
    match tokio::fs::read(&path).await {
        Ok(bytes) => (
            [
                (header::CONTENT_TYPE, kind(&path)),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::REFERRER_POLICY, "no-referrer"),
                (header::CACHE_CONTROL, "no-cache"),
            ],
            bytes,
        )
            .into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|ending| ending.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let folder = tempfile::tempdir().unwrap();
        let screens = folder.path().join("ui");
        std::fs::create_dir_all(screens.join("_app")).unwrap();
        std::fs::write(screens.join("index.html"), "page").unwrap();
        std::fs::write(screens.join("_app/start.js"), "code").unwrap();
        std::fs::write(folder.path().join("secret"), "key").unwrap();
        let files = Files::new(screens.clone());
        assert_eq!(files.path("/_app/start.js"), screens.join("_app/start.js"));
        for wanted in [
            "/",
            "/../secret",
            "/_app/../../secret",
            "//secret",
            "/%2e%2e/secret",
            "/no",
        ] {
            assert_eq!(files.path(wanted), screens.join("index.html"), "{wanted}");
        }
    }
}
