//! The jobs list and a job's details; below: what the Action menu does.

mod act;
mod overview;

use std::iter;

use domain::activity::kind;
use domain::id::JobId;
use domain::job::JobStatus;
use domain::month::Month;
use domain::name::JobName;
use domain::role::Action;
use domain::settings::DraftSettings;
use domain::time::Timestamp;
use store::jobs::{JobRecord, JobsFilter, JobsOrder, NewJob};

pub use self::act::{Act, act, run_with_new_file};
pub use self::overview::{JobOverview, RerunToCome};
pub(crate) use self::overview::{one, overview};
use crate::access::{Access, Actor, enter, parse_id};
use crate::change;
use crate::context::Context;
use crate::datasets::{self, DatasetOverview};
use crate::error::OperationError;
use crate::setup::parse_name;
use crate::{edit, schedule};

const PAGE: u64 = 50;
const SEARCH_CHARACTERS: usize = 200;

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
    /// Regular runs to come, of an Active job.
    pub coming: Vec<Timestamp>,
    /// An edit is begun that no run uses yet.
    pub edited: bool,
    /// 0 while the job has none.
    pub version_number: u32,
    pub created_at: Timestamp,
    pub created_by: String,
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
    let filter = JobsFilter {
        search: (!search.is_empty()).then_some(search),
        status,
    };
    let order = JobsOrder::Name {
        after: after.map(parse_after).transpose()?,
    };
    let month = Month::of(context.now(), &access.time_zone);
    // One more than is shown tells whether there is a next page.
    let mut summaries = context
        .store
        .jobs_page(access.namespace, &filter, &order, PAGE + 1, month)
        .await?;
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
pub async fn create(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
) -> Result<JobId, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    insert(context, &access, actor, parse_name(name)?).await
}

pub async fn show(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<JobDetails, OperationError> {
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
    let settings = settings_in_use(context, &access, &record).await?;
    let coming = match (overview.next_run_at, &settings.schedule) {
        (Some(next), Some(schedule)) => {
            let further = schedule::coming(id, schedule, next.max(context.now()))?;
            iter::once(next).chain(further).collect()
        }
        (next, _) => next.into_iter().collect(),
    };
    Ok(JobDetails {
        edited: edit::is_edited(context, &access, &record).await?,
        overview,
        settings,
        coming,
        dataset,
        version_number: record.version_number.unwrap_or(0),
        created_at: record.created_at,
        created_by: context.store.person(record.created_by).await?.name,
    })
}

async fn insert(
    context: &Context,
    access: &Access,
    actor: &Actor,
    name: JobName,
) -> Result<JobId, OperationError> {
    let id = JobId(context.ids.next());
    let new = NewJob {
        id,
        name,
        created_by: actor.person,
    };
    let now = context.now();
    context.store.create_job(access.namespace, new, now).await?;
    context
        .store
        .add_activity(
            access.namespace,
            change::activity(context, actor, id, None, kind::JOB_CREATED),
            now,
        )
        .await?;
    context.changes.poke();
    Ok(id)
}

/// The sealed settings as far as there are any.
pub(crate) async fn settings_in_use(
    context: &Context,
    access: &Access,
    record: &JobRecord,
) -> Result<DraftSettings, OperationError> {
    let Some(version) = record.job.current else {
        return Ok(record.draft.clone());
    };
    let sealed = context.store.job_version(access.namespace, version).await?;
    Ok(sealed.draft())
}

/// The last job of the page before: its id and its name in lower case.
fn parse_after(text: &str) -> Result<(String, JobId), OperationError> {
    const ID_LENGTH: usize = 36;
    let wrong = || {
        OperationError::invalid(
            "after",
            "This page does not exist.",
            "Start with the first page.",
        )
    };
    let (id, name) = text.split_at_checked(ID_LENGTH).ok_or_else(wrong)?;
    Ok((name.to_owned(), id.parse().map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_was_not_handed_out_is_refused() {
        for text in ["", "x", "ü", &"é".repeat(40)] {
            assert!(parse_after(text).is_err(), "{text}");
        }
        let id = "0190a8f0-0000-7000-8000-000000000000";
        assert_eq!(parse_after(&format!("{id}kunden")).unwrap().0, "kunden");
    }
}
