//! The log of what was done: append-only, and kept when the job that it tells of is deleted.

use domain::{
    id::{ActivityId, JobId, NamespaceId, PersonId, RunId},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
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
    /// `None`: the system.
    pub person: Option<PersonId>,
    /// A stable code, such as that of the event.
    pub kind: String,
    /// More about it, in the form that belongs to the kind; may be empty.
    pub detail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub id: ActivityId,
    pub job: Option<JobId>,
    pub run: Option<RunId>,
    pub person: Option<PersonId>,
    pub kind: String,
    pub detail: String,
    pub at: Timestamp,
}

impl Store {
    pub async fn add_activity(
        &self,
        namespace: NamespaceId,
        new: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        insert(self.writer(), namespace, vec![new], now).await
    }

    /// Newest first. Of a job that is deleted, too.
    pub async fn activity(
        &self,
        namespace: NamespaceId,
        job: JobId,
        limit: u64,
    ) -> Result<Vec<Activity>, StoreError> {
        let rows = activity::Entity::find()
            .filter(activity::COLUMN.namespace.eq(namespace.0))
            .filter(activity::COLUMN.job.eq(job.0))
            .order_by_desc(activity::COLUMN.at)
            .order_by_desc(activity::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(Activity::from).collect())
    }
}

pub(crate) async fn insert(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    new: Vec<NewActivity>,
    now: Timestamp,
) -> Result<(), StoreError> {
    if new.is_empty() {
        return Ok(());
    }
    let rows = new.into_iter().map(|new| activity::ActiveModel {
        id: Set(new.id.0),
        namespace: Set(namespace.0),
        job: Set(new.job.map(|job| job.0)),
        run: Set(new.run.map(|run| run.0)),
        person: Set(new.person.map(|person| person.0)),
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
            kind: row.kind,
            detail: row.detail,
            at: Timestamp(row.at),
        }
    }
}
