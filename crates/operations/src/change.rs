//! Changing a job: what the domain decides about an event becomes one transaction of the store.

use domain::id::{JobId, RunId};
use domain::job::{Effect, Job, JobEvent, JobRefused};
use domain::notice::Subscriber;
use domain::refused::Refused;
use domain::run::{Run, RunEvent, RunStatus};
use store::activity::NewActivity;
use store::error::StoreError;
use store::jobs::{Changes, JobRecord};

use crate::access::{Access, Actor};
use crate::context::Context;
use crate::error::OperationError;
use crate::log;

/// How often a change is decided anew because somebody was faster. A person's own second try would do the same.
const TRIES: u32 = 5;

/// Reads, decides and writes again where what was read has changed before it was written: a worker was faster, or somebody else.
pub(crate) async fn decide<T, F>(attempt: impl Fn() -> F) -> Result<T, OperationError>
where
    F: Future<Output = Result<T, WriteError>>,
{
    for _ in 1..TRIES {
        // Boxed: it is a large future, and would be twice in this one.
        match Box::pin(attempt()).await {
            Err(WriteError::Store(StoreError::Conflict { .. })) => {}
            other => return other.map_err(OperationError::from),
        }
    }
    Ok(Box::pin(attempt()).await?)
}

/// Answers the run that was queued, if one was. For what a person asks for without having seen a version: the Action menu.
pub(crate) async fn change_job(
    context: &Context,
    access: &Access,
    actor: &Actor,
    id: JobId,
    event: JobEvent,
) -> Result<Option<RunId>, OperationError> {
    let events = [event];
    decide(|| async {
        let record = context.store.job(access.namespace, id).await?;
        write(context, access, actor, &record, &events, Changes::default()).await
    })
    .await
}

/// Applies the events to the job as it was read; `Conflict` where it has changed since. Answers the run that was queued,
/// if one was.
pub(crate) async fn write(
    context: &Context,
    access: &Access,
    actor: &Actor,
    record: &JobRecord,
    events: &[JobEvent],
    mut changes: Changes,
) -> Result<Option<RunId>, WriteError> {
    let now = context.now();
    let before = &record.job;
    let mut after = before.clone();
    for event in events {
        let (next, effects) = after.apply(event, now)?;
        after = next;
        for effect in effects {
            match effect {
                Effect::QueueRun(queue) => {
                    changes
                        .runs
                        .push(Run::queued(RunId(context.ids.next()), &after, &queue, now));
                }
                Effect::CancelQueuedRuns => {
                    after = cancel_queued(context, after, &mut changes).await?;
                }
                // The store lets a worker find the sample by the job's state; deleting is not a transition.
                Effect::ProcessSample | Effect::Delete => {}
            }
        }
        changes
            .activity
            .push(activity(context, actor, before.id, None, event.code()));
    }
    let queued = changes.runs.last().map(|run| run.id);
    // A large future: kept out of those of everybody who changes a job.
    let written = context
        .store
        .transition(access.namespace, before, &after, changes, now);
    Box::pin(written).await.map_err(|error| match error {
        StoreError::Conflict { what: "upload" } => file_is_not_kept().into(),
        error => WriteError::from(error),
    })?;
    context.changes.poke();
    Ok(queued)
}

pub(crate) fn file_is_not_kept() -> OperationError {
    OperationError::conflict(
        "The file of this run is not kept any more.",
        "Run the job with the file again.",
    )
}

pub(crate) fn activity(
    context: &Context,
    actor: &Actor,
    job: JobId,
    run: Option<RunId>,
    kind: &str,
) -> NewActivity {
    NewActivity {
        job: Some(job),
        run,
        ..log::by_actor(context, actor, kind, "")
    }
}

/// What was changed about who hears of what.
pub(crate) fn notice_activity(
    context: &Context,
    actor: &Actor,
    job: Option<JobId>,
    kind: &str,
    about: Subscriber,
) -> NewActivity {
    let about = match about {
        Subscriber::Person(person) => format!("person {person}"),
        Subscriber::Webhook(webhook) => format!("webhook {webhook}"),
    };
    NewActivity {
        job,
        ..log::by_actor(context, actor, kind, about)
    }
}

/// Why a change was not written.
#[derive(Debug)]
pub(crate) enum WriteError {
    Refused(OperationError),
    Store(StoreError),
}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<OperationError> for WriteError {
    fn from(error: OperationError) -> Self {
        Self::Refused(error)
    }
}

impl From<JobRefused> for WriteError {
    fn from(refused: JobRefused) -> Self {
        Self::Refused(refused.into())
    }
}

impl From<WriteError> for OperationError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Refused(error) => error,
            WriteError::Store(error) => error.into(),
        }
    }
}

impl<S: std::fmt::Debug + std::fmt::Display> From<Refused<S>> for OperationError {
    fn from(refused: Refused<S>) -> Self {
        Self::conflict(refused.sentence, "")
    }
}

/// Cancels the job's runs that nobody has begun, and tells the job of each.
async fn cancel_queued(
    context: &Context,
    mut job: Job,
    changes: &mut Changes,
) -> Result<Job, WriteError> {
    let now = context.now();
    let unfinished = context.store.unfinished_runs(job.namespace, job.id).await?;
    for run in unfinished
        .into_iter()
        .filter(|run| run.status == RunStatus::Queued)
    {
        let cancelled = run
            .apply(&RunEvent::CancelRequested, now)
            .map_err(|refused| WriteError::Refused(refused.into()))?;
        if let Some(ended) = cancelled.ended() {
            job = job
                .apply(
                    &JobEvent::RunEnded {
                        run: ended,
                        reruns: context.reruns,
                    },
                    now,
                )?
                .0;
        }
        changes.cancelled.push((run, cancelled));
    }
    Ok(job)
}
