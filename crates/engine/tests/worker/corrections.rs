//! Corrected records, and the run that they complete.

use std::time::Duration;

use domain::counts::Counts;
use domain::job::JobStatus;
use domain::run::{Origin, RunStatus};
use domain::settings::ImportMethod;

use super::instance::Instance;
use super::{FILE, GATE_OFF};

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn a_run_is_completed_when_its_corrected_records_are_in() {
    let instance = Instance::new().await;
    let parent = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    let partly = instance.work_until_ended(parent).await.run;
    assert_eq!(partly.still_missing(), 2);
    let child = instance.reimport(parent, b"id,age\nb,2\nd,4\n", 2).await;
    let ended = instance.work_until_ended(child).await.run;
    assert_eq!(
        (ended.status, ended.origin),
        (RunStatus::Completed, Origin::Child)
    );
    let completed = instance.run(parent).await.run;
    assert_eq!(completed.status, RunStatus::Completed);
    assert_eq!(completed.corrected, 2);
    assert_eq!(completed.counts, partly.counts);
    assert_eq!(completed.ended_at, partly.ended_at);
    assert_eq!(instance.rows(), ["a=1", "b=2", "c=3", "d=4"]);
    assert_eq!(instance.job(ended.job).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn corrections_of_corrections_reach_the_run_of_the_whole_file() {
    let instance = Instance::new().await;
    let parent = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    instance.work_until_ended(parent).await;
    let child = instance.reimport(parent, b"id,age\nb,2\nd,four\n", 2).await;
    let partly = instance.work_until_ended(child).await.run;
    assert_eq!(partly.status, RunStatus::PartiallyCompleted);
    assert_eq!(
        partly.counts,
        Counts {
            seen: 2,
            imported: 1,
            rejected: 1
        }
    );
    assert_eq!(instance.run(parent).await.run.still_missing(), 1);
    assert_eq!(instance.exact(child), "id,age\nd,four\n");

    let grandchild = instance.reimport(child, b"id,age\nd,4\n", 1).await;
    instance.work_until_ended(grandchild).await;
    for run in [grandchild, child, parent] {
        let run = instance.run(run).await.run;
        assert_eq!(run.status, RunStatus::Completed, "{run:#?}");
        assert_eq!(run.counts.imported + run.counts.rejected, run.counts.seen);
    }
    assert_eq!(instance.rows(), ["a=1", "b=2", "c=3", "d=4"]);
}

#[tokio::test]
async fn corrections_outlive_the_run_of_the_whole_file() {
    let instance = Instance::new().await;
    let parent = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    instance.work_until_ended(parent).await;
    instance.pass(DAY * 390);
    let child = instance.reimport(parent, b"id,age\nb,2\nd,four\n", 2).await;
    instance.work_until_ended(child).await;
    instance.pass(DAY * 20);
    let removed =
        engine::clean_up::round(&instance.clean_up(), engine::clean_up::Strays::SetAside).await;
    assert_eq!(removed.runs, 1, "{removed:?}");

    let grandchild = instance.reimport(child, b"id,age\nd,4\n", 1).await;
    instance.work_until_ended(grandchild).await;
    let child = instance.run(child).await.run;
    assert_eq!(child.status, RunStatus::Completed);
    assert_eq!(instance.rows(), ["a=1", "b=2", "c=3", "d=4"]);
    assert_eq!(instance.job(child.job).await.unfinished.total(), 0);
}

#[tokio::test]
async fn a_file_of_which_nothing_fitted_becomes_partially_completed_and_then_completed() {
    let instance = Instance::new().await;
    let parent = instance
        .activate(b"id,age\na,x\nb,y\n", ImportMethod::Insert, GATE_OFF)
        .await;
    let failed = instance.work_until_ended(parent).await.run;
    assert_eq!(failed.status, RunStatus::Failed);
    assert_eq!(instance.job(failed.job).await.status, JobStatus::Halted);

    let child = instance.reimport(parent, b"id,age\na,1\n", 1).await;
    instance.work_until_ended(child).await;
    assert_eq!(instance.job(failed.job).await.status, JobStatus::Completed);
    let partly = instance.run(parent).await.run;
    assert_eq!(
        (partly.status, partly.still_missing(), partly.reason),
        (RunStatus::PartiallyCompleted, 1, None)
    );
    let child = instance.reimport(parent, b"id,age\nb,2\n", 1).await;
    instance.work_until_ended(child).await;
    assert_eq!(instance.run(parent).await.run.status, RunStatus::Completed);
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
}

#[tokio::test]
async fn corrections_that_are_rejected_again_leave_their_run_as_it_was() {
    let instance = Instance::new().await;
    let parent = instance
        .activate(FILE, ImportMethod::Insert, GATE_OFF)
        .await;
    let before = instance.work_until_ended(parent).await.run;
    let child = instance.reimport(parent, b"id,age\nb,zwei\n", 1).await;
    let ended = instance.work_until_ended(child).await.run;
    assert_eq!(
        (ended.status, ended.still_missing()),
        (RunStatus::Failed, 0)
    );
    assert_eq!(instance.run(parent).await.run, before);
}

#[tokio::test]
async fn other_records_than_those_given_back_correct_nothing() {
    let instance = Instance::new().await;
    let parent = instance
        .activate(
            b"id,age\na,x\nb,y\nc,z\nd,4\n",
            ImportMethod::Insert,
            GATE_OFF,
        )
        .await;
    let partly = instance.work_until_ended(parent).await.run;
    assert_eq!(partly.still_missing(), 3);
    let others = b"id,age\nk,1\nl,2\nm,3\n";
    let child = instance.reimport(parent, others, 1).await;
    assert_eq!(
        instance.work_until_ended(child).await.run.counts.imported,
        3
    );
    let parent = instance.run(parent).await.run;
    assert_eq!(
        (parent.status, parent.corrected, parent.still_missing()),
        (RunStatus::PartiallyCompleted, 1, 2)
    );
}
