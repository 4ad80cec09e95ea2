//! The jobs list, a job's details, and what its Action menu does.

use std::collections::HashMap;

use domain::id::{JobId, NamespaceId, PersonId, RunId, UploadId};
use domain::job::{JobAction, JobEvent, JobStatus, job_actions};
use domain::name::JobName;
use domain::role::Action;
use domain::settings::{DraftSettings, ImportMethod};
use domain::time::Timestamp;
use store::jobs::{Changes, JobRecord, JobSummary, JobsFilter, JobsOrder, NewJob};

use crate::access::{Access, Actor, enter, parse_id};
use crate::change;
use crate::context::Context;
use crate::datasets::{self, DatasetOverview};
use crate::error::OperationError;
use crate::month::start_of_month;
use crate::runs::RunOverview;
use crate::setup::parse_name;

const PAGE: u64 = 50;
const ACTIVITIES: u64 = 100;
const SEARCH_CHARACTERS: usize = 200;

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

#[derive(Debug)]
pub struct JobsPage {
    /// By name.
    pub jobs: Vec<JobOverview>,
    /// How many jobs of each status there are, whatever the filter.
    pub counts: Vec<(JobStatus, u64)>,
    /// Where the next page begins; opaque.
    pub next: Option<String>,
}

#[derive(Debug)]
pub struct JobDetails {
    pub overview: JobOverview,
    /// Those that runs use, or those of the set-up while there are none.
    pub settings: DraftSettings,
    pub dataset: Option<DatasetOverview>,
    /// 0 while the job has none.
    pub version_number: u32,
    pub created_at: Timestamp,
    pub created_by: String,
}

/// An entry of the log of what was done.
#[derive(Debug)]
pub struct ActivityEntry {
    pub at: Timestamp,
    /// `None`: the system.
    pub who: Option<String>,
    /// Code of the event.
    pub kind: String,
}

/// What act of a job's menu to carry out.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    RunNow,
    /// With a whole upload.
    RunNewFile(UploadId),
    Pause,
    Reactivate,
    Duplicate,
    Delete,
}

pub async fn list(
    context: &Context,
    actor: &Actor,
    slug: &str,
    search: &str,
    status: Option<JobStatus>,
    after: Option<&str>,
) -> Result<JobsPage, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let search: String = search.trim().chars().take(SEARCH_CHARACTERS).collect();
    let filter = JobsFilter { search: (!search.is_empty()).then_some(search), status };
    let order = JobsOrder::Name { after: after.map(parse_after).transpose()? };
    let month_start = start_of_month(context.now(), &access.time_zone);
    // One more than is shown tells whether there is a next page.
    let mut summaries =
        context.store.jobs_page(access.namespace, &filter, &order, PAGE + 1, month_start).await?;
    let page = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = summaries.len() > page;
    summaries.truncate(page);
    let next = summaries.last().filter(|_| more).map(|last| {
        let (name, id) = last.after_name();
        format!("{id}{name}")
    });
    let mut jobs = Vec::with_capacity(summaries.len());
    for summary in summaries {
        jobs.push(overview(context, &access, summary).await?);
    }
    let counts = context.store.job_counts_by_status(access.namespace).await?;
    Ok(JobsPage { jobs, counts, next })
}

/// A new Draft.
pub async fn create(context: &Context, actor: &Actor, slug: &str, name: &str) -> Result<JobId, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    insert(context, &access, actor, parse_name(name)?).await
}

pub async fn show(context: &Context, actor: &Actor, slug: &str, job: &str) -> Result<JobDetails, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let id = parse_id(job)?;
    let record = context.store.job(access.namespace, id).await?;
    let overview = one(context, &access, id).await?;
    let dataset = match record.dataset {
        Some(dataset) => {
            let dataset = context.store.dataset(access.namespace, dataset).await?;
            Some(datasets::overview(context, access.namespace, dataset, 0).await?)
        }
        None => None,
    };
    Ok(JobDetails {
        overview,
        settings: settings_in_use(context, &access, &record).await?,
        dataset,
        version_number: record.version_number.unwrap_or(0),
        created_at: record.created_at,
        created_by: context.store.person(record.created_by).await?.name,
    })
}

