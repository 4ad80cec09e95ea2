//! Jobs that come due: by their schedule, or because a rerun has waited long enough.

use std::collections::VecDeque;

use domain::job::{Job, JobEvent};
use domain::schedule::UnknownTimeZone;
use domain::settings::SourceKind;
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
/// Of instants that were missed and have a file of their own, the last so many have a run each.
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

/// Queues what is due. Of a schedule that came due several times while nobody looked, once, unless each time has its own file.
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

/// Of a recurring job, the first instant of its schedule after now. Where each instant has a file of its own, the one after that
/// which is due, of the last [`MADE_UP_AT_MOST`] at most.
async fn next_instant(engine: &Engine, job: &Job) -> Result<Option<Timestamp>, DueError> {
    let Some(version) = job.current.filter(|_| job.recurring) else {
        return Ok(None);
    };
    let settings = engine
        .store
        .job_version(job.namespace, version)
        .await
        .map_err(DueError::Store)?;
    let after = |instant| settings.schedule.next_after(job.id, instant, &zone::rules);
    let now = engine.now();
    let has_own_files =
        matches!(&settings.source, SourceKind::Folder(source) if source.pattern.has_date());
    let Some(due) = job.next_due.filter(|due| *due <= now && has_own_files) else {
        return Ok(after(now)?);
    };
    let mut missed = VecDeque::new();
    let mut passed_over = 0_u64;
    let mut next = after(due)?;
    while let Some(instant) = next.filter(|instant| *instant <= now) {
        missed.push_back(instant);
        if missed.len() > MADE_UP_AT_MOST {
            missed.pop_front();
            passed_over += 1;
        }
        next = after(instant)?;
    }
    if passed_over > 0 {
        tracing::warn!(job = %job.id, passed_over, "more was missed than is made up for: the oldest files are passed over");
    }
    Ok(missed.front().copied().or(next))
}
