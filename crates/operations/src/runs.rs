//! Run history, a run's details, and what can be done with a run.

mod history;

use domain::counts::{Counts, PerMille};
use domain::id::{JobId, RunId};
use domain::job::{Effect, JobEvent};
use domain::reason::Reason;
use domain::report::{self, Breakdown, RejectedRecord};
use domain::retry::RerunSettings;
use domain::role::{Action, Role};
use domain::run::{Run, RunAction, RunEvent, RunStatus, run_actions};
use domain::time::Timestamp;
use store::jobs::{Changes, JobTransition};
use store::runs::{RunChanges, RunRecord};
use store::uploads::Upload;
use tokio::io::AsyncReadExt as _;

pub use self::history::{HistoryPlace, RunHistory, history};
use crate::access::{Access, Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;
use crate::{change, corrections, watched};

const FIRST_REJECTIONS: usize = 100;
/// Records are cut for display when they are written; this bounds what a page reads whatever was written.
const REJECTIONS_BYTES: u64 = 4 << 20;
const BREAKDOWN_BYTES: u64 = 4 << 20;

/// A line of the run history.
#[derive(Clone, Debug)]
pub struct RunOverview {
    pub id: RunId,
    pub job: JobId,
    pub job_name: String,
    pub status: RunStatus,
    pub reason: Option<Reason>,
    /// The first attempt: what its reruns are grouped under.
    pub occurrence: RunId,
    pub attempt: u8,
    /// Of so many at most: the 6 of "attempt 2 of 6".
    pub attempts: u8,
    pub file_name: Option<String>,
    pub file_bytes: Option<u64>,
    pub due_at: Timestamp,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub counts: Counts,
    /// Rejected records that went in later, corrected; and those that are still to be corrected.
    pub corrected: u64,
    pub still_missing: u64,
    /// The run whose corrected records it reads.
    pub corrects: Option<RunId>,
    /// `None` while the run is under way, and of a cancelled one.
    pub failed: Option<PerMille>,
    pub bytes_done: u64,
    pub progress_at: Option<Timestamp>,
    pub cancel_requested: bool,
    pub actions: Vec<RunAction>,
    /// Larger is newer; grows with progress too.
    pub change: u64,
}

#[derive(Debug)]
pub struct RunDetails {
    pub overview: RunOverview,
    pub dataset: String,
    pub rows_inserted: Option<u64>,
    pub rows_updated: Option<u64>,
    pub stages: [Stage; 3],
    pub breakdown: Breakdown,
    /// In file order.
    pub first_rejections: Vec<RejectedRecord>,
    /// Runs that read corrected records of this one, oldest first.
    pub corrected_by: Vec<RunOverview>,
    /// Rows that a retry would bring in again: those of the same file that are in, by whichever run.
    pub rows_in: u64,
    /// It has asked what becomes of its file, and somebody has had that imported.
    pub is_answered: bool,
    /// Its file was passed over.
    pub is_passed_over: bool,
}

/// Validating, Importing or Processing.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    pub status: RunStatus,
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

impl RunOverview {
    pub(crate) fn new(
        record: RunRecord,
        job_name: &str,
        role: Role,
        reruns: RerunSettings,
    ) -> Self {
        let RunRecord {
            run,
            upload,
            bytes_done,
            progress_at,
            change,
            ..
        } = record;
        let mut actions = run_actions(&run, role);
        if upload.as_ref().is_some_and(Upload::is_removed) {
            actions.retain(|action| *action != RunAction::Retry);
        }
        let still_missing = run.still_missing();
        let failed = run.failed_per_mille();
        let (file_name, file_bytes) = upload
            .map(|upload| (upload.file_name, upload.bytes))
            .unzip();
        Self {
            id: run.id,
            job: run.job,
            job_name: job_name.to_owned(),
            status: run.status,
            reason: run.reason,
            occurrence: run.occurrence,
            attempt: run.attempt,
            attempts: reruns.attempts().max(run.attempt),
            file_name,
            file_bytes,
            due_at: run.due_at,
            started_at: run.started_at,
            ended_at: run.ended_at,
            counts: run.counts,
            corrected: run.corrected,
            still_missing,
            corrects: run.input.corrects.map(|corrects| corrects.run),
            failed,
            bytes_done,
            progress_at,
            cancel_requested: run.cancel_requested,
            actions,
            change,
        }
    }
}

pub async fn show(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
) -> Result<RunDetails, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let record = context.store.run(access.namespace, parse_id(run)?).await?;
    let job = context
        .store
        .job(access.namespace, record.run.job)
        .await?
        .job;
    let settings = context
        .store
        .job_version(access.namespace, record.run.job_version)
        .await?;
    let dataset = context
        .store
        .dataset(access.namespace, settings.dataset)
        .await?
        .name;
    let folder = context.folder.reports(record.run.id);
    let breakdown = read_start(&folder.join(report::BREAKDOWN), BREAKDOWN_BYTES).await?;
    let rejections = read_start(&folder.join(report::RECORDS), REJECTIONS_BYTES).await?;
    let overview =
        |record| RunOverview::new(record, job.name.as_str(), access.role, context.reruns);
    let correcting = context
        .store
        .runs_correcting(access.namespace, record.run.id)
        .await?;
    let rows_in = context.store.rows_in_of_same_file(&record.run).await?;
    let is_answered = is_answered(context, &record.run).await?;
    let is_passed_over = context.store.is_passed_over(&record.run).await?;
    let stages = stages(&record);
    let (rows_inserted, rows_updated) = (record.facts.rows_inserted, record.facts.rows_updated);
    let mut of_run = overview(record);
    if is_answered {
        let asks = [RunAction::Retry, RunAction::PassOver];
        of_run.actions.retain(|action| !asks.contains(action));
    }
    Ok(RunDetails {
        rows_in,
        corrected_by: correcting
            .into_iter()
            .map(|correcting| overview(correcting.record))
            .collect(),
        dataset,
        rows_inserted,
        rows_updated,
        stages,
        breakdown: serde_json::from_slice(&breakdown).unwrap_or_default(),
        first_rejections: first_rejections(&rejections),
        is_answered,
        is_passed_over,
        overview: of_run,
    })
}

