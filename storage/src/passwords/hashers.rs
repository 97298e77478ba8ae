//! Argon2id, off the async threads, a few at a time.

use std::sync::OnceLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use mosaic_model::Secret;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::StoreError;

/// The fewest characters of a password: what guards an account is no pin.
const CHARS_MIN: usize = 12;
/// The most: hashing takes time that grows with the length.
const CHARS_MAX: usize = 1_024;
/// How many passwords are hashed at the same time: each takes a core and 19 MiB for a while.
const AT_ONCE: usize = 2;
/// How many more may wait for that; beyond it the caller is told to come back.
const WAITING_MAX: usize = 64;

/// Where all passwords are hashed. Parameters: Argon2id, 19 MiB, two passes, one lane (OWASP's choice).
#[derive(Debug)]
pub(crate) struct Hashers {
    places: Semaphore,
    running: Semaphore,
}

impl Default for Hashers {
    fn default() -> Self {
        Self { places: Semaphore::new(AT_ONCE + WAITING_MAX), running: Semaphore::new(AT_ONCE) }
    }
}

impl Hashers {
    /// Hashes a password, in PHC form with a salt of its own.
    pub(crate) async fn hash(&self, password: &Secret<String>) -> Result<String, StoreError> {
        if !(CHARS_MIN..=CHARS_MAX).contains(&password.expose().chars().count()) {
            return Err(StoreError::Invalid(format!("a password has {CHARS_MIN} to {CHARS_MAX} characters")));
        }
        let (_place, _turn) = self.turn().await?;
        let password = password.clone();
        let hashing = tokio::task::spawn_blocking(move || hash_now(password.expose()));
        Ok(hashing.await.expect("hashing neither panics nor is cancelled"))
    }

    /// Whether the password has this hash. Without one it takes as long, and has not.
    pub(crate) async fn verify(
        &self,
        password: &Secret<String>,
        hash: Option<String>,
    ) -> Result<bool, StoreError> {
        if password.expose().chars().count() > CHARS_MAX {
            return Ok(false);
        }
        let (_place, _turn) = self.turn().await?;
        let password = password.clone();
        let verifying = tokio::task::spawn_blocking(move || {
            let matches = verify_now(password.expose(), hash.as_deref().unwrap_or_else(|| decoy()));
            matches && hash.is_some()
        });
        Ok(verifying.await.expect("verifying neither panics nor is cancelled"))
    }

    async fn turn(&self) -> Result<(SemaphorePermit<'_>, SemaphorePermit<'_>), StoreError> {
        let place = self.places.try_acquire().ok().ok_or(StoreError::Busy)?;
        let turn = self.running.acquire().await.expect("the semaphore is never closed");
        Ok((place, turn))
    }
}

fn hash_now(password: &str) -> String {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.expect("the password's length was checked").to_string()
}

fn verify_now(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// The hash that is compared with where there is none, of a password that nobody knows.
fn decoy() -> &'static str {
    static DECOY: OnceLock<String> = OnceLock::new();
    DECOY.get_or_init(|| hash_now(&hex::encode(crate::random::bytes::<32>())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[tokio::test]
    async fn a_hash_verifies_its_password_and_no_other() {
        let hashers = Hashers::default();
        let hash = hashers.hash(&secret("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for (password, matches) in [("correct horse battery", true), ("correct horse batterz", false)] {
            let verified = hashers.verify(&secret(password), Some(hash.clone())).await.unwrap();
            assert_eq!(verified, matches, "{password}");
        }
        assert!(!hashers.verify(&secret("correct horse battery"), None).await.unwrap());
        assert!(!hashers.verify(&secret("any"), Some("no hash".to_owned())).await.unwrap());
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        for length in [0, 11, 1_025] {
            let refused = Hashers::default().hash(&secret(&"x".repeat(length))).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{length}");
        }
    }

    #[tokio::test]
    async fn a_crowd_is_told_to_come_back() {
        let hashers = Hashers::default();
        let crowd: Vec<_> =
            (0..AT_ONCE + WAITING_MAX).map(|_| hashers.places.try_acquire().expect("a place")).collect();
        let refused = hashers.verify(&secret("correct horse battery"), None).await;
        assert!(matches!(refused, Err(StoreError::Busy)));
        drop(crowd);
        assert!(!hashers.verify(&secret("correct horse battery"), None).await.unwrap());
    }
}
