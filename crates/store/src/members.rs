//! Who belongs to a namespace, changed together with the log. A namespace with an owner never loses its last one.
//!
//! Whatever makes an account worth more, or ends why a link was made, ends the links in the same transaction.

use domain::{
    id::{NamespaceId, PersonId},
    role::Role,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use crate::{
    activity::{self, NewActivity},
    column::from_code,
    connection::Store,
    entities::{membership, person},
    error::StoreError,
    links::{self, NewLink},
    namespaces::{self, ROLE, Standing},
    people::{self, NewPerson, Person},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: Person,
    pub role: Role,
    pub since: Timestamp,
    /// `None`: they are invited, and may do nothing yet.
    pub accepted_at: Option<Timestamp>,
}

/// Who is invited.
#[derive(Clone, Debug)]
pub enum Invitee {
    /// Nobody knew them: they get an account without a password.
    Newcomer(NewPerson),
    Known(PersonId),
}

impl Invitee {
    pub fn id(&self) -> PersonId {
        match self {
            Self::Newcomer(new) => new.id,
            Self::Known(person) => *person,
        }
    }
}

/// Whether a change of members was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum MemberChange {
    Made,
    /// It was not: nobody would own the namespace any more.
    LastOwner,
}

impl Store {
    /// Invited ones too, by name.
    pub async fn members(&self, namespace: NamespaceId) -> Result<Vec<Member>, StoreError> {
        let rows = membership::Entity::find()
            .filter(membership::COLUMN.namespace.eq(namespace.0))
            .find_also_related(person::Entity)
            .order_by_asc(person::COLUMN.name)
            .order_by_asc(person::COLUMN.email)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .filter_map(|(membership, person)| Some((membership, person?)))
            .map(|(membership, person)| member(membership, person))
            .collect()
    }

    /// `None`: neither a member nor invited.
    pub async fn member(
        &self,
        namespace: NamespaceId,
        person: PersonId,
    ) -> Result<Option<Member>, StoreError> {
        let found = membership::Entity::find_by_id((namespace.0, person.0))
            .find_also_related(person::Entity)
            .one(self.reader())
            .await?;
        found
            .and_then(|(membership, person)| Some((membership, person?)))
            .map(|(membership, person)| member(membership, person))
            .transpose()
    }

    /// A member at once, without an invitation: for who acts themselves.
    ///
    /// [`StoreError::Conflict`]: they are a member already.
    pub async fn add_member(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        role: Role,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        namespaces::insert_membership(&tx, namespace, person, role, Standing::Accepted, now)
            .await?;
        activity::insert(&tx, namespace, activity, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A member from when they accept it through the link.
    ///
    /// [`StoreError::Conflict`]: they are a member or invited already, or somebody has this address by now.
    pub async fn invite_member(
        &self,
        namespace: NamespaceId,
        invitee: Invitee,
        role: Role,
        link: NewLink,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let person = invitee.id();
        if let Invitee::Newcomer(new) = invitee {
            people::insert(&tx, new, now).await?;
        }
        namespaces::insert_membership(&tx, namespace, person, role, Standing::Invited, now).await?;
        links::insert(&tx, link, now).await?;
        activity::insert(&tx, namespace, activity, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Another link for somebody who is invited; those before it end.
    ///
    /// [`StoreError::NotFound`]: they are not invited, or have accepted.
    pub async fn invite_again(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        role: Role,
        link: NewLink,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let invited = membership::Entity::update_many()
            .set(membership::ActiveModel {
                role: Set(role.code().to_owned()),
                ..Default::default()
            })
            .filter(membership::COLUMN.namespace.eq(namespace.0))
            .filter(membership::COLUMN.person.eq(person.0))
            .filter(membership::COLUMN.accepted_at.is_null())
            .exec(&tx)
            .await?;
        if invited.rows_affected == 0 {
            return Err(NOT_FOUND);
        }
        links::end_of(&tx, namespace, person, now).await?;
        links::insert(&tx, link, now).await?;
        activity::insert(&tx, namespace, activity, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`StoreError::NotFound`]: they are no member.
    pub async fn change_role(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        role: Role,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        let tx = self.begin().await?;
        // Two owners who remove each other at once wait for each other here.
        namespaces::lock(&tx, namespace).await?;
        let changed = membership::Entity::update_many()
            .set(membership::ActiveModel {
                role: Set(role.code().to_owned()),
                ..Default::default()
            })
            .filter(membership::COLUMN.namespace.eq(namespace.0))
            .filter(membership::COLUMN.person.eq(person.0))
            .exec(&tx)
            .await?;
        links::end_password_links(&tx, person, now).await?;
        finish(tx, namespace, changed.rows_affected, activity, now).await
    }

    /// [`StoreError::NotFound`]: they are no member.
    pub async fn remove_member(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        let tx = self.begin().await?;
        // Two owners who remove each other at once wait for each other here.
        namespaces::lock(&tx, namespace).await?;
        let deleted = membership::Entity::delete_by_id((namespace.0, person.0))
            .exec(&tx)
            .await?;
        links::end_of(&tx, namespace, person, now).await?;
        finish(tx, namespace, deleted.rows_affected, vec![activity], now).await
    }
}

const NOT_FOUND: StoreError = StoreError::NotFound { what: "member" };

fn member(membership: membership::Model, person: person::Model) -> Result<Member, StoreError> {
    Ok(Member {
        person: person.into(),
        role: from_code(ROLE, &membership.role)?,
        since: Timestamp(membership.created_at),
        accepted_at: membership.accepted_at.map(Timestamp),
    })
}

/// From now on the membership counts. [`StoreError::NotFound`]: there is no open invitation.
pub(crate) async fn accept(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    person: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let accepted = membership::Entity::update_many()
        .set(membership::ActiveModel {
            accepted_at: Set(Some(now.0)),
            ..Default::default()
        })
        .filter(membership::COLUMN.namespace.eq(namespace.0))
        .filter(membership::COLUMN.person.eq(person.0))
        .filter(membership::COLUMN.accepted_at.is_null())
        .exec(tx)
        .await?;
    if accepted.rows_affected == 0 {
        return Err(NOT_FOUND);
    }
    Ok(())
}

/// Commits where somebody was changed and an owner is left, who has accepted to be one.
async fn finish(
    tx: DatabaseTransaction,
    namespace: NamespaceId,
    changed: u64,
    activity: Vec<NewActivity>,
    now: Timestamp,
) -> Result<MemberChange, StoreError> {
    if changed == 0 {
        return Err(NOT_FOUND);
    }
    let owners = membership::Entity::find()
        .filter(membership::COLUMN.namespace.eq(namespace.0))
        .filter(membership::COLUMN.role.eq(Role::Owner.code()))
        .filter(membership::COLUMN.accepted_at.is_not_null())
        .count(&tx)
        .await?;
    if owners == 0 {
        tx.rollback().await?;
        return Ok(MemberChange::LastOwner);
    }
    activity::insert(&tx, namespace, activity, now).await?;
    tx.commit().await?;
    Ok(MemberChange::Made)
}
