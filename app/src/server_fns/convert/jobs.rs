//! Jobs.

use domain::job::JobAction as DomainAction;
use domain::settings::Schedule;
use operations::jobs::{
    Act, JobDetails as Details, JobOverview, JobsPage as Page, JobsSort as Sort,
};

use super::{dataset, not_an_act};
use crate::server_fns::error::AppError;
use crate::wire::{DatedFiles, JobAction, JobDetails, JobRow, JobsPage, JobsSort};

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

pub fn jobs_sort(sort: JobsSort) -> Sort {
    match sort {
        JobsSort::Name => Sort::Name,
        JobsSort::NextRun => Sort::NextRun,
        JobsSort::Newest => Sort::Newest,
    }
}

pub fn job_row(job: JobOverview) -> JobRow {
    JobRow {
        id: job.id.to_string(),
        name: job.name.to_string(),
        dataset: job.dataset,
        method: job.method,
        status: job.status,
        halt_reason: job.halt_reason.as_ref().map(super::runs::reason),
        schedule: job
            .schedule
            .as_ref()
            .map_or_else(|| "not set".to_owned(), schedule_words),
        next_run_at: job.next_run_at.map(|at| at.0),
        rerun: job.rerun.map(super::schedule::rerun),
        last_runs: job
            .last_runs
            .into_iter()
            .map(super::runs::run_mark)
            .collect(),
        rows_this_month: job.rows_this_month,
        would_insert_twice: job.would_insert_twice,
        dated: job.dated.and_then(|(today, pattern)| {
            let today = today.date()?.to_string();
            Some(DatedFiles { today, pattern })
        }),
        actions: job.actions.into_iter().map(job_action).collect(),
        version: job.version,
    }
}

/// That a job runs once, and when it did, its runs say better.
fn schedule_words(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Now => "One-time".to_owned(),
        Schedule::At { .. } | Schedule::Recurring(_) => schedule.words(),
    }
}

pub fn job_details(details: Details) -> JobDetails {
    JobDetails {
        row: job_row(details.overview),
        settings: details.settings,
        dataset: details.dataset.map(dataset),
        coming: details.coming.into_iter().map(|at| at.0).collect(),
        edited: details.edited,
        version_number: details.version_number,
        created_at: details.created_at.0,
        created_by: details.created_by,
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
