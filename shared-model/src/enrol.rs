//! Enrolment: how a device becomes one of the organizer's.
//!
//! JSON bodies of `POST /device/v1/enrol` and `GET /device/v1/duties`. The device makes its keys, proves
//! that it holds both, and is written into the roster. Before that it is told where
//! to go and what to say there ([`Invitation`]), typed or as a QR code.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, DeviceNo, EventNo, Hash, Incarnation, PublicKey};
use crate::time::Timestamp;

/// What a device sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// The one-time code.
    pub code: String,
    /// What people will call the device.
    pub name: String,
    /// Key that will sign its facts.
    pub fact_key: PublicKey,
    /// Key that it will show to peers.
    pub transport_key: PublicKey,
    /// Signature of the fact key over [`proof_message`], 64 bytes in hexadecimal.
    pub fact_proof: String,
    /// Signature of the transport key over the same message.
    pub transport_proof: String,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrolled {
    /// The server's name for the device.
    pub device_id: DeviceId,
    /// Its number in the roster.
    pub device: DeviceNo,
    /// Bearer token of all later requests; shown once.
    pub token: String,
    /// The organizer's name.
    pub organizer: String,
    /// The organizer's root key, to be pinned.
    pub root_key: PublicKey,
    /// The life of the server's database.
    pub incarnation: Incarnation,
    /// The server's time.
    pub now: Timestamp,
    /// Events that the device may work for.
    pub events: Vec<EnrolledEvent>,
}

/// What the server says of a device that asks: answer to `GET /device/v1/duties`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duties {
    /// Its number in the roster.
    pub device: DeviceNo,
    /// What people call it.
    pub name: String,
    /// The organizer's name.
    pub organizer: String,
    /// Events that it may work for.
    pub events: Vec<EnrolledEvent>,
}

/// An event that a device may work for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolledEvent {
    /// Its number.
    pub event: EventNo,
    /// Its name.
    pub name: String,
}

/// The bytes that both keys sign at enrolment: the code and both keys.
#[must_use]
pub fn proof_message(code: &str, fact_key: &PublicKey, transport_key: &PublicKey) -> Vec<u8> {
    [code.as_bytes(), &fact_key.0, &transport_key.0].concat()
}

/// All that a new device is told, as one text:
/// `bilten:enrol/<code>[+<fingerprint of the certificate>]/<address of the server>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The one-time code.
    pub code: String,
    /// SHA-256 of the server's certificate, where the device is to believe that one and no other.
    pub certificate: Option<Hash>,
    /// Address of the server, `http://` or `https://`.
    pub server: String,
}

/// A text that is no invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no invitation for a device")]
pub struct NoInvitation;

const INVITATION: &str = "bilten:enrol/";

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{INVITATION}{}", self.code)?;
        if let Some(certificate) = self.certificate {
            write!(f, "+{certificate}")?;
        }
        write!(f, "/{}", self.server)
    }
}

impl FromStr for Invitation {
    type Err = NoInvitation;

    fn from_str(text: &str) -> Result<Self, NoInvitation> {
        let rest = text.trim().strip_prefix(INVITATION).ok_or(NoInvitation)?;
        let (told, server) = rest.split_once('/').ok_or(NoInvitation)?;
        let (code, certificate) = match told.split_once('+') {
            Some((code, certificate)) => {
                let certificate = certificate.parse().map_err(|_| NoInvitation)?;
                (code, Some(certificate))
            }
            None => (told, None),
        };
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
        let known = server.starts_with("http://") || server.starts_with("https://");
        if code.is_empty() || code.len() > 64 || !code.chars().all(plain) || !known {
            return Err(NoInvitation);
        }
        Ok(Self {
            code: code.to_owned(),
            certificate,
            server: server.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_as_it_was_written() {
        for certificate in [None, Some(Hash([7; 32]))] {
            let invitation = Invitation {
                code: "7K3M-Q0ZT-94AB".into(),
                certificate,
                server: "https://tickets.example.org:8443".into(),
            };
            assert_eq!(invitation.to_string().parse(), Ok(invitation));
        }
    }

    #[test]
    fn other_texts_are_no_invitations() {
        for text in [
            "",
            "bilten:enrol/",
            "bilten:enrol/CODE",
            "bilten:enrol/CODE/tickets.example.org",
            "bilten:enrol//https://tickets.example.org",
            "bilten:enrol/CO DE/https://tickets.example.org",
            "bilten:enrol/CODE+abc/https://tickets.example.org",
            "TK1:ABC",
        ] {
            assert_eq!(text.parse::<Invitation>(), Err(NoInvitation), "{text}");
        }
    }
}
