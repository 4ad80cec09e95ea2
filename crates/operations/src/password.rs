//! Passwords: Argon2id with the library's default cost (19 MiB, two passes), at most two at once.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::context::Context;
use crate::error::OperationError;

pub const LEAST_CHARACTERS: usize = 10;
/// Hashing reads all of it, so there is an end.
pub const MOST_BYTES: usize = 1024;

/// The PHC string to store.
pub async fn hash(context: &Context, password: String) -> Result<String, OperationError> {
    let mut salt = [0; 16];
    context.randomness.fill(&mut salt);
    hashing(context, move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
    })
    .await?
    .map_err(|error| OperationError::unavailable(error.to_string()))
}

/// Takes the same time whether there is a hash to compare with or not, so that nobody learns who has an account.
pub async fn verify(context: &Context, password: String, stored: Option<String>) -> Result<bool, OperationError> {
    hashing(context, move || match stored {
        Some(stored) => PasswordHash::new(&stored)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()),
        None => {
            let spent = Argon2::default().hash_password_with_salt(password.as_bytes(), &[0; 16]);
            std::hint::black_box(spent.is_ok());
            false
        }
    })
    .await
}

/// Whether a new password may be chosen.
pub fn check(password: &str) -> Result<(), OperationError> {
    if password.chars().count() < LEAST_CHARACTERS {
        return Err(OperationError::invalid(
            "password",
            format!("The password is shorter than {LEAST_CHARACTERS} characters."),
            "A few words that nobody else would put together are easy to remember.",
        ));
    }
    if password.len() > MOST_BYTES {
        return Err(OperationError::invalid("password", "The password is too long.", "Choose at most 1024 bytes."));
    }
    Ok(())
}

async fn hashing<T: Send + 'static>(
    context: &Context,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, OperationError> {
    let permit = context.hashing.clone().acquire_owned().await.map_err(OperationError::unavailable)?;
    tokio::task::spawn_blocking(move || {
        let answer = work();
        drop(permit);
        answer
    })
    .await
    .map_err(OperationError::unavailable)
}
