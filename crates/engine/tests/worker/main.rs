//! Runs from queued to ended, with workers that are stopped, cut off and poisoned.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

mod bounded;
mod clean_up;
mod corrections;
mod faulty;
mod folder;
mod folder_walk;
mod instance;
mod ledger;
mod limit;
mod other_files;
mod panics;
mod reasons;
mod repeats;
mod scheduler;
mod storage;
mod told;

use std::sync::Arc;
use std::time::Duration;

use domain::job::JobStatus;
use domain::run::RunStatus;
use domain::settings::{ImportMethod, QualityGate};
use faulty::{CutOffAfterCommit, Gate, Poison};
use instance::{Instance, LEASE};
use mapping::settings::EmptyCells;
use tokio::task::spawn_blocking;

const GATE_OFF: QualityGate = QualityGate {
    rejected_per_mille_at_most: None,
};
const FILE: &[u8] = b"id,age\na,1\nb,two\nc,3\na,4\n";

#[tokio::test]
async fn refused_keys_stand_in_the_report_in_file_order() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(
        (
            record.run.counts.seen,
            record.run.counts.imported,
            record.run.counts.rejected
        ),
        (4, 2, 2)
    );
    assert_eq!(record.facts.rows_inserted, Some(2));
    assert_eq!(instance.rows(), ["a=1", "c=3"]);
    assert_eq!(instance.rejections(run), ["2:type", "4:unique"]);
    assert_eq!(instance.exact(run), "id,age\nb,two\na,4\n");
    assert_eq!(
        instance.job(record.run.job).await.status,
        JobStatus::Completed
    );
    assert_eq!(instance.leftovers(), 0);
}

#[tokio::test]
async fn an_upsert_takes_the_last_of_a_key() {
    let instance = Instance::new().await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(
        (record.run.counts.imported, record.run.counts.rejected),
        (3, 1)
    );
    assert_eq!(
        (record.facts.rows_inserted, record.facts.rows_updated),
        (Some(2), Some(1))
    );
    assert_eq!(instance.rows(), ["a=4", "c=3"]);
}

#[tokio::test]
async fn a_key_in_two_spellings_is_one_row() {
    let instance = Instance::new().await;
    let file = "id,age\nZu\u{308}rich,1\n Z\u{fc}rich\u{a0},2\n\u{202f},3\n".as_bytes();
    let run = instance
        .activate(file, ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(
        (record.facts.rows_inserted, record.facts.rows_updated),
        (Some(1), Some(1))
    );
    assert_eq!(instance.rows(), ["Zu\u{308}rich=2"]);
    assert_eq!(instance.rejections(run), ["3:required"]);

    let run = instance
        .activate(b"id,age\na,1\na ,2\n", ImportMethod::Insert, GATE_OFF)
        .await;
    instance.work_until_ended(run).await;
    assert_eq!(instance.rejections(run), ["2:unique"]);
    let report = std::fs::read_to_string(instance.report(run).join("explained.csv")).unwrap();
    assert!(
        report.contains("a row with this `id` (compared without regard to blanks around it and to Unicode forms)"),
        "{report}"
    );
}

#[tokio::test]
async fn an_empty_cell_does_what_the_job_and_its_column_say() {
    use EmptyCells::{EmptyTheField, LeaveTheField};
    for (of_job, of_column, default, after) in [
        (EmptyTheField, None, None, ["a=", "b="]),
        (LeaveTheField, None, None, ["a=1", "b="]),
        (EmptyTheField, Some(LeaveTheField), None, ["a=1", "b="]),
        (LeaveTheField, Some(EmptyTheField), None, ["a=", "b="]),
        (LeaveTheField, None, Some("7"), ["a=7", "b=7"]),
    ] {
        let mut instance = Instance::new().await;
        let first = instance
            .activate(b"id,age\na,1\n", ImportMethod::Upsert, GATE_OFF)
            .await;
        instance.work_until_ended(first).await;
        instance.mapping.empty_cells = of_job;
        instance.mapping.columns[1].empty_cells = of_column;
        instance.mapping.columns[1].default = default.map(str::to_owned);
        let second = instance
            .activate(b"id,age\na,\nb,\n", ImportMethod::Upsert, GATE_OFF)
            .await;
        instance.work_until_ended(second).await;
        let rows = instance.rows();
        assert_eq!(rows, after, "{of_job:?} {of_column:?} {default:?}");
    }
}

#[tokio::test]
async fn a_file_without_a_good_record_fails_and_is_reported_whole() {
    let instance = Instance::new().await;
    let run = instance
        .activate(b"id,age\na,x\n,2\n", ImportMethod::Insert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::Failed);
    assert_eq!(record.run.reason.unwrap().code(), "no_record_fits");
    assert_eq!(instance.exact(run), "id,age\na,x\n,2\n");
    assert!(instance.rows().is_empty());
    let job = instance.job(record.run.job).await;
    assert_eq!(
        (job.status, job.rerun),
        (JobStatus::Halted, None),
        "the same bytes would fail again"
    );
    let told = instance.store.unplanned_notices(10).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].run, told[0].event.code()),
        (Some(run), "job_halted")
    );
}

#[tokio::test]
async fn the_quality_gate_halts_before_anything_goes_in() {
    let instance = Instance::new().await;
    let gate = QualityGate {
        rejected_per_mille_at_most: Some(100),
    };
    let run = instance.activate(FILE, ImportMethod::Upsert, gate).await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::Halted);
    assert_eq!(record.run.reason.unwrap().code(), "too_many_rejected");
    assert_eq!(instance.rejections(run), ["2:type"]);
    assert!(instance.rows().is_empty());
}