/// Cancels the run, or asks its worker to. Answers the run.
pub async fn cancel(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
) -> Result<RunId, OperationError> {
    let access = enter(context, actor, slug, RunAction::Cancel.needs()).await?;
    let id = parse_id(run)?;
    change::decide(|| try_cancel(context, &access, actor, id)).await?;
    Ok(id)
}

/// The whole input again, as a run of its own. Answers the new run.
pub async fn retry(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
) -> Result<RunId, OperationError> {
    let access = enter(context, actor, slug, RunAction::Retry.needs()).await?;
    let id = parse_id(run)?;
    change::decide(|| try_retry(context, &access, actor, id)).await
}

/// The job is read first and written last at the version that was read, so that nobody gives the same records back in between.
async fn try_retry(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: RunId,
) -> Result<RunId, change::WriteError> {
    let job = context.store.run(access.namespace, id).await?.run.job;
    let job = context.store.job(access.namespace, job).await?;
    let record = context.store.run(access.namespace, id).await?;
    if record.upload.as_ref().is_some_and(Upload::is_removed) {
        return Err(change::file_is_not_kept().into());
    }
    if context.store.is_read_by_another(&record.run).await? {
        return Err(OperationError::conflict(
            "Another run of this file has not ended.",
            "Wait until it has, or cancel it.",
        )
        .into());
    }
    corrections::refuse_if_given_elsewhere(context, access.namespace, &record.run).await?;
    refuse_if_answered(context, &record.run).await?;
    let ended = record.run.ended().ok_or_else(|| {
        OperationError::conflict("The run has not ended.", "Wait until it has, or cancel it.")
    })?;
    let event = JobEvent::Retried { run: ended };
    let queued = change::write(context, access, actor, &job, &[event], Changes::default()).await?;
    queued.ok_or_else(|| OperationError::unavailable("a retry has queued no run").into())
}

/// The repeated file that the run asks about is not imported, and the job goes on. Answers the run.
pub async fn pass_over(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
) -> Result<RunId, OperationError> {
    let access = enter(context, actor, slug, RunAction::PassOver.needs()).await?;
    let id = parse_id(run)?;
    change::decide(|| try_pass_over(context, &access, actor, id)).await?;
    Ok(id)
}

/// Of a run that asks what becomes of its file: somebody has said so, by importing it.
async fn is_answered(context: &Context, run: &Run) -> Result<bool, OperationError> {
    let Some(upload) = run.input.upload.filter(|_| RunAction::PassOver.fits(run)) else {
        return Ok(false);
    };
    let readers = context.store.runs_of_upload(run.namespace, run.job, upload);
    // An import before it is why it asks.
    let is_later = |other: &&Run| (other.queued_at, other.id) > (run.queued_at, run.id);
    let imports = |other: &Run| !other.status.is_final() || other.status.is_successful();
    Ok(readers.await?.iter().filter(is_later).any(imports))
}

