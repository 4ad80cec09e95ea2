//! Jobs.

use domain::job::JobAction as DomainAction;
use operations::jobs::{
    Act, ActivityEntry, JobDetails as Details, JobOverview, JobsPage as Page, ScheduleKind,
};

use super::{dataset, not_an_act};
use crate::server_fns::error::AppError;
use crate::wire::{ActivityView, JobAction, JobDetails, JobRow, JobsPage};

pub fn jobs_page(page: Page) -> JobsPage {
    let count = |count| u32::try_from(count).unwrap_or(u32::MAX);
    JobsPage {
        jobs: page.jobs.into_iter().map(job_row).collect(),
        counts: page
            .counts
            .into_iter()
            .map(|(status, jobs)| (status, count(jobs)))
            .collect(),
        next: page.next,
    }
}

pub fn job_row(job: JobOverview) -> JobRow {
    JobRow {
        id: job.id.to_string(),
        name: job.name.to_string(),
        dataset: job.dataset,
        method: job.method,
        status: job.status,
        schedule: match job.schedule {
            ScheduleKind::NotSet => "not set",
            ScheduleKind::OneTime => "one-time",
            ScheduleKind::Recurring => "recurring",
        }
        .to_owned(),
        next_run_at: job.next_run_at.map(|at| at.0),
        last_runs: job
            .last_runs
            .into_iter()
            .map(super::runs::run_mark)
            .collect(),
        rows_this_month: job.rows_this_month,
        actions: job.actions.into_iter().map(job_action).collect(),
        version: job.version,
    }
}

pub fn job_details(details: Details) -> JobDetails {
    JobDetails {
        row: job_row(details.overview),
        settings: details.settings,
        dataset: details.dataset.map(dataset),
        version_number: details.version_number,
        created_at: details.created_at.0,
        created_by: details.created_by,
    }
}

pub fn activity(entry: ActivityEntry) -> ActivityView {
    let sentence = sentence(&entry.kind).to_owned();
    ActivityView {
        at: entry.at.0,
        who: entry.who.unwrap_or_else(|| "Weir".to_owned()),
        sentence,
    }
}

pub fn act(action: JobAction) -> Result<Act, AppError> {
    match action {
        JobAction::RunNow => Ok(Act::RunNow),
        JobAction::Pause => Ok(Act::Pause),
        JobAction::Reactivate => Ok(Act::Reactivate),
        JobAction::Duplicate => Ok(Act::Duplicate),
        JobAction::Delete => Ok(Act::Delete),
        JobAction::View | JobAction::Edit | JobAction::RunWithNewFile => Err(not_an_act()),
    }
}

fn job_action(action: DomainAction) -> JobAction {
    match action {
        DomainAction::View => JobAction::View,
        DomainAction::Edit => JobAction::Edit,
        DomainAction::RunNow => JobAction::RunNow,
        DomainAction::RunNewFile => JobAction::RunWithNewFile,
        DomainAction::Pause => JobAction::Pause,
        DomainAction::Reactivate => JobAction::Reactivate,
        DomainAction::Duplicate => JobAction::Duplicate,
        DomainAction::Delete => JobAction::Delete,
    }
}

/// The codes are those of the domain's job and run events.
fn sentence(kind: &str) -> &'static str {
    match kind {
        "created" => "created the job",
        "renamed" => "renamed the job",
        "sample_provided" => "provided a sample file",
        "sample_processed" => "processed the sample file",
        "sample_rejected" => "could not process the sample file",
        "settings_changed" => "saved the set-up",
        "edit_discarded" => "discarded the edit",
        "activated" => "activated the job",
        "paused" => "paused the job",
        "reactivated" => "reactivated the job",
        "run_requested" => "had the job run now",
        "retried" => "had a run retried",
        "reimported" => "re-imported corrected records",
        "came_due" => "queued the next run",
        "run_ended" => "ended a run",
        "cancel_requested" => "cancelled a run",
        "deleted" => "deleted the job",
        "limit_80" => "imported past 80 % of the month’s rows",
        "limit_reached" => "came to the month’s row limit",
        _ => "changed the job",
    }
}
