//! A line of the jobs list.

use domain::id::JobId;
use domain::job::{JobAction, JobStatus, job_actions};
use domain::month::Month;
use domain::name::JobName;
use domain::settings::ImportMethod;
use domain::time::Timestamp;
use store::jobs::JobSummary;

use crate::access::Access;
use crate::context::Context;
use crate::error::OperationError;
use crate::runs::RunOverview;

/// A line of the jobs list.
#[derive(Clone, Debug)]
pub struct JobOverview {
    pub id: JobId,
    pub name: JobName,
    pub status: JobStatus,
    pub dataset: Option<String>,
    pub method: Option<ImportMethod>,
    pub schedule: ScheduleKind,
    pub next_run_at: Option<Timestamp>,
    /// The last five, newest last.
    pub last_runs: Vec<RunOverview>,
    pub rows_this_month: u64,
    pub actions: Vec<JobAction>,
    /// What a save compares; larger is newer.
    pub version: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScheduleKind {
    NotSet,
    OneTime,
    Recurring,
}

pub(crate) async fn one(
    context: &Context,
    access: &Access,
    id: JobId,
) -> Result<JobOverview, OperationError> {
    let month = Month::of(context.now(), &access.time_zone);
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
    let (method, schedule) = if let Some(version) = job.current {
        let settings = context.store.job_version(access.namespace, version).await?;
        let schedule = if job.recurring {
            ScheduleKind::Recurring
        } else {
            ScheduleKind::OneTime
        };
        (Some(settings.method), schedule)
    } else {
        let draft = context.store.job(access.namespace, job.id).await?.draft;
        let schedule = if draft.schedule.is_some() {
            ScheduleKind::OneTime
        } else {
            ScheduleKind::NotSet
        };
        (draft.method, schedule)
    };
    let runs = summary.last_runs.into_iter().rev();
    Ok(JobOverview {
        id: job.id,
        next_run_at: job.wakes_at(),
        status: job.status,
        dataset: summary.dataset_name,
        method,
        schedule,
        last_runs: runs
            .map(|run| RunOverview::new(run, job.name.as_str(), access.role))
            .collect(),
        rows_this_month: summary.rows_this_month,
        actions: job_actions(job.status, access.role),
        version: job.version,
        name: job.name,
    })
}
