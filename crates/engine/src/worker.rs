//! Looks for work: samples to be processed, runs to be done, jobs that come due, and runs whose worker was lost.

use domain::run::{Run, RunEvent};
use store::StoreError;
use store::runs::RunClaim;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::advance::{AdvanceError, advance};
use crate::context::Engine;
use crate::services::{keep, unit};
use crate::slot::Detained;
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
    let (detained, runs) = (Detained::default(), TaskTracker::new());
    let slots = (0..engine.settings.slots).map(|_| {
        let slot = || Slots {
            engine: engine.clone(),
            shutdown: shutdown.clone(),
            detained: detained.clone(),
            runs: runs.clone(),
        };
        keep(WORKERS, shutdown.clone(), move || slot().work())
    });
    tokio::join!(clock, folders, futures::future::join_all(slots));
    runs.close();
    runs.wait().await;
}

struct Slots {
    engine: Engine,
    shutdown: CancellationToken,
    detained: Detained,
    /// Also those that gave their slot back.
    runs: TaskTracker,
}

impl Slots {
    /// One slot: one piece of work after the other.
    async fn work(mut self) {
        while !self.shutdown.is_cancelled() {
            self.engine.wake.mark_unchanged();
            match Box::pin(self.take_one()).await {
                Ok(true) => {}
                Ok(false) => wait(&mut self.engine, &self.shutdown).await,
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "could not look for work"
                    );
                    wait(&mut self.engine, &self.shutdown).await;
                }
            }
        }
    }

    /// Whether there was something to do.
    async fn take_one(&self) -> Result<bool, StoreError> {
        let engine = &self.engine;
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
        let detained = self.detained.namespaces(engine.now());
        if let Some(claim) = engine
            .store
            .claim_run(worker, engine.now(), engine.lease_until(), &detained)
            .await?
        {
            (engine.changed)();
            self.carry_out(claim).await;
            return Ok(true);
        }
        Ok(false)
    }

    /// Returns when the run has ended, or waits without a slot.
    async fn carry_out(&self, claim: RunClaim) {
        let (slot, given_back) = self.detained.slot(claim.run.namespace);
        let (engine, shutdown, run) = (self.engine.clone(), self.shutdown.clone(), claim.run.id);
        // After a panic the lease runs out, and the claim counts as lost.
        // A run's stages are a large future: kept out of that of the slot.
        let work = Box::pin(async move {
            Box::pin(attempt::work(&engine, claim, slot, &shutdown)).await;
        });
        let done = self.runs.spawn(unit(WORKERS, run, work));
        tokio::select! {
            _ = done => {}
            Ok(()) = given_back => {}
        }
    }
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
