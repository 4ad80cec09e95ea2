//! A job that asks what becomes of a repeated file, and what the answers mean.

use domain::job::{Job, JobEvent, JobStatus};
use domain::run::{EndedRun, Input, Origin, RunStatus};
use domain::time::Timestamp;

use crate::fixtures::{
    HOUR, NOW, asking, asks, ended, job, queued_runs, recurring, run_ended, under_way, upload,
};
use crate::{after, apply, refusal};

fn halted(prepare: fn(Job) -> Job) -> Job {
    let job = apply(
        &under_way(prepare(job(JobStatus::Active))),
        run_ended(asking()),
    )
    .0;
    assert_eq!(job.status, JobStatus::Halted);
    assert_eq!(job.halt_reason, asking().reason);
    job
}

#[test]
fn to_import_the_file_is_an_answer_and_the_job_goes_on() {
    let job = halted(recurring);
    let (job, effects) = apply(&job, JobEvent::Retried { run: asking() });
    assert_eq!((job.status, &job.halt_reason), (JobStatus::Active, &None));
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (queued.origin, queued.input),
        (Origin::Retry, asking().input)
    );
    assert!(job.next_due.is_some());
}

#[test]
fn to_pass_over_the_file_is_an_answer_and_the_job_goes_on() {
    let (job, effects) = apply(&halted(recurring), JobEvent::PassedOver { run: asking() });
    assert_eq!((job.status, &job.halt_reason), (JobStatus::Active, &None));
    assert_eq!((job.unsettled, effects), (None, Vec::new()));
}

#[test]
fn a_one_time_job_whose_file_is_passed_over_is_completed() {
    let job = after(&halted(|job| job), JobEvent::PassedOver { run: asking() });
    assert_eq!(job.status, JobStatus::Completed);
}

#[test]
fn a_job_that_rests_for_something_else_goes_on_resting() {
    let other = Job {
        unsettled: Some(Input {
            upload: Some(upload(7)),
            corrects: None,
        }),
        ..asks(recurring(job(JobStatus::Halted)))
    };
    for event in [
        JobEvent::PassedOver { run: asking() },
        JobEvent::Retried { run: asking() },
    ] {
        let job = after(&other, event);
        assert_eq!(job.status, JobStatus::Halted);
        assert_eq!(job.unsettled, other.unsettled);
    }
    let paused = recurring(job(JobStatus::Paused));
    let answered = after(&paused, JobEvent::PassedOver { run: asking() });
    assert_eq!(answered.status, JobStatus::Paused);
}

#[test]
fn a_run_that_asks_nothing_is_not_answered() {
    let event = JobEvent::PassedOver {
        run: EndedRun {
            ..ended(RunStatus::Halted, 1)
        },
    };
    assert_eq!(
        refusal(&halted(recurring), event),
        "The run does not ask whether to import a repeated file."
    );
}

#[test]
fn what_was_missed_while_a_job_was_halted_comes_due_at_once() {
    let missed = NOW.plus_seconds(-3 * HOUR);
    let halted = Job {
        next_due: Some(missed),
        ..recurring(job(JobStatus::Halted))
    };
    let (job, effects) = apply(&halted, JobEvent::Reactivated { next: Some(missed) });
    assert_eq!((job.status, effects.len()), (JobStatus::Active, 0));
    assert_eq!(job.wakes_at(), Some(missed));
}

#[test]
fn run_now_may_be_given_a_day() {
    let day = Timestamp(NOW.0 - 5 * 24 * HOUR * 1000);
    let event = JobEvent::RunRequested {
        new_file: None,
        day: Some(day),
    };
    let (_, effects) = apply(&recurring(job(JobStatus::Active)), event);
    assert_eq!(queued_runs(&effects)[0].due_at, day);
}
