//! One-time links: the first person's account, an invitation to a namespace, and a new password for somebody. No mail server is needed: an operator
//! prints a link and passes it on.

use domain::activity::kind;
use domain::email::EmailAddress;
use domain::id::{NamespaceId, PersonId};
use domain::name::PersonName;
use domain::time::Timestamp;
use store::links::{Invitation, LinkKind, NewLink, NewPassword};
use store::namespaces::NewNamespace;
use store::people::NewPerson;

use crate::access::Actor;
use crate::context::Context;
use crate::error::OperationError;
use crate::sign_in::{SignedIn, normalise_email, start_session};
use crate::token::Token;
use crate::{log, namespaces, password};

const VALID_SECONDS: i64 = 24 * 60 * 60;
/// An invited person may not be at work today.
pub(crate) const INVITATION_SECONDS: i64 = 7 * 24 * 60 * 60;

/// What a link is for, and what its holder is asked for.
#[derive(Debug)]
pub struct LinkPurpose {
    /// `None`: the first person, who chooses an e-mail address too.
    pub email: Option<String>,
    pub name: Option<String>,
    /// The name of the namespace that invites somebody who has a password: they accept it signed in. `None`: a name and a
    /// password are set.
    pub joins: Option<String>,
    pub expires_at: Timestamp,
}

pub struct AcceptLink {
    pub token: String,
    /// Taken for the first person only.
    pub email: String,
    pub name: String,
    pub password: String,
    /// Of the client, as text.
    pub address: String,
    pub previous: Option<Token>,
}

/// A link for the instance's first person; `None` where there is somebody already.
pub async fn create_first_link(context: &Context) -> Result<Option<Token>, OperationError> {
    if context.store.any_person().await? {
        return Ok(None);
    }
    let (token, link) = new_link(context, LinkKind::FirstPerson, VALID_SECONDS);
    context.store.create_link(link, context.now()).await?;
    Ok(Some(token))
}

/// A link with which the person sets a new password; those before it end. For the operator of the machine: it asks for no actor.
pub async fn create_password_link(context: &Context, email: &str) -> Result<Token, OperationError> {
    let person = context
        .store
        .person_by_email(&normalise_email(email))
        .await?
        .ok_or_else(|| {
            OperationError::invalid(
                "email",
                "Nobody has this e-mail address.",
                "Check how it is written.",
            )
        })?;
    let token = Token::random(context.randomness.as_ref());
    let now = context.now();
    let entry = log::entry(
        context,
        kind::LINK_CREATED,
        format!("{}, on the server itself", person.email),
    );
    let expires_at = now.plus_seconds(VALID_SECONDS);
    context
        .store
        .create_password_link(token.digest(), person.id, expires_at, entry, now)
        .await?;
    Ok(token)
}

/// `LinkEnded` where the link is unknown, used or expired.
pub async fn purpose(context: &Context, token: &str) -> Result<LinkPurpose, OperationError> {
    let link = find(context, &parse(token)?).await?;
    let expires_at = link.expires_at;
    let (person, namespace) = match link.kind {
        LinkKind::FirstPerson => {
            return Ok(LinkPurpose {
                email: None,
                name: None,
                joins: None,
                expires_at,
            });
        }
        LinkKind::Password(person) => (person, None),
        LinkKind::Invitation(namespace, person) => (person, Some(namespace)),
    };
    let person = context.store.person(person).await?;
    let joins = match namespace {
        Some(namespace) if person.password_hash.is_some() => {
            Some(context.store.namespace(namespace).await?.name)
        }
        _ => None,
    };
    Ok(LinkPurpose {
        email: Some(person.email),
        name: Some(person.name),
        joins,
        expires_at,
    })
}

