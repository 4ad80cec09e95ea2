//! Passwords: Argon2id with the library's default cost (19 MiB, two passes), at most two at once.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::OwnedSemaphorePermit;

use crate::context::Context;
use crate::error::OperationError;

pub const LEAST_CHARACTERS: usize = 10;
/// Hashing reads all of it, so there is an end.
pub const MOST_BYTES: usize = 1024;

/// Leave to hash; the others wait until it is dropped.
pub struct Turn(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

pub async fn turn(context: &Context) -> Result<Turn, OperationError> {
    let permit = context.hashing.clone().acquire_owned().await;
    permit.map(Turn).map_err(OperationError::unavailable)
}

/// The PHC string to store.
pub async fn hash(context: &Context, password: String) -> Result<String, OperationError> {
    let mut salt = [0; 16];
    context.randomness.fill(&mut salt);
    let turn = turn(context).await?;
    hashing(&turn, move || {
        Argon2::default()
            .hash_password_with_salt(password.as_bytes(), &salt)
            .map(|hash| hash.to_string())
    })
    .await?
    .map_err(|error| OperationError::unavailable(error.to_string()))
}

/// Takes the same time whether there is a hash to compare with or not, so that nobody learns who has an account.
pub async fn verify(
    turn: &Turn,
    password: String,
    stored: Option<String>,
) -> Result<bool, OperationError> {
    hashing(turn, move || {
        let Some(stored) = stored else {
            let spent = Argon2::default().hash_password_with_salt(password.as_bytes(), &[0; 16]);
            std::hint::black_box(spent.is_ok());
            return false;
        };
        PasswordHash::new(&stored).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.as_bytes(), &hash)
                .is_ok()
        })
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
        return Err(OperationError::invalid(
            "password",
            "The password is too long.",
            "Choose at most 1024 bytes.",
        ));
    }
    Ok(())
}

async fn hashing<T: Send + 'static>(
    _turn: &Turn,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, OperationError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(OperationError::unavailable)
}
