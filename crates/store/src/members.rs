//! Who belongs to a namespace, changed together with the log. A namespace with an owner never loses its last one.

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
    entities::{membership, namespace, person},
    error::StoreError,
    links::{self, NewLink},
    namespaces::{self, ROLE},
    people::{self, NewPerson, Person},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    pub person: Person,
    pub role: Role,
    pub since: Timestamp,
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
    /// By name.
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
            .map(|(membership, person)| {
                Ok(Member {
                    person: person.into(),
                    role: from_code(ROLE, &membership.role)?,
                    since: Timestamp(membership.created_at),
                })
            })
            .collect()
    }

    /// [`StoreError::Conflict`]: they are a member already.
    pub async fn add_member(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        role: Role,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        namespaces::insert_membership(&tx, namespace, person, role, now).await?;
        activity::insert(&tx, namespace, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A person whom nobody knew, as a member, with the link that sets their password.
    ///
    /// [`StoreError::Conflict`]: somebody has this address by now.
    pub async fn invite_member(
        &self,
        namespace: NamespaceId,
        person: NewPerson,
        role: Role,
        link: NewLink,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let id = person.id;
        people::insert(&tx, person, now).await?;
        namespaces::insert_membership(&tx, namespace, id, role, now).await?;
        links::insert(&tx, link, now).await?;
        activity::insert(&tx, namespace, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// [`StoreError::NotFound`]: they are no member.
    pub async fn change_role(
        &self,
        namespace: NamespaceId,
        person: PersonId,
        role: Role,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<MemberChange, StoreError> {
        let tx = self.begin().await?;
        lock(&tx, namespace).await?;
        let changed = membership::Entity::update_many()
            .set(membership::ActiveModel {
                role: Set(role.code().to_owned()),
                ..Default::default()
            })
            .filter(membership::COLUMN.namespace.eq(namespace.0))
            .filter(membership::COLUMN.person.eq(person.0))
            .exec(&tx)
            .await?;
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
        lock(&tx, namespace).await?;
        let deleted = membership::Entity::delete_by_id((namespace.0, person.0))
            .exec(&tx)
            .await?;
        finish(tx, namespace, deleted.rows_affected, activity, now).await
    }

    /// In how many namespaces they are.
    pub async fn count_memberships(&self, person: PersonId) -> Result<u64, StoreError> {
        Ok(membership::Entity::find()
            .filter(membership::COLUMN.person.eq(person.0))
            .count(self.reader())
            .await?)
    }
}

/// Two owners who remove each other at once wait for each other here.
async fn lock(tx: &DatabaseTransaction, namespace: NamespaceId) -> Result<(), StoreError> {
    let found = namespace::Entity::find_by_id(namespace.0).one(tx).await?;
    let row = found.ok_or(namespaces::NOT_FOUND)?;
    namespace::Entity::update_many()
        .set(namespace::ActiveModel {
            slug: Set(row.slug),
            ..Default::default()
        })
        .filter(namespace::COLUMN.id.eq(namespace.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Commits where somebody was changed and an owner is left.
async fn finish(
    tx: DatabaseTransaction,
    namespace: NamespaceId,
    changed: u64,
    activity: NewActivity,
    now: Timestamp,
) -> Result<MemberChange, StoreError> {
    if changed == 0 {
        return Err(StoreError::NotFound { what: "member" });
    }
    let owners = membership::Entity::find()
        .filter(membership::COLUMN.namespace.eq(namespace.0))
        .filter(membership::COLUMN.role.eq(Role::Owner.code()))
        .count(&tx)
        .await?;
    if owners == 0 {
        tx.rollback().await?;
        return Ok(MemberChange::LastOwner);
    }
    activity::insert(&tx, namespace, vec![activity], now).await?;
    tx.commit().await?;
    Ok(MemberChange::Made)
}
