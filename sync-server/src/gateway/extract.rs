//! What handlers take, with refusals as problem documents.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use serde_path_to_error::Segment;

use super::objects::Objects;
use crate::app::AppState;
use crate::config::Networks;
use crate::problem::{Kind, Problem};

/// A JSON body; unknown fields are refused where the type says so.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = media_type(request.headers());
        if !kind.is_some_and(|kind| is_json(&kind)) {
            let wanted = "the body has the type application/json";
            return Err(Problem::new(Kind::UnsupportedMediaType).detail(wanted));
        }
        let Bytes(body) = Bytes::from_request(request, state).await?;
        read_json(&body).map(Self)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(Objects(&mut json)).map_err(|e| refused(&e))?;
    json.end()
        .map_err(|error| Problem::new(Kind::Malformed).detail(error.to_string()))?;
    Ok(value)
}

/// A value of a body that is JSON by now, as [`Json`] reads it.
///
/// # Errors
/// `/problems/invalid` naming the field.
pub fn read_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(Objects(value)).map_err(|error| refused(&error))
}

fn refused(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    match error.inner().classify() {
        Category::Data => Problem::invalid(&pointer(error.path()), error.to_string()),
        _ => Problem::new(Kind::Malformed).detail(error.to_string()),
    }
}

/// Where in the body the trouble is, as a JSON pointer.
fn pointer(path: &serde_path_to_error::Path) -> String {
    let parts = path.iter().filter_map(|segment| match segment {
        Segment::Seq { index } => Some(format!("/{index}")),
        Segment::Map { key } => Some(format!("/{}", key.replace('~', "~0").replace('/', "~1"))),
        Segment::Enum { .. } | Segment::Unknown => None,
    });
    parts.collect()
}

/// The type of the body, in small letters and without parameters.
fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = value.split(';').next().unwrap_or_default();
    Some(kind.trim().to_ascii_lowercase())
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn bytes_kind(rejection: &BytesRejection) -> Kind {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Kind::TooLarge
    } else {
        Kind::Malformed
    }
}

/// A body of bytes.
#[derive(Debug)]
pub struct Bytes(pub axum::body::Bytes);

impl<S: Send + Sync> FromRequest<S> for Bytes {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::body::Bytes::from_request(request, state).await {
            Ok(bytes) => Ok(Self(bytes)),
            Err(rejection) => {
                Err(Problem::new(bytes_kind(&rejection)).detail(rejection.body_text()))
            }
        }
    }
}

/// A body of CSV.
#[derive(Debug)]
pub struct Csv(pub axum::body::Bytes);

impl<S: Send + Sync> FromRequest<S> for Csv {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some("text/csv") {
            let wanted = "the body has the type text/csv";
            return Err(Problem::new(Kind::UnsupportedMediaType).detail(wanted));
        }
        let Bytes(body) = Bytes::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// Parts of the path; what is no id names nothing.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(_) => Err(Problem::new(Kind::NotFound)),
        }
    }
}

/// Parameters after the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(Problem::new(Kind::Invalid).detail(rejection.body_text())),
        }
    }
}

/// Where a request comes from: the peer, or whom a trusted proxy saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        let forwarded = parts.headers.get_all("x-forwarded-for").iter();
        let forwarded = forwarded.filter_map(|value| value.to_str().ok());
        let seen: Vec<_> = forwarded.flat_map(|value| value.split(',')).collect();
        Ok(Self(behind(&app.config.trusted_proxies, peer, &seen)))
    }
}

/// Each proxy appends whom it saw: from the end, as far as trust goes.
fn behind(trusted: &Networks, peer: IpAddr, seen: &[&str]) -> IpAddr {
    let mut address = peer.to_canonical();
    for text in seen.iter().rev() {
        let Ok(before) = text.trim().parse::<IpAddr>() else {
            break;
        };
        if !trusted.contain(address) {
            break;
        }
        address = before.to_canonical();
    }
    address
}

/// The token of `Authorization: Bearer …`.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_address_counts_as_far_as_trust_goes() {
        let trusted = Networks::try_from("10.0.0.0/8".to_owned()).unwrap();
        let client =
            |peer: &str, seen: &[&str]| behind(&trusted, peer.parse().unwrap(), seen).to_string();
        assert_eq!(client("10.0.0.1", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(
            client("192.0.2.9", &["192.0.2.1"]),
            "192.0.2.9",
            "the peer is no proxy of ours"
        );
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6", "192.0.2.1", "10.0.0.2"]),
            "192.0.2.1"
        );
        assert_eq!(
            client("10.0.0.1", &["6.6.6.6", " 192.0.2.1 "]),
            "192.0.2.1",
            "what clients add comes first"
        );
        assert_eq!(client("10.0.0.1", &["192.0.2.1", "unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(
            client("::ffff:10.0.0.1", &["::ffff:192.0.2.1"]),
            "192.0.2.1"
        );
    }
}
