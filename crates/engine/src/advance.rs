//! Sends events to runs and jobs, and writes what the domain decided in one transaction.

use domain::activity::kind;
use domain::id::{ActivityId, RunId};
use domain::job::{Effect, Job, JobEvent, JobRefused, JobStatus};
use domain::run::{EndedRun, Run, RunEvent, RunRefused};
use store::StoreError;
use store::activity::NewActivity;
use store::jobs::{Changes, JobTransition};
use store::limits::LimitStep;
use store::runs::{RunChanges, RunFacts};
use thiserror::Error;

use crate::context::Engine;
use crate::counters;
use crate::notices;

#[derive(Debug, Error)]
pub(crate) enum AdvanceError {
    /// Another worker has the run by now: leave it alone.
    #[error("the run was lost to another worker")]
    Lost,
    #[error("the run refused {}: {}", .0.event, .0.sentence)]
    RunRefused(RunRefused),
    #[error("the job refused {}: {}", .0.event, .0.sentence)]
    JobRefused(JobRefused),
    #[error(transparent)]
    Store(StoreError),
}

/// The run after the event. What ends it reaches its job in the same transaction.
///
/// `run` is as it was last seen under this fence. A request to cancel, or a change of the job, that comes in between is
/// taken into account by deciding anew.
pub(crate) async fn advance(
    engine: &Engine,
    run: &Run,
    event: &RunEvent,
    facts: Option<RunFacts>,
) -> Result<Run, AdvanceError> {
    let also = RunChanges {
        facts,
        ..RunChanges::default()
    };
    advance_with(engine, run, event, also).await
}

/// As [`advance`], with more that is written in the same transaction. A reservation of rows is for a run that goes on, and
/// is left out of an end.
pub(crate) async fn advance_with(
    engine: &Engine,
    run: &Run,
    event: &RunEvent,
    also: RunChanges,
) -> Result<Run, AdvanceError> {
    advance_then(engine, run, event, also, None).await
}

/// As [`advance_with`]; if the run ends well, its job also hears of `then`.
pub(crate) async fn advance_then(
    engine: &Engine,
    run: &Run,
    event: &RunEvent,
    also: RunChanges,
    then: Option<&JobEvent>,
) -> Result<Run, AdvanceError> {
    let mut before = run.clone();
    loop {
        let now = engine.now();
        let after = match before.apply(event, now) {
            Ok(after) => after,
            // What it refuses as it was last seen may be right by now: that it was cancelled, of which only the heartbeat has heard.
            Err(refused) => match newer(engine, run, &before).await? {
                Some(newer) => {
                    before = newer;
                    continue;
                }
                None => return Err(AdvanceError::RunRefused(refused)),
            },
        };
        let job = match after.ended() {
            Some(ended) => Some(tell_job(engine, &before, ended, then).await?),
            None => None,
        };
        let reserves = matches!(also.limit, Some(LimitStep::Reserve(..)));
        let corrected = corrected_by(engine, &after).await?;
        let notice = match &job {
            Some((job, _)) => notices::of_ended_run(engine, &after, job)
                .await
                .map_err(AdvanceError::Store)?,
            None => None,
        };
        let changes = RunChanges {
            job,
            corrected,
            limit: also
                .limit
                .clone()
                .filter(|_| !(reserves && after.status.is_final())),
            notices: notice.into_iter().collect(),
            ..also.clone()
        };
        // A large future: kept out of those of everybody who advances a run.
        let written = Box::pin(engine.store.apply_run(
            run.namespace,
            &before,
            &after,
            Some(run.fence),
            changes,
            now,
        ));
        match written.await {
            Ok(()) => {
                counters::count(&before, &after);
                (engine.changed)();
                return Ok(after);
            }
            Err(StoreError::Conflict { .. }) => {
                before = present(engine, run).await?;
            }
            Err(error) => return Err(AdvanceError::Store(error)),
        }
    }
}

