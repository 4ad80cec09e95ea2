//! Namespaces: an operator opens them and appoints owners, owners describe them. An operator sees that a namespace is there
//! and who owns it, and nothing that is in it.

use domain::activity::kind;
use domain::id::{NamespaceId, PersonId};
use domain::name::{NamespaceName, NamespaceSlug};
use domain::role::{Action, Role};
use domain::time::Timestamp;
use domain::zone::{self, TimeZone};
use store::activity::NewActivity;
use store::error::StoreError;
use store::namespaces::NewNamespace;

use crate::access::{Actor, enter, require_operator};
use crate::context::Context;
use crate::error::OperationError;
use crate::links::parse_email;
use crate::members::{Added, already_member};
use crate::{log, members};

/// Rows per calendar month, until an operator says otherwise.
pub(crate) const MONTHLY_ROW_LIMIT: u64 = 10_000_000;

/// What an operator sees of a namespace.
#[derive(Debug)]
pub struct NamespaceOverview {
    pub slug: String,
    pub name: String,
    pub time_zone: String,
    pub created_at: Timestamp,
    /// Names, in their order.
    pub owners: Vec<String>,
    pub members: u64,
    /// Whether the operator is one of the members.
    pub is_member: bool,
}

#[derive(Debug)]
pub struct NamespaceSettings {
    pub slug: String,
    pub name: String,
    pub time_zone: String,
}

#[derive(Debug)]
pub struct NewNamespaceInput {
    pub slug: String,
    pub name: String,
    pub time_zone: String,
}

/// How many files wait for an operator's word.
pub fn strays(context: &Context, actor: &Actor) -> Result<u64, OperationError> {
    require_operator(actor)?;
    Ok((context.strays)())
}

/// All of the instance, by name.
pub async fn all(
    context: &Context,
    actor: &Actor,
) -> Result<Vec<NamespaceOverview>, OperationError> {
    require_operator(actor)?;
    let mut overviews = Vec::new();
    for namespace in context.store.namespaces().await? {
        let members = context.store.members(namespace.id).await?;
        let members: Vec<_> = members
            .into_iter()
            .filter(|member| member.accepted_at.is_some())
            .collect();
        let owners = members.iter().filter(|member| member.role == Role::Owner);
        overviews.push(NamespaceOverview {
            owners: owners.map(|owner| owner.person.name.clone()).collect(),
            members: members.len() as u64,
            is_member: members
                .iter()
                .any(|member| member.person.id == actor.person),
            slug: namespace.slug,
            name: namespace.name,
            time_zone: namespace.time_zone,
            created_at: namespace.created_at,
        });
    }
    Ok(overviews)
}

/// The operator owns it, until they appoint somebody and leave. Answers its slug.
pub async fn create(
    context: &Context,
    actor: &Actor,
    input: NewNamespaceInput,
) -> Result<String, OperationError> {
    require_operator(actor)?;
    let name = parse_name(&input.name)?;
    let slug: NamespaceSlug = input.slug.trim().parse().map_err(|problem| {
        OperationError::invalid("slug", format!("{problem}"), "For example: sales-eu.")
    })?;
    let new = NewNamespace {
        id: NamespaceId(context.ids.next()),
        slug: slug.to_string(),
        name: name.to_string(),
        time_zone: parse_time_zone(&input.time_zone)?,
        monthly_row_limit: MONTHLY_ROW_LIMIT,
    };
    let entry = || log::by_actor(context, actor, kind::NAMESPACE_CREATED, slug.as_str());
    let entries = vec![entry(), log::of_instance(entry())];
    context
        .store
        .open_namespace(new, actor.person, entries, context.now())
        .await
        .map_err(|error| match error {
            StoreError::Conflict { .. } => OperationError::invalid(
                "slug",
                format!("There is a namespace at `/n/{slug}` already."),
                "Choose another address.",
            ),
            error => error.into(),
        })?;
    Ok(slug.to_string())
}

