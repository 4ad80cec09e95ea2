//! Runs of jobs, newest first, and runs that need somebody.

use std::collections::HashMap;

use domain::{
    id::{DatasetId, JobId, NamespaceId, RunId},
    run::{Origin, Run, RunStatus},
    time::Timestamp,
};
use sea_orm::{
    Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Order, Query, SelectStatement, UnionType},
};

use super::record::{self, RunRecord};
use crate::{
    connection::Store,
    entities::{job_version, run},
    error::StoreError,
};

/// SQLite takes 500 parts of a compound query at most.
const JOBS_AT_ONCE: usize = 100;

impl Store {
    /// Newest first; `after`: when the last run of the page before was queued, and its id.
    pub async fn runs_page(
        &self,
        namespace: NamespaceId,
        job: JobId,
        after: Option<(Timestamp, RunId)>,
        limit: u64,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let mut select = of_job(namespace, job);
        if let Some((queued_at, id)) = after {
            select = select.filter(
                Condition::any()
                    .add(run::COLUMN.queued_at.lt(queued_at.0))
                    .add(
                        run::COLUMN
                            .queued_at
                            .eq(queued_at.0)
                            .and(run::COLUMN.id.lt(id.0)),
                    ),
            );
        }
        let rows = select
            .order_by_desc(run::COLUMN.queued_at)
            .order_by_desc(run::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?;
        record::with_uploads(self.reader(), rows).await
    }

    /// The last run that the schedule has queued.
    pub async fn last_scheduled_run(
        &self,
        namespace: NamespaceId,
        job: JobId,
    ) -> Result<Option<Run>, StoreError> {
        let row = of_job(namespace, job)
            .filter(run::COLUMN.origin.eq(Origin::Scheduled.code()))
            .order_by_desc(run::COLUMN.queued_at)
            .order_by_desc(run::COLUMN.id)
            .one(self.reader())
            .await?;
        row.as_ref().map(Run::try_from).transpose()
    }

    /// The runs that were queued next after a page of older ones, newest first; `before`: when the first run of that page was
    /// queued, and its id.
    pub async fn runs_page_before(
        &self,
        namespace: NamespaceId,
        job: JobId,
        before: (Timestamp, RunId),
        limit: u64,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let (queued_at, id) = before;
        let newer = Condition::any()
            .add(run::COLUMN.queued_at.gt(queued_at.0))
            .add(
                run::COLUMN
                    .queued_at
                    .eq(queued_at.0)
                    .and(run::COLUMN.id.gt(id.0)),
            );
        let mut rows = of_job(namespace, job)
            .filter(newer)
            .order_by_asc(run::COLUMN.queued_at)
            .order_by_asc(run::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?;
        rows.reverse();
        record::with_uploads(self.reader(), rows).await
    }

    /// The last `each` runs of every job, newest first.
    pub async fn runs_of_jobs(
        &self,
        namespace: NamespaceId,
        jobs: &[JobId],
        each: u64,
    ) -> Result<HashMap<JobId, Vec<RunRecord>>, StoreError> {
        let mut rows = Vec::new();
        for jobs in jobs.chunks(JOBS_AT_ONCE) {
            let mut last_of = jobs.iter().map(|job| last_runs(namespace, *job, each));
            let Some(first) = last_of.next() else { break };
            let ids = last_of.fold(first, |mut all, more| {
                all.union(UnionType::All, more).take()
            });
            let last = run::Entity::find()
                .filter(run::COLUMN.id.in_subquery(ids))
                .order_by_desc(run::COLUMN.queued_at)
                .order_by_desc(run::COLUMN.id);
            rows.extend(last.all(self.reader()).await?);
        }
        let mut of_jobs: HashMap<JobId, Vec<RunRecord>> = HashMap::new();
        for record in record::with_uploads(self.reader(), rows).await? {
            of_jobs.entry(record.run.job).or_default().push(record);
        }
        Ok(of_jobs)
    }

    /// The last runs that brought rows into the dataset, newest first.
    pub async fn runs_into_dataset(
        &self,
        namespace: NamespaceId,
        dataset: DatasetId,
        limit: u64,
    ) -> Result<Vec<RunRecord>, StoreError> {
        let versions = Query::select()
            .column(job_version::Column::Id)
            .from(job_version::Entity)
            .and_where(job_version::COLUMN.namespace.eq(namespace.0))
            .and_where(job_version::COLUMN.dataset.eq(dataset.0))
            .take();
        let rows = run::Entity::find()
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.job_version.in_subquery(versions))
            .filter(run::COLUMN.ended_at.is_not_null())
            .filter(run::COLUMN.imported.gt(0))
            .order_by_desc(run::COLUMN.ended_at)
            .order_by_desc(run::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?;
        record::with_uploads(self.reader(), rows).await
    }

    /// Runs of a job that have not ended, oldest first. `Effect::CancelQueuedRuns` speaks of the Queued ones.
    pub async fn unfinished_runs(
        &self,
        namespace: NamespaceId,
        job: JobId,
    ) -> Result<Vec<Run>, StoreError> {
        let unfinished = RunStatus::ALL.iter().filter(|status| !status.is_final());
        run::Entity::find()
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.job.eq(job.0))
            .filter(
                run::COLUMN
                    .status
                    .is_in(unfinished.map(|status| status.code())),
            )
            .order_by_asc(run::COLUMN.queued_at)
            .order_by_asc(run::COLUMN.id)
            .all(self.reader())
            .await?
            .iter()
            .map(Run::try_from)
            .collect()
    }

    /// Runs whose worker has let its lease run out: what `RunEvent::LeaseExpired` is for. Of all namespaces, longest
    /// lost first.
    pub async fn lapsed_runs(&self, now: Timestamp, limit: u64) -> Result<Vec<Run>, StoreError> {
        run::Entity::find()
            .filter(run::COLUMN.claimed_by.is_not_null())
            .filter(run::COLUMN.lease_until.lte(now.0))
            .order_by_asc(run::COLUMN.lease_until)
            .order_by_asc(run::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?
            .iter()
            .map(Run::try_from)
            .collect()
    }
}

fn of_job(namespace: NamespaceId, job: JobId) -> Select<run::Entity> {
    run::Entity::find()
        .filter(run::COLUMN.namespace.eq(namespace.0))
        .filter(run::COLUMN.job.eq(job.0))
}

/// The ids of a job's last runs. Numbering all its runs instead would read its whole history.
fn last_runs(namespace: NamespaceId, job: JobId, each: u64) -> SelectStatement {
    let last = Query::select()
        .column(run::Column::Id)
        .from(run::Entity)
        .and_where(run::COLUMN.namespace.eq(namespace.0))
        .and_where(run::COLUMN.job.eq(job.0))
        .order_by(run::Column::QueuedAt, Order::Desc)
        .order_by(run::Column::Id, Order::Desc)
        .limit(each)
        .take();
    // A part of a compound query has no order of its own, but a query inside it has.
    Query::select()
        .column(run::Column::Id)
        .from_subquery(last, "last")
        .take()
}
