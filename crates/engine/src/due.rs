//! Jobs that come due: by their schedule, or because a rerun has waited long enough.

use domain::job::{Job, JobEvent};
use domain::schedule::UnknownTimeZone;
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

#[derive(Debug, Error)]
enum DueError {
    #[error(transparent)]
    Refused(AdvanceError),
    #[error(transparent)]
    TimeZone(#[from] UnknownTimeZone),
    #[error(transparent)]
    Store(StoreError),
}

/// Queues what is due. Of a schedule that came due several times while nobody looked, once.
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

/// Of a recurring job, the first instant of its schedule after now.
async fn next_instant(engine: &Engine, job: &Job) -> Result<Option<Timestamp>, DueError> {
    let Some(version) = job.current.filter(|_| job.recurring) else {
        return Ok(None);
    };
    let settings = engine
        .store
        .job_version(job.namespace, version)
        .await
        .map_err(DueError::Store)?;
    Ok(settings
        .schedule
        .next_after(job.id, engine.now(), &zone::rules)?)
}
