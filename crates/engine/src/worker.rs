//! Looks for work: samples to be processed, runs to be done, jobs that come due, and runs whose worker was lost.

use domain::run::{Run, RunEvent};
use store::StoreError;
use tokio_util::sync::CancellationToken;

use crate::advance::{AdvanceError, advance};
use crate::context::Engine;
use crate::services::{keep, unit};
use crate::{attempt, due, pickup, sampling};

/// As the log and monitoring name them.
pub(crate) const WORKERS: &str = "workers";
pub(crate) const CLOCK: &str = "clock";
const FOLDERS: &str = "folders";

/// Runs that one look takes care of; the next look takes the others.
const AT_ONCE: u64 = 100;

/// Works until `shutdown`, then hands back what it holds and returns.
pub async fn run(engine: Engine, shutdown: CancellationToken) {
    let clock = keep(CLOCK, shutdown.clone(), || {
        keep_time(engine.clone(), shutdown.clone())
    });
    let folders = keep(FOLDERS, shutdown.clone(), || {
        clear_up(engine.clone(), shutdown.clone())
    });
    let slots = (0..engine.settings.slots).map(|_| {
        keep(WORKERS, shutdown.clone(), || {
            work(engine.clone(), shutdown.clone())
        })
    });
    tokio::join!(clock, folders, futures::future::join_all(slots));
}

/// One slot: one piece of work after the other.
async fn work(mut engine: Engine, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        engine.wake.mark_unchanged();
        match Box::pin(take_one(&engine, &shutdown)).await {
            Ok(true) => {}
            Ok(false) => wait(&mut engine, &shutdown).await,
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "could not look for work"
                );
                wait(&mut engine, &shutdown).await;
            }
        }
    }
}

/// Whether there was something to do.
async fn take_one(engine: &Engine, shutdown: &CancellationToken) -> Result<bool, StoreError> {
    let worker = &engine.settings.name;
    if let Some(claim) = engine
        .store
        .claim_sampling(worker, engine.now(), engine.sampling_lease_until())
        .await?
    {
        let (engine, job) = (engine.clone(), claim.job.id);
        unit(WORKERS, job, async move {
            sampling::work(&engine, claim).await;
        })
        .await;
        return Ok(true);
    }
    if !(engine.has_room)() {
        return Ok(false);
    }
    if let Some(claim) = engine
        .store
        .claim_run(worker, engine.now(), engine.lease_until())
        .await?
    {
        (engine.changed)();
        let (engine, shutdown, run) = (engine.clone(), shutdown.clone(), claim.run.id);
        // After a panic the lease runs out, and the claim counts as lost.
        // A run's stages are a large future: kept out of that of the slot.
        let work = Box::pin(async move {
            Box::pin(attempt::work(&engine, claim, &shutdown)).await;
        });
        unit(WORKERS, run, work).await;
        return Ok(true);
    }
    Ok(false)
}

/// What only time brings about.
async fn keep_time(mut engine: Engine, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        engine.wake.mark_unchanged();
        look_at_the_clock(&engine).await;
        wait(&mut engine, &shutdown).await;
    }
}

async fn look_at_the_clock(engine: &Engine) {
    if let Err(error) = look_for_lost_runs(engine).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not look for lost runs"
        );
    }
    if let Err(error) = due::look(engine).await {
        tracing::error!(
            error = &error as &dyn std::error::Error,
            "could not look for what is due"
        );
    }
}

async fn look_for_lost_runs(engine: &Engine) -> Result<(), StoreError> {
    for run in engine.store.lapsed_runs(engine.now(), AT_ONCE).await? {
        tracing::warn!(run = %run.id, worker = run.claimed_by.as_deref(), "the lease ran out");
        // One run that cannot be understood must not keep the others waiting.
        let (engine, id) = (engine.clone(), run.id);
        let lapsed = unit(CLOCK, id, async move { lapse(&engine, &run).await });
        if let Some(Err(error)) = lapsed.await {
            tracing::error!(run = %id, error = &error as &dyn std::error::Error, "could not be taken back");
        }
    }
    Ok(())
}

/// Apart from what keeps time: a folder may be on a disk that does not answer.
async fn clear_up(mut engine: Engine, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        engine.wake.mark_unchanged();
        let looking = engine.clone();
        unit(FOLDERS, "look", async move {
            pickup::clear_up(&looking).await;
        })
        .await;
        wait(&mut engine, &shutdown).await;
    }
}

async fn lapse(engine: &Engine, run: &Run) -> Result<(), AdvanceError> {
    let event = RunEvent::LeaseExpired {
        reference: run.id.to_string(),
    };
    match advance(engine, run, &event, None).await {
        // Renewed, taken over or ended meanwhile.
        Ok(_) | Err(AdvanceError::Lost | AdvanceError::RunRefused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}

async fn wait(engine: &mut Engine, shutdown: &CancellationToken) {
    let poll = engine.settings.poll;
    tokio::select! {
        () = shutdown.cancelled() => {}
        // An error means that nobody is left to wake the worker: it goes on looking by itself.
        woken = engine.wake.changed() => if woken.is_err() { tokio::time::sleep(poll).await },
        () = tokio::time::sleep(poll) => {}
    }
}
