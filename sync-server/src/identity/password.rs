//! Passwords: argon2id, off the threads that serve requests, few at a time.
//!
//! Between two of them nothing of their memory is kept.

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{ARGON2ID_IDENT, Algorithm, Argon2, Block, Params, Version};
use rand::CryptoRng;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and a core for some 25 ms: more at once would starve sales.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Blocks that are asked for at once, 36 MiB, of which only the first 19 are ever touched.
///
/// The C library keeps what it is given back, and for each thread apart, up to 32 MiB; a larger
/// piece is mapped by itself and goes back to the system at once.
const ASKED_FOR: usize = 36 << 10;

/// Fewest characters.
const SHORTEST: usize = 10;
/// Most bytes: longer ones only cost time.
const LONGEST: usize = 1024;

/// Verified against when the person is unknown, so that both cases take the same.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$JtDV1PXwjV3zAKpUEkbWWeGaMXXgGrJCgYkt3gm9LnY";

/// Why a password cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    /// Too short to resist guessing.
    #[error("the password needs {SHORTEST} characters or more")]
    Short,
    /// Longer than anyone types.
    #[error("the password has more than {LONGEST} bytes")]
    Long,
    /// The hash function refused: not enough memory.
    #[error("the password could not be hashed")]
    Hashing,
}

/// The PHC string of `password`.
pub(super) async fn hash(
    password: String,
    rng: &mut impl CryptoRng,
) -> Result<String, PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::Short);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::Long);
    }
    verifier(password, rng).await.ok_or(PasswordError::Hashing)
}

/// The PHC string of `secret`, whatever it is; `None` when there is no memory for it.
pub async fn verifier(secret: String, rng: &mut impl CryptoRng) -> Option<String> {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    alone(move || hashed(secret.as_bytes(), &salt).map(|hash| hash.to_string()))
        .await
        .flatten()
}

/// Whether `password` fits `known`; takes as long when nobody is known.
pub(super) async fn verify(password: String, known: Option<String>) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    let exists = known.is_some();
    let fits = alone(move || {
        let known = known.unwrap_or_else(|| NOBODY.to_owned());
        let known = PasswordHash::new(&known).ok();
        known.is_some_and(|known| is_of(&known, password.as_bytes()))
    })
    .await;
    exists && fits == Some(true)
}

fn hashed(secret: &[u8], salt: &[u8]) -> Option<PasswordHash> {
    let params = Params::default();
    Some(PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::default().into()),
        params: ParamsString::try_from(&params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(output(params, secret, salt, Params::DEFAULT_OUTPUT_LEN)?),
    })
}

/// Compares in a time that says nothing of what is the same.
fn is_of(known: &PasswordHash, secret: &[u8]) -> bool {
    let (Ok(params), Some(salt), Some(hash)) = (Params::try_from(known), &known.salt, &known.hash)
    else {
        return false;
    };
    output(params, secret, salt, hash.len()).as_ref() == Some(hash)
}

fn output(params: Params, secret: &[u8], salt: &[u8], size: usize) -> Option<Output> {
    let blocks = params.block_count();
    let mut memory = Vec::new();
    memory.try_reserve_exact(blocks.max(ASKED_FOR)).ok()?;
    memory.resize(blocks, Block::new());
    let mut buffer = [0; Output::MAX_LENGTH];
    let out = buffer.get_mut(..size)?;
    Argon2::new(Algorithm::Argon2id, Version::default(), params)
        .hash_password_into_with_memory(secret, salt, out, &mut memory)
        .ok()?;
    Output::new(out).ok()
}

/// Runs `work` on a thread of its own when its turn comes.
async fn alone<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let _turn = AT_ONCE.acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Entropy;

    #[tokio::test]
    async fn the_right_password_fits_and_others_do_not() {
        let mut rng = Entropy::seeded(1).fork();
        let hash = hash("correct horse".to_owned(), &mut rng).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(verify("correct horse".to_owned(), Some(hash.clone())).await);
        assert!(!verify("correct hors".to_owned(), Some(hash)).await);
        assert!(!verify("correct horse".to_owned(), None).await);
        let nobody = PasswordHash::new(NOBODY).expect("the stand-in costs as much as a real one");
        assert_eq!(
            Params::try_from(&nobody),
            Ok(Params::new(19456, 2, 1, Some(32)).unwrap())
        );
    }

    #[test]
    fn hashes_are_those_of_the_library() {
        use argon2::PasswordHasher as _;
        let (secret, salt) = (b"correct horse", b"sixteen bytes ok");
        let theirs = Argon2::default()
            .hash_password_with_salt(secret, salt)
            .unwrap();
        assert_eq!(
            hashed(secret, salt).unwrap().to_string(),
            theirs.to_string()
        );
        assert!(is_of(&theirs, secret) && !is_of(&theirs, b"correct hors"));
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        let mut rng = Entropy::seeded(1).fork();
        assert_eq!(
            hash("ninechars".to_owned(), &mut rng).await,
            Err(PasswordError::Short)
        );
        assert_eq!(
            hash("x".repeat(1025), &mut rng).await,
            Err(PasswordError::Long)
        );
    }
}
