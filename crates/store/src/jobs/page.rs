//! Pages of jobs, with what the list shows of each.

use std::collections::HashMap;

use domain::{
    id::{DatasetId, JobId, NamespaceId},
    job::{Job, JobStatus},
    month::Month,
    time::Timestamp,
};
use sea_orm::{
    EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select, prelude::Uuid,
};

use super::{
    order::{JobsFilter, JobsOrder},
    record, row,
};
use crate::{
    column::{from_code, to_count},
    connection::Store,
    entities::{dataset, job},
    error::StoreError,
    runs::RunRecord,
};

const LAST_RUNS: u64 = 5;

#[derive(Clone, Debug, PartialEq)]
pub struct JobSummary {
    pub job: Job,
    pub dataset: Option<DatasetId>,
    pub dataset_name: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The last five, newest first.
    pub last_runs: Vec<RunRecord>,
    /// Imported by runs whose rows count for the month; what runs under way hold is not yet among them.
    pub rows_this_month: u64,
}

impl JobSummary {
    /// Where the next page begins in the order by name.
    pub fn after_name(&self) -> (String, JobId) {
        (self.job.name.as_str().to_lowercase(), self.job.id)
    }

    /// Where the next page begins in the order by the next run.
    pub fn after_next_run(&self) -> (Option<Timestamp>, JobId) {
        (row::next_run(&self.job), self.job.id)
    }

    /// Where the next page begins in the order by age.
    pub fn after_newest(&self) -> (Timestamp, JobId) {
        (self.created_at, self.job.id)
    }
}

impl Store {
    pub async fn jobs_page(
        &self,
        namespace: NamespaceId,
        filter: &JobsFilter,
        order: &JobsOrder,
        limit: u64,
        month: Month,
    ) -> Result<Vec<JobSummary>, StoreError> {
        let select = order.apply(filter.select(namespace)).limit(limit);
        self.summaries(namespace, select, month).await
    }

    pub async fn job_summary(
        &self,
        namespace: NamespaceId,
        id: JobId,
        month: Month,
    ) -> Result<JobSummary, StoreError> {
        let select = job::Entity::find_by_id(id.0).filter(job::COLUMN.namespace.eq(namespace.0));
        let found = self.summaries(namespace, select, month).await?;
        found.into_iter().next().ok_or(record::NOT_FOUND)
    }

    /// Statuses without a job are left out.
    pub async fn job_counts_by_status(
        &self,
        namespace: NamespaceId,
    ) -> Result<Vec<(JobStatus, u64)>, StoreError> {
        let rows: Vec<(String, i64)> = job::Entity::find()
            .select_only()
            .column(job::Column::Status)
            .column_as(job::COLUMN.id.count(), "jobs")
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .group_by(job::Column::Status)
            .order_by_asc(job::COLUMN.status)
            .into_tuple()
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|(status, jobs)| Ok((from_code("jobs.status", &status)?, to_count(jobs))))
            .collect()
    }

    /// Active jobs whose regular run or rerun is due and that wait for no run: what `JobEvent::CameDue` is for.
    /// The one that waits longest comes first.
    pub async fn due_jobs(&self, now: Timestamp, limit: u64) -> Result<Vec<Job>, StoreError> {
        job::Entity::find()
            .filter(job::COLUMN.wakes_at.lte(now.0))
            .order_by_asc(job::COLUMN.wakes_at)
            .order_by_asc(job::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?
            .iter()
            .map(Job::try_from)
            .collect()
    }

    /// Whether the namespace has jobs at all.
    pub async fn any_job(&self, namespace: NamespaceId) -> Result<bool, StoreError> {
        let found = job::Entity::find()
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .limit(1)
            .count(self.reader())
            .await?;
        Ok(found > 0)
    }

    async fn summaries(
        &self,
        namespace: NamespaceId,
        select: Select<job::Entity>,
        month: Month,
    ) -> Result<Vec<JobSummary>, StoreError> {
        let rows = select.all(self.reader()).await?;
        let ids: Vec<JobId> = rows.iter().map(|row| JobId(row.id)).collect();
        let mut last_runs = self.runs_of_jobs(namespace, &ids, LAST_RUNS).await?;
        let imported = self.rows_of_jobs(namespace, &ids, month).await?;
        let names = self.dataset_names(namespace, &rows).await?;
        rows.into_iter()
            .map(|row| {
                let job = Job::try_from(&row)?;
                Ok(JobSummary {
                    dataset: row.dataset.map(DatasetId),
                    dataset_name: row.dataset.and_then(|id| names.get(&id).cloned()),
                    created_at: Timestamp(row.created_at),
                    updated_at: Timestamp(row.updated_at),
                    last_runs: last_runs.remove(&job.id).unwrap_or_default(),
                    rows_this_month: imported.get(&job.id).copied().unwrap_or_default(),
                    job,
                })
            })
            .collect()
    }

    async fn dataset_names(
        &self,
        namespace: NamespaceId,
        rows: &[job::Model],
    ) -> Result<HashMap<Uuid, String>, StoreError> {
        let ids = rows.iter().filter_map(|row| row.dataset);
        let names: Vec<(Uuid, String)> = dataset::Entity::find()
            .select_only()
            .columns([dataset::Column::Id, dataset::Column::Name])
            .filter(dataset::COLUMN.namespace.eq(namespace.0))
            .filter(dataset::COLUMN.id.is_in(ids))
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(names.into_iter().collect())
    }
}
