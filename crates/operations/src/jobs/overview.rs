//! A line of the jobs list.

use domain::folder::FilePattern;
use domain::id::{JobId, RunId};
use domain::job::{JobAction, JobStatus, job_actions};
use domain::month::{Day, Month};
use domain::name::JobName;
use domain::reason::Reason;
use domain::settings::{ImportMethod, Schedule, SourceKind};
use domain::time::Timestamp;
use store::jobs::JobSummary;

use crate::access::Access;
use crate::context::Context;
use crate::error::OperationError;
use crate::runs::RunOverview;
use crate::watched;

/// A line of the jobs list.
#[derive(Clone, Debug)]
pub struct JobOverview {
    pub id: JobId,
    pub name: JobName,
    pub status: JobStatus,
    /// Why the system paused it; of a Halted job.
    pub halt_reason: Option<Reason>,
    pub dataset: Option<String>,
    pub method: Option<ImportMethod>,
    pub schedule: Option<Schedule>,
    /// The next regular run of an Active job; in the past while it waits for another run to end.
    pub next_run_at: Option<Timestamp>,
    pub rerun: Option<RerunToCome>,
    /// The last five, newest last.
    pub last_runs: Vec<RunOverview>,
    pub rows_this_month: u64,
    /// Run now inserts rows that are in already: it reads the same file again.
    pub would_insert_twice: bool,
    /// Of a job whose days have files of their own: today, and what the files are called.
    pub dated: Option<(Day, FilePattern)>,
    pub actions: Vec<JobAction>,
    /// What a save compares; larger is newer.
    pub version: u64,
}

/// "Attempt 3 of 6 at 14:45."
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RerunToCome {
    pub attempt: u8,
    pub attempts: u8,
    pub due_at: Timestamp,
    /// The first attempt.
    pub occurrence: RunId,
}

pub(crate) async fn one(
    context: &Context,
    access: &Access,
    id: JobId,
) -> Result<JobOverview, OperationError> {
    let month = Month::of(context.now(), &access.zone()?);
    let summary = context
        .store
        .job_summary(access.namespace, id, month)
        .await?;
    overview(context, access, summary).await
}

pub(crate) async fn overview(
    context: &Context,
    access: &Access,
    summary: JobSummary,
) -> Result<JobOverview, OperationError> {
    let job = summary.job;
    let (method, schedule, source) = if let Some(version) = job.current {
        let settings = context.store.job_version(access.namespace, version).await?;
        (
            Some(settings.method),
            Some(settings.schedule),
            Some(settings.source),
        )
    } else {
        let draft = context.store.job(access.namespace, job.id).await?.draft;
        (draft.method, draft.schedule, draft.source)
    };
    let pattern = match source {
        Some(SourceKind::Folder(source)) => Some(source.pattern).filter(FilePattern::has_date),
        Some(SourceKind::Upload) | None => None,
    };
    let dated = pattern.map(|pattern| {
        let today = watched::today(context, access, schedule.as_ref())?;
        Ok::<_, OperationError>((today, pattern))
    });
    let reads_same_file = job
        .last_whole_input
        .is_some_and(|input| !input.is_at_source());
    let would_insert_twice = reads_same_file
        && method == Some(ImportMethod::Insert)
        && summary
            .last_runs
            .iter()
            .any(|record| record.run.status.is_successful());
    let runs = summary.last_runs.into_iter().rev();
    Ok(JobOverview {
        id: job.id,
        next_run_at: job.next_due.filter(|_| job.status == JobStatus::Active),
        rerun: job.rerun.as_ref().map(|rerun| RerunToCome {
            attempt: rerun.attempt,
            attempts: context.reruns.attempts().max(rerun.attempt),
            due_at: rerun.due_at,
            occurrence: rerun.occurrence,
        }),
        status: job.status,
        halt_reason: job.halt_reason,
        dataset: summary.dataset_name,
        method,
        schedule,
        last_runs: runs
            .map(|run| RunOverview::new(run, job.name.as_str(), access.role, context.reruns))
            .collect(),
        rows_this_month: summary.rows_this_month,
        would_insert_twice,
        dated: dated.transpose()?,
        actions: job_actions(job.status, access.role),
        version: job.version,
        name: job.name,
    })
}
