//! Who belongs to a namespace: everybody sees it, owners change it.

use domain::activity::kind;
use domain::email::EmailAddress;
use domain::id::{NamespaceId, PersonId};
use domain::role::{Action, Role};
use domain::time::Timestamp;
use store::activity::NewActivity;
use store::error::StoreError;
use store::links::{LinkKind, NewLink};
use store::members::{Invitee, MemberChange};
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
    /// They have not accepted yet, and may do nothing.
    pub invited: bool,
    pub is_actor: bool,
    /// Whether the actor can make a new link for them.
    pub may_be_invited_again: bool,
}

/// A member that was added.
#[derive(Debug)]
pub struct Added {
    pub email: String,
    /// With which they accept; it is shown once. `None`: they are a member without.
    pub link: Option<Token>,
}

pub async fn list(context: &Context, actor: &Actor, slug: &str) -> Result<Members, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let may_manage = access.role.allows(Action::ManageMembers);
    let mut members = Vec::new();
    for member in context.store.members(access.namespace).await? {
        let person = member.person;
        let invited = member.accepted_at.is_none();
        members.push(Member {
            is_actor: person.id == actor.person,
            person: person.id,
            name: person.name,
            email: person.email,
            role: member.role,
            since: member.since,
            invited,
            may_be_invited_again: invited && may_manage,
        });
    }
    Ok(Members {
        members,
        may_manage,
    })
}

/// They are invited: whoever they are, they become a member through the link that is answered. Somebody without an account
/// gets one, whose password the link sets.
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
    invite(context, access.namespace, email, role, vec![entry]).await
}

pub(crate) async fn invite(
    context: &Context,
    namespace: NamespaceId,
    email: String,
    role: Role,
    entries: Vec<NewActivity>,
) -> Result<Added, OperationError> {
    let invitee = match context.store.person_by_email(&email).await? {
        Some(person) => Invitee::Known(person.id),
        None => Invitee::Newcomer(NewPerson {
            id: PersonId(context.ids.next()),
            name: name_of_address(&email),
            email: email.clone(),
            operator: false,
            password_hash: None,
        }),
    };
    let (token, link) = invitation(context, namespace, invitee.id());
    context
        .store
        .invite_member(namespace, invitee, role, link, entries, context.now())
        .await
        .map_err(|error| already_member(error, &email))?;
    context.changes.poke();
    Ok(Added {
        email,
        link: Some(token),
    })
}

/// Another link for somebody who has not accepted; those of this namespace before it end.
pub async fn invite_again(
    context: &Context,
    actor: &Actor,
    slug: &str,
    person: &str,
) -> Result<Added, OperationError> {
    let access = enter(context, actor, slug, Action::ManageMembers).await?;
    let member = member(context, &access, person).await?;
    if member.accepted_at.is_some() {
        return Err(OperationError::conflict(
            "They are a member already.",
            "Where their password is forgotten, the operator of this Weir gives a link for a new one.",
        ));
    }
    let email = member.person.email.clone();
    let entry = log::by_actor(context, actor, kind::LINK_CREATED, email);
    reinvite(context, access.namespace, member, vec![entry]).await
}

/// In the role that `member` names.
pub(crate) async fn reinvite(
    context: &Context,
    namespace: NamespaceId,
    member: store::members::Member,
    entries: Vec<NewActivity>,
) -> Result<Added, OperationError> {
    let person = member.person;
    let (token, link) = invitation(context, namespace, person.id);
    context
        .store
        .invite_again(
            namespace,
            person.id,
            member.role,
            link,
            entries,
            context.now(),
        )
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
    let member = member(context, &access, person).await?;
    let (person, before) = (member.person.id, member.role);
    if before == role {
        return Ok(());
    }
    let email = member.person.email;
    let entry = log::by_actor(
        context,
        actor,
        kind::MEMBER_ROLE_CHANGED,
        format!("{email} from {before} to {role}"),
    );
    let change = context
        .store
        .change_role(access.namespace, person, role, vec![entry], context.now())
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
    let member = context.store.member(access.namespace, person).await?;
    let member = member.ok_or(OperationError::NotFound)?;
    let entry = log::by_actor(
        context,
        actor,
        kind::MEMBER_REMOVED,
        format!("{}, who was {}", member.person.email, member.role),
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
            format!("`{email}` is a member or invited already."),
            "Change their role, or make a new link for them, in the list.",
        ),
        error => error.into(),
    }
}

async fn member(
    context: &Context,
    access: &Access,
    person: &str,
) -> Result<store::members::Member, OperationError> {
    let member = context.store.member(access.namespace, parse_id(person)?);
    member.await?.ok_or(OperationError::NotFound)
}

fn invitation(context: &Context, namespace: NamespaceId, person: PersonId) -> (Token, NewLink) {
    new_link(
        context,
        LinkKind::Invitation(namespace, person),
        INVITATION_SECONDS,
    )
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
