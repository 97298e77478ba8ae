//! Passwords: Argon2id, off the async threads, a few at a time.

use argon2::{Argon2, PasswordHasher};
use mosaic_model::Secret;
use tokio::sync::Semaphore;

use crate::StoreError;

/// The fewest characters of a password: what guards an admin's account is no pin.
const CHARS_MIN: usize = 12;
/// The most: hashing takes time that grows with the length.
const CHARS_MAX: usize = 1_024;

/// Hashes a password, in PHC form with a salt of its own.
pub(crate) async fn hash(hashers: &Semaphore, password: &Secret<String>) -> Result<String, StoreError> {
    if !(CHARS_MIN..=CHARS_MAX).contains(&password.expose().chars().count()) {
        return Err(StoreError::Invalid(format!("a password has {CHARS_MIN} to {CHARS_MAX} characters")));
    }
    let _permit = hashers.acquire().await.expect("the semaphore is never closed");
    let password = password.clone();
    let hashing = tokio::task::spawn_blocking(move || {
        let hash = Argon2::default().hash_password(password.expose().as_bytes());
        hash.expect("the password's length was checked").to_string()
    });
    Ok(hashing.await.expect("hashing neither panics nor is cancelled"))
}

#[cfg(test)]
mod tests {
    use argon2::{PasswordVerifier, password_hash::phc::PasswordHash};

    use super::*;

    #[tokio::test]
    async fn a_hash_verifies_its_password_and_no_other() {
        let hash = hash(&Semaphore::new(1), &Secret::new("correct horse battery".to_owned())).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        let parsed = PasswordHash::new(&hash).unwrap();
        assert!(Argon2::default().verify_password(b"correct horse battery", &parsed).is_ok());
        assert!(Argon2::default().verify_password(b"correct horse batterz", &parsed).is_err());
    }

    #[tokio::test]
    async fn short_and_endless_passwords_are_refused() {
        for length in [0, 11, 1_025] {
            let refused = hash(&Semaphore::new(1), &Secret::new("x".repeat(length))).await;
            assert!(matches!(refused, Err(StoreError::Invalid(_))), "{length}");
        }
    }
}
