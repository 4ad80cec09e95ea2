//! What a job's Action menu does.

use domain::id::{JobId, NamespaceId, RunId, UploadId};
use domain::job::{JobAction, JobEvent, JobStatus};
use domain::month::{Date, Day};
use domain::name::JobName;
use domain::settings::SourceKind;
use domain::time::Timestamp;
use store::activity::NewActivity;
use store::jobs::Changes;

use super::{PAGE, insert, settings_in_use};
use crate::access::{Access, Actor, enter, parse_id};
use crate::change::{self, WriteError};
use crate::context::Context;
use crate::error::OperationError;
use crate::schedule;
use crate::uploads::require_readable;
use crate::watched;

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
        Act::RunNow => JobEvent::RunRequested {
            new_file: None,
            day: None,
        },
        Act::RunNewFile(upload) => {
            let upload = context.store.upload(access.namespace, upload).await?;
            require_readable(&upload)?;
            let upload = upload.id;
            change::decide(|| run_new_file(context, &access, actor, id, upload)).await?;
            return Ok(id);
        }
        Act::Pause => JobEvent::Paused,
        Act::Reactivate => JobEvent::Reactivated {
            next: next_instant(context, &access, id).await?,
        },
        Act::Duplicate => return duplicate(context, &access, actor, id).await,
        Act::Delete => return delete(context, &access, actor, id).await,
    };
    change::change_job(context, &access, actor, id, event).await?;
    Ok(id)
}

/// As [`act`] with [`Act::RunNewFile`], of an upload that is named as text.
/// An upload is a new file once, however often an answer is lost or a button pressed.
async fn run_new_file(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: JobId,
    upload: UploadId,
) -> Result<(), WriteError> {
    let namespace = access.namespace;
    // The job is written at the version that was read before its runs were looked at.
    let record = context.store.job(namespace, id).await?;
    let readers = context.store.runs_of_upload(namespace, id, upload).await?;
    if !readers.is_empty() {
        return Err(OperationError::conflict(
            "The job has run with this file already.",
            "Its run is in the run history; to bring the file in again, choose Retry there.",
        )
        .into());
    }
    let event = JobEvent::RunRequested {
        new_file: Some(upload),
        day: None,
    };
    change::write(
        context,
        access,
        actor,
        &record,
        &[event],
        Changes::default(),
    )
    .await?;
    Ok(())
}

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

/// Runs the job for the file of another day, which is written `2026-11-28`, in the zone that the job counts days in.
pub async fn run_for_day(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    day: &str,
) -> Result<JobId, OperationError> {
    let access = enter(context, actor, slug, Act::RunNow.action().needs()).await?;
    let id: JobId = parse_id(job)?;
    let job = context.store.job(access.namespace, id).await?.job;
    let Some(version) = job.current else {
        return Err(no_days());
    };
    let settings = context.store.job_version(access.namespace, version).await?;
    match &settings.source {
        SourceKind::Folder(source) if source.pattern.has_date() => {}
        SourceKind::Folder(_) | SourceKind::Upload => return Err(no_days()),
    }
    let date = Date::strptime("%Y-%m-%d", day).map_err(|_| not_a_day())?;
    let day = Day::from(date);
    if watched::today(context, &access, Some(&settings.schedule))? < day {
        return Err(not_a_day());
    }
    let zone = watched::zone_of(&access, Some(&settings.schedule))?;
    let event = JobEvent::RunRequested {
        new_file: None,
        // Nobody has files of days before instants are counted.
        day: Some(
            day.start(&zone)
                .filter(|start| start.0 >= 0)
                .ok_or_else(not_a_day)?,
        ),
    };
    change::change_job(context, &access, actor, id, event).await?;
    Ok(id)
}

fn no_days() -> OperationError {
    OperationError::conflict(
        "The job's files have no day in their names.",
        "Choose Run now without a day.",
    )
}

fn not_a_day() -> OperationError {
    OperationError::invalid(
        "day",
        "This is not a day up to today.",
        "Choose today or a day that has passed.",
    )
}

/// Of a recurring job, the first instant of its schedule after now; of a Halted one whose days have files of their own, the instant that
/// it was halted at: its file, and those of the days since, are still to be taken.
async fn next_instant(
    context: &Context,
    access: &Access,
    id: JobId,
) -> Result<Option<Timestamp>, OperationError> {
    let namespace = access.namespace;
    let job = context.store.job(namespace, id).await?.job;
    let Some(version) = job.current.filter(|_| job.recurring) else {
        return Ok(None);
    };
    let settings = context.store.job_version(namespace, version).await?;
    let now = context.now();
    let next = schedule::next_after(id, &settings.schedule, now)?;
    let has_days = match &settings.source {
        SourceKind::Folder(source) => source.pattern.has_date(),
        SourceKind::Upload => false,
    };
    if job.status != JobStatus::Halted || !has_days || next.is_none() {
        return Ok(next);
    }
    let halted_at = context.store.last_scheduled_run(namespace, id).await?;
    let missed = halted_at
        .filter(|run| !run.status.is_successful())
        .map(|run| run.due_at);
    let missed = missed.or(job.next_due).filter(|missed| *missed <= now);
    Ok(missed.or(next))
}

/// A Draft with the same settings. Its sample is processed again, because the dataset may have changed.
async fn duplicate(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: JobId,
) -> Result<JobId, OperationError> {
    let record = context.store.job(access.namespace, id).await?;
    if !record.job.status.is_set_up() {
        return Err(OperationError::conflict(
            "The set-up of the job is not complete.",
            "Complete it first.",
        ));
    }
    let draft = settings_in_use(context, access, &record).await?;
    let copy = insert(context, access, actor, name_of_copy(&record.job.name)).await?;
    let event = match draft.sample {
        Some(_) => JobEvent::SampleProvided,
        None => JobEvent::SettingsChanged {
            affects_sample: false,
        },
    };
    let created = context.store.job(access.namespace, copy).await?;
    let changes = Changes {
        draft: Some(draft),
        ..Changes::default()
    };
    change::write(context, access, actor, &created, &[event], changes).await?;
    Ok(copy)
}

async fn delete(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: JobId,
) -> Result<JobId, OperationError> {
    let job = context.store.job(access.namespace, id).await?.job;
    let now = context.now();
    let event = JobEvent::Deleted;
    job.apply(&event, now)?;
    let runs = run_ids(context, access.namespace, id).await?;
    let entry = NewActivity {
        // When the job is gone, the log alone knows what it was called.
        detail: job.name.to_string(),
        ..change::activity(context, actor, id, None, event.code())
    };
    context
        .store
        .delete_job(access.namespace, id, job.version, entry, now)
        .await?;
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

async fn run_ids(
    context: &Context,
    namespace: NamespaceId,
    job: JobId,
) -> Result<Vec<RunId>, OperationError> {
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

fn name_of_copy(name: &JobName) -> JobName {
    const PREFIX: &str = "Copy of ";
    let kept: String = name
        .as_str()
        .chars()
        .take(JobName::LONGEST - PREFIX.len())
        .collect();
    format!("{PREFIX}{kept}")
        .parse()
        .expect("a prefix of a job's name is one line, and short enough")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_name_can_be_copied() {
        let name: JobName = "ü".repeat(JobName::LONGEST).parse().unwrap();
        assert_eq!(
            name_of_copy(&name).as_str().chars().count(),
            JobName::LONGEST
        );
    }
}
