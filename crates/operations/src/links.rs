//! One-time links: the first person's account, and a new password for somebody. No mail server is needed: an operator
//! prints a link and passes it on.

use domain::activity::kind;
use domain::email::EmailAddress;
use domain::id::{NamespaceId, PersonId};
use domain::name::PersonName;
use domain::time::Timestamp;
use store::links::NewLink;

use crate::context::Context;
use crate::error::OperationError;
use crate::sign_in::{SignedIn, normalise_email, start_session};
use crate::token::Token;
use crate::{log, namespaces, password};

const VALID_SECONDS: i64 = 24 * 60 * 60;
/// An invited person may not be at work today.
pub(crate) const INVITATION_SECONDS: i64 = 7 * 24 * 60 * 60;

/// What a link is for.
#[derive(Debug)]
pub struct LinkPurpose {
    /// `None`: the first person, who chooses an e-mail address too.
    pub email: Option<String>,
    pub name: Option<String>,
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
    create(context, None).await.map(Some)
}

/// A link with which the person sets a new password. For the operator of the machine: it asks for no actor.
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
    let token = create(context, Some(person.id)).await?;
    let entry = log::entry(
        context,
        kind::LINK_CREATED,
        format!("{}, on the server itself", person.email),
    );
    context
        .store
        .add_instance_activity(entry, context.now())
        .await?;
    Ok(token)
}

/// `NotFound` where the link is unknown, used or expired.
pub async fn purpose(context: &Context, token: &str) -> Result<LinkPurpose, OperationError> {
    let link = find(context, &parse(token)?).await?;
    let person = match link.person {
        Some(person) => Some(context.store.person(person).await?),
        None => None,
    };
    let (email, name) = person.map(|person| (person.email, person.name)).unzip();
    Ok(LinkPurpose {
        email,
        name,
        expires_at: link.expires_at,
    })
}

/// Uses the link: of two who try at once, one gets `NotFound`. Signs in.
pub async fn accept(context: &Context, input: AcceptLink) -> Result<SignedIn, OperationError> {
    let token = parse(&input.token)?;
    let link = find(context, &token).await?;
    let name = String::from(parse_name(&input.name)?);
    password::check(&input.password)?;
    let digest = token.digest();
    let now = context.now();
    let person = if let Some(person) = link.person {
        let hash = password::hash(context, input.password).await?;
        context
            .store
            .accept_link(digest, person, &hash, &name, now)
            .await
            .map_err(used)?;
        person
    } else {
        let email = parse_email(&input.email)?;
        let person = PersonId(context.ids.next());
        let hash = password::hash(context, input.password).await?;
        let new_person = store::people::NewPerson {
            id: person,
            email,
            name,
            operator: true,
            password_hash: Some(hash),
        };
        let namespace = store::namespaces::NewNamespace {
            id: NamespaceId(context.ids.next()),
            slug: "main".to_owned(),
            name: "Main".to_owned(),
            time_zone: "UTC".to_owned(),
            monthly_row_limit: namespaces::MONTHLY_ROW_LIMIT,
        };
        context
            .store
            .accept_first_link(digest, new_person, namespace, now)
            .await
            .map_err(used)?;
        person
    };
    let entry = log::by_person(context, person, input.address, kind::PASSWORD_SET);
    context.store.add_instance_activity(entry, now).await?;
    start_session(context, person, input.previous).await
}

async fn create(context: &Context, person: Option<PersonId>) -> Result<Token, OperationError> {
    let (token, link) = new_link(context, person, VALID_SECONDS);
    context.store.create_link(link, context.now()).await?;
    Ok(token)
}

/// A link to be stored, and the token that it is known by.
pub(crate) fn new_link(
    context: &Context,
    person: Option<PersonId>,
    valid_seconds: i64,
) -> (Token, NewLink) {
    let token = Token::random(context.randomness.as_ref());
    let link = NewLink {
        token_hash: token.digest(),
        person,
        expires_at: context.now().plus_seconds(valid_seconds),
    };
    (token, link)
}

async fn find(context: &Context, token: &Token) -> Result<store::links::Link, OperationError> {
    context
        .store
        .link(token.digest(), context.now())
        .await?
        .ok_or(OperationError::NotFound)
}

fn parse(token: &str) -> Result<Token, OperationError> {
    Token::parse(token).ok_or(OperationError::NotFound)
}

/// A link that somebody else used a moment before is gone.
fn used(error: store::error::StoreError) -> OperationError {
    if error.is_conflict() {
        OperationError::NotFound
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
