//! Signing in and out, and who a session's token belongs to.

use std::net::IpAddr;

use domain::activity::kind;
use domain::email::EmailAddress;
use domain::id::PersonId;
use domain::time::Timestamp;
use sha2::{Digest, Sha256};
use store::activity::NewActivity;
use store::error::StoreError;
use store::people::Person;
use store::sessions::NewSession;

use crate::access::Actor;
use crate::context::Context;
use crate::error::OperationError;
use crate::log;
use crate::password;
use crate::token::{Token, hex};

/// Failed attempts allowed within the window. Strictly for one account from one address: who guesses is kept from that
/// account, and keeps neither its owner nor others at their own address from signing in.
const OF_ACCOUNT_AT_ADDRESS: u32 = 10;
const OF_ADDRESS: u32 = 50;
/// From however many addresses.
const OF_ACCOUNT: u32 = 200;
/// The log tells of so many from an address within the window; it cannot be emptied, so it must not be filled.
const LOGGED_OF_ADDRESS: u32 = 10;
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
    if email.len() > EmailAddress::LONGEST {
        return Err(not_right());
    }
    let counts = Counts::new(&email, &input.address);
    // Counted while it is this attempt's turn to hash: many attempts sent at once do not all pass the count.
    let turn = password::turn(context).await?;
    let of_address = counts.refuse_too_many(context).await?;

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
        if of_address < LOGGED_OF_ADDRESS {
            log_failure(context, person, &input.address).await?;
        }
        for key in counts.keys() {
            context
                .store
                .note_failed_sign_in(key, context.now())
                .await?;
        }
        return Err(not_right());
    };
    drop(turn);
    context
        .store
        .clear_failed_sign_ins(&counts.account_at_address)
        .await?;
    let entry = log::by_person(context, person.id, input.address, kind::SIGNED_IN);
    start_session(context, person.id, input.previous, vec![entry]).await
}

/// What was typed is written down only where it is the address of somebody: else it may be anything, a password too.
async fn log_failure(
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
        let nothing = Vec::new();
        context.store.delete_session(digest, nothing, now).await?;
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
    let digest = token.digest();
    let session = context.store.session(digest, now).await?;
    let entry =
        session.map(|session| log::by_person(context, session.person, address, kind::SIGNED_OUT));
    let entries = entry.into_iter().collect();
    context.store.delete_session(digest, entries, now).await?;
    context.changes.poke();
    Ok(())
}

/// Every sign-in gets a token of its own, and the one before it ends.
pub(crate) async fn start_session(
    context: &Context,
    person: PersonId,
    previous: Option<Token>,
    activity: Vec<NewActivity>,
) -> Result<SignedIn, OperationError> {
    let now = context.now();
    let token = Token::random(context.randomness.as_ref());
    let expires_at = now.plus_seconds(ABSOLUTE_SECONDS);
    let new = NewSession {
        token_hash: token.digest(),
        person,
        expires_at,
        in_place_of: previous.map(|previous| previous.digest()),
    };
    context.store.create_session(new, activity, now).await?;
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

fn not_right() -> OperationError {
    OperationError::invalid(
        "password",
        "The e-mail address or the password is not right.",
        "Your operator can give you a link to set a new password.",
    )
}

/// What a failed attempt is counted under: digests, so that what was typed neither takes room nor can be read.
struct Counts {
    account_at_address: String,
    address: String,
    account: String,
}

impl Counts {
    fn new(email: &str, address: &str) -> Self {
        let network = network(address);
        Self {
            account_at_address: key(&["account at address", email, &network]),
            address: key(&["address", &network]),
            account: key(&["account", email]),
        }
    }

    fn keys(&self) -> [&str; 3] {
        [&self.account_at_address, &self.address, &self.account]
    }

    /// Answers how many there were from the address.
    async fn refuse_too_many(&self, context: &Context) -> Result<u32, OperationError> {
        let since = context.now().plus_seconds(-i64::from(WINDOW_SECONDS));
        let mut of_address = 0;
        for (key, at_most) in [
            (&self.account_at_address, OF_ACCOUNT_AT_ADDRESS),
            (&self.account, OF_ACCOUNT),
            (&self.address, OF_ADDRESS),
        ] {
            of_address = context.store.failed_sign_ins_since(key, since).await?;
            if of_address >= at_most {
                return Err(OperationError::TooManyAttempts {
                    retry_after_seconds: WINDOW_SECONDS,
                });
            }
        }
        Ok(of_address)
    }
}

fn key(parts: &[&str]) -> String {
    hex(&Sha256::digest(parts.join("\0")))
}

/// Whoever has one address of IPv6 has the /64 around it (RFC 6177): it counts as one.
pub fn network(address: &str) -> String {
    match address
        .parse::<IpAddr>()
        .map(|address| address.to_canonical())
    {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_with_its_network() {
        for (address, counted) in [
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
            ("unknown", "unknown"),
        ] {
            assert_eq!(network(address), counted, "{address}");
        }
    }
}
