//! TLS 1.3 with raw public keys, checked against the rosters of the device's events.

use std::fmt;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{AlwaysResolvesClientRawPublicKeys, Resumption};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, ring, verify_tls13_signature_with_raw_key,
};
use rustls::pki_types::{
    CertificateDer, PrivatePkcs8KeyDer, ServerName, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{AlwaysResolvesServerRawPublicKeys, NoServerSessionStorage};
use rustls::sign::CertifiedKey;
use rustls::version::TLS13;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error,
    PeerIncompatible, ServerConfig, SignatureScheme,
};
use shared_model::ids::{EventNo, PublicKey};
use shared_model::log::ingest::is_revoked;
use shared_model::time::Timestamp;
use zeroize::Zeroizing;

use crate::keys::public;
use crate::scanner::Scanner;

/// `SubjectPublicKeyInfo` of an Ed25519 key up to the key itself (RFC 8410).
const SPKI: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// The same for a PKCS #8 private key.
const PKCS8: [u8; 16] = [
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/// How this device connects to others.
pub(super) fn client(scanner: &Arc<Scanner>) -> Result<ClientConfig, Error> {
    let key = Arc::new(own_key(scanner)?);
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Roster::of(scanner)))
        .with_client_cert_resolver(Arc::new(AlwaysResolvesClientRawPublicKeys::new(key)));
    config.resumption = Resumption::disabled();
    Ok(config)
}

/// How this device answers others.
pub(super) fn server(scanner: &Arc<Scanner>) -> Result<ServerConfig, Error> {
    let key = Arc::new(own_key(scanner)?);
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(Arc::new(Roster::of(scanner)))
        .with_cert_resolver(Arc::new(AlwaysResolvesServerRawPublicKeys::new(key)));
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// The raw public key that a peer has shown and proved.
pub(super) fn peer_key(shown: Option<&[CertificateDer<'_>]>) -> Option<PublicKey> {
    read_key(shown?.first()?)
}

/// Whether the roster of `event`, or of any event here, names `peer` and has not revoked it.
///
/// `wall` is what the device's clock says.
pub(super) fn is_welcome(
    scanner: &Scanner,
    event: Option<EventNo>,
    peer: &PublicKey,
    wall: Timestamp,
) -> bool {
    let known = scanner.store().read(|tx| {
        let now = wall.plus_millis(tx.account()?.offset_ms.unwrap_or_default());
        for state in tx.list_events()? {
            if event.is_some_and(|event| event != state.event) || state.book_number == 0 {
                continue;
            }
            let book = scanner.book_in(tx, state.event)?;
            let mut devices = book.roster.devices.iter();
            if devices.any(|device| device.transport_key == *peer && !is_revoked(device, now)) {
                return Ok(true);
            }
        }
        Ok::<_, crate::scanner::Error>(false)
    });
    known.unwrap_or_else(|error| {
        tracing::error!(%error, "a peer was refused because the store failed");
        false
    })
}

fn own_key(scanner: &Scanner) -> Result<CertifiedKey, Error> {
    let key = scanner.transport_key();
    let private = Zeroizing::new([&PKCS8[..], &key.to_seed()[..]].concat());
    let spki = [&SPKI[..], &public(&key).0].concat();
    let signing = ring::sign::any_eddsa_type(&PrivatePkcs8KeyDer::from(private.as_slice()))?;
    Ok(CertifiedKey::new(vec![CertificateDer::from(spki)], signing))
}

fn read_key(spki: &[u8]) -> Option<PublicKey> {
    let key = spki.strip_prefix(&SPKI)?;
    Some(PublicKey(key.try_into().ok()?))
}

/// Accepts whom a roster names.
struct Roster {
    scanner: Arc<Scanner>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Roster {
    fn of(scanner: &Arc<Scanner>) -> Self {
        let provider: CryptoProvider = ring::default_provider();
        Self {
            scanner: Arc::clone(scanner),
            algorithms: provider.signature_verification_algorithms,
        }
    }

    fn check(&self, shown: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
        let wall = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let peer = read_key(shown).ok_or(CertificateError::BadEncoding)?;
        match is_welcome(&self.scanner, None, &peer, Timestamp::from_secs(wall)) {
            true => Ok(()),
            false => Err(CertificateError::ApplicationVerificationFailure.into()),
        }
    }

    fn verify(
        &self,
        message: &[u8],
        shown: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let spki = SubjectPublicKeyInfoDer::from(shown.as_ref());
        verify_tls13_signature_with_raw_key(message, &spki, signed, &self.algorithms)
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster").finish_non_exhaustive()
    }
}

impl ServerCertVerifier for Roster {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.check(end_entity, now)
            .map(|()| ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::ServerDoesNotSupportTls12Or13.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}

impl ClientCertVerifier for Roster {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        self.check(end_entity, now)
            .map(|()| ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::ServerDoesNotSupportTls12Or13.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verify(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }

    fn requires_raw_public_keys(&self) -> bool {
        true
    }
}
