//! PINs of operators: digits, kept and handed to devices as argon2id verifiers.

use rand::CryptoRng;

use super::Error;
use crate::identity;

/// Digits that a PIN may have. Six is what argon2id at its usual cost defends for the days
/// that a stolen device's book is good for.
const DIGITS: std::ops::RangeInclusive<usize> = 6..=12;

/// The argon2id verifier of `pin`, in PHC form.
///
/// # Errors
/// [`Error::Pin`] for anything but 6 to 12 digits that are not all the same.
pub(super) async fn verifier(pin: &str, rng: &mut impl CryptoRng) -> Result<String, Error> {
    let digits = pin.bytes().all(|byte| byte.is_ascii_digit());
    let mut others = pin
        .bytes()
        .skip_while(|byte| Some(*byte) == pin.bytes().next());
    if !digits || !DIGITS.contains(&pin.len()) || others.next().is_none() {
        return Err(Error::Pin);
    }
    let verifier = identity::verifier(pin.to_owned(), rng).await;
    verifier.ok_or(Error::NotStored)
}
