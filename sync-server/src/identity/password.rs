//! Passwords: argon2id, off the threads that serve requests, few at a time.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use rand::CryptoRng;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and a core for some 25 ms: more at once would starve sales.
static AT_ONCE: Semaphore = Semaphore::const_new(2);

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
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    alone(move || {
        let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hashed.map(|hash| hash.to_string()).ok()
    })
    .await
    .flatten()
    .ok_or(PasswordError::Hashing)
}

/// Whether `password` fits `known`; takes as long when nobody is known.
pub(super) async fn verify(password: String, known: Option<String>) -> bool {
    if password.len() > LONGEST {
        return false;
    }
    let exists = known.is_some();
    let fits = alone(move || {
        let known = known.unwrap_or_else(|| NOBODY.to_owned());
        let Ok(hash) = PasswordHash::new(&known) else {
            return false;
        };
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
    .await;
    exists && fits == Some(true)
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
        PasswordHash::new(NOBODY).expect("the stand-in costs as much as a real one");
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
