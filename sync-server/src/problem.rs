//! Errors as the world sees them: RFC 9457 documents.
//!
//! The only place where error responses are made. Types are registered in one
//! enum; a client may act on `type` and on the members a type documents, never
//! on prose. Causes go to the log, once, here; the client of a fault sees a bare 500.

use std::error::Error;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $status:ident, $title:literal;)*) => {
        /// The registered types.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Kind { $($(#[$doc])* $name,)* }

        impl Kind {
            /// Every registered type.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The last part of the type's URI.
            #[must_use]
            pub const fn slug(self) -> &'static str {
                match self { $(Self::$name => $slug,)* }
            }

            /// The status it travels with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)* }
            }

            /// What it means, always the same.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

kinds! {
    /// The request is not well-formed.
    Malformed = "malformed", BAD_REQUEST, "The request cannot be read";
    /// Nobody known.
    Unauthenticated = "unauthenticated", UNAUTHORIZED, "Say who you are";
    /// Name and password do not belong together.
    WrongPassword = "wrong-password", UNAUTHORIZED, "This e-mail address and password do not belong together";
    /// Known and not allowed.
    Forbidden = "forbidden", FORBIDDEN, "You may not do this";
    /// Absent, or not yours to know about.
    NotFound = "not-found", NOT_FOUND, "There is nothing here for you";
    /// The path exists, the method does not.
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED, "This cannot be done here";
    /// The state says no.
    Conflict = "conflict", CONFLICT, "The present state does not allow this";
    /// No place left.
    SoldOut = "sold-out", CONFLICT, "There are not enough places left";
    /// A tier is not being sold now.
    NotOnSale = "not-on-sale", CONFLICT, "This is not being sold now";
    /// The same idempotency key with another request.
    IdempotencyMismatch = "idempotency-mismatch", CONFLICT, "This key was used for another request";
    /// A quota would become smaller than what is taken from it.
    QuotaInUse = "quota-in-use", CONFLICT, "More places are taken than this";
    /// The hold is over.
    HoldExpired = "hold-expired", GONE, "The places were given back";
    /// The body stopped coming.
    Stalled = "request-timeout", REQUEST_TIMEOUT, "The request did not arrive in time";
    /// Used, expired or never given out.
    Gone = "gone", GONE, "This is no longer valid";
    /// More bytes than allowed.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "The request is too large";
    /// A body of another type.
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body has another type than expected";
    /// Well-formed and wrong.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "A value is not acceptable";
    /// Too often.
    TooMany = "too-many-attempts", TOO_MANY_REQUESTS, "Too many attempts; wait";
    /// The disk is full; nothing was written.
    StorageFull = "storage-full", INSUFFICIENT_STORAGE, "There is no room left to store this";
    /// Try later.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "Try again later";
    /// Our fault.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something went wrong here";
}

/// A problem document about to be sent.
#[derive(Debug)]
pub struct Problem {
    kind: Kind,
    detail: Option<String>,
    members: Map<String, Value>,
    retry_after_secs: Option<u64>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// A problem document as RFC 9457 defines it; a type may add members.
#[derive(Debug, serde::Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// The registered type, `/problems/…`: what clients act on.
    #[schema(example = "/problems/sold-out")]
    pub r#type: String,
    /// What the type means; always the same text.
    #[schema(example = "There are not enough places left")]
    pub title: String,
    /// The status of the response.
    #[schema(example = 409)]
    pub status: u16,
    /// What happened this time, for people.
    pub detail: Option<String>,
    /// What is not acceptable: a JSON pointer into the body, or the name of a parameter.
    #[schema(example = "/positions/0/quantity")]
    pub field: Option<String>,
    /// The tier that is not sold, or not any more.
    pub tier: Option<u16>,
    /// When it will be sold.
    #[schema(format = "date-time")]
    pub from: Option<String>,
    /// Where an order or refund stands instead.
    pub state: Option<String>,
    /// The line of a file that cannot be taken.
    pub line: Option<u64>,
    /// Places that are taken.
    pub used: Option<u64>,
    /// All that would be wrong with the event's book.
    pub faults: Option<Vec<String>>,
    /// What of a rule has no counterpart here.
    pub unmapped: Option<Vec<Map<String, Value>>>,
}

impl Problem {
    /// A problem of a registered type.
    #[must_use]
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            detail: None,
            members: Map::new(),
            retry_after_secs: None,
            cause: None,
        }
    }

    /// A fault of ours: `cause` goes to the log, the client learns nothing of it.
    #[must_use]
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(Kind::Internal)
        }
    }

    /// A value that is not acceptable: `field` as a JSON pointer or parameter name.
    #[must_use]
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::new(Kind::Invalid).detail(detail).with("field", field)
    }

    /// What happened this time, for people.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// A member that this type documents.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// When trying again makes sense.
    #[must_use]
    pub const fn retry_after_secs(mut self, secs: u64) -> Self {
        self.retry_after_secs = Some(secs);
        self
    }

    /// The registered type.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }
}

impl From<crate::db::Error> for Problem {
    fn from(error: crate::db::Error) -> Self {
        use crate::db::Error;
        let kind = match &error {
            Error::Full => Kind::StorageFull,
            // Another's failure took this along: nothing of it was written.
            Error::SharedCommit | Error::Driver(sqlx::Error::PoolTimedOut) => Kind::Unavailable,
            _ => return Self::internal(error),
        };
        let wait_secs = if kind == Kind::StorageFull { 30 } else { 1 };
        Self {
            cause: Some(error.into()),
            ..Self::new(kind).retry_after_secs(wait_secs)
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Some(cause) = &self.cause {
            tracing::error!(problem = self.kind.slug(), cause = chain(&**cause), "fault");
        }
        let status = self.kind.status();
        let mut document = Map::new();
        let slug = self.kind.slug();
        document.insert("type".to_owned(), json!(format!("/problems/{slug}")));
        document.insert("title".to_owned(), json!(self.kind.title()));
        document.insert("status".to_owned(), json!(status.as_u16()));
        if let Some(detail) = self.detail {
            document.insert("detail".to_owned(), json!(detail));
        }
        document.extend(self.members);
        let body = Value::Object(document).to_string();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// An error and its sources in one line, none of them told twice.
#[must_use]
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_that_was_told_already_is_not_told_again() {
        #[derive(Debug, thiserror::Error)]
        #[error("it failed: {0}")]
        struct Failed(#[source] std::io::Error);
        let failed = Failed(std::io::Error::other("no room"));
        assert_eq!(chain(&failed), "it failed: no room");
        let outer = std::io::Error::other(failed);
        assert_eq!(chain(&outer), "it failed: no room");
    }

    #[test]
    fn registered_types_never_change_their_meaning() {
        let table: Vec<_> = Kind::ALL
            .iter()
            .map(|kind| {
                format!(
                    "{} {} {}",
                    kind.slug(),
                    kind.status().as_u16(),
                    kind.title()
                )
            })
            .collect();
        insta::assert_snapshot!(table.join("\n"));
    }
}
