//! Requests of a test, sent through the whole router.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;

/// Someone who sends requests.
#[derive(Debug, Clone)]
pub struct Api {
    router: axum::Router,
    token: Option<String>,
    headers: Vec<(String, String)>,
    peer: Option<SocketAddr>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Api {
    pub(super) fn new(router: axum::Router, token: Option<String>) -> Self {
        Self {
            router,
            token,
            headers: Vec::new(),
            peer: None,
        }
    }

    /// The same from another address, `192.0.2.7:5000`.
    ///
    /// # Panics
    /// When it is none.
    #[must_use]
    pub fn from(mut self, peer: &str) -> Self {
        self.peer = Some(peer.parse().expect("an address with a port"));
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Vec::new(), None).await
    }

    /// `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, body).await
    }

    /// `PATCH path` with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.json("PATCH", path, body).await
    }

    /// `DELETE path`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, Vec::new(), None).await
    }

    /// `method path` with a JSON body.
    pub async fn json(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = body.to_string().into_bytes();
        self.send(method, path, body, Some("application/json"))
            .await
    }

    /// `method path` with any body.
    ///
    /// # Panics
    /// When the request cannot be built from its parts.
    pub async fn send(
        &self,
        method: &str,
        path: &str,
        body: Vec<u8>,
        kind: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .body(Body::from(body))
            .expect("a request of the test");
        let mut request = request;
        if let Some(peer) = self.peer {
            request.extensions_mut().insert(ConnectInfo(peer));
        }
        let response = self.router.clone().oneshot(request).await;
        let response = response.unwrap_or_else(|never| match never {});
        let (head, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 64 << 20).await;
        Answer {
            status: head.status,
            headers: head.headers,
            body: body.expect("bodies are whole").to_vec(),
        }
    }
}

impl Answer {
    /// The JSON body, after a look at the status.
    ///
    /// # Panics
    /// When the status is another or the body no JSON.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        let text = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "{text}");
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// Checks that this is the problem `slug`; its members.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn expect_problem(self, status: u16, slug: &str) -> Value {
        let kind = self.headers.get(header::CONTENT_TYPE).cloned();
        let body = self.expect(status);
        assert_eq!(kind.expect("a content type"), "application/problem+json");
        assert_eq!(body["type"], format!("/problems/{slug}"), "{body}");
        assert_eq!(body["status"], status);
        body
    }
}
