//! Runs on a server whose own disk or limits are in the way: neither the source nor the destination is blamed for it.

use std::fs;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connectors::destination::DestinationError;
use domain::reason::{Reason, StorageFault};
use domain::run::{CLAIMS_LOST_AT_MOST, RunStatus};
use domain::settings::ImportMethod;
use tokio_util::sync::CancellationToken;

use crate::faulty::{BUSY, Occupied, Refusing, RefusingCommits, Unopenable};
use crate::instance::{HEARTBEAT, Instance};
use crate::{FILE, GATE_OFF};

const EMFILE: i32 = 24;
const ENOSPC: i32 = 28;

async fn reason(instance: &Instance) -> Reason {
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let run = instance.work_until_ended(run).await.run;
    assert_eq!(run.status, RunStatus::Failed);
    assert!(
        instance.job(run.job).await.rerun.is_some(),
        "it is tried again"
    );
    run.reason.unwrap()
}

fn unavailable(fault: StorageFault) -> Reason {
    Reason::StorageUnavailable { fault }
}

#[tokio::test]
async fn a_server_out_of_descriptors_is_not_the_fault_of_the_source() {
    let mut instance = Instance::new().await;
    instance.source = Arc::new(Unopenable(EMFILE));
    assert_eq!(
        reason(&instance).await,
        unavailable(StorageFault::TooManyOpenFiles)
    );
}

#[tokio::test]
async fn a_report_that_cannot_be_written_is_not_the_fault_of_the_destination() {
    let instance = Instance::new().await;
    fs::write(instance.reports(), "in the way of the folder").unwrap();
    assert_eq!(reason(&instance).await, unavailable(StorageFault::Broken));
}

#[tokio::test]
async fn a_full_disk_below_the_embedded_destination_is_weirs_own() {
    let mut instance = Instance::new().await;
    instance.destination = Arc::new(Refusing(|| DestinationError::Storage {
        fault: StorageFault::Full,
        source: "no room".into(),
    }));
    assert_eq!(reason(&instance).await, unavailable(StorageFault::Full));
    instance.destination = Arc::new(Refusing(|| {
        DestinationError::Unreachable(Box::new(io::Error::from_raw_os_error(ENOSPC)))
    }));
    assert_eq!(reason(&instance).await, unavailable(StorageFault::Full));
}

#[tokio::test]
async fn a_destination_that_does_not_answer_is_unreachable() {
    let mut instance = Instance::new().await;
    instance.destination = Arc::new(Refusing(|| {
        DestinationError::Unreachable(Box::new(io::Error::from(io::ErrorKind::ConnectionRefused)))
    }));
    assert_eq!(reason(&instance).await, Reason::DestinationUnreachable);
}

#[tokio::test]
async fn runs_wait_for_room_on_the_disk() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let (asked, answers) = (Arc::new(AtomicU32::new(0)), 5);
    let mut engine = instance.engine("worker");
    engine.settings.poll = Duration::from_millis(5);
    engine.has_room = Arc::new({
        let asked = Arc::clone(&asked);
        move || asked.fetch_add(1, Ordering::SeqCst) >= answers
    });
    let shutdown = CancellationToken::new();
    let worker = tokio::spawn(engine::worker::run(engine, shutdown.clone()));
    let mut changed = instance.changed();
    loop {
        let record = instance.run(run).await;
        if record.run.status.is_final() {
            assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
            break;
        }
        let so_far = asked.load(Ordering::SeqCst);
        assert!(so_far > answers || record.run.status == RunStatus::Queued);
        let _ = tokio::time::timeout(Duration::from_millis(20), changed.changed()).await;
    }
    shutdown.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_namespace_in_use_by_others_keeps_none_but_itself_waiting() {
    let mut instance = Instance::new().await;
    let (let_go, free) = channel();
    let busy = instance.namespace;
    instance.destination = Arc::new(Occupied {
        inner: Arc::clone(&instance.destination),
        namespace: busy,
        free: Mutex::new(free),
    });
    others_go_on(instance, RunStatus::Validating, let_go).await;
}

#[tokio::test]
async fn a_reader_who_keeps_rows_from_being_committed_keeps_no_other_namespace_waiting() {
    let mut instance = Instance::new().await;
    let (let_go, free) = channel();
    let (free, busy) = (Mutex::new(free), instance.namespace);
    instance.destination = Arc::new(RefusingCommits {
        inner: Arc::clone(&instance.destination),
        refuse: Arc::new(move |namespace| {
            let waits = || free.lock().unwrap().recv_timeout(BUSY);
            (namespace == busy && waits() == Err(RecvTimeoutError::Timeout))
                .then(|| DestinationError::Busy("somebody reads".into()))
        }),
    });
    others_go_on(instance, RunStatus::Processing, let_go).await;
}

/// Has a run of another namespace end while one waits in the status, of one slot. Then it goes on.
async fn others_go_on(mut instance: Instance, status: RunStatus, let_go: Sender<()>) {
    let waits = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let busy = instance.move_on().await;
    let (shutdown, worker) = instance.start_worker("worker");
    let status_of = async |namespace, run| {
        let record = instance.store.run(namespace, run).await.unwrap();
        record.run.status
    };
    let mut changed = instance.changed();
    while status_of(busy, waits).await != status {
        let _ = tokio::time::timeout(HEARTBEAT, changed.changed()).await;
    }
    let other = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let others = instance.namespace;
    while !status_of(others, other).await.is_final() {
        let _ = tokio::time::timeout(HEARTBEAT, changed.changed()).await;
    }
    assert_eq!(status_of(busy, waits).await, status);
    drop(let_go);
    while !status_of(busy, waits).await.is_final() {
        let _ = tokio::time::timeout(HEARTBEAT, changed.changed()).await;
    }
    assert_eq!(status_of(busy, waits).await, RunStatus::PartiallyCompleted);
    shutdown.cancel();
    worker.await.unwrap();
}

#[tokio::test]
async fn a_disk_that_is_full_at_the_commit_is_waited_for_and_loses_no_claim() {
    let mut instance = Instance::new().await;
    let times = Arc::new(AtomicU32::new(u32::from(CLAIMS_LOST_AT_MOST) + 1));
    let left = Arc::clone(&times);
    instance.destination = Arc::new(RefusingCommits {
        inner: Arc::clone(&instance.destination),
        refuse: Arc::new(move |_| {
            let before = left.load(Ordering::SeqCst).checked_sub(1)?;
            left.store(before, Ordering::SeqCst);
            Some(DestinationError::Storage {
                fault: StorageFault::Full,
                source: "no room".into(),
            })
        }),
    });
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let (shutdown, worker) = instance.start_worker("worker");
    let mut changed = instance.changed();
    let mut put_off = 0;
    let record = loop {
        let record = instance.run(run).await;
        if record.run.status.is_final() {
            break record;
        }
        if record.run.claimed_by.is_none() && record.run.fence > put_off {
            put_off = record.run.fence;
            instance.pass(Duration::from_mins(1));
        }
        let _ = tokio::time::timeout(HEARTBEAT, changed.changed()).await;
    };
    assert_eq!(
        (record.run.status, record.run.claims_lost),
        (RunStatus::PartiallyCompleted, 0)
    );
    assert_eq!(times.load(Ordering::SeqCst), 0);
    assert_eq!(instance.rows(), ["a=4", "c=3"]);
    shutdown.cancel();
    worker.await.unwrap();
}
