//! One label for each kind of signature.
//!
//! Every signature covers a label of 16 bytes and then the message, so that
//! bytes signed for one purpose never verify for another. A label is never
//! reused with a different meaning: a new meaning gets a new label.

/// The purpose of a signature or of a derived key: 16 bytes of ASCII.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Label([u8; 16]);

impl Label {
    /// A ticket, by a ticket key or a box-office key.
    pub const TICKET: Self = Self(*b"bilten/v1/ticket");
    /// The event key, by the organizer's root key.
    pub const EVENT_CERTIFICATE: Self = Self(*b"bilten/v1/eventk");
    /// A box-office key, by the event key.
    pub const BOX_OFFICE_CERTIFICATE: Self = Self(*b"bilten/v1/boxoff");
    /// The event book, by the event key.
    pub const BOOK: Self = Self(*b"bilten/v1/evbook");
    /// A page of the manifest, by the event key.
    pub const PAGE: Self = Self(*b"bilten/v1/mfpage");
    /// The newest head of an actor's log, by its fact key.
    pub const HEAD: Self = Self(*b"bilten/v1/fahead");
    /// Possession of a key at enrolment, by that key.
    pub const PROOF: Self = Self(*b"bilten/v1/dproof");
    /// A time answer of the server, by the event key.
    pub const TIME: Self = Self(*b"bilten/v1/svtime");
    /// A lease of capacity or serials, by the event key.
    pub const LEASE: Self = Self(*b"bilten/v1/xlease");
    /// A revocation list, by the event key.
    pub const REVOCATIONS: Self = Self(*b"bilten/v1/revoke");
    /// A change of the shift notes, by its writer's fact key.
    pub const NOTE: Self = Self(*b"bilten/v1/shnote");
    /// A change of the shift notes that the server admitted, by the event key.
    pub const NOTE_ADMITTED: Self = Self(*b"bilten/v1/noteok");
    /// A rotating code, by the key of the holder's device.
    pub const LIVE_DEVICE: Self = Self(*b"bilten/v1/livdev");
    /// Links of a rotating code's hash chain.
    pub(crate) const LIVE_CHAIN: Self = Self(*b"bilten/v1/livchn");
    /// Keys and codes of the keyed rotating form.
    pub(crate) const LIVE_MAC: Self = Self(*b"bilten/v1/livmac");
    /// Keys of the digits that wallets show.
    pub(crate) const LIVE_DIGITS: Self = Self(*b"bilten/v1/livdig");
    /// Keys under which a person's data is sealed.
    pub(crate) const PERSON: Self = Self(*b"bilten/v1/person");
    /// Rounds of the serial permutation.
    pub(crate) const SERIALS: Self = Self(*b"bilten/v1/serial");

    /// The bytes that go before the message.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The bytes that a signature under this label covers.
    pub(crate) fn message(&self, bytes: &[u8]) -> Vec<u8> {
        [self.0.as_slice(), bytes].concat()
    }
}
