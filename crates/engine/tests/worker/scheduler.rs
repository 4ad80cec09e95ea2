//! What time brings about, on a clock that the tests move.

use std::sync::Arc;
use std::time::Duration;

use connectors::destination::{Destination, DestinationError};
use domain::id::JobId;
use domain::job::{JobEvent, JobStatus};
use domain::reason::Reason;
use domain::run::{Origin, RunStatus};
use domain::schedule::{Recurrence, Recurring, Schedule};
use domain::settings::ImportMethod;
use jiff::tz::TimeZone;

use crate::faulty::Refusing;
use crate::instance::Instance;
use crate::{FILE, GATE_OFF};

const DAY: Duration = Duration::from_hours(24);
const QUARTER: Duration = Duration::from_mins(15);

/// The clock of the tests starts on 14 November 2023 at 22:13:20 UTC.
fn daily_at_six() -> Schedule {
    Schedule::Recurring(Recurring {
        recurrence: Recurrence::Daily {
            at: "06:00".parse().unwrap(),
        },
        time_zone: "Europe/Berlin".to_owned(),
        start: None,
        end: None,
        jitter_seconds: 0,
    })
}

/// Runs fail, and may be tried again.
fn unreachable() -> Arc<dyn Destination> {
    Arc::new(Refusing(|| {
        DestinationError::Unreachable("it does not answer".into())
    }))
}

async fn activate(instance: &Instance, file: &[u8], schedule: Schedule) -> JobId {
    let method = ImportMethod::Upsert;
    let (job, run) = instance.activate_by(file, method, GATE_OFF, schedule).await;
    assert!(run.is_none(), "it is not due yet");
    job
}

/// Lets a worker work until the job has so many runs and none is unfinished.
async fn work_until_ran(instance: &Instance, job: JobId, runs: usize) {
    instance
        .work_until("worker", async |instance| {
            let all = instance.runs(job).await;
            all.len() == runs && all.iter().all(|run| run.run.status.is_final())
        })
        .await;
}

/// Newest first: origin, attempt, status.
async fn history(instance: &Instance, job: JobId) -> Vec<(Origin, u8, RunStatus)> {
    let runs = instance.runs(job).await;
    runs.into_iter()
        .map(|run| (run.run.origin, run.run.attempt, run.run.status))
        .collect()
}

async fn next_due(instance: &Instance, job: JobId) -> Option<String> {
    let due = instance.job(job).await.next_due?;
    let instant = jiff::Timestamp::from_millisecond(due.0).unwrap();
    Some(instant.to_string())
}

