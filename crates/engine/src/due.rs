//! Jobs that come due: by their schedule, or because a rerun has waited long enough.

use domain::job::{Job, JobEvent};
use domain::schedule::UnknownTimeZone;
use domain::settings::{JobSettings, SourceKind};
use domain::time::Timestamp;
use domain::zone;
use store::StoreError;
use thiserror::Error;

use crate::advance::{AdvanceError, decide};
use crate::context::Engine;
use crate::services::unit;
use crate::worker::CLOCK;

/// Jobs that one look takes care of; the next look takes the others.
const AT_ONCE: u64 = 100;
/// Of files that were missed, the last so many have a run each.
const MADE_UP_AT_MOST: usize = 31;

#[derive(Debug, Error)]
enum DueError {
    #[error(transparent)]
    Refused(AdvanceError),
    #[error(transparent)]
    TimeZone(#[from] UnknownTimeZone),
    #[error(transparent)]
    Store(StoreError),
}

/// Queues what is due. Of a schedule that came due several times while nobody looked, once, unless its days have files of their own.
pub(crate) async fn look(engine: &Engine) -> Result<(), StoreError> {
    for job in engine.store.due_jobs(engine.now(), AT_ONCE).await? {
        let (working, id) = (engine.clone(), job.id);
        let done = unit(CLOCK, id, async move { come_due(&working, &job).await });
        match done.await {
            Some(Ok(())) => (engine.changed)(),
            // Or a person, or another process, was faster.
            None | Some(Err(DueError::Store(StoreError::Conflict { .. }))) => {}
            Some(Err(DueError::Store(error))) if error.is_transient() => return Err(error),
            // One job that cannot be understood must not keep the others from running.
            Some(Err(error)) => {
                tracing::error!(job = %id, error = &error as &dyn std::error::Error, "came due in vain");
            }
        }
    }
    Ok(())
}

async fn come_due(engine: &Engine, job: &Job) -> Result<(), DueError> {
    let next = next_instant(engine, job).await?;
    let (after, changes) =
        decide(engine, job, &JobEvent::CameDue { next }).map_err(DueError::Refused)?;
    engine
        .store
        .transition(job.namespace, job, &after, changes, engine.now())
        .await
        .map_err(DueError::Store)
}

/// Of a recurring job, the first instant of its schedule after now. Where days have files of their own, the next one that was missed,
/// of the last [`MADE_UP_AT_MOST`].
async fn next_instant(engine: &Engine, job: &Job) -> Result<Option<Timestamp>, DueError> {
    let Some(version) = job.current.filter(|_| job.recurring) else {
        return Ok(None);
    };
    let JobSettings {
        schedule, source, ..
    } = engine
        .store
        .job_version(job.namespace, version)
        .await
        .map_err(DueError::Store)?;
    let now = engine.now();
    if let (Some(due), SourceKind::Folder(source)) = (job.next_due, &source)
        && due <= now
        && source.pattern.has_date()
    {
        let name = |day| source.pattern.on(day);
        let missed = schedule.with_own_file(job.id, (due, now), &zone::rules, name)?;
        let passed_over = missed.len().saturating_sub(MADE_UP_AT_MOST);
        if passed_over > 0 {
            tracing::warn!(job = %job.id, passed_over, "more was missed than is made up for: the oldest files are passed over");
        }
        if let Some(instant) = missed.get(passed_over) {
            return Ok(Some(*instant));
        }
    }
    Ok(schedule.next_after(job.id, now, &zone::rules)?)
}