/// The run as it is now, under the same fence.
async fn present(engine: &Engine, run: &Run) -> Result<Run, AdvanceError> {
    let present = engine
        .store
        .run(run.namespace, run.id)
        .await
        .map_err(AdvanceError::Store)?
        .run;
    if present.fence == run.fence {
        Ok(present)
    } else {
        Err(AdvanceError::Lost)
    }
}

/// `None`: nothing has happened to it since.
async fn newer(engine: &Engine, run: &Run, seen: &Run) -> Result<Option<Run>, AdvanceError> {
    let present = present(engine, run).await?;
    Ok((present.version != seen.version).then_some(present))
}

/// What rows that are in mean for the runs whose corrected records they are: for the one before, and on up to that of the
/// whole file.
async fn corrected_by(engine: &Engine, run: &Run) -> Result<Vec<(Run, Run)>, AdvanceError> {
    let mut corrected = Vec::new();
    let mut corrects = run.input.corrects.filter(|_| run.status.is_successful());
    // Not more than were given back to be corrected, whatever else the upload held.
    let named = match run.input.upload.filter(|_| corrects.is_some()) {
        Some(upload) => {
            let corrections = engine.store.corrections(run.namespace, upload).await;
            corrections.map_err(AdvanceError::Store)?.record_count
        }
        None => 0,
    };
    while let Some(of) = corrects {
        let before = match engine.store.run(run.namespace, of.run).await {
            Ok(record) => record.run,
            // Its time in the history is over, and with it what it missed.
            Err(error) if error.is_not_found() => break,
            Err(error) => return Err(AdvanceError::Store(error)),
        };
        corrects = before.input.corrects;
        // Rows that are in must not keep their own run from ending, even if somebody had brought the same in elsewhere.
        let records = run.counts.imported.min(named).min(before.still_missing());
        if records > 0 {
            let after = before
                .apply(&RunEvent::Corrected { records }, engine.now())
                .map_err(AdvanceError::RunRefused)?;
            corrected.push((before, after));
        }
    }
    Ok(corrected)
}

/// What the end of the run means for its job.
async fn tell_job(
    engine: &Engine,
    run: &Run,
    ended: EndedRun,
    then: Option<&JobEvent>,
) -> Result<(JobTransition, Changes), AdvanceError> {
    let before = engine
        .store
        .job(run.namespace, run.job)
        .await
        .map_err(AdvanceError::Store)?
        .job;
    let then = then.filter(|_| ended.status.is_successful());
    let event = JobEvent::RunEnded {
        run: ended,
        reruns: engine.settings.reruns,
    };
    let (mut after, mut changes) = decide(engine, &before, &event)?;
    if let Some(then) = then {
        let (later, more) = decide(engine, &after, then)?;
        after = later;
        changes.runs.extend(more.runs);
    }
    if after.status == JobStatus::Halted && before.status != JobStatus::Halted {
        changes.activity.push(NewActivity {
            id: ActivityId((engine.new_id)()),
            job: Some(run.job),
            run: Some(run.id),
            person: None,
            address: None,
            kind: kind::JOB_HALTED.to_owned(),
            detail: after
                .halt_reason
                .as_ref()
                .map(|reason| reason.code().to_owned())
                .unwrap_or_default(),
            of_instance: false,
        });
    }
    Ok((JobTransition { before, after }, changes))
}

/// The job after the event, with the runs that follow from it.
pub(crate) fn decide(
    engine: &Engine,
    before: &Job,
    event: &JobEvent,
) -> Result<(Job, Changes), AdvanceError> {
    let now = engine.now();
    let (after, effects) = before.apply(event, now).map_err(AdvanceError::JobRefused)?;
    let mut changes = Changes::default();
    for effect in effects {
        match effect {
            Effect::QueueRun(queue) => {
                changes
                    .runs
                    .push(Run::queued(RunId((engine.new_id)()), &after, &queue, now));
            }
            // No event that the engine sends has these effects: they follow from what a person does.
            Effect::CancelQueuedRuns | Effect::ProcessSample | Effect::Delete => {}
        }
    }
    Ok((after, changes))
}
