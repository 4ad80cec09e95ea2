//! Tenants, and who belongs to them.

use domain::{
    id::{NamespaceId, PersonId},
    role::Role,
    time::Timestamp,
    zone::{self, TimeZone},
};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};

use crate::{
    activity::{self, NewActivity},
    column::{from_code, from_count, to_count, unreadable},
    connection::Store,
    entities::{membership, namespace},
    error::{StoreError, on_insert},
    links,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNamespace {
    pub id: NamespaceId,
    /// Its name in addresses, unique in the instance.
    pub slug: String,
    pub name: String,
    /// An IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
    pub monthly_row_limit: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Namespace {
    pub id: NamespaceId,
    pub slug: String,
    pub name: String,
    pub time_zone: String,
    pub monthly_row_limit: u64,
    /// So many of its runs may be under way at once; `None`: as many as there are workers.
    pub concurrent_runs: Option<u32>,
    pub created_at: Timestamp,
}

impl Namespace {
    pub fn zone(&self) -> Result<TimeZone, StoreError> {
        zone::find(&self.time_zone).map_err(|error| unreadable("namespaces.time_zone", error))
    }
}

impl Store {
    /// [`StoreError::Conflict`]: the slug is taken.
    pub async fn create_namespace(
        &self,
        new: NewNamespace,
        owner: PersonId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        insert(&tx, new, owner, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// As [`Store::create_namespace`], with an entry in its own log and one in that of the instance.
    pub async fn open_namespace(
        &self,
        new: NewNamespace,
        owner: PersonId,
        activity: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let id = new.id;
        insert(&tx, new, owner, now).await?;
        activity::insert(&tx, id, activity, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Gives a namespace another name and time zone.
    pub async fn describe_namespace(
        &self,
        id: NamespaceId,
        name: &str,
        time_zone: &str,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let changed = namespace::Entity::update_many()
            .set(namespace::ActiveModel {
                name: Set(name.to_owned()),
                time_zone: Set(time_zone.to_owned()),
                ..Default::default()
            })
            .filter(namespace::COLUMN.id.eq(id.0))
            .exec(&tx)
            .await?;
        if changed.rows_affected == 0 {
            return Err(NOT_FOUND);
        }
        activity::insert(&tx, id, vec![activity], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// All of the instance, by name.
    pub async fn namespaces(&self) -> Result<Vec<Namespace>, StoreError> {
        let rows = namespace::Entity::find()
            .order_by_asc(namespace::COLUMN.name)
            .order_by_asc(namespace::COLUMN.id)
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(Namespace::from).collect())
    }

    pub async fn namespace(&self, id: NamespaceId) -> Result<Namespace, StoreError> {
        namespace::Entity::find_by_id(id.0)
            .one(self.reader())
            .await?
            .map(Namespace::from)
            .ok_or(NOT_FOUND)
    }

    pub async fn namespace_by_slug(&self, slug: &str) -> Result<Namespace, StoreError> {
        namespace::Entity::find()
            .filter(namespace::COLUMN.slug.eq(slug))
            .one(self.reader())
            .await?
            .map(Namespace::from)
            .ok_or(NOT_FOUND)
    }

    /// Where they were invited and have not accepted is not among them. By name.
    pub async fn memberships_of(
        &self,
        person: PersonId,
    ) -> Result<Vec<(Namespace, Role)>, StoreError> {
        let rows = membership::Entity::find()
            .filter(membership::COLUMN.person.eq(person.0))
            .filter(membership::COLUMN.accepted_at.is_not_null())
            .find_also_related(namespace::Entity)
            .order_by_asc(namespace::COLUMN.name)
            .order_by_asc(namespace::COLUMN.id)
            .all(self.reader())
            .await?;
        rows.into_iter()
            .filter_map(|(membership, namespace)| Some((membership, namespace?)))
            .map(|(membership, namespace)| {
                Ok((namespace.into(), from_code(ROLE, &membership.role)?))
            })
            .collect()
    }

    /// `None`: not a member, invited only, or there is no such namespace.
    pub async fn role_in(
        &self,
        namespace: NamespaceId,
        person: PersonId,
    ) -> Result<Option<Role>, StoreError> {
        membership::Entity::find_by_id((namespace.0, person.0))
            .filter(membership::COLUMN.accepted_at.is_not_null())
            .one(self.reader())
            .await?
            .map(|row| from_code(ROLE, &row.role))
            .transpose()
    }
}

pub(crate) const NOT_FOUND: StoreError = StoreError::NotFound { what: "namespace" };
pub(crate) const ROLE: &str = "memberships.role";

/// Transactions that take it of the same namespace go one after the other.
pub(crate) async fn lock(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
) -> Result<(), StoreError> {
    let found = namespace::Entity::find_by_id(namespace.0).one(tx).await?;
    let row = found.ok_or(NOT_FOUND)?;
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

pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    new: NewNamespace,
    owner: PersonId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let id = new.id;
    let row = namespace::ActiveModel {
        id: Set(id.0),
        slug: Set(new.slug),
        name: Set(new.name),
        time_zone: Set(new.time_zone),
        monthly_row_limit: Set(from_count(new.monthly_row_limit)),
        concurrent_runs: Set(None),
        created_at: Set(now.0),
    };
    namespace::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("namespace"))?;
    insert_membership(tx, id, owner, Role::Owner, Standing::Accepted, now).await
}

/// Whether a membership counts yet.
#[derive(Clone, Copy)]
pub(crate) enum Standing {
    Invited,
    Accepted,
}

/// The person's open links for this namespace and for their password end: what they gave is worth more now.
pub(crate) async fn insert_membership(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    person: PersonId,
    role: Role,
    standing: Standing,
    now: Timestamp,
) -> Result<(), StoreError> {
    let row = membership::ActiveModel {
        namespace: Set(namespace.0),
        person: Set(person.0),
        role: Set(role.code().to_owned()),
        created_at: Set(now.0),
        accepted_at: Set(match standing {
            Standing::Invited => None,
            Standing::Accepted => Some(now.0),
        }),
    };
    membership::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("member"))?;
    links::end_of(tx, namespace, person, now).await
}

impl From<namespace::Model> for Namespace {
    fn from(row: namespace::Model) -> Self {
        Self {
            id: NamespaceId(row.id),
            slug: row.slug,
            name: row.name,
            time_zone: row.time_zone,
            monthly_row_limit: to_count(row.monthly_row_limit),
            // A CHECK constraint keeps it from being negative.
            concurrent_runs: row
                .concurrent_runs
                .and_then(|runs| u32::try_from(runs).ok()),
            created_at: Timestamp(row.created_at),
        }
    }
}