async fn refuse_if_answered(context: &Context, run: &Run) -> Result<(), OperationError> {
    if is_answered(context, run).await? {
        return Err(OperationError::conflict(
            "The file is being imported, or was.",
            "Look at its run in the run history.",
        ));
    }
    Ok(())
}

async fn try_pass_over(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: RunId,
) -> Result<(), change::WriteError> {
    let (namespace, now) = (access.namespace, context.now());
    let job = context.store.run(namespace, id).await?.run.job;
    let before = context.store.job(namespace, job).await?.job;
    let record = context.store.run(namespace, id).await?;
    let run = record.run;
    refuse_if_answered(context, &run).await?;
    let event = RunEvent::PassedOver;
    let ended = run.ended().ok_or_else(|| {
        OperationError::conflict("The run has not ended.", "Wait until it has, or cancel it.")
    })?;
    let after = run
        .apply(&event, now)
        .map_err(|refused| change::WriteError::Refused(refused.into()))?;
    let (job_after, _) = before.apply(&JobEvent::PassedOver { run: ended }, now)?;
    let settings = context
        .store
        .job_version(namespace, run.job_version)
        .await?;
    let name = record.upload.map(|upload| upload.file_name);
    let name = name.unwrap_or_default();
    let waits = watched::another_waits(context, access, &before, &settings, &name).await?;
    let due_at = run.due_at;
    let (job_after, effects) = if waits {
        job_after.apply(&JobEvent::FileWaits { due_at }, now)?
    } else {
        (job_after, Vec::new())
    };
    let queued = effects.into_iter().filter_map(|effect| match effect {
        Effect::QueueRun(queue) => Some(Run::queued(
            RunId(context.ids.next()),
            &job_after,
            &queue,
            now,
        )),
        Effect::CancelQueuedRuns | Effect::ProcessSample | Effect::Delete => None,
    });
    let of_job = Changes {
        runs: queued.collect(),
        ..Changes::default()
    };
    let activity = change::activity(context, actor, job, Some(id), event.code());
    let transition = JobTransition {
        before,
        after: job_after,
    };
    let changes = RunChanges {
        job: Some((transition, of_job)),
        activity: vec![activity],
        ..RunChanges::default()
    };
    context
        .store
        .apply_run(namespace, &run, &after, None, changes, now)
        .await?;
    context.changes.poke();
    Ok(())
}

async fn try_cancel(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: RunId,
) -> Result<(), change::WriteError> {
    let now = context.now();
    let run = context.store.run(access.namespace, id).await?.run;
    let event = RunEvent::CancelRequested;
    let after = run
        .apply(&event, now)
        .map_err(|refused| change::WriteError::Refused(refused.into()))?;
    let job = match after.ended() {
        Some(ended) => {
            let before = context.store.job(access.namespace, run.job).await?.job;
            let event = JobEvent::RunEnded {
                run: ended,
                reruns: context.reruns,
            };
            let (job, _) = before.apply(&event, now)?;
            Some((JobTransition { before, after: job }, Changes::default()))
        }
        None => None,
    };
    let activity = vec![change::activity(
        context,
        actor,
        run.job,
        Some(id),
        event.code(),
    )];
    let changes = RunChanges {
        job,
        activity,
        ..RunChanges::default()
    };
    context
        .store
        .apply_run(access.namespace, &run, &after, None, changes, now)
        .await?;
    context.changes.poke();
    Ok(())
}

/// A stage ends where the next begins; the last one begun ends with the run.
fn stages(record: &RunRecord) -> [Stage; 3] {
    let starts = [
        record.run.started_at,
        record.stages.importing_at,
        record.stages.processing_at,
    ];
    let statuses = [
        RunStatus::Validating,
        RunStatus::Importing,
        RunStatus::Processing,
    ];
    std::array::from_fn(|index| {
        let started_at = starts[index];
        let next = starts[index + 1..].iter().copied().flatten().next();
        Stage {
            status: statuses[index],
            started_at,
            ended_at: started_at.and(next.or(record.run.ended_at)),
        }
    })
}

/// The first bytes of a file; none of one that is not there.
async fn read_start(path: &std::path::Path, at_most: u64) -> Result<Vec<u8>, OperationError> {
    let mut bytes = Vec::new();
    match tokio::fs::File::open(path).await {
        Ok(file) => {
            file.take(at_most).read_to_end(&mut bytes).await?;
            Ok(bytes)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(bytes),
        Err(error) => Err(error.into()),
    }
}

/// A line that was cut is not JSON any more; the page shows those before it.
fn first_rejections(lines: &[u8]) -> Vec<RejectedRecord> {
    lines
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .take(FIRST_REJECTIONS)
        .map_while(|line| serde_json::from_slice(line).ok())
        .collect()
}
