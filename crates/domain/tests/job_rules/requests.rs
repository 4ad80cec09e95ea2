//! What people ask of a job that is set up: run, pause, reactivate, cancel, retry.

use crate::fixtures::{
    HOUR, NOW, ended, job, one_time_later, queued_runs, recurring, rerun_waits, run_id, under_way,
    upload, whole_file,
};
use crate::{after, apply, end, refusal};
use domain::job::{Effect, JobEvent, JobStatus};
use domain::run::{EndedRun, Input, Origin, RunStatus};

#[test]
fn run_now_during_a_run_queues_one_more_at_most() {
    let busy = under_way(job(JobStatus::Active));
    let (busier, effects) = apply(
        &busy,
        JobEvent::RunRequested {
            new_file: None,
            day: None,
        },
    );
    assert_eq!(queued_runs(&effects)[0].input, whole_file());
    assert_eq!(
        refusal(
            &busier,
            JobEvent::RunRequested {
                new_file: None,
                day: None
            }
        ),
        "One more run of the job waits already."
    );
    assert_eq!(
        refusal(
            &busier,
            JobEvent::Retried {
                run: ended(RunStatus::Failed, 1)
            }
        ),
        "One more run of the job waits already."
    );
}

#[test]
fn run_now_takes_the_place_of_a_waiting_rerun() {
    let job = rerun_waits(
        job(JobStatus::Active),
        RunStatus::Failed,
        NOW.plus_seconds(300),
    );
    let (job, effects) = apply(
        &job,
        JobEvent::RunRequested {
            new_file: Some(upload(2)),
            day: None,
        },
    );
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (queued.attempt, queued.origin, queued.input.upload),
        (1, Origin::Manual, Some(upload(2)))
    );
    assert_eq!(job.rerun, None);
}

#[test]
fn run_now_takes_the_place_of_the_one_time_that_is_to_come() {
    let waits = one_time_later(job(JobStatus::Active));
    let run_now = |new_file| JobEvent::RunRequested {
        new_file,
        day: None,
    };
    let (job, effects) = apply(&waits, run_now(None));
    assert_eq!(queued_runs(&effects)[0].input, whole_file());
    assert_eq!(job.next_due, None);
    // Another file does not.
    let (job, _) = apply(&waits, run_now(Some(upload(2))));
    assert_eq!(job.next_due, waits.next_due);
}

#[test]
fn a_completed_job_runs_again_with_the_same_or_a_new_file() {
    let completed = job(JobStatus::Completed);
    for (new_file, read) in [(None, upload(1)), (Some(upload(2)), upload(2))] {
        let (job, effects) = apply(
            &completed,
            JobEvent::RunRequested {
                new_file,
                day: None,
            },
        );
        assert_eq!(job.status, JobStatus::Active);
        assert_eq!(queued_runs(&effects)[0].input.upload, Some(read));
    }
}

#[test]
fn cancelling_the_run_of_a_one_time_job_pauses_it_and_reactivating_queues_it_again() {
    let paused = end(&under_way(job(JobStatus::Active)), RunStatus::Cancelled, 3);
    assert_eq!(paused.status, JobStatus::Paused);
    let (active, effects) = apply(&paused, JobEvent::Reactivated { next: None });
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (active.status, queued.attempt, queued.input, queued.due_at),
        (JobStatus::Active, 1, whole_file(), NOW)
    );
}

#[test]
fn cancelling_a_run_of_a_recurring_job_leaves_its_schedule() {
    let job = end(
        &under_way(recurring(job(JobStatus::Active))),
        RunStatus::Cancelled,
        1,
    );
    assert_eq!((job.status, job.rerun), (JobStatus::Active, None));
}

#[test]
fn pausing_drops_the_waiting_rerun_and_takes_queued_runs_back() {
    let waiting = rerun_waits(job(JobStatus::Active), RunStatus::Failed, NOW);
    let (paused, effects) = apply(&waiting, JobEvent::Paused);
    assert_eq!(
        (paused.status, paused.rerun, effects),
        (JobStatus::Paused, None, vec![])
    );
    let (paused, effects) = apply(&under_way(job(JobStatus::Active)), JobEvent::Paused);
    assert_eq!(effects, vec![Effect::CancelQueuedRuns]);
    assert_eq!(
        end(&paused, RunStatus::Cancelled, 1).status,
        JobStatus::Paused
    );
    assert_eq!(end(&paused, RunStatus::Failed, 1).rerun, None);
}

#[test]
fn a_run_in_work_that_completes_during_a_pause_completes_a_one_time_job() {
    // Reactivating it would otherwise insert the same file once more.
    let paused = after(&under_way(job(JobStatus::Active)), JobEvent::Paused);
    assert_eq!(
        end(&paused, RunStatus::Completed, 1).status,
        JobStatus::Completed
    );
    let paused = after(
        &under_way(recurring(job(JobStatus::Active))),
        JobEvent::Paused,
    );
    assert_eq!(
        end(&paused, RunStatus::Completed, 1).status,
        JobStatus::Paused
    );
}

#[test]
fn a_job_that_is_reactivated_while_its_run_is_in_work_queues_no_second_one() {
    let paused = after(&under_way(job(JobStatus::Active)), JobEvent::Paused);
    let (active, effects) = apply(&paused, JobEvent::Reactivated { next: None });
    assert_eq!((active.status, effects), (JobStatus::Active, vec![]));
    assert_eq!(
        end(&active, RunStatus::Completed, 1).status,
        JobStatus::Completed
    );
}

#[test]
fn reactivating_a_recurring_job_waits_for_its_next_instant() {
    for status in [JobStatus::Paused, JobStatus::Halted] {
        let next = NOW.plus_seconds(2 * HOUR);
        let (active, effects) = apply(
            &recurring(job(status)),
            JobEvent::Reactivated { next: Some(next) },
        );
        assert_eq!((active.wakes_at(), effects), (Some(next), vec![]));
        assert_eq!(active.halt_reason, None);
    }
}

#[test]
fn reactivating_before_the_instant_of_a_one_time_job_waits_for_it() {
    let paused = one_time_later(job(JobStatus::Paused));
    let (active, effects) = apply(&paused, JobEvent::Reactivated { next: None });
    assert_eq!((active.wakes_at(), effects), (paused.next_due, vec![]));
}

#[test]
fn a_retry_does_not_start_a_stopped_schedule_again() {
    let retried = JobEvent::Retried {
        run: ended(RunStatus::Halted, 6),
    };
    let (halted, effects) = apply(&recurring(job(JobStatus::Halted)), retried.clone());
    assert_eq!(
        (halted.status, queued_runs(&effects)[0].attempt),
        (JobStatus::Halted, 1)
    );
    assert_eq!(
        end(&halted, RunStatus::Completed, 1).status,
        JobStatus::Halted
    );
    let (active, _) = apply(&job(JobStatus::Halted), retried);
    assert_eq!(active.status, JobStatus::Active);
    assert_eq!(
        end(&active, RunStatus::Completed, 1).status,
        JobStatus::Completed
    );
}

#[test]
fn retry_reads_what_the_run_read() {
    let run = EndedRun {
        input: Input {
            upload: Some(upload(7)),
            corrects: None,
        },
        ..ended(RunStatus::Cancelled, 2)
    };
    let (_, effects) = apply(&job(JobStatus::Completed), JobEvent::Retried { run });
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (queued.origin, queued.attempt, queued.parent),
        (Origin::Retry, 1, Some(run_id(2)))
    );
    assert_eq!(queued.input.upload, Some(upload(7)));
}
