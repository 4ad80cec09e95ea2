//! What has lain long enough, of all namespaces, and taking it away. Files lie elsewhere: whoever asks removes them.

use std::collections::HashSet;

use domain::{
    id::{NamespaceId, RunId, UploadId},
    job::WaitingRerun,
    run::{Input, RunStatus},
    settings::DraftSettings,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::Uuid,
    sea_query::{Expr, Query},
};

use crate::{
    column::{from_json, from_optional_json},
    connection::Store,
    entities::{correction, job, run, upload},
    error::StoreError,
};

impl Store {
    /// Whole uploads from before `before` whose file is still there, in the order of their ids, after `after`.
    pub async fn old_uploads(
        &self,
        before: Timestamp,
        after: Option<UploadId>,
        limit: u64,
    ) -> Result<Vec<(NamespaceId, UploadId)>, StoreError> {
        let mut select = upload::Entity::find()
            .filter(upload::COLUMN.created_at.lt(before.0))
            .filter(upload::COLUMN.completed_at.is_not_null())
            .filter(upload::COLUMN.removed_at.is_null());
        if let Some(after) = after {
            select = select.filter(upload::COLUMN.id.gt(after.0));
        }
        let rows = select
            .order_by_asc(upload::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?;
        Ok(rows.iter().map(key_of_upload).collect())
    }

    /// Uploads that a job or a run of the namespace can still read: samples, what the last run of a whole file read, what
    /// reactivating or a waiting rerun reads, and what runs read that have not ended.
    pub async fn uploads_in_use(
        &self,
        namespace: NamespaceId,
    ) -> Result<HashSet<UploadId>, StoreError> {
        uploads_in_use(self.reader(), namespace).await
    }

    /// Notes that the file of the upload goes, unless a job or a run can read it by now; whether it goes. What is known of it
    /// stays as long as runs tell of it.
    pub async fn note_removed_upload(
        &self,
        namespace: NamespaceId,
        id: UploadId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        // First: whoever takes the upload up at this moment waits for it, or it for them.
        upload::Entity::update_many()
            .set(upload::ActiveModel {
                removed_at: Set(Some(now.0)),
                ..Default::default()
            })
            .filter(upload::COLUMN.id.eq(id.0))
            .filter(upload::COLUMN.namespace.eq(namespace.0))
            .filter(upload::COLUMN.removed_at.is_null())
            .exec(&tx)
            .await?;
        if uploads_in_use(&tx, namespace).await?.contains(&id) {
            tx.rollback().await?;
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Announced before `before`, and still not here.
    pub async fn abandoned_uploads(
        &self,
        before: Timestamp,
        limit: u64,
    ) -> Result<Vec<(NamespaceId, UploadId)>, StoreError> {
        let rows = upload::Entity::find()
            .filter(upload::COLUMN.created_at.lt(before.0))
            .filter(upload::COLUMN.completed_at.is_null())
            .order_by_asc(upload::COLUMN.created_at)
            .limit(limit)
            .all(self.reader())
            .await?;
        Ok(rows.iter().map(key_of_upload).collect())
    }

    /// Forgets an upload that is not whole; `false`: it has become whole, or is gone.
    pub async fn forget_upload(
        &self,
        namespace: NamespaceId,
        id: UploadId,
    ) -> Result<bool, StoreError> {
        let deleted = upload::Entity::delete_many()
            .filter(upload::COLUMN.id.eq(id.0))
            .filter(upload::COLUMN.namespace.eq(namespace.0))
            .filter(upload::COLUMN.completed_at.is_null())
            .exec(self.writer())
            .await?;
        Ok(deleted.rows_affected == 1)
    }

    /// Whether any run, however it ended, has read the upload.
    pub async fn was_read(&self, namespace: NamespaceId, id: UploadId) -> Result<bool, StoreError> {
        let runs = run::Entity::find()
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.upload.eq(id.0))
            .count(self.reader())
            .await?;
        Ok(runs > 0)
    }

    /// Forgets uploads whose file is removed and of which no run tells any more; how many.
    pub async fn forget_removed_uploads(&self) -> Result<u64, StoreError> {
        let told_of = Query::select()
            .column(run::Column::Upload)
            .from(run::Entity)
            .and_where(run::COLUMN.upload.is_not_null())
            .take();
        let deleted = upload::Entity::delete_many()
            .filter(upload::COLUMN.removed_at.is_not_null())
            .filter(Expr::col(upload::Column::Id).not_in_subquery(told_of))
            .exec(self.writer())
            .await?;
        Ok(deleted.rows_affected)
    }

    /// Those of the ids whose file should be there.
    pub async fn uploads_with_file(
        &self,
        ids: &[UploadId],
    ) -> Result<HashSet<UploadId>, StoreError> {
        let known: Vec<Uuid> = upload::Entity::find()
            .select_only()
            .column(upload::Column::Id)
            .filter(upload::COLUMN.id.is_in(ids.iter().map(|id| id.0)))
            .filter(upload::COLUMN.removed_at.is_null())
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(known.into_iter().map(UploadId).collect())
    }

    /// Runs that ended before `before`, in the order of their ids, after `after`; of jobs of which nothing is under way or
    /// waits for its time.
    pub async fn old_runs(
        &self,
        before: Timestamp,
        after: Option<RunId>,
        limit: u64,
    ) -> Result<Vec<(NamespaceId, RunId)>, StoreError> {
        let busy = Query::select()
            .column(job::Column::Id)
            .from(job::Entity)
            .and_where(
                job::COLUMN
                    .rerun
                    .is_not_null()
                    .or(job::COLUMN.unfinished_whole_file.gt(0))
                    .or(job::COLUMN.unfinished_corrections.gt(0)),
            )
            .take();
        let mut select = run::Entity::find()
            .select_only()
            .columns([run::Column::Namespace, run::Column::Id])
            .filter(run::COLUMN.ended_at.lt(before.0))
            .filter(Expr::col(run::Column::Job).not_in_subquery(busy));
        if let Some(after) = after {
            select = select.filter(run::COLUMN.id.gt(after.0));
        }
        let rows: Vec<(Uuid, Uuid)> = select
            .order_by_asc(run::COLUMN.id)
            .limit(limit)
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(rows
            .into_iter()
            .map(|(namespace, id)| (NamespaceId(namespace), RunId(id)))
            .collect())
    }

    /// Forgets a run that has ended.
    pub async fn forget_run(&self, namespace: NamespaceId, id: RunId) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        correction::Entity::delete_many()
            .filter(correction::COLUMN.namespace.eq(namespace.0))
            .filter(correction::COLUMN.corrects.eq(id.0))
            .exec(&tx)
            .await?;
        run::Entity::delete_many()
            .filter(run::COLUMN.id.eq(id.0))
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.ended_at.is_not_null())
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Those of the ids that are runs.
    pub async fn known_runs(&self, ids: &[RunId]) -> Result<HashSet<RunId>, StoreError> {
        let known: Vec<Uuid> = run::Entity::find()
            .select_only()
            .column(run::Column::Id)
            .filter(run::COLUMN.id.is_in(ids.iter().map(|id| id.0)))
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(known.into_iter().map(RunId).collect())
    }
}

async fn uploads_in_use(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
) -> Result<HashSet<UploadId>, StoreError> {
    type Row = (String, Option<String>, Option<String>, Option<String>);
    let jobs: Vec<Row> = job::Entity::find()
        .select_only()
        .columns([
            job::Column::Draft,
            job::Column::LastWholeInput,
            job::Column::Unsettled,
            job::Column::Rerun,
        ])
        .filter(job::COLUMN.namespace.eq(namespace.0))
        .into_tuple()
        .all(db)
        .await?;
    let mut in_use = HashSet::new();
    for (draft, last, unsettled, rerun) in jobs {
        let draft: DraftSettings = from_json("jobs.draft", &draft)?;
        let last: Option<Input> = from_optional_json("jobs.last_whole_input", last.as_deref())?;
        let unsettled: Option<Input> = from_optional_json("jobs.unsettled", unsettled.as_deref())?;
        let rerun: Option<WaitingRerun> = from_optional_json("jobs.rerun", rerun.as_deref())?;
        let inputs = [last, unsettled, rerun.map(|rerun| rerun.input)];
        in_use.extend(draft.sample);
        in_use.extend(
            inputs
                .into_iter()
                .flatten()
                .filter_map(|input| input.upload),
        );
    }
    let unfinished: Vec<Uuid> = run::Entity::find()
        .select_only()
        .column(run::Column::Upload)
        .filter(run::COLUMN.namespace.eq(namespace.0))
        .filter(run::COLUMN.status.is_in(codes(|status| !status.is_final())))
        .filter(run::COLUMN.upload.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    in_use.extend(unfinished.into_iter().map(UploadId));
    Ok(in_use)
}

fn codes(matching: impl Fn(RunStatus) -> bool) -> Vec<&'static str> {
    let statuses = RunStatus::ALL.iter().copied();
    statuses
        .filter(|status| matching(*status))
        .map(RunStatus::code)
        .collect()
}

fn key_of_upload(row: &upload::Model) -> (NamespaceId, UploadId) {
    (NamespaceId(row.namespace), UploadId(row.id))
}