#[tokio::test]
async fn a_changed_header_halts() {
    let instance = Instance::new().await;
    let run = instance
        .activate(b"id,years\na,1\n", ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::Halted);
    assert_eq!(record.run.reason.unwrap().code(), "header_changed");
}

#[tokio::test]
async fn an_empty_file_fails() {
    let instance = Instance::new().await;
    let run = instance
        .activate(b"id,age\n", ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::Failed);
    assert_eq!(record.run.reason.unwrap().code(), "empty_file");
}

#[tokio::test]
async fn a_cancelled_run_leaves_nothing_and_pauses_its_job() {
    cancel_while_it_is_read(false).await;
}

#[tokio::test]
async fn a_cancel_that_the_heartbeat_has_brought_ends_the_run_at_once() {
    cancel_while_it_is_read(true).await;
}

async fn cancel_while_it_is_read(heartbeat_hears: bool) {
    let mut instance = Instance::new().await;
    let (gate, reached, opener) = Gate::before(Arc::clone(&instance.source));
    instance.source = Arc::new(gate);
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let reached = Arc::new(std::sync::Mutex::new(reached));
    let opener = std::sync::Mutex::new(Some(opener));
    instance
        .work_until("worker", async |instance| {
            let record = instance.run(run).await.run;
            if record.status == RunStatus::Validating && !record.cancel_requested {
                let reached = Arc::clone(&reached);
                spawn_blocking(move || reached.lock().unwrap().recv())
                    .await
                    .unwrap()
                    .unwrap();
                instance.request_cancel(run).await;
                if heartbeat_hears {
                    // What one heartbeat has heard is known when the next comes.
                    for _ in 0..2 {
                        instance.wait_for_heartbeat(run).await;
                    }
                }
                opener.lock().unwrap().take();
            }
            record.status.is_final()
        })
        .await;
    let record = instance.run(run).await;
    assert_eq!(
        (record.run.status, record.run.claims_lost),
        (RunStatus::Cancelled, 0)
    );
    assert!(instance.rows().is_empty());
    assert_eq!(instance.leftovers(), 0);
    assert_eq!(instance.job(record.run.job).await.status, JobStatus::Paused);
}

#[tokio::test]
async fn rows_of_a_worker_that_is_cut_off_after_its_commit_go_in_once() {
    let mut instance = Instance::new().await;
    let whole = Arc::clone(&instance.destination);
    instance.destination = Arc::new(CutOffAfterCommit {
        inner: Arc::clone(&whole),
    });
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance
        .work_until("first", async |instance| {
            let is_merged = instance
                .destination
                .merged(instance.namespace, run)
                .unwrap()
                .is_some();
            is_merged && instance.run(run).await.run.status == RunStatus::Processing
        })
        .await;
    instance.destination = whole;
    instance.pass(LEASE + Duration::from_secs(1));
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(record.run.fence, 2);
    assert_eq!(
        (record.run.counts.imported, record.run.counts.rejected),
        (3, 1)
    );
    assert_eq!(instance.rows(), ["a=4", "c=3"]);
    assert_eq!(instance.rejections(run), ["2:type"]);
}

#[tokio::test]
async fn a_file_that_takes_its_worker_down_is_given_up_and_others_are_served() {
    let mut instance = Instance::new().await;
    let poisoned = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let upload = instance.run(poisoned).await.run.input.upload.unwrap();
    instance.source = Arc::new(Poison {
        inner: Arc::clone(&instance.source),
        upload,
    });
    let healthy = instance
        .activate(b"id,age\nz,9\n", ImportMethod::Upsert, GATE_OFF)
        .await;
    instance
        .work_until("worker", async |instance| {
            let run = instance.run(poisoned).await.run;
            // The thread is down; the lease is all that keeps the run.
            if instance.run(healthy).await.run.status.is_final() && !run.status.is_final() {
                instance.pass(LEASE + Duration::from_secs(1));
            }
            run.status.is_final()
        })
        .await;
    let record = instance.run(poisoned).await;
    assert_eq!(record.run.status, RunStatus::Halted);
    assert_eq!(record.run.reason.unwrap().code(), "internal_error");
    assert_eq!(record.run.claims_lost, 3);
    assert_eq!(instance.run(healthy).await.run.status, RunStatus::Completed);
    assert_eq!(instance.rows(), ["z=9"]);
    assert_eq!(instance.job(record.run.job).await.status, JobStatus::Halted);
}

#[tokio::test]
async fn a_worker_that_stops_hands_its_run_over() {
    let mut instance = Instance::new().await;
    let (gate, reached, opener) = Gate::before(Arc::clone(&instance.source));
    let whole = std::mem::replace(&mut instance.source, Arc::new(gate));
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let (shutdown, worker) = instance.start_worker("first");
    spawn_blocking(move || reached.recv())
        .await
        .unwrap()
        .unwrap();
    shutdown.cancel();
    // The first beat may have begun before; from the second on the stages are told to stop.
    instance.wait_for_heartbeat(run).await;
    instance.wait_for_heartbeat(run).await;
    drop(opener);
    worker.await.unwrap();
    let handed_over = instance.run(run).await.run;
    assert_eq!(
        (handed_over.status, handed_over.claimed_by),
        (RunStatus::Queued, None)
    );
    assert_eq!(instance.leftovers(), 0);

    instance.source = whole;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(record.run.claims_lost, 0, "handing over is not being lost");
}
