//! The keyed forms: a MAC that our own app shows, and the digits of a wallet pass.
//!
//! Each ticket's key is derived from one secret of the event that gates hold, so
//! a lost gate device gives live codes for every static ticket seen, though no
//! new tickets. Wallets can show nothing but time-based digits (RFC 6238, SHA-1,
//! eight digits, 30 seconds), hence the second form, under a key of its own.

use core::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Digits, LivePart, STEP_MS, nearest_step, step_since_1970};
use crate::label::Label;
use crate::token::{Body, Token};

/// The event's secret for keyed codes; wiped when dropped, never printed.
#[derive(Clone)]
pub struct EventLiveKey(Zeroizing<[u8; 32]>);

impl EventLiveKey {
    /// Makes a new key from `rng`.
    #[must_use]
    pub fn generate<R: CryptoRng + ?Sized>(rng: &mut R) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut());
        Self(key)
    }

    /// The key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The bytes to store, sealed.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The key that one ticket's holder gets.
    #[must_use]
    pub fn ticket_key(&self, body: &Body) -> TicketLiveKey {
        TicketLiveKey(self.derive(&Label::LIVE_MAC, body))
    }

    /// The secret that one ticket's wallet pass gets.
    #[must_use]
    pub fn wallet_secret(&self, body: &Body) -> WalletSecret {
        WalletSecret(self.derive(&Label::LIVE_DIGITS, body))
    }

    fn derive<const N: usize>(&self, label: &Label, body: &Body) -> Zeroizing<[u8; N]> {
        let mut key = Zeroizing::new([0; N]);
        let event = body.event.0.to_be_bytes();
        let serial = body.serial.0.to_be_bytes();
        let info: [&[u8]; 4] = [label.as_bytes(), &event, &serial, &[body.generation.0]];
        Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand_multi_info(&info, key.as_mut())
            .expect("HKDF-SHA256 gives up to 8160 bytes, and no key here exceeds 32");
        key
    }

    /// How many steps ahead of now a genuine code is; nothing for a forged one.
    pub(super) fn check(&self, token: &Token, part: &LivePart, now_ms: i64) -> Option<i64> {
        match part {
            LivePart::Mac { step, mac } => {
                let (step, ahead) = nearest_step(*step, now_ms);
                let expected = self.ticket_key(token.body()).mac(token, step);
                expected.verify_truncated_left(mac).ok()?;
                Some(ahead)
            }
            LivePart::Digits(digits) => {
                let step = i64::try_from(digits.made_at_secs())
                    .ok()?
                    .checked_mul(1000)?
                    .div_euclid(STEP_MS);
                let expected = self.wallet_secret(token.body()).code(step);
                (expected == digits.code()).then(|| step - step_since_1970(now_ms))
            }
            LivePart::Chain { .. } | LivePart::Device { .. } => None,
        }
    }
}

impl fmt::Debug for EventLiveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EventLiveKey(..)")
    }
}

/// One ticket's key for MAC codes; wiped when dropped, never printed.
#[derive(Clone)]
pub struct TicketLiveKey(Zeroizing<[u8; 32]>);

impl TicketLiveKey {
    /// The key of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The bytes to hand to the holder, over a private channel.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        self.0.clone()
    }

    /// The code to show at `now_ms`.
    #[must_use]
    pub fn part_at(&self, token: &Token, now_ms: i64) -> LivePart {
        let step = step_since_1970(now_ms);
        let full: [u8; 32] = self.mac(token, step).finalize().into_bytes().into();
        let [a, b, c, d, e, f, g, h, ..] = full;
        LivePart::Mac {
            step: step as u16,
            mac: [a, b, c, d, e, f, g, h],
        }
    }

    fn mac(&self, token: &Token, step: i64) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.as_slice())
            .expect("HMAC takes a key of any length");
        mac.update(Label::LIVE_MAC.as_bytes());
        mac.update(token.body_bytes());
        mac.update(&step.to_be_bytes());
        mac
    }
}

impl fmt::Debug for TicketLiveKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TicketLiveKey(..)")
    }
}

/// One wallet pass's secret for time-based digits; wiped when dropped, never printed.
#[derive(Clone)]
pub struct WalletSecret(Zeroizing<[u8; 20]>);

impl WalletSecret {
    /// The 20 bytes that the pass carries as its TOTP key.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; 20]> {
        self.0.clone()
    }

    /// What the wallet shows at `now_ms`; nothing before 2001 and after 2286.
    #[must_use]
    pub fn digits_at(&self, now_ms: i64) -> Option<Digits> {
        let made_at_secs = u64::try_from(now_ms.div_euclid(1000)).ok()?;
        Digits::new(self.code(step_since_1970(now_ms)), made_at_secs)
    }

    /// RFC 6238 with SHA-1 and eight digits.
    fn code(&self, step: i64) -> u32 {
        let mut mac = Hmac::<Sha1>::new_from_slice(self.0.as_slice())
            .expect("HMAC takes a key of any length");
        mac.update(&step.to_be_bytes());
        let full: [u8; 20] = mac.finalize().into_bytes().into();
        let start = usize::from(full[19] & 0xf);
        let mut word = [0; 4];
        word.copy_from_slice(&full[start..start + 4]);
        (u32::from_be_bytes(word) & 0x7fff_ffff) % 100_000_000
    }
}

impl fmt::Debug for WalletSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WalletSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of RFC 6238, SHA-1.
    #[test]
    fn digits_are_those_of_the_standard() {
        let secret = WalletSecret(Zeroizing::new(*b"12345678901234567890"));
        for (seconds, digits) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(secret.code(step_since_1970(seconds * 1000)), digits);
        }
    }
}
