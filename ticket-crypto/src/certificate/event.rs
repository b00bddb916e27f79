//! The root key's word for an event key.

use super::{CertificateError, VERSION, open};
use crate::ids::EventNo;
use crate::keys::{SigningKey, VerifyingKey};
use crate::label::Label;
use crate::reader::Reader;
use crate::signature;

/// The organizer's root key vouches for the key of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCertificate {
    /// The event, unique under the root key.
    pub event: EventNo,
    /// Rises when the event gets another key; devices refuse a lower one than they have.
    pub number: u32,
    /// The event key.
    pub key: VerifyingKey,
    /// First instant of validity, milliseconds since 1970.
    pub not_before_ms: i64,
    /// Last instant of validity, milliseconds since 1970; `i64::MAX` for no end.
    pub not_after_ms: i64,
}

impl EventCertificate {
    /// Length in bytes, signature included.
    pub const LEN: usize = 121;

    /// Signs the certificate; the same input gives the same bytes.
    ///
    /// # Errors
    /// It ends before it begins.
    pub fn issue(&self, root: &SigningKey) -> Result<Vec<u8>, CertificateError> {
        self.check()?;
        let mut bytes = Vec::with_capacity(Self::LEN);
        bytes.push(VERSION);
        bytes.extend(self.event.0.to_be_bytes());
        bytes.extend(self.number.to_be_bytes());
        bytes.extend(self.key.to_bytes());
        bytes.extend(self.not_before_ms.to_be_bytes());
        bytes.extend(self.not_after_ms.to_be_bytes());
        let signature = signature::sign(root, &Label::EVENT_CERTIFICATE, &bytes);
        bytes.extend(signature);
        Ok(bytes)
    }

    /// Reads a certificate that `root` signed.
    ///
    /// # Errors
    /// `root` did not sign these bytes, or they are malformed.
    pub fn open(bytes: &[u8], root: &VerifyingKey) -> Result<Self, CertificateError> {
        if bytes.len() != Self::LEN {
            return Err(CertificateError::Length);
        }
        let mut reader = open(bytes, root, &Label::EVENT_CERTIFICATE)?;
        let certificate = Self::read(&mut reader)?;
        certificate.check()?;
        Ok(certificate)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CertificateError> {
        let short = CertificateError::Length;
        Ok(Self {
            event: EventNo(reader.u32().ok_or(short)?),
            number: reader.u32().ok_or(short)?,
            key: VerifyingKey::from_bytes(&reader.array().ok_or(short)?)?,
            not_before_ms: reader.i64().ok_or(short)?,
            not_after_ms: reader.i64().ok_or(short)?,
        })
    }

    const fn check(&self) -> Result<(), CertificateError> {
        if self.not_before_ms > self.not_after_ms {
            return Err(CertificateError::EmptyValidity);
        }
        Ok(())
    }

    /// Whether `now_ms` lies within the validity, both ends included.
    #[must_use]
    pub const fn is_valid_at(&self, now_ms: i64) -> bool {
        self.not_before_ms <= now_ms && now_ms <= self.not_after_ms
    }
}