/// Newest first.
pub async fn activity(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<Vec<ActivityEntry>, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let id = parse_id(job)?;
    context.store.job(access.namespace, id).await?;
    let mut names: HashMap<PersonId, String> = HashMap::new();
    let mut entries = Vec::new();
    for activity in context.store.activity(access.namespace, id, ACTIVITIES).await? {
        let who = match activity.person {
            Some(person) => {
                if !names.contains_key(&person) {
                    names.insert(person, context.store.person(person).await?.name);
                }
                names.get(&person).cloned()
            }
            None => None,
        };
        entries.push(ActivityEntry { at: activity.at, who, kind: activity.kind });
    }
    Ok(entries)
}

/// Answers the new job for `Duplicate`, else the job itself.
pub async fn act(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    act: Act,
) -> Result<JobId, OperationError> {
    let access = enter(context, actor, slug, act.action().needs()).await?;
    let id: JobId = parse_id(job)?;
    let event = match act {
        Act::RunNow => JobEvent::RunRequested { new_file: None },
        Act::RunNewFile(upload) => {
            let upload = context.store.upload(access.namespace, upload).await?;
            if !upload.is_complete() {
                return Err(OperationError::invalid("upload", "The file is not here yet.", "Wait until it is uploaded."));
            }
            JobEvent::RunRequested { new_file: Some(upload.id) }
        }
        Act::Pause => JobEvent::Paused,
        Act::Reactivate => JobEvent::Reactivated { next: None },
        Act::Duplicate => return duplicate(context, &access, actor, id).await,
        Act::Delete => return delete(context, &access, actor, id).await,
    };
    change::change_job(context, &access, actor, id, event).await?;
    Ok(id)
}

/// As [`act`] with [`Act::RunNewFile`], of an upload that is named as text.
pub async fn run_with_new_file(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    upload: &str,
) -> Result<JobId, OperationError> {
    let upload = parse_id(upload)?;
    act(context, actor, slug, job, Act::RunNewFile(upload)).await
}

impl Act {
    fn action(self) -> JobAction {
        match self {
            Self::RunNow => JobAction::RunNow,
            Self::RunNewFile(_) => JobAction::RunNewFile,
            Self::Pause => JobAction::Pause,
            Self::Reactivate => JobAction::Reactivate,
            Self::Duplicate => JobAction::Duplicate,
            Self::Delete => JobAction::Delete,
        }
    }
}

pub(crate) async fn one(context: &Context, access: &Access, id: JobId) -> Result<JobOverview, OperationError> {
    let month_start = start_of_month(context.now(), &access.time_zone);
    let summary = context.store.job_summary(access.namespace, id, month_start).await?;
    overview(context, access, summary).await
}

pub(crate) async fn overview(
    context: &Context,
    access: &Access,
    summary: JobSummary,
) -> Result<JobOverview, OperationError> {
    let job = summary.job;
    let (method, schedule) = match job.current {
        Some(version) => {
            let settings = context.store.job_version(access.namespace, version).await?;
            let schedule = if job.recurring { ScheduleKind::Recurring } else { ScheduleKind::OneTime };
            (Some(settings.method), schedule)
        }
        None => {
            let draft = context.store.job(access.namespace, job.id).await?.draft;
            let schedule = if draft.schedule.is_some() { ScheduleKind::OneTime } else { ScheduleKind::NotSet };
            (draft.method, schedule)
        }
    };
    let runs = summary.last_runs.into_iter().rev();
    Ok(JobOverview {
        id: job.id,
        next_run_at: job.wakes_at(),
        status: job.status,
        dataset: summary.dataset_name,
        method,
        schedule,
        last_runs: runs.map(|run| RunOverview::new(run, job.name.as_str(), access.role)).collect(),
        rows_this_month: summary.rows_this_month,
        actions: job_actions(job.status, access.role),
        version: job.version,
        name: job.name,
    })
}

async fn insert(context: &Context, access: &Access, actor: &Actor, name: JobName) -> Result<JobId, OperationError> {
    let id = JobId(context.ids.next());
    let new = NewJob { id, name, created_by: actor.person };
    let now = context.now();
    context.store.create_job(access.namespace, new, now).await?;
    context.store.add_activity(access.namespace, change::activity(context, actor, id, None, "created"), now).await?;
    context.changes.poke();
    Ok(id)
}

