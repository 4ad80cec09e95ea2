//! Who acts, and what they may do where. Every operation in a namespace starts with [`enter`].

use domain::id::{NamespaceId, PersonId};
use domain::role::{Action, Role, Standing};
use domain::zone::{self, TimeZone};
use store::namespaces::Namespace;

use crate::context::Context;
use crate::error::OperationError;

/// A signed-in person.
#[derive(Clone, Debug)]
pub struct Actor {
    pub person: PersonId,
    pub name: String,
    pub email: String,
    /// Runs the instance; says nothing about namespaces.
    pub operator: bool,
    /// Of the client, for the log; `None`: it came from no network.
    pub address: Option<String>,
}

/// Proof that the actor is a member of the namespace.
#[derive(Clone, Debug)]
pub struct Access {
    pub namespace: NamespaceId,
    pub slug: String,
    /// IANA name.
    pub time_zone: String,
    pub role: Role,
}

impl Access {
    pub(crate) fn zone(&self) -> Result<TimeZone, OperationError> {
        zone::find(&self.time_zone).map_err(OperationError::unavailable)
    }
}

/// A namespace that the actor is a member of.
#[derive(Clone, Debug)]
pub struct Membership {
    pub slug: String,
    pub name: String,
    pub time_zone: String,
    pub role: Role,
}

/// Unknown namespaces and those of others are alike not found; members whose role does not allow the action are told so.
pub async fn enter(
    context: &Context,
    actor: &Actor,
    slug: &str,
    action: Action,
) -> Result<Access, OperationError> {
    let namespace = context.store.namespace_by_slug(slug).await?;
    let role = context
        .store
        .role_in(namespace.id, actor.person)
        .await?
        .ok_or(OperationError::NotFound)?;
    if role.allows(action) {
        Ok(Access {
            namespace: namespace.id,
            slug: namespace.slug,
            time_zone: namespace.time_zone,
            role,
        })
    } else {
        Err(OperationError::NotAllowed)
    }
}

/// For what the operator of the instance does to a namespace, member of it or not. Nothing of its data is given away: who
/// is neither finds nothing.
pub(crate) async fn oversee(
    context: &Context,
    actor: &Actor,
    slug: &str,
    action: Action,
) -> Result<Namespace, OperationError> {
    let namespace = context.store.namespace_by_slug(slug).await?;
    let standing = Standing {
        role: context.store.role_in(namespace.id, actor.person).await?,
        operator: actor.operator,
    };
    if standing.allows(action) {
        Ok(namespace)
    } else if standing.role.is_some() {
        Err(OperationError::NotAllowed)
    } else {
        Err(OperationError::NotFound)
    }
}

/// For what concerns the instance and no namespace.
pub(crate) fn require_operator(actor: &Actor) -> Result<(), OperationError> {
    let standing = Standing {
        role: None,
        operator: actor.operator,
    };
    if standing.allows(Action::ViewInstanceSettings) && standing.allows(Action::CreateNamespaces) {
        Ok(())
    } else {
        Err(OperationError::NotFound)
    }
}

/// Where the actor may go, by name.
pub async fn memberships(
    context: &Context,
    actor: &Actor,
) -> Result<Vec<Membership>, OperationError> {
    let memberships = context.store.memberships_of(actor.person).await?;
    Ok(memberships
        .into_iter()
        .map(|(namespace, role)| Membership {
            slug: namespace.slug,
            name: namespace.name,
            time_zone: namespace.time_zone,
            role,
        })
        .collect())
}

/// Text that names nothing is alike with a name of nothing.
pub(crate) fn parse_id<T: std::str::FromStr>(text: &str) -> Result<T, OperationError> {
    text.parse().map_err(|_| OperationError::NotFound)
}
