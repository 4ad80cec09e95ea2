//! The log of what was done: append-only, and kept when the job that it tells of is deleted. An entry belongs to a namespace, or
//! to the instance where it concerns no namespace, as signing in does.

use domain::{
    id::{ActivityId, JobId, NamespaceId, PersonId, RunId},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, Condition, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    connection::Store,
    entities::activity,
    error::{StoreError, on_insert},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivity {
    pub id: ActivityId,
    pub job: Option<JobId>,
    pub run: Option<RunId>,
    /// `None`: the system, or nobody who is known.
    pub person: Option<PersonId>,
    /// Of the client; `None`: it came from no network.
    pub address: Option<String>,
    /// A stable code, such as that of the event.
    pub kind: String,
    /// More about it, in the form that belongs to the kind; may be empty.
    pub detail: String,
    /// Goes into the log of the instance, also where a change in a namespace writes it.
    pub of_instance: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub id: ActivityId,
    pub job: Option<JobId>,
    pub run: Option<RunId>,
    pub person: Option<PersonId>,
    pub address: Option<String>,
    pub kind: String,
    pub detail: String,
    pub at: Timestamp,
}

/// What an entry must be; the default is every entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ActivityFilter {
    pub by: Option<By>,
    pub job: Option<JobId>,
    /// Any of these; empty: all.
    pub kinds: Vec<String>,
    pub from: Option<Timestamp>,
    pub before: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Person(PersonId),
    System,
}

impl ActivityFilter {
    pub fn of_job(job: JobId) -> Self {
        Self {
            job: Some(job),
            ..Self::default()
        }
    }
}

impl Store {
    /// What concerns no namespace, and changes nothing. What is changed in a namespace is logged by the transaction that changes
    /// it.
    pub async fn add_instance_activity(
        &self,
        new: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        insert_of_instance(self.writer(), vec![new], now).await
    }

    /// Newest first, also of jobs that are deleted; `after`: instant and id of the last entry of the page before.
    pub async fn activity_page(
        &self,
        namespace: NamespaceId,
        filter: &ActivityFilter,
        after: Option<(Timestamp, ActivityId)>,
        limit: u64,
    ) -> Result<Vec<Activity>, StoreError> {
        page(self.reader(), Some(namespace), filter, after, limit).await
    }

    /// As [`Store::activity_page`], of what concerns no namespace.
    pub async fn instance_activity_page(
        &self,
        filter: &ActivityFilter,
        after: Option<(Timestamp, ActivityId)>,
        limit: u64,
    ) -> Result<Vec<Activity>, StoreError> {
        page(self.reader(), None, filter, after, limit).await
    }
}

async fn page(
    db: &impl ConnectionTrait,
    namespace: Option<NamespaceId>,
    filter: &ActivityFilter,
    after: Option<(Timestamp, ActivityId)>,
    limit: u64,
) -> Result<Vec<Activity>, StoreError> {
    let mut select = activity::Entity::find().filter(match namespace {
        Some(namespace) => activity::COLUMN.namespace.eq(namespace.0),
        None => activity::COLUMN.namespace.is_null(),
    });
    select = match filter.by {
        Some(By::Person(person)) => select.filter(activity::COLUMN.person.eq(person.0)),
        Some(By::System) => select.filter(activity::COLUMN.person.is_null()),
        None => select,
    };
    if let Some(job) = filter.job {
        select = select.filter(activity::COLUMN.job.eq(job.0));
    }
    if !filter.kinds.is_empty() {
        let kinds = filter.kinds.iter().map(String::as_str);
        select = select.filter(activity::COLUMN.kind.is_in(kinds));
    }
    if let Some(from) = filter.from {
        select = select.filter(activity::COLUMN.at.gte(from.0));
    }
    if let Some(before) = filter.before {
        select = select.filter(activity::COLUMN.at.lt(before.0));
    }
    if let Some((at, id)) = after {
        let same_instant = activity::COLUMN.at.eq(at.0);
        select = select.filter(
            Condition::any()
                .add(activity::COLUMN.at.lt(at.0))
                .add(same_instant.and(activity::COLUMN.id.lt(id.0))),
        );
    }
    let rows = select
        .order_by_desc(activity::COLUMN.at)
        .order_by_desc(activity::COLUMN.id)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(Activity::from).collect())
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    new: Vec<NewActivity>,
    now: Timestamp,
) -> Result<(), StoreError> {
    append(db, Some(namespace), new, now).await
}

pub(crate) async fn insert_of_instance(
    db: &impl ConnectionTrait,
    new: Vec<NewActivity>,
    now: Timestamp,
) -> Result<(), StoreError> {
    append(db, None, new, now).await
}

async fn append(
    db: &impl ConnectionTrait,
    namespace: Option<NamespaceId>,
    new: Vec<NewActivity>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if new.is_empty() {
        return Ok(());
    }
    let rows = new.into_iter().map(|new| activity::ActiveModel {
        id: Set(new.id.0),
        namespace: Set(namespace
            .filter(|_| !new.of_instance)
            .map(|namespace| namespace.0)),
        job: Set(new.job.map(|job| job.0)),
        run: Set(new.run.map(|run| run.0)),
        person: Set(new.person.map(|person| person.0)),
        address: Set(new.address),
        kind: Set(new.kind),
        detail: Set(new.detail),
        at: Set(now.0),
    });
    activity::Entity::insert_many(rows)
        .exec_without_returning(db)
        .await
        .map_err(on_insert("activity"))?;
    Ok(())
}

impl From<activity::Model> for Activity {
    fn from(row: activity::Model) -> Self {
        Self {
            id: ActivityId(row.id),
            job: row.job.map(JobId),
            run: row.run.map(RunId),
            person: row.person.map(PersonId),
            address: row.address,
            kind: row.kind,
            detail: row.detail,
            at: Timestamp(row.at),
        }
    }
}
