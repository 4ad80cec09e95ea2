//! The monthly row limit: refused whole, reserved, given back, and counted once whatever happens to workers.

use std::sync::Arc;
use std::time::Duration;

use domain::job::JobStatus;
use domain::notice::Happening;
use domain::reason::Reason;
use domain::run::RunStatus;
use domain::settings::ImportMethod;

use crate::faulty::CutOffAfterCommit;
use crate::instance::{Instance, LEASE};
use crate::{FILE, GATE_OFF};

/// Three of the four records of `FILE` fit.
const ROWS: u64 = 3;

#[tokio::test]
async fn a_file_that_does_not_fit_is_refused_whole() {
    let instance = Instance::new().await;
    instance.limit_rows(ROWS - 1).await;
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::Failed);
    let reason = record.run.reason.unwrap();
    let Reason::LimitReached {
        rows_in_file,
        rows_left,
        month,
        contact,
    } = &reason
    else {
        panic!("{reason:?}")
    };
    assert_eq!((*rows_in_file, *rows_left), (ROWS, ROWS - 1));
    assert_eq!(month.code(), "2023-11");
    assert_eq!(contact, "limits@example.org");
    assert!(instance.rows().is_empty());
    assert_eq!(instance.rows_taken().await, 0);
    // The report says it, besides the record that would have been rejected anyway.
    let explained = instance.explained(run);
    assert!(explained.contains("limit_reached"), "{explained}");
    assert!(
        explained.contains("only 2 rows are left in November 2023"),
        "{explained}"
    );
    assert!(explained.contains("limits@example.org"), "{explained}");
    assert_eq!(instance.rejections(run), ["2:type"]);
    assert_eq!(instance.leftovers(), 0);
    // It is rerun like any failure: next month, or with a higher limit, it fits.
    let job = instance.job(record.run.job).await;
    assert_eq!(job.rerun.unwrap().attempt, 2);
    let told = instance.store.unplanned_notices(10).await.unwrap();
    let refused = told.iter().find_map(|notice| match &notice.happening {
        Happening::Limit(limit) if notice.run == Some(run) => Some(limit),
        _ => None,
    });
    let refused = refused.unwrap();
    assert_eq!((refused.used, refused.limit), (0, ROWS - 1));
    assert_eq!(refused.contact, "limits@example.org");
    assert_eq!(refused.refused.as_ref().unwrap().rows_in_file, ROWS);
}

#[tokio::test]
async fn a_file_that_fits_exactly_goes_in_and_what_the_destination_refuses_goes_back() {
    let instance = Instance::new().await;
    instance.limit_rows(ROWS).await;
    let run = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    // The second `a` was reserved for, and refused by its key.
    assert_eq!(record.run.counts.imported, ROWS - 1);
    assert_eq!(instance.rows_taken().await, ROWS - 1);
}

#[tokio::test]
async fn rejected_records_are_free() {
    let instance = Instance::new().await;
    instance.limit_rows(1).await;
    let run = instance
        .activate(
            b"id,age\na,x\nb,y\nc,3\nd,z\n",
            ImportMethod::Upsert,
            GATE_OFF,
        )
        .await;
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(instance.rows_taken().await, 1);
}

#[tokio::test]
async fn a_merged_run_whose_worker_was_cut_off_counts_once() {
    let mut instance = Instance::new().await;
    instance.limit_rows(ROWS).await;
    let whole = Arc::clone(&instance.destination);
    instance.destination = Arc::new(CutOffAfterCommit {
        inner: Arc::clone(&whole),
    });
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    instance
        .work_until("first", async |instance| {
            let is_merged = !instance.rows().is_empty();
            is_merged && instance.run(run).await.run.status == RunStatus::Processing
        })
        .await;
    assert_eq!(instance.rows_taken().await, ROWS, "held until it is known");
    instance.destination = whole;
    instance.pass(LEASE + Duration::from_secs(1));
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(instance.rows_taken().await, ROWS);
    assert_eq!(
        instance.job(record.run.job).await.status,
        JobStatus::Completed
    );
}
