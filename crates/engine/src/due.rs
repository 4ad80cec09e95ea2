//! Jobs that come due: by their schedule, or because a rerun has waited long enough.

use domain::activity::kind;
use domain::id::ActivityId;
use domain::job::{Job, JobEvent};
use domain::schedule::UnknownTimeZone;
use domain::settings::{JobSettings, SourceKind};
use domain::time::Timestamp;
use domain::zone;
use store::StoreError;
use store::activity::NewActivity;
use thiserror::Error;

use crate::advance::{AdvanceError, decide};
use crate::context::Engine;
use crate::services::unit;
use crate::worker::CLOCK;

/// Jobs that one look takes care of; the next look takes the others.
const AT_ONCE: u64 = 100;
/// Names of files that are passed over which the log tells.
const TOLD_AT_MOST: usize = 100;

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
    let (next, passed_over) = next_instant(engine, job).await?;
    let (after, mut changes) =
        decide(engine, job, &JobEvent::CameDue { next }).map_err(DueError::Refused)?;
    if !passed_over.is_empty() {
        changes.activity.push(NewActivity {
            id: ActivityId((engine.new_id)()),
            job: Some(job.id),
            run: None,
            person: None,
            address: None,
            kind: kind::FILES_PASSED_OVER.to_owned(),
            detail: in_words(&passed_over),
            of_instance: false,
        });
    }
    engine
        .store
        .transition(job.namespace, job, &after, changes, engine.now())
        .await
        .map_err(DueError::Store)
}

/// `orders-0901.csv, orders-0902.csv and 3 more`.
fn in_words(names: &[String]) -> String {
    let told = names.len().min(TOLD_AT_MOST);
    let more = match names.len() - told {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    names[..told].join(", ") + &more
}

/// Of a recurring job, the first instant of its schedule after now. Where days have files of their own, the next one that was missed,
/// of the last [`WorkerSettings::days_made_up`], and the names of those before them.
///
/// [`WorkerSettings::days_made_up`]: crate::context::WorkerSettings::days_made_up
async fn next_instant(
    engine: &Engine,
    job: &Job,
) -> Result<(Option<Timestamp>, Vec<String>), DueError> {
    let Some(version) = job.current.filter(|_| job.recurring) else {
        return Ok((None, Vec::new()));
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
        let passed_over = missed.len().saturating_sub(engine.settings.days_made_up);
        if let Some((instant, _)) = missed.get(passed_over) {
            let passed_over = missed[..passed_over].iter().map(|(_, name)| name.clone());
            return Ok((Some(*instant), passed_over.collect()));
        }
    }
    Ok((schedule.next_after(job.id, now, &zone::rules)?, Vec::new()))
}