/// Makes somebody an owner: the operator themselves or a member at once, anybody else through the link that is answered.
/// The namespace's log tells it.
pub async fn appoint_owner(
    context: &Context,
    actor: &Actor,
    slug: &str,
    email: &str,
) -> Result<Added, OperationError> {
    require_operator(actor)?;
    let namespace = context.store.namespace_by_slug(slug).await?.id;
    let email = parse_email(email)?;
    let person = context.store.person_by_email(&email).await?;
    let person = person.ok_or_else(|| {
        OperationError::invalid(
            "email",
            format!("Nobody has an account with `{email}`."),
            "Become an owner yourself and add them as a member, which gives them one.",
        )
    })?;
    let told = log::of_instance(log::by_actor(
        context,
        actor,
        kind::MEMBER_ADDED,
        format!("{email} as {} of {slug}", Role::Owner),
    ));
    let added = make_owner(context, actor, namespace, person.id, email, told).await?;
    context.changes.poke();
    Ok(added)
}

pub async fn settings(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<NamespaceSettings, OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let namespace = context.store.namespace(access.namespace).await?;
    Ok(NamespaceSettings {
        slug: namespace.slug,
        name: namespace.name,
        time_zone: namespace.time_zone,
    })
}

pub async fn change_settings(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
    time_zone: &str,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let name = parse_name(name)?;
    let time_zone = parse_time_zone(time_zone)?;
    let before = context.store.namespace(access.namespace).await?;
    let mut changes = Vec::new();
    if before.name != name.as_str() {
        changes.push(format!("name from `{}` to `{name}`", before.name));
    }
    if before.time_zone != time_zone {
        changes.push(format!(
            "time zone from {} to {time_zone}",
            before.time_zone
        ));
    }
    if changes.is_empty() {
        return Ok(());
    }
    let entry = log::by_actor(context, actor, kind::NAMESPACE_CHANGED, changes.join(", "));
    context
        .store
        .describe_namespace(
            access.namespace,
            name.as_str(),
            &time_zone,
            entry,
            context.now(),
        )
        .await?;
    context.changes.poke();
    Ok(())
}

/// IANA names, in their order.
pub fn time_zones() -> Vec<String> {
    let mut names: Vec<String> = jiff::tz::db()
        .available()
        .map(|name| name.to_string())
        .collect();
    names.sort_unstable();
    names
}

/// `told`: goes into the log with the change.
async fn make_owner(
    context: &Context,
    actor: &Actor,
    namespace: NamespaceId,
    person: PersonId,
    email: String,
    told: NewActivity,
) -> Result<Added, OperationError> {
    let (store, now) = (&context.store, context.now());
    let Some(member) = store.member(namespace, person).await? else {
        let detail = format!("{email} as {}, as operator", Role::Owner);
        let entry = log::by_actor(context, actor, kind::MEMBER_ADDED, detail);
        if person != actor.person {
            return members::invite(context, namespace, email, Role::Owner, vec![entry, told])
                .await;
        }
        store
            .add_member(namespace, person, Role::Owner, vec![entry, told], now)
            .await
            .map_err(|error| already_member(error, &email))?;
        return Ok(Added { email, link: None });
    };
    let before = member.role;
    let detail = format!("{email} from {before} to {}, as operator", Role::Owner);
    let entry = log::by_actor(context, actor, kind::MEMBER_ROLE_CHANGED, detail);
    if member.accepted_at.is_none() {
        let member = store::members::Member {
            role: Role::Owner,
            ..member
        };
        return members::reinvite(context, namespace, member, vec![entry, told]).await;
    }
    let change = store.change_role(namespace, person, Role::Owner, vec![entry, told], now);
    // Nobody loses a role here, so an owner is left in any case.
    let _ = change.await?;
    Ok(Added { email, link: None })
}

fn parse_name(text: &str) -> Result<NamespaceName, OperationError> {
    text.parse().map_err(|problem| {
        OperationError::invalid("name", format!("{problem}"), "For example: Sales Europe.")
    })
}

fn parse_time_zone(text: &str) -> Result<String, OperationError> {
    let text = text.trim();
    let zone = zone::find(text).ok();
    // As it is written in the database of zones, whatever case was typed.
    zone.as_ref()
        .and_then(TimeZone::iana_name)
        .map(str::to_owned)
        .ok_or_else(|| {
            OperationError::invalid(
                "time_zone",
                format!("There is no time zone `{text}`."),
                "Write its IANA name, such as Europe/Berlin.",
            )
        })
}