/// A Draft with the same settings. Its sample is processed again, because the dataset may have changed.
async fn duplicate(context: &Context, access: &Access, actor: &Actor, id: JobId) -> Result<JobId, OperationError> {
    let record = context.store.job(access.namespace, id).await?;
    if !record.job.status.is_set_up() {
        return Err(OperationError::conflict("The set-up of the job is not complete.", "Complete it first."));
    }
    let draft = settings_in_use(context, access, &record).await?;
    let copy = insert(context, access, actor, name_of_copy(&record.job.name)).await?;
    let event = match draft.sample {
        Some(_) => JobEvent::SampleProvided,
        None => JobEvent::SettingsChanged { affects_sample: false },
    };
    let created = context.store.job(access.namespace, copy).await?;
    let changes = Changes { draft: Some(draft), ..Changes::default() };
    change::write(context, access, actor, &created, &[event], changes).await?;
    Ok(copy)
}

async fn delete(context: &Context, access: &Access, actor: &Actor, id: JobId) -> Result<JobId, OperationError> {
    let job = context.store.job(access.namespace, id).await?.job;
    let now = context.now();
    let event = JobEvent::Deleted;
    job.apply(&event, now)?;
    let runs = run_ids(context, access.namespace, id).await?;
    let entry = change::activity(context, actor, id, None, event.code());
    context.store.delete_job(access.namespace, id, job.version, entry, now).await?;
    context.changes.poke();
    for run in runs {
        // What is left of a report is found and removed with other leftovers.
        if let Err(error) = tokio::fs::remove_dir_all(context.folder.reports(run)).await
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%run, %error, "the report of a deleted job could not be removed");
        }
    }
    Ok(id)
}

async fn run_ids(context: &Context, namespace: NamespaceId, job: JobId) -> Result<Vec<RunId>, OperationError> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = context.store.runs_page(namespace, job, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(ids);
        };
        after = Some((last.run.queued_at, last.run.id));
        ids.extend(page.iter().map(|record| record.run.id));
    }
}

/// The sealed settings as far as there are any, with the set-up's sample.
async fn settings_in_use(
    context: &Context,
    access: &Access,
    record: &JobRecord,
) -> Result<DraftSettings, OperationError> {
    let Some(version) = record.job.current else {
        return Ok(record.draft.clone());
    };
    let sealed = context.store.job_version(access.namespace, version).await?;
    Ok(DraftSettings {
        dataset: Some(sealed.dataset),
        method: Some(sealed.method),
        source: Some(sealed.source),
        dialect: Some(sealed.dialect),
        mapping: Some(sealed.mapping),
        schedule: Some(sealed.schedule),
        quality_gate: sealed.quality_gate,
        ..record.draft.clone()
    })
}

fn name_of_copy(name: &JobName) -> JobName {
    const PREFIX: &str = "Copy of ";
    let kept: String = name.as_str().chars().take(JobName::LONGEST - PREFIX.len()).collect();
    format!("{PREFIX}{kept}").parse().expect("a prefix of a job's name is one line, and short enough")
}

/// The last job of the page before: its id and its name in lower case.
fn parse_after(text: &str) -> Result<(String, JobId), OperationError> {
    const ID_LENGTH: usize = 36;
    let wrong = || OperationError::invalid("after", "This page does not exist.", "Start with the first page.");
    let (id, name) = text.split_at_checked(ID_LENGTH).ok_or_else(wrong)?;
    Ok((name.to_owned(), id.parse().map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_can_be_copied() {
        let name: JobName = "ü".repeat(JobName::LONGEST).parse().unwrap();
        assert_eq!(name_of_copy(&name).as_str().chars().count(), JobName::LONGEST);
    }

    #[test]
    fn a_page_that_was_not_handed_out_is_refused() {
        for text in ["", "x", "ü", &"é".repeat(40)] {
            assert!(parse_after(text).is_err(), "{text}");
        }
        let id = "0190a8f0-0000-7000-8000-000000000000";
        assert_eq!(parse_after(&format!("{id}kunden")).unwrap().0, "kunden");
    }
}
