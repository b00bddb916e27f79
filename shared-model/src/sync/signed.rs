//! Documents that the event key signs: the book and pages of the manifest.

use serde::{Serialize, de::DeserializeOwned};
use ticket_crypto::keys::{SigningKey, VerifyingKey};
use ticket_crypto::label::Label;
use ticket_crypto::signature;

use super::Signed;

/// Why a signed document is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// Not signed by this key for this purpose.
    #[error("the document's signature does not fit")]
    Signature,
    /// Signed, and not readable by this version.
    #[error("the document cannot be read")]
    Malformed,
}

impl Signed {
    /// Signs `document` for the purpose `label`.
    #[must_use]
    pub fn seal<T: Serialize>(key: &SigningKey, label: &Label, document: &T) -> Self {
        let bytes = postcard::to_allocvec(document)
            .expect("a vector grows and books and pages are made of plain data");
        let signature = signature::sign(key, label, &bytes).to_vec();
        Self { bytes, signature }
    }

    /// Checks the signature, then reads the document.
    ///
    /// # Errors
    /// The signature does not fit, or the bytes are no such document.
    pub fn open<T: DeserializeOwned>(
        &self,
        key: &VerifyingKey,
        label: &Label,
    ) -> Result<T, SignedError> {
        let signature = <&[u8; signature::LEN]>::try_from(&self.signature[..])
            .map_err(|_| SignedError::Signature)?;
        signature::verify(key, label, &self.bytes, signature)
            .map_err(|_| SignedError::Signature)?;
        match postcard::take_from_bytes(&self.bytes) {
            Ok((document, [])) => Ok(document),
            _ => Err(SignedError::Malformed),
        }
    }
}
