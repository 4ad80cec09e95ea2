//! Signing in and out, and who a session's token belongs to.

use domain::activity::kind;
use domain::id::PersonId;
use domain::time::Timestamp;
use store::activity::NewActivity;
use store::error::StoreError;
use store::people::Person;

use crate::access::Actor;
use crate::context::Context;
use crate::error::OperationError;
use crate::log;
use crate::password;
use crate::token::Token;

/// Failed attempts allowed per account and per address within the window.
const ATTEMPTS: u32 = 10;
const WINDOW_SECONDS: u32 = 15 * 60;

const IDLE_SECONDS: i64 = 12 * 60 * 60;
const ABSOLUTE_SECONDS: i64 = 30 * 24 * 60 * 60;
/// How stale "last seen" may be: it is not written with every request.
const TOUCH_SECONDS: i64 = 60;

pub struct SignIn {
    pub email: String,
    pub password: String,
    /// Of the client, as text: attempts are counted by it.
    pub address: String,
    /// The session that the browser had before; it ends.
    pub previous: Option<Token>,
}

/// A new session.
#[derive(Debug)]
pub struct SignedIn {
    pub token: Token,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    pub max_age_seconds: i64,
}

/// Unknown people, people without a password and wrong passwords get the same answer after the same time.
pub async fn sign_in(context: &Context, input: SignIn) -> Result<SignedIn, OperationError> {
    let email = normalise_email(&input.email);
    let keys = [
        format!("account:{email}"),
        format!("address:{}", input.address),
    ];
    // Counted while it is this attempt's turn to hash: many attempts sent at once do not all pass the count.
    let turn = password::turn(context).await?;
    refuse_too_many(context, &keys).await?;

    let person = context.store.person_by_email(&email).await?;
    let stored = person
        .as_ref()
        .and_then(|person| person.password_hash.clone());
    let too_long = input.password.len() > password::MOST_BYTES;
    let password = if too_long {
        String::new()
    } else {
        input.password
    };
    let right = password::verify(&turn, password, stored).await? && !too_long;

    let Some(person) = person.clone().filter(|_| right) else {
        note_failure(context, person, &input.address).await?;
        for key in &keys {
            context
                .store
                .note_failed_sign_in(key, context.now())
                .await?;
        }
        return Err(OperationError::invalid(
            "password",
            "The e-mail address or the password is not right.",
            "Your operator can give you a link to set a new password.",
        ));
    };
    drop(turn);
    context.store.clear_failed_sign_ins(&keys[0]).await?;
    let signed_in = start_session(context, person.id, input.previous).await?;
    let entry = log::by_person(context, person.id, input.address, kind::SIGNED_IN);
    context
        .store
        .add_instance_activity(entry, context.now())
        .await?;
    Ok(signed_in)
}

/// What was typed is written down only where it is the address of somebody: else it may be anything, a password too.
async fn note_failure(
    context: &Context,
    person: Option<Person>,
    address: &str,
) -> Result<(), OperationError> {
    let detail = person.map(|person| person.email).unwrap_or_default();
    let entry = NewActivity {
        address: Some(address.to_owned()),
        ..log::entry(context, kind::SIGN_IN_FAILED, detail)
    };
    context
        .store
        .add_instance_activity(entry, context.now())
        .await?;
    Ok(())
}

/// Who the token belongs to; `NotSignedIn` where it is unknown, ended, or was not used for twelve hours.
/// `address`: of the client, for the log of what they do.
pub async fn actor(
    context: &Context,
    token: &Token,
    address: String,
) -> Result<Actor, OperationError> {
    let now = context.now();
    let digest = token.digest();
    let session = context
        .store
        .session(digest, now)
        .await?
        .ok_or(OperationError::NotSignedIn)?;
    if session.last_seen_at.plus_seconds(IDLE_SECONDS) <= now {
        context.store.delete_session(digest).await?;
        return Err(OperationError::NotSignedIn);
    }
    if session.last_seen_at.plus_seconds(TOUCH_SECONDS) <= now {
        context.store.touch_session(digest, now).await?;
    }
    let person = context
        .store
        .person(session.person)
        .await
        .map_err(|error| match error {
            StoreError::NotFound { .. } => OperationError::NotSignedIn,
            error => error.into(),
        })?;
    Ok(Actor {
        person: person.id,
        name: person.name,
        email: person.email,
        operator: person.operator,
        address: Some(address),
    })
}

/// Ends the session; one that has ended already is no error.
pub async fn sign_out(
    context: &Context,
    token: &Token,
    address: String,
) -> Result<(), OperationError> {
    let now = context.now();
    let session = context.store.session(token.digest(), now).await?;
    context.store.delete_session(token.digest()).await?;
    context.changes.poke();
    if let Some(session) = session {
        let entry = log::by_person(context, session.person, address, kind::SIGNED_OUT);
        context.store.add_instance_activity(entry, now).await?;
    }
    Ok(())
}

/// Every sign-in gets a token of its own, and the one before it ends.
pub(crate) async fn start_session(
    context: &Context,
    person: PersonId,
    previous: Option<Token>,
) -> Result<SignedIn, OperationError> {
    let now = context.now();
    if let Some(previous) = previous {
        context.store.delete_session(previous.digest()).await?;
    }
    context.store.delete_expired_sessions(now).await?;
    context
        .store
        .prune_failed_sign_ins(now.plus_seconds(-i64::from(WINDOW_SECONDS)))
        .await?;
    let token = Token::random(context.randomness.as_ref());
    let expires_at = now.plus_seconds(ABSOLUTE_SECONDS);
    context
        .store
        .create_session(token.digest(), person, now, expires_at)
        .await?;
    Ok(SignedIn {
        token,
        expires_at,
        max_age_seconds: ABSOLUTE_SECONDS,
    })
}

/// Addresses are compared without regard to case and to blanks around them.
pub(crate) fn normalise_email(email: &str) -> String {
    email.trim().to_lowercase()
}

async fn refuse_too_many(context: &Context, keys: &[String]) -> Result<(), OperationError> {
    let since = context.now().plus_seconds(-i64::from(WINDOW_SECONDS));
    for key in keys {
        if context.store.failed_sign_ins_since(key, since).await? >= ATTEMPTS {
            return Err(OperationError::TooManyAttempts {
                retry_after_seconds: WINDOW_SECONDS,
            });
        }
    }
    Ok(())
}
