//! What panics ends alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use domain::run::RunStatus;
use domain::settings::ImportMethod;
use domain::time::Timestamp;
use tokio_util::sync::CancellationToken;

use crate::instance::{Instance, LEASE};
use crate::{FILE, GATE_OFF};

#[tokio::test]
async fn a_worker_goes_on_after_panics_wherever_they_come() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let mut engine = instance.engine("worker");
    // Asked in looking for work, by the clock, in attempts and by heartbeats.
    let (whole, asked) = (Arc::clone(&engine.now), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&asked);
    engine.now = Arc::new(move || -> Timestamp {
        let number = counted.fetch_add(1, Ordering::SeqCst);
        assert!(
            number > 40 || !number.is_multiple_of(4),
            "the clock breaks down"
        );
        whole()
    });
    let shutdown = CancellationToken::new();
    let worker = tokio::spawn(engine::worker::run(engine, shutdown.clone()));
    let mut ticks = tokio::time::interval(Duration::from_millis(20));
    let record = loop {
        ticks.tick().await;
        let record = instance.run(run).await;
        if record.run.status.is_final() {
            break record;
        }
        if asked.load(Ordering::SeqCst) > 40 {
            instance.pass(LEASE);
        }
    };
    assert!(matches!(
        record.run.status,
        RunStatus::PartiallyCompleted | RunStatus::Halted
    ));
    let next = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    while !instance.run(next).await.run.status.is_final() {
        ticks.tick().await;
    }
    assert_eq!(
        instance.run(next).await.run.status,
        RunStatus::PartiallyCompleted
    );
    assert!(!worker.is_finished());
    shutdown.cancel();
    worker.await.unwrap();
}
