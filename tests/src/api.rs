//! The server's REST interface, as any client would use it.

use std::path::Path;

use serde_json::Value;

use crate::{Outcome, failed};

/// A client, with or without somebody's token.
#[derive(Clone)]
pub struct Api {
    client: reqwest::Client,
    base: String,
    token: Option<String>,
}

impl Api {
    /// A client of the server at `base` that nobody is logged in with.
    #[must_use]
    pub fn new(base: &str) -> Self {
        // Whoever comes second finds the provider installed, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            client: reqwest::Client::new(),
            base: base.to_owned(),
            token: None,
        }
    }

    /// A client of the server at `base` whose certificate the authority in `pem` vouches for.
    ///
    /// # Errors
    /// When the file holds no certificate.
    pub fn trusting(base: &str, pem: &Path) -> Outcome<Self> {
        let pem = std::fs::read(pem).map_err(failed("reading an authority"))?;
        let authority =
            reqwest::Certificate::from_pem(&pem).map_err(failed("reading an authority"))?;
        let plain = Self::new(base);
        let client = reqwest::Client::builder()
            .tls_certs_only([authority])
            .build()
            .map_err(failed("making a client"))?;
        Ok(Self { client, ..plain })
    }

    /// The same client for whoever holds `token`.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// The same client without the connections of before.
    #[must_use]
    pub fn with_fresh_connections(&self) -> Self {
        Self {
            client: reqwest::Client::new(),
            ..self.clone()
        }
    }

    /// Whose client it is.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// `GET`, expecting JSON.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub async fn get(&self, path: &str) -> Outcome<Value> {
        json(self.send(self.client.get(self.at(path))).await?)
    }

    /// `GET`, whatever comes.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub async fn get_bytes(&self, path: &str) -> Outcome<Vec<u8>> {
        self.send(self.client.get(self.at(path))).await
    }

    /// `POST` of JSON with a fresh idempotency key, expecting JSON or nothing.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Value> {
        let key = format!("{path}-{}", body);
        let key = &key[..key.len().min(200)];
        let request = self
            .client
            .post(self.at(path))
            .header("idempotency-key", key)
            .json(body);
        json(self.send(request).await?)
    }

    /// `POST` of a file of `kind`, expecting JSON.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub async fn post_file(&self, path: &str, kind: &str, file: String) -> Outcome<Value> {
        let request = self
            .client
            .post(self.at(path))
            .header("content-type", kind)
            .body(file);
        json(self.send(request).await?)
    }

    /// `PATCH` of JSON, expecting JSON.
    ///
    /// # Errors
    /// When the answer is not a success.
    pub async fn patch(&self, path: &str, body: &Value) -> Outcome<Value> {
        json(
            self.send(self.client.patch(self.at(path)).json(body))
                .await?,
        )
    }

    /// `POST` of JSON, whatever the status; what is not JSON is null.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn try_post(&self, path: &str, body: &Value) -> Outcome<(u16, Value)> {
        let mut request = self.client.post(self.at(path)).json(body);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request
            .send()
            .await
            .map_err(failed("reaching the server"))?;
        let status = answer.status().as_u16();
        let body = answer
            .bytes()
            .await
            .map_err(failed("reading the server's answer"))?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    async fn send(&self, mut request: reqwest::RequestBuilder) -> Outcome<Vec<u8>> {
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request
            .send()
            .await
            .map_err(failed("reaching the server"))?;
        let (status, url) = (answer.status(), answer.url().clone());
        let body = answer
            .bytes()
            .await
            .map_err(failed("reading the server's answer"))?
            .to_vec();
        if status.is_success() {
            return Ok(body);
        }
        Err(format!(
            "{url} answered {status}: {}",
            String::from_utf8_lossy(&body)
        ))
    }
}

fn json(body: Vec<u8>) -> Outcome<Value> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    serde_json::from_slice(&body).map_err(failed("reading JSON"))
}
