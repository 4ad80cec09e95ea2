//! Keeps the lease of a run while its stages work, tells how far they are, and brings them the wish to stop.

use std::sync::Arc;

use domain::run::Run;
use store::runs::RunProgress;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::context::Engine;
use crate::pipeline::{Stop, Watch};

/// Ends with the guard.
pub(crate) struct Heartbeat(JoinHandle<()>);

impl Drop for Heartbeat {
    fn drop(&mut self) {
        self.0.abort();
    }
}

pub(crate) fn start(
    engine: &Engine,
    run: &Run,
    watch: Arc<Watch>,
    shutdown: CancellationToken,
) -> Heartbeat {
    let (engine, run) = (engine.clone(), run.clone());
    Heartbeat(tokio::spawn(async move {
        beat(&engine, &run, &watch, &shutdown).await;
    }))
}

async fn beat(engine: &Engine, run: &Run, watch: &Watch, shutdown: &CancellationToken) {
    let mut told = None;
    let mut renewed = Instant::now();
    let mut ticks = tokio::time::interval(engine.settings.heartbeat);
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            () = shutdown.cancelled(), if watch.stopped().is_none() => watch.stop(Stop::Shutdown),
        }
        match engine
            .store
            .heartbeat(run.namespace, run.id, run.fence, engine.lease_until())
            .await
        {
            Ok(answer) if !answer.held => return watch.stop(Stop::LeaseLost),
            Ok(answer) => {
                renewed = Instant::now();
                if answer.cancel_requested {
                    watch.stop(Stop::Cancelled);
                }
            }
            // The lease was not renewed; until it ends, the next beat may still do it.
            Err(error) => {
                tracing::warn!(run = %run.id, error = &error as &dyn std::error::Error, "no heartbeat");
                if renewed.elapsed() >= engine.settings.lease {
                    return watch.stop(Stop::LeaseLost);
                }
            }
        }
        let (bytes_done, counts) = watch.progress();
        if told != Some((bytes_done, counts)) {
            let progress = RunProgress { bytes_done, counts };
            match engine
                .store
                .write_progress(run.namespace, run.id, run.fence, progress, engine.now())
                .await
            {
                Ok(_) => {
                    told = Some((bytes_done, counts));
                    (engine.changed)();
                }
                Err(error) => {
                    tracing::debug!(run = %run.id, error = &error as &dyn std::error::Error, "progress was not told");
                }
            }
        }
    }
}
