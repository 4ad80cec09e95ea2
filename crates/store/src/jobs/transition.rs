//! Writing what `Job::apply` decided, by compare-and-set, with everything that belongs to it in one transaction.

use domain::{
    id::{JobId, JobVersionId, NamespaceId, RunId},
    job::Job,
    name::JobName,
    run::Run,
    sampling::SampleState,
    settings::{DraftSettings, JobSettings},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, sea_query::Expr,
};

use super::{record, row};
use crate::{
    activity::{self, NewActivity},
    changes,
    column::{from_count, to_json},
    connection::Store,
    corrections::{self, Corrections},
    datasets::{self, NewDataset},
    entities::{job, job_version},
    error::{StoreError, on_insert},
    limits,
    notices::{self, NewNotice},
    runs,
    source_files::{self, TakenFile},
    uploads,
};

/// A job before and after `Job::apply`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobTransition {
    pub before: Job,
    pub after: Job,
}

/// What is written together with a transition of a job.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// New settings of the set-up or the edit.
    pub draft: Option<DraftSettings>,
    /// A dataset that is made for the draft.
    pub dataset: Option<NewDataset>,
    /// A new version. Its id is that in the job's event.
    pub seal: Option<(JobVersionId, JobSettings)>,
    /// Runs to be made (`Effect::QueueRun`).
    pub runs: Vec<Run>,
    /// What the upload holds that one of `runs` reads, where that is corrected records.
    pub corrections: Option<Corrections>,
    /// Files that lie at the source and are not to be imported.
    pub left_out: Vec<TakenFile>,
    /// Runs that are cancelled (`Effect::CancelQueuedRuns`), before and after.
    pub cancelled: Vec<(Run, Run)>,
    /// Of a worker that has processed the sample: the fence that it claimed the sample with.
    pub sampling_fence: Option<u64>,
    pub activity: Vec<NewActivity>,
    pub notices: Vec<NewNotice>,
}

impl Store {
    /// [`StoreError::Conflict`]: the job has another version by now, one of the runs has, the sample was claimed anew, or there
    /// is a dataset of the new one's name.
    pub async fn transition(
        &self,
        namespace: NamespaceId,
        before: &Job,
        after: &Job,
        changes: Changes,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let job = JobTransition {
            before: before.clone(),
            after: after.clone(),
        };
        let runs = write(&tx, namespace, &job, changes, now).await?;
        limits::release(&tx, namespace, after).await?;
        changes::stamp(&tx, &[before.id], &runs).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Saves a step of the set-up or an edit that changes nothing else; the new version of the job.
    ///
    /// [`StoreError::Conflict`]: it has another version by now.
    pub async fn save_draft(
        &self,
        namespace: NamespaceId,
        id: JobId,
        expected_version: u64,
        name: JobName,
        draft: &DraftSettings,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let row = record::find(self.reader(), namespace, id).await?;
        let before = Job::try_from(&row)?;
        if before.version != expected_version {
            return Err(CONFLICT);
        }
        let after = Job {
            name,
            version: expected_version + 1,
            ..before.clone()
        };
        let changes = Changes {
            draft: Some(draft.clone()),
            ..Changes::default()
        };
        self.transition(namespace, &before, &after, changes, now)
            .await?;
        Ok(after.version)
    }
}

const CONFLICT: StoreError = StoreError::Conflict { what: "job" };

/// Writes all but the change number; the runs that were written.
pub(crate) async fn write(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    job: &JobTransition,
    mut changes: Changes,
    now: Timestamp,
) -> Result<Vec<RunId>, StoreError> {
    let JobTransition { before, after } = job;
    if let Some(dataset) = changes.dataset.take() {
        // The job's row refers to it.
        datasets::insert(tx, namespace, dataset, now).await?;
    }
    let mut columns = row::changed_columns(before, after)?;
    columns.updated_at = Set(now.0);
    if let Some(draft) = &changes.draft {
        columns.draft = Set(to_json("jobs.draft", draft)?);
        if after.current.is_none() {
            columns.dataset = Set(row::dataset_column(draft.dataset));
        }
    }
    if let Some((_, settings)) = &changes.seal {
        columns.dataset = Set(row::dataset_column(Some(settings.dataset)));
    }
    let mut update = job::Entity::update_many()
        .filter(job::COLUMN.id.eq(before.id.0))
        .filter(job::COLUMN.namespace.eq(namespace.0))
        .filter(job::COLUMN.version.eq(from_count(before.version)));
    if let Some(fence) = changes.sampling_fence {
        update = update.filter(job::COLUMN.sampling_fence.eq(from_count(fence)));
    }
    if restarts_sampling(job, &changes) {
        // A worker that is busy with the sample as it was must not answer for the sample as it is.
        columns.sampling_by = Set(None);
        columns.sampling_until = Set(None);
        columns.sampling_claims = Set(0);
        update = update.col_expr(
            job::Column::SamplingFence,
            Expr::col(job::Column::SamplingFence).add(1),
        );
    }
    let updated = update
        .set(columns)
        .exec(tx)
        .await
        .map_err(on_insert("dataset"))?;
    if updated.rows_affected == 0 {
        record::find(tx, namespace, before.id).await?;
        return Err(CONFLICT);
    }

    if let Some((id, settings)) = changes.seal {
        seal(tx, namespace, before.id, id, &settings, now).await?;
    }
    let mut written = Vec::new();
    for (before, after) in &changes.cancelled {
        runs::write_transition(tx, namespace, before, after, None, now).await?;
        written.push(after.id);
    }
    if let Some(corrections) = &changes.corrections {
        corrections::insert(tx, namespace, corrections).await?;
    }
    for run in &changes.runs {
        uploads::take_up(tx, namespace, run).await?;
        runs::insert(tx, namespace, run).await?;
        written.push(run.id);
    }
    source_files::leave_out(tx, namespace, job.before.id, changes.left_out, now).await?;
    activity::insert(tx, namespace, changes.activity, now).await?;
    notices::insert(tx, namespace, changes.notices, now).await?;
    Ok(written)
}

fn restarts_sampling(job: &JobTransition, changes: &Changes) -> bool {
    job.before.sample != job.after.sample
        || (changes.draft.is_some() && job.after.sample == SampleState::Processing)
}

async fn seal(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    job: JobId,
    id: JobVersionId,
    settings: &JobSettings,
    now: Timestamp,
) -> Result<(), StoreError> {
    let earlier = count_versions(tx, job).await?;
    let row = job_version::ActiveModel {
        id: Set(id.0),
        namespace: Set(namespace.0),
        job: Set(job.0),
        number: Set(i32::try_from(earlier + 1).unwrap_or(i32::MAX)),
        dataset: Set(settings.dataset.0),
        settings: Set(to_json("job_versions.settings", settings)?),
        sealed_at: Set(now.0),
    };
    job_version::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("job version"))?;
    Ok(())
}

/// Versions are never deleted while their job lives.
async fn count_versions(tx: &impl ConnectionTrait, job: JobId) -> Result<u64, StoreError> {
    Ok(job_version::Entity::find()
        .filter(job_version::COLUMN.job.eq(job.0))
        .count(tx)
        .await?)
}
