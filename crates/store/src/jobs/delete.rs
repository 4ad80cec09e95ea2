//! Deleting a job with its versions, runs and subscriptions. The activity log and the notices stay, and so do uploads: they have their own term.

use domain::{
    id::{JobId, NamespaceId},
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryFilter};

use super::record;
use crate::{
    activity::{self, NewActivity},
    changes,
    column::from_count,
    connection::Store,
    corrections,
    entities::{deleted_job, job, job_version, run, source_file},
    error::StoreError,
    limits, notices,
};

impl Store {
    /// [`StoreError::Conflict`]: the job has another version by now.
    pub async fn delete_job(
        &self,
        namespace: NamespaceId,
        id: JobId,
        expected_version: u64,
        activity: NewActivity,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        // Raising the version first takes the row: no other transition can add a run to it any more.
        let taken = job::Entity::update_many()
            .set(job::ActiveModel {
                version: Set(from_count(expected_version.saturating_add(1))),
                ..Default::default()
            })
            .filter(job::COLUMN.id.eq(id.0))
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .filter(job::COLUMN.version.eq(from_count(expected_version)))
            .exec(&tx)
            .await?;
        if taken.rows_affected == 0 {
            record::find(&tx, namespace, id).await?;
            return Err(StoreError::Conflict { what: "job" });
        }
        source_file::Entity::delete_many()
            .filter(source_file::COLUMN.job.eq(id.0))
            .exec(&tx)
            .await?;
        corrections::delete_of_job(&tx, id).await?;
        run::Entity::delete_many()
            .filter(run::COLUMN.job.eq(id.0))
            .exec(&tx)
            .await?;
        job_version::Entity::delete_many()
            .filter(job_version::COLUMN.job.eq(id.0))
            .exec(&tx)
            .await?;
        notices::forget_job(&tx, namespace, id).await?;
        job::Entity::delete_by_id(id.0).exec(&tx).await?;
        limits::release_all(&tx, namespace, id).await?;
        activity::insert(&tx, namespace, vec![activity], now).await?;
        let gone = deleted_job::ActiveModel {
            id: Set(id.0),
            namespace: Set(namespace.0),
            change: Set(changes::next(&tx).await?),
            deleted_at: Set(now.0),
        };
        deleted_job::Entity::insert(gone)
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}
