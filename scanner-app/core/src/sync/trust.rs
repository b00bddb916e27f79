//! Whose word counts for it that a server is the server.
//!
//! Mostly that of the authorities that the system trusts. An organizer who runs a server
//! without such a certificate tells devices at enrolment, once, what to believe instead:
//! an authority of their own, or one certificate by its fingerprint.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use shared_model::ids::Hash;

/// Whose word counts for it that a server is the server.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Trust {
    /// The authorities that the system trusts.
    #[default]
    System,
    /// These authorities and no others: certificates in DER.
    Authorities(Vec<Vec<u8>>),
    /// One certificate, whoever made it and whatever it says.
    Certificate(Hash),
}

/// Why a server's certificate is not believed. Screens have their own words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// Nobody that is trusted vouches for it.
    #[error("it was made by an authority that this device does not know")]
    UnknownAuthority,
    /// It is over, or the clock is wrong.
    #[error("it has expired, or this device's clock is wrong")]
    Expired,
    /// It is to come, or the clock is wrong.
    #[error("it is not valid yet, or this device's clock is wrong")]
    NotYetValid,
    /// It is somebody else's.
    #[error("it belongs to another address")]
    OtherAddress,
    /// It is not the one that was told at enrolment.
    #[error("it is not the one that this device was told at enrolment")]
    NotTheOne,
    /// Something else is wrong with it.
    #[error("it cannot be used")]
    Unusable,
}

impl Trust {
    /// The authorities in a PEM file; none where there is no certificate in it.
    #[must_use]
    pub fn authorities(pem: &[u8]) -> Option<Self> {
        let found: Result<Vec<CertificateDer<'_>>, _> =
            CertificateDer::pem_slice_iter(pem).collect();
        let found: Vec<Vec<u8>> = found.ok()?.iter().map(|der| der.to_vec()).collect();
        (!found.is_empty()).then_some(Self::Authorities(found))
    }

    /// How to connect under this trust; none where the system knows best.
    pub(super) fn config(&self) -> Result<Option<ClientConfig>, Error> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self {
            Self::System => return Ok(None),
            Self::Authorities(authorities) => {
                let mut roots = RootCertStore::empty();
                for der in authorities {
                    roots.add(CertificateDer::from(der.as_slice()))?;
                }
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                    .build()
                    .map_err(|error| Error::General(error.to_string()))?
            }
            Self::Certificate(fingerprint) => Arc::new(Pinned::new(*fingerprint, &provider)),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(Some(config))
    }
}

impl Doubt {
    /// What made a connection fail, if it was the certificate.
    pub(super) fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut at = Some(error);
        while let Some(error) = at {
            if let Some(Error::InvalidCertificate(fault)) = error.downcast_ref() {
                return Some(Self::of(fault));
            }
            let inner = error
                .downcast_ref::<std::io::Error>()
                .and_then(std::io::Error::get_ref);
            at = match inner {
                Some(inner) => Some(inner),
                None => error.source(),
            };
        }
        None
    }

    fn of(fault: &CertificateError) -> Self {
        match fault {
            CertificateError::UnknownIssuer | CertificateError::BadSignature => {
                Self::UnknownAuthority
            }
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Self::NotYetValid
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Self::OtherAddress
            }
            CertificateError::ApplicationVerificationFailure => Self::NotTheOne,
            _ => Self::Unusable,
        }
    }
}

/// Accepts one certificate.
#[derive(Debug)]
struct Pinned {
    fingerprint: Hash,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Pinned {
    fn new(fingerprint: Hash, provider: &CryptoProvider) -> Self {
        Self {
            fingerprint,
            algorithms: provider.signature_verification_algorithms,
        }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        match Sha256::digest(end_entity)[..] == self.fingerprint.0 {
            true => Ok(ServerCertVerified::assertion()),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