#[tokio::test]
async fn a_job_at_an_instant_waits_for_it_and_is_completed_afterwards() {
    let instance = Instance::new().await;
    let at = Schedule::At {
        local: "2023-11-15T06:00".parse().unwrap(),
        time_zone: "Europe/Berlin".to_owned(),
    };
    let job = activate(&instance, FILE, at).await;
    assert_eq!(
        next_due(&instance, job).await.unwrap(),
        "2023-11-15T05:00:00Z"
    );
    assert_eq!(instance.job(job).await.status, JobStatus::Active);
    instance.pass(Duration::from_hours(8));
    work_until_ran(&instance, job, 1).await;
    assert_eq!(
        history(&instance, job).await,
        [(Origin::Scheduled, 1, RunStatus::PartiallyCompleted)]
    );
    let due_at = instance.runs(job).await[0].run.due_at;
    assert_eq!(
        due_at.0, 1_700_024_400_000,
        "when it was due, not when it began"
    );
    assert_eq!(instance.job(job).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn a_recurring_job_runs_again_and_knows_its_next_instant() {
    let instance = Instance::new().await;
    let job = activate(&instance, FILE, daily_at_six()).await;
    instance.pass(DAY);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(
        next_due(&instance, job).await.unwrap(),
        "2023-11-16T05:00:00Z"
    );
    instance.pass(DAY);
    work_until_ran(&instance, job, 2).await;
    assert_eq!(
        next_due(&instance, job).await.unwrap(),
        "2023-11-17T05:00:00Z"
    );
    assert_eq!(instance.job(job).await.status, JobStatus::Active);
}

#[tokio::test]
async fn what_was_missed_while_nobody_worked_runs_once() {
    let instance = Instance::new().await;
    let job = activate(&instance, FILE, daily_at_six()).await;
    instance.pass(10 * DAY);
    work_until_ran(&instance, job, 1).await;
    let runs = instance.runs(job).await;
    assert_eq!(
        runs[0].run.due_at.0, 1_700_024_400_000,
        "the first one missed"
    );
    assert_eq!(
        next_due(&instance, job).await.unwrap(),
        "2023-11-25T05:00:00Z"
    );
}

#[tokio::test]
async fn a_schedule_that_ends_leaves_a_completed_job() {
    let instance = Instance::new().await;
    let Schedule::Recurring(recurring) = daily_at_six() else {
        unreachable!()
    };
    let until = Schedule::Recurring(Recurring {
        end: Some("2023-11-16".parse().unwrap()),
        ..recurring
    });
    let job = activate(&instance, FILE, until).await;
    for runs in 1..=2 {
        instance.pass(DAY);
        work_until_ran(&instance, job, runs).await;
    }
    let job = instance.job(job).await;
    assert_eq!((job.status, job.next_due), (JobStatus::Completed, None));
}

#[tokio::test]
async fn a_failed_one_time_job_is_rerun_five_times_and_then_halted() {
    let mut instance = Instance::new().await;
    instance.destination = unreachable();
    let run = instance
        .activate(FILE, ImportMethod::Upsert, GATE_OFF)
        .await;
    let job = instance.run(run).await.run.job;
    for attempt in 1..=6 {
        work_until_ran(&instance, job, attempt).await;
        let rerun = instance.job(job).await.rerun;
        if let Some(rerun) = rerun {
            assert_eq!(usize::from(rerun.attempt), attempt + 1);
            assert_eq!(rerun.due_at, instance.now().plus_seconds(15 * 60));
        }
        instance.pass(QUARTER);
    }
    let attempts = history(&instance, job).await;
    assert_eq!(attempts[0], (Origin::Rerun, 6, RunStatus::Failed));
    assert_eq!(attempts[5], (Origin::Scheduled, 1, RunStatus::Failed));
    let halted = instance.job(job).await;
    assert_eq!(halted.status, JobStatus::Halted);
    assert_eq!(halted.halt_reason, Some(Reason::DestinationUnreachable));
    let occurrences = instance.runs(job).await;
    assert!(
        occurrences
            .iter()
            .all(|record| record.run.occurrence == run)
    );
}

#[tokio::test]
async fn the_regular_run_supersedes_the_reruns_of_a_failed_one() {
    let mut instance = Instance::new().await;
    instance.destination = unreachable();
    let job = activate(&instance, FILE, daily_at_six()).await;
    instance.pass(DAY);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(instance.job(job).await.rerun.unwrap().attempt, 2);
    instance.pass(DAY);
    work_until_ran(&instance, job, 2).await;
    assert_eq!(
        history(&instance, job).await,
        [
            (Origin::Scheduled, 1, RunStatus::Failed),
            (Origin::Scheduled, 1, RunStatus::Failed)
        ]
    );
}

#[tokio::test]
async fn the_regular_run_is_the_next_attempt_of_a_halted_one_and_the_sixth_halts_the_job() {
    let mut instance = Instance::new().await;
    instance.destination = Arc::new(Refusing(|| DestinationError::DatasetChanged {
        dataset: "people".into(),
        column: "age".into(),
    }));
    let job = activate(&instance, FILE, daily_at_six()).await;
    for attempt in 1..=6 {
        instance.pass(DAY);
        work_until_ran(&instance, job, attempt).await;
        assert_eq!(
            usize::from(history(&instance, job).await[0].1),
            attempt,
            "each day's run is an attempt"
        );
    }
    let halted = instance.job(job).await;
    assert_eq!(halted.status, JobStatus::Halted);
    assert_eq!(halted.wakes_at(), None);
}

#[tokio::test]
async fn a_paused_job_misses_its_instants_and_waits_for_the_next_when_it_is_reactivated() {
    let instance = Instance::new().await;
    let job = activate(&instance, FILE, daily_at_six()).await;
    instance.tell_job(job, JobEvent::Paused).await;
    instance.pass(3 * DAY);
    let rules = |name: &str| TimeZone::get(name).ok();
    let next = daily_at_six()
        .next_after(job, instance.now(), &rules)
        .unwrap();
    let active = instance.tell_job(job, JobEvent::Reactivated { next }).await;
    assert_eq!(
        (active.status, active.unfinished.total()),
        (JobStatus::Active, 0)
    );
    assert_eq!(
        next_due(&instance, job).await.unwrap(),
        "2023-11-18T05:00:00Z"
    );
    instance.pass(DAY);
    work_until_ran(&instance, job, 1).await;
}

#[tokio::test]
async fn an_edit_that_changes_the_schedule_moves_the_next_run() {
    let instance = Instance::new().await;
    let job = activate(&instance, FILE, daily_at_six()).await;
    let at = Schedule::At {
        local: "2023-11-14T23:30".parse().unwrap(),
        time_zone: "UTC".to_owned(),
    };
    instance.edit(job, at).await;
    assert_eq!(
        next_due(&instance, job).await.unwrap(),
        "2023-11-14T23:30:00Z"
    );
    instance.pass(Duration::from_hours(2));
    work_until_ran(&instance, job, 1).await;
    assert_eq!(instance.job(job).await.status, JobStatus::Completed);
}
