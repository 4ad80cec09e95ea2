//! Who belongs to a namespace: everybody sees it, owners change it.

use domain::activity::kind;
use domain::email::EmailAddress;
use domain::id::PersonId;
use domain::role::{Action, Role};
use domain::time::Timestamp;
use store::error::StoreError;
use store::members::MemberChange;
use store::people::NewPerson;

use crate::access::{Access, Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;
use crate::links::{INVITATION_SECONDS, new_link, parse_email};
use crate::log;
use crate::token::Token;

#[derive(Debug)]
pub struct Members {
    /// By name.
    pub members: Vec<Member>,
    pub may_manage: bool,
}

#[derive(Debug)]
pub struct Member {
    pub person: PersonId,
    /// Empty until they have chosen one.
    pub name: String,
    pub email: String,
    pub role: Role,
    pub since: Timestamp,
    /// They have not set a password yet.
    pub invited: bool,
    pub is_actor: bool,
    /// Whether a new link can be made for them here.
    pub may_be_invited_again: bool,
}

/// A member that was added.
#[derive(Debug)]
pub struct Added {
    pub email: String,
    /// With which they set their password; it is shown once. `None`: they have an account, or were invited elsewhere.
    pub link: Option<Token>,
}

pub async fn list(context: &Context, actor: &Actor, slug: &str) -> Result<Members, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let may_manage = access.role.allows(Action::ManageMembers);
    let mut members = Vec::new();
    for member in context.store.members(access.namespace).await? {
        let person = member.person;
        let invited = person.password_hash.is_none();
        let may_be_invited_again =
            invited && may_manage && is_of_this_namespace_alone(context, person.id).await?;
        members.push(Member {
            is_actor: person.id == actor.person,
            person: person.id,
            name: person.name,
            email: person.email,
            role: member.role,
            since: member.since,
            invited,
            may_be_invited_again,
        });
    }
    Ok(Members {
        members,
        may_manage,
    })
}

/// Somebody without an account gets one, and the link with which they set its password is answered.
pub async fn add(
    context: &Context,
    actor: &Actor,
    slug: &str,
    email: &str,
    role: Role,
) -> Result<Added, OperationError> {
    let access = enter(context, actor, slug, Action::ManageMembers).await?;
    let email = parse_email(email)?;
    let entry = log::by_actor(
        context,
        actor,
        kind::MEMBER_ADDED,
        format!("{email} as {role}"),
    );
    let now = context.now();
    let Some(person) = context.store.person_by_email(&email).await? else {
        let id = PersonId(context.ids.next());
        let (token, link) = new_link(context, Some(id), INVITATION_SECONDS);
        let person = NewPerson {
            id,
            name: name_of_address(&email),
            email: email.clone(),
            operator: false,
            password_hash: None,
        };
        context
            .store
            .invite_member(access.namespace, person, role, link, entry, now)
            .await?;
        let link = Some(token);
        return Ok(Added { email, link });
    };
    context
        .store
        .add_member(access.namespace, person.id, role, entry, now)
        .await
        .map_err(|error| already_member(error, &email))?;
    Ok(Added { email, link: None })
}

/// Another link for somebody who has not set a password; those before it still work until they expire.
pub async fn invite_again(
    context: &Context,
    actor: &Actor,
    slug: &str,
    person: &str,
) -> Result<Added, OperationError> {
    let access = enter(context, actor, slug, Action::ManageMembers).await?;
    let (person, _) = member(context, &access, person).await?;
    let person = context.store.person(person).await?;
    if person.password_hash.is_some() {
        return Err(OperationError::conflict(
            "They have set a password already.",
            "Where it is forgotten, the operator of this Weir gives a link for a new one.",
        ));
    }
    // Else an owner could set the password of somebody whom another namespace trusts.
    if !is_of_this_namespace_alone(context, person.id).await? {
        return Err(OperationError::conflict(
            "They were invited to another namespace too.",
            "The operator of this Weir gives a link with which they set their password.",
        ));
    }
    let (token, link) = new_link(context, Some(person.id), INVITATION_SECONDS);
    let now = context.now();
    let entry = log::by_actor(context, actor, kind::LINK_CREATED, person.email.clone());
    context
        .store
        .create_link_in(access.namespace, link, vec![entry], now)
        .await?;
    Ok(Added {
        email: person.email,
        link: Some(token),
    })
}

pub async fn change_role(
    context: &Context,
    actor: &Actor,
    slug: &str,
    person: &str,
    role: Role,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ManageMembers).await?;
    let (person, before) = member(context, &access, person).await?;
    if before == role {
        return Ok(());
    }
    let email = context.store.person(person).await?.email;
    let entry = log::by_actor(
        context,
        actor,
        kind::MEMBER_ROLE_CHANGED,
        format!("{email} from {before} to {role}"),
    );
    let change = context
        .store
        .change_role(access.namespace, person, role, entry, context.now())
        .await?;
    context.changes.poke();
    made(change)
}

/// Their access ends at once, that of open pages too. Owners remove others, and everybody may leave.
pub async fn remove(
    context: &Context,
    actor: &Actor,
    slug: &str,
    person: &str,
) -> Result<(), OperationError> {
    let person: PersonId = parse_id(person)?;
    let needs = if person == actor.person {
        Action::ViewJobs
    } else {
        Action::ManageMembers
    };
    let access = enter(context, actor, slug, needs).await?;
    let role = context.store.role_in(access.namespace, person).await?;
    let role = role.ok_or(OperationError::NotFound)?;
    let email = context.store.person(person).await?.email;
    let entry = log::by_actor(
        context,
        actor,
        kind::MEMBER_REMOVED,
        format!("{email}, who was {role}"),
    );
    let change = context
        .store
        .remove_member(access.namespace, person, entry, context.now())
        .await?;
    // Streams look whether their reader is still a member.
    context.changes.poke();
    made(change)
}

pub(crate) fn already_member(error: StoreError, email: &str) -> OperationError {
    match error {
        StoreError::Conflict { .. } => OperationError::invalid(
            "email",
            format!("`{email}` is a member already."),
            "Change their role in the list.",
        ),
        error => error.into(),
    }
}

async fn member(
    context: &Context,
    access: &Access,
    person: &str,
) -> Result<(PersonId, Role), OperationError> {
    let person = parse_id(person)?;
    let role = context.store.role_in(access.namespace, person).await?;
    Ok((person, role.ok_or(OperationError::NotFound)?))
}

async fn is_of_this_namespace_alone(
    context: &Context,
    person: PersonId,
) -> Result<bool, OperationError> {
    Ok(context.store.count_memberships(person).await? == 1)
}

fn made(change: MemberChange) -> Result<(), OperationError> {
    match change {
        MemberChange::Made => Ok(()),
        MemberChange::LastOwner => Err(OperationError::conflict(
            "They are the only owner of this namespace.",
            "Make somebody else an owner first.",
        )),
    }
}

/// What stands in the list until they have chosen a name.
fn name_of_address(email: &str) -> String {
    let local = email.split('@').next().unwrap_or(email);
    local.chars().take(EmailAddress::LONGEST).collect()
}
