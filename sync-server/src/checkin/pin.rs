//! PINs of operators: digits, kept and handed to devices as argon2id verifiers.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher as _;
use rand::CryptoRng;

use super::Error;

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
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let pin = pin.to_owned();
    let hashed = tokio::task::spawn_blocking(move || {
        let hashed = Argon2::default().hash_password_with_salt(pin.as_bytes(), &salt);
        hashed.map(|hash| hash.to_string()).ok()
    });
    hashed.await.ok().flatten().ok_or(Error::NotStored)
}
