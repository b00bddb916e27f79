//! How one key vouches for the next: root → event key → box-office key.
//!
//! The organizer's root key is pinned on a device at enrolment. It signs an
//! [`EventCertificate`]; the event key signs a [`BoxOfficeCertificate`], so that
//! a ticket sold at a door without network is genuine at every other door that
//! knows the certificate. What always holds: a certificate in hand was checked
//! against its issuer; there is no other way to read one.
//!
//! Whether an instant lies within a certificate's validity is asked when it is
//! used, with the time given.
//!
//! Bytes: docs/formats/token.md

mod box_office;
mod event;

pub use box_office::{BoxOfficeCertificate, Limits};
pub use event::EventCertificate;

use crate::base45::Base45Error;
use crate::keys::{KeyError, VerifyingKey};
use crate::label::Label;
use crate::reader::{Reader, split_signature};
use crate::signature;

/// The version that begins every certificate.
const VERSION: u8 = 1;

/// Why bytes are no certificate of this issuer, or a certificate cannot be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The text is not a certificate's.
    #[error("the text is no certificate")]
    NotACertificate,
    /// The text is not canonical Base45.
    #[error("the certificate is not canonical Base45")]
    Base45(#[from] Base45Error),
    /// Too short, too long, or not one of the lengths there are.
    #[error("the certificate has the wrong length")]
    Length,
    /// Made by a later version.
    #[error("certificate version {0} is unknown")]
    UnknownVersion(u8),
    /// The issuer did not sign it.
    #[error("the certificate was not signed by its issuer")]
    BadSignature,
    /// The key in it is unusable.
    #[error("the certified key is unusable")]
    Key(#[from] KeyError),
    /// It ends before it begins.
    #[error("the certificate ends before it begins")]
    EmptyValidity,
    /// The last serial lies before the first.
    #[error("the range of serials is empty")]
    EmptyRange,
    /// Tiers are more than 32, unordered or repeated.
    #[error("the tiers are too many or not in rising order")]
    Tiers,
}

/// Checks version and signature; gives what is left of the signed part.
///
/// The signature comes before any field, so that nothing unsigned is looked at.
fn open<'a>(
    bytes: &'a [u8],
    issuer: &VerifyingKey,
    label: &Label,
) -> Result<Reader<'a>, CertificateError> {
    let (signed, signature) = split_signature(bytes).ok_or(CertificateError::Length)?;
    let mut reader = Reader::new(signed);
    match reader.u8() {
        Some(VERSION) => {}
        Some(version) => return Err(CertificateError::UnknownVersion(version)),
        None => return Err(CertificateError::Length),
    }
    signature::verify(issuer, label, signed, signature)
        .map_err(|_| CertificateError::BadSignature)?;
    Ok(reader)
}
