//! The event key's word for a key that sells at a door.

use super::{CertificateError, VERSION, open};
use crate::base45;
use crate::ids::{EventNo, Kid, Serial, TierNo, Zones};
use crate::keys::{SigningKey, VerifyingKey};
use crate::keyset::Claim;
use crate::label::Label;
use crate::reader::Reader;
use crate::signature;

const PREFIX: &str = "BOX1:";
const MOST_TIERS: usize = 32;

/// The event key vouches for a key that sells a leased block of serials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoxOfficeCertificate {
    /// The event.
    pub event: EventNo,
    /// The number that its tickets name.
    pub kid: Kid,
    /// The box-office key.
    pub key: VerifyingKey,
    /// First serial it may sign.
    pub first_serial: Serial,
    /// Last serial it may sign.
    pub last_serial: Serial,
    /// What its tickets may state at most.
    pub limits: Limits,
    /// First instant at which its tickets are accepted, milliseconds since 1970.
    pub not_before_ms: i64,
    /// Last instant at which its tickets are accepted, milliseconds since 1970.
    pub not_after_ms: i64,
}

/// What the tickets of a box office may state at most: a lost device cannot
/// sign itself more than it was given to sell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Tiers it may sell, rising, at most 32; empty for all.
    pub tiers: Vec<TierNo>,
    /// Zones its tickets may open.
    pub zones: Zones,
    /// Most people one ticket may admit; 0 and 1 both mean one.
    pub group: u8,
    /// Most entries one ticket may allow; 0 for no limit.
    pub entries: u8,
}

impl Limits {
    /// Whether a ticket states no more than these limits.
    #[must_use]
    pub fn allow(&self, claim: &Claim) -> bool {
        let tier = self.tiers.is_empty() || self.tiers.contains(&claim.tier);
        let zones = claim.zones.0 & !self.zones.0 == 0;
        let group = claim.group.max(1) <= self.group.max(1);
        let entries = self.entries == 0 || (1..=self.entries).contains(&claim.entries);
        tier && zones && group && entries
    }
}

impl BoxOfficeCertificate {
    /// Bytes without the tiers, signature included.
    const SHORTEST: usize = 133;

    /// Signs the certificate; the same input gives the same bytes.
    ///
    /// # Errors
    /// Range or validity is empty, or the tiers are too many or unordered.
    pub fn issue(&self, event_key: &SigningKey) -> Result<Vec<u8>, CertificateError> {
        self.check()?;
        let mut bytes = Vec::with_capacity(Self::SHORTEST + 2 * MOST_TIERS);
        bytes.push(VERSION);
        bytes.extend(self.event.0.to_be_bytes());
        bytes.extend(self.kid.0.to_be_bytes());
        bytes.extend(self.key.to_bytes());
        bytes.extend(self.first_serial.0.to_be_bytes());
        bytes.extend(self.last_serial.0.to_be_bytes());
        bytes.extend(self.not_before_ms.to_be_bytes());
        bytes.extend(self.not_after_ms.to_be_bytes());
        bytes.extend(self.limits.zones.0.to_be_bytes());
        bytes.extend([self.limits.group, self.limits.entries]);
        for tier in &self.limits.tiers {
            bytes.extend(tier.0.to_be_bytes());
        }
        let signature = signature::sign(event_key, &Label::BOX_OFFICE_CERTIFICATE, &bytes);
        bytes.extend(signature);
        Ok(bytes)
    }

    /// Reads a certificate that `event_key` signed.
    ///
    /// # Errors
    /// `event_key` did not sign these bytes, or they are malformed.
    pub fn open(bytes: &[u8], event_key: &VerifyingKey) -> Result<Self, CertificateError> {
        let mut reader = open(bytes, event_key, &Label::BOX_OFFICE_CERTIFICATE)?;
        let certificate = Self::read(&mut reader)?;
        certificate.check()?;
        Ok(certificate)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, CertificateError> {
        let short = CertificateError::Length;
        let mut certificate = Self {
            event: EventNo(reader.u32().ok_or(short)?),
            kid: Kid(reader.u16().ok_or(short)?),
            key: VerifyingKey::from_bytes(&reader.array().ok_or(short)?)?,
            first_serial: Serial(reader.u32().ok_or(short)?),
            last_serial: Serial(reader.u32().ok_or(short)?),
            not_before_ms: reader.i64().ok_or(short)?,
            not_after_ms: reader.i64().ok_or(short)?,
            limits: Limits {
                zones: Zones(reader.u32().ok_or(short)?),
                group: reader.u8().ok_or(short)?,
                entries: reader.u8().ok_or(short)?,
                tiers: Vec::new(),
            },
        };
        while !reader.is_empty() {
            let tier = TierNo(reader.u16().ok_or(short)?);
            certificate.limits.tiers.push(tier);
        }
        Ok(certificate)
    }

    fn check(&self) -> Result<(), CertificateError> {
        let tiers = &self.limits.tiers;
        if self.not_before_ms > self.not_after_ms {
            return Err(CertificateError::EmptyValidity);
        }
        if self.first_serial > self.last_serial {
            return Err(CertificateError::EmptyRange);
        }
        if tiers.len() > MOST_TIERS || !tiers.is_sorted_by(|a, b| a < b) {
            return Err(CertificateError::Tiers);
        }
        Ok(())
    }

    /// The text under which issued bytes go from screen to screen as a QR code.
    #[must_use]
    pub fn text(issued: &[u8]) -> String {
        [PREFIX, &base45::encode(issued)].concat()
    }

    /// Reads the text of a certificate that `event_key` signed.
    ///
    /// # Errors
    /// As for [`BoxOfficeCertificate::open`], or the text is none of a certificate.
    pub fn open_text(text: &str, event_key: &VerifyingKey) -> Result<Self, CertificateError> {
        let coded = text
            .strip_prefix(PREFIX)
            .ok_or(CertificateError::NotACertificate)?;
        let longest = (Self::SHORTEST + 2 * MOST_TIERS).div_ceil(2) * 3;
        if coded.len() > longest {
            return Err(CertificateError::Length);
        }
        Self::open(&base45::decode(coded)?, event_key)
    }
}