/// Uses the link to set a password: of two who try at once, one gets `LinkEnded`. Signs in.
pub async fn accept(context: &Context, input: AcceptLink) -> Result<SignedIn, OperationError> {
    let token = parse(&input.token)?;
    let link = find(context, &token).await?;
    let name = String::from(parse_name(&input.name)?);
    password::check(&input.password)?;
    let digest = token.digest();
    let now = context.now();
    let set = |person| log::by_person(context, person, input.address.clone(), kind::PASSWORD_SET);
    let person = match link.kind {
        LinkKind::FirstPerson => {
            let email = parse_email(&input.email)?;
            let hash = password::hash(context, input.password).await?;
            let person = PersonId(context.ids.next());
            let new_person = NewPerson {
                id: person,
                email,
                name,
                operator: true,
                password_hash: Some(hash),
            };
            context
                .store
                .accept_first_link(
                    digest,
                    new_person,
                    first_namespace(context),
                    set(person),
                    now,
                )
                .await
                .map_err(used)?;
            person
        }
        LinkKind::Password(person) => {
            let hash = password::hash(context, input.password).await?;
            let password = NewPassword {
                hash: &hash,
                name: &name,
                set: set(person),
            };
            context
                .store
                .accept_password_link(digest, person, password, now)
                .await
                .map_err(used)?;
            person
        }
        LinkKind::Invitation(namespace, person) => {
            let invitation = Invitation { namespace, person };
            let entry = log::by_person(context, person, input.address.clone(), kind::MEMBER_JOINED);
            let known = context.store.person(person).await?;
            if known.password_hash.is_some() {
                return Err(sign_in_first(&known.email));
            }
            let hash = password::hash(context, input.password).await?;
            let password = NewPassword {
                hash: &hash,
                name: &name,
                set: set(person),
            };
            context
                .store
                .accept_first_invitation(digest, invitation, password, entry, now)
                .await
                .map_err(used)?;
            person
        }
    };
    start_session(context, person, input.previous, Vec::new()).await
}

/// Uses an invitation of somebody who has a password, as themselves; answers the namespace's slug. Whoever else has the
/// link gets nothing by it.
pub async fn accept_invitation(
    context: &Context,
    actor: &Actor,
    token: &str,
) -> Result<String, OperationError> {
    let token = parse(token)?;
    let LinkKind::Invitation(namespace, person) = find(context, &token).await?.kind else {
        return Err(OperationError::NotFound);
    };
    if person != actor.person {
        return Err(sign_in_first(&context.store.person(person).await?.email));
    }
    let invitation = Invitation { namespace, person };
    let entry = log::by_actor(context, actor, kind::MEMBER_JOINED, "");
    context
        .store
        .accept_invitation(token.digest(), invitation, entry, context.now())
        .await
        .map_err(used)?;
    context.changes.poke();
    Ok(context.store.namespace(namespace).await?.slug)
}

fn first_namespace(context: &Context) -> NewNamespace {
    NewNamespace {
        id: NamespaceId(context.ids.next()),
        slug: "main".to_owned(),
        name: "Main".to_owned(),
        time_zone: "UTC".to_owned(),
        monthly_row_limit: namespaces::MONTHLY_ROW_LIMIT,
    }
}

fn sign_in_first(email: &str) -> OperationError {
    OperationError::conflict(
        format!("This invitation is for {email}, who has an account already."),
        format!("Sign in as {email}, then open this link again."),
    )
}

/// A link to be stored, and the token that it is known by.
pub(crate) fn new_link(context: &Context, kind: LinkKind, valid_seconds: i64) -> (Token, NewLink) {
    let token = Token::random(context.randomness.as_ref());
    let link = NewLink {
        token_hash: token.digest(),
        kind,
        expires_at: context.now().plus_seconds(valid_seconds),
    };
    (token, link)
}

async fn find(context: &Context, token: &Token) -> Result<store::links::Link, OperationError> {
    context
        .store
        .link(token.digest(), context.now())
        .await?
        .ok_or(OperationError::LinkEnded)
}

fn parse(token: &str) -> Result<Token, OperationError> {
    Token::parse(token).ok_or(OperationError::LinkEnded)
}

/// A link that somebody else used a moment before is gone.
fn used(error: store::error::StoreError) -> OperationError {
    if error.is_conflict() || error.is_not_found() {
        OperationError::LinkEnded
    } else {
        error.into()
    }
}

fn parse_name(text: &str) -> Result<PersonName, OperationError> {
    text.parse().map_err(|problem| {
        OperationError::invalid("name", format!("{problem}"), "Write how others know you.")
    })
}

pub(crate) fn parse_email(text: &str) -> Result<String, OperationError> {
    let email: EmailAddress = text.parse().map_err(|_| {
        OperationError::invalid(
            "email",
            "This is not an e-mail address.",
            "Write it as name@example.org.",
        )
    })?;
    Ok(email.into())
}
