//! Changing a job that runs already: its edit is saved step by step like a set-up, and takes effect when it is saved whole.
//! Until then the version in use runs on.

use domain::id::{JobId, JobVersionId};
use domain::job::{JobEvent, JobStatus};
use domain::role::Action;
use domain::settings::JobSettings;
use store::jobs::{Changes, JobRecord};

use crate::access::{Access, Actor, enter, parse_id};
use crate::activate::sealed;
use crate::change;
use crate::context::Context;
use crate::error::OperationError;
use crate::schedule;

/// Seals the edit as the version that the next run uses. `version` is the one that the person saw.
pub async fn save(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    version: u64,
) -> Result<JobId, OperationError> {
    let (access, record) = edited(context, actor, slug, job, version).await?;
    let before = in_use(context, &access, &record).await?.ok_or_else(|| {
        OperationError::conflict(
            "The set-up of the job is not complete.",
            "Complete it first.",
        )
    })?;
    let settings = sealed(&record)?;
    let timing = if before.schedule == settings.schedule {
        None
    } else {
        let id = record.job.id;
        Some(schedule::timing(id, &settings.schedule, context.now())?)
    };
    let version = JobVersionId(context.ids.next());
    let event = JobEvent::Edited { version, timing };
    let changes = Changes {
        seal: Some((version, settings)),
        ..Changes::default()
    };
    change::write(context, &access, actor, &record, &[event], changes).await?;
    Ok(record.job.id)
}

/// Back to the settings of the version in use. The name is none of them.
pub async fn discard(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    version: u64,
) -> Result<JobId, OperationError> {
    let (access, record) = edited(context, actor, slug, job, version).await?;
    let draft = in_use(context, &access, &record)
        .await?
        .map(|settings| settings.draft());
    let changes = Changes {
        draft,
        ..Changes::default()
    };
    let event = JobEvent::EditDiscarded;
    change::write(context, &access, actor, &record, &[event], changes).await?;
    Ok(record.job.id)
}

/// Whether the job has a version and its set-up says something else.
pub(crate) async fn is_edited(
    context: &Context,
    access: &Access,
    record: &JobRecord,
) -> Result<bool, OperationError> {
    let may_be = match record.job.status {
        JobStatus::Active | JobStatus::Paused | JobStatus::Halted => true,
        JobStatus::Draft
        | JobStatus::Sampling
        | JobStatus::SamplingFailed
        | JobStatus::Completed => false,
    };
    if !may_be {
        return Ok(false);
    }
    let in_use = in_use(context, access, record).await?;
    Ok(in_use.is_some_and(|settings| settings.draft() != record.draft))
}

async fn edited(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    version: u64,
) -> Result<(Access, JobRecord), OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let record = context.store.job(access.namespace, parse_id(job)?).await?;
    if record.job.version == version {
        Ok((access, record))
    } else {
        Err(OperationError::ChangedMeanwhile)
    }
}

async fn in_use(
    context: &Context,
    access: &Access,
    record: &JobRecord,
) -> Result<Option<JobSettings>, OperationError> {
    match record.job.current {
        Some(version) => Ok(Some(
            context.store.job_version(access.namespace, version).await?,
        )),
        None => Ok(None),
    }
}
