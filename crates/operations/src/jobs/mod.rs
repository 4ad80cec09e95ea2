//! The jobs list and a job's details; below: what the Action menu does.

mod act;
mod list;
mod overview;

use std::iter;

use domain::activity::kind;
use domain::id::JobId;
use domain::name::JobName;
use domain::role::Action;
use domain::settings::DraftSettings;
use domain::time::Timestamp;
use store::jobs::{JobRecord, NewJob};

pub use self::act::{Act, act, run_for_day, run_with_new_file};
pub use self::list::{JobsPage, JobsSort, list};
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
    let entry = change::activity(context, actor, id, None, kind::JOB_CREATED);
    context
        .store
        .create_job(access.namespace, new, vec![entry], now)
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
