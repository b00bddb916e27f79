//! The ticket: its bytes, its signature and the keys behind it.
//!
//! Owns everything that makes a ticket genuine: the [`token`] and its text, the
//! [`keys`] and how one vouches for the next ([`certificate`], [`keyset`]),
//! withdrawn issues ([`revocation`]), rotating codes ([`live`]), pictures
//! ([`qr`]), the order in which serials are given out ([`permutation`]), and what
//! only the code opens ([`sealed`]).
//!
//! What always holds: pure, with no clock, no randomness source, no input or
//! output of its own; no input makes it panic; one text for each token; one
//! purpose for each signature; secrets are wiped when dropped and never printed.
//!
//! It deliberately does not say what a ticket means at a gate: that is decided
//! in `shared-model`. Instants are milliseconds since 1970-01-01T00:00:00Z as
//! `i64`, intervals include both ends.
//!
//! Bytes: docs/formats/token.md

pub mod base45;
pub mod certificate;
pub mod ids;
pub mod keys;
pub mod keyset;
pub mod label;
pub mod live;
pub mod permutation;
pub mod qr;
pub mod revocation;
pub mod sealed;
pub mod signature;
pub mod token;

mod reader;

pub use certificate::{BoxOfficeCertificate, EventCertificate};
pub use keys::{SigningKey, VerifyingKey};
pub use keyset::{KeySet, NotGenuine, TicketKey};
pub use label::Label;
pub use signature::BadSignature;
pub use token::{Body, Token};
