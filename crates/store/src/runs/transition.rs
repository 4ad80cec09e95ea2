//! Writing what `Run::apply` decided, by compare-and-set on version and fence, with everything that belongs to it in one
//! transaction.

use domain::{id::NamespaceId, run::Run, time::Timestamp};
use sea_orm::{ActiveValue::Set, DatabaseTransaction, EntityTrait, QueryFilter};

use super::{
    record::{self, RunFacts},
    row,
};
use crate::{
    activity::{self, NewActivity},
    changes,
    column::from_count,
    connection::Store,
    datasets,
    entities::run,
    error::{StoreError, on_insert},
    jobs::{self, Changes, JobTransition},
    limits::{self, LimitStep},
    notices::{self, NewNotice},
    source_files::{self, TakenFile},
};

/// What is written together with a transition of a run.
#[derive(Clone, Debug, Default)]
pub struct RunChanges {
    /// The job heard of it (`JobEvent::RunEnded`), and what follows from that: reruns to be made, queued runs to be
    /// cancelled.
    pub job: Option<(JobTransition, Changes)>,
    /// Runs whose missing records went in with this one (`RunEvent::Corrected`), before and after.
    pub corrected: Vec<(Run, Run)>,
    pub facts: Option<RunFacts>,
    /// The file that the run has taken (`RunEvent::FileTaken`).
    pub taken: Option<TakenFile>,
    pub limit: Option<LimitStep>,
    /// New rows that the run brought into its dataset.
    pub rows_added: Option<u64>,
    pub activity: Vec<NewActivity>,
    pub notices: Vec<NewNotice>,
}

impl Store {
    /// `fence`: the one that the worker claimed the run with; `None`: not written by a worker.
    ///
    /// [`StoreError::Conflict`]: the run or the job has another version by now, or the run another fence. Nothing is
    /// written then.
    pub async fn apply_run(
        &self,
        namespace: NamespaceId,
        before: &Run,
        after: &Run,
        fence: Option<u64>,
        changes: RunChanges,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let (mut jobs, mut runs) = (Vec::new(), vec![before.id]);
        // The job's row is always taken before those of its runs, so that nobody waits in a circle.
        let mut job_after = None;
        if let Some((job, of_job)) = changes.job {
            let transition = jobs::write_transition(&tx, namespace, &job, of_job, now);
            runs.extend(Box::pin(transition).await?);
            jobs.push(job.before.id);
            job_after = Some(job.after);
        }
        if let Some(taken) = changes.taken {
            source_files::insert(&tx, namespace, before.job, taken, now).await?;
        }
        write(&tx, namespace, before, after, fence, now).await?;
        for (before, after) in &changes.corrected {
            write(&tx, namespace, before, after, None, now).await?;
            runs.push(before.id);
        }
        if let (Some(upload), Some(end)) = (after.input.upload, after.end_of_file(before)) {
            source_files::note_end(&tx, after, upload, end, now).await?;
        }
        if let Some(facts) = changes.facts {
            write_facts(&tx, before, facts).await?;
        }
        activity::insert(&tx, namespace, changes.activity, now).await?;
        notices::insert(&tx, namespace, changes.notices, now).await?;
        // Large futures: kept out of those of everybody who writes a run.
        Box::pin(count_rows(&tx, namespace, after, changes.limit, now)).await?;
        if let Some(rows) = changes.rows_added {
            datasets::add_rows(&tx, namespace, after.job_version, rows).await?;
        }
        if let Some(job) = job_after {
            limits::release(&tx, namespace, &job).await?;
        }
        changes::stamp(&tx, &jobs, &runs).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The run's rows against the month's limit: reserved, imported, or refused.
async fn count_rows(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
    step: Option<LimitStep>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut day = None;
    match step {
        Some(LimitStep::Reserve(wanted, news)) => {
            limits::reserve(tx, namespace, run, wanted, news, now).await?;
        }
        Some(LimitStep::Refused(news)) => {
            limits::tell_refused(tx, namespace, run, news, now).await?;
        }
        Some(LimitStep::Used(of)) => day = Some(of),
        None => {}
    }
    if run.status.is_successful() {
        limits::settle(tx, namespace, run, day).await?;
    }
    Ok(())
}

pub(crate) async fn insert(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
) -> Result<(), StoreError> {
    if run.namespace != namespace {
        return Err(StoreError::NotFound { what: "job" });
    }
    let row = run::ActiveModel {
        importing_at: Set(None),
        processing_at: Set(None),
        bytes_done: Set(0),
        progress_at: Set(None),
        rows_inserted: Set(None),
        rows_updated: Set(None),
        exact_bytes: Set(None),
        explained_bytes: Set(None),
        change: Set(0),
        ..row::columns(run)?
    };
    run::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("run"))?;
    Ok(())
}

/// Writes all but the change number.
pub(crate) async fn write(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    before: &Run,
    after: &Run,
    fence: Option<u64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let updated = run::Entity::update_many()
        .set(row::changed_columns(before, after, now)?)
        .filter(run::COLUMN.id.eq(before.id.0))
        .filter(run::COLUMN.namespace.eq(namespace.0))
        .filter(run::COLUMN.version.eq(from_count(before.version)))
        .filter(
            run::COLUMN
                .fence
                .eq(from_count(fence.unwrap_or(before.fence))),
        )
        .exec(tx)
        .await
        .map_err(on_insert("run"))?;
    if updated.rows_affected == 0 {
        record::find(tx, namespace, before.id).await?;
        return Err(StoreError::Conflict { what: "run" });
    }
    Ok(())
}

async fn write_facts(
    tx: &DatabaseTransaction,
    run: &Run,
    facts: RunFacts,
) -> Result<(), StoreError> {
    run::Entity::update_many()
        .set(run::ActiveModel {
            rows_inserted: Set(facts.rows_inserted.map(from_count)),
            rows_updated: Set(facts.rows_updated.map(from_count)),
            exact_bytes: Set(facts.exact_bytes.map(from_count)),
            explained_bytes: Set(facts.explained_bytes.map(from_count)),
            ..Default::default()
        })
        .filter(run::COLUMN.id.eq(run.id.0))
        .exec(tx)
        .await?;
    Ok(())
}
