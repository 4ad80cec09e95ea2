//! Reruns, and the schedule beside them.

use crate::fixtures::{
    HOUR, NOW, RERUNS, due, ended, job, one_more_waits, queued_runs, recurring, rerun_waits,
    run_ended, run_id, under_way, whole_file,
};
use crate::{after, apply, apply_at, end, refusal};
use domain::id::RunId;
use domain::job::{Job, JobEvent, JobStatus};
use domain::reason::Reason;
use domain::retry::{Consequence, RerunSettings};
use domain::run::{EndedRun, Input, Origin, RunStatus};

#[test]
fn a_failed_run_is_run_again_five_times_fifteen_minutes_apart() {
    let mut job = under_way(job(JobStatus::Active));
    for attempt in 1..=5 {
        let waiting = end(&job, RunStatus::Failed, attempt);
        assert_eq!(waiting.wakes_at(), Some(NOW.plus_seconds(900)));
        let (next, effects) = apply_at(
            &waiting,
            JobEvent::CameDue { next: None },
            NOW.plus_seconds(900),
        );
        let queued = queued_runs(&effects)[0];
        assert_eq!(
            (queued.attempt, queued.origin),
            (attempt + 1, Origin::Rerun)
        );
        assert_eq!(
            (queued.occurrence, queued.parent),
            (Some(run_id(1)), Some(run_id(u128::from(attempt))))
        );
        assert_eq!(queued.input, whole_file());
        job = next;
    }
    let halted = end(&job, RunStatus::Failed, 6);
    assert_eq!(
        (halted.status, halted.halt_reason),
        (JobStatus::Halted, Some(Reason::DestinationUnreachable))
    );
}

#[test]
fn reruns_and_their_interval_are_settings() {
    let settings = RerunSettings {
        at_most: 1,
        interval_seconds: 60,
    };
    let consequence =
        |attempt| settings.consequence(&ended(RunStatus::Failed, attempt), false, NOW);
    assert_eq!(
        consequence(1),
        Consequence::Rerun {
            attempt: 2,
            due_at: NOW.plus_seconds(60)
        }
    );
    assert_eq!(consequence(2), Consequence::HaltJob);
    let never = RerunSettings {
        at_most: 0,
        ..settings
    };
    assert_eq!(
        never.consequence(&ended(RunStatus::Failed, 1), true, NOW),
        Consequence::WaitForSchedule
    );
    assert_eq!(RerunSettings::default(), RERUNS);
    assert_eq!(RERUNS.attempts(), 6);
}

#[test]
fn the_regular_schedule_goes_on_after_failed_reruns_but_not_after_halted_ones() {
    let job = under_way(recurring(job(JobStatus::Active)));
    let failed = end(&job, RunStatus::Failed, 6);
    assert_eq!(
        (failed.status, failed.wakes_at()),
        (JobStatus::Active, job.next_due)
    );
    assert_eq!(end(&job, RunStatus::Halted, 6).status, JobStatus::Halted);
}

#[test]
fn a_run_that_took_its_workers_down_halts_its_job_at_once() {
    let reason = Reason::InternalError {
        reference: "r-1".to_owned(),
    };
    let poisoned = EndedRun {
        reason: Some(reason.clone()),
        ..ended(RunStatus::Halted, 1)
    };
    for job in [
        under_way(job(JobStatus::Active)),
        under_way(recurring(job(JobStatus::Active))),
    ] {
        let halted = after(&job, run_ended(poisoned.clone()));
        assert_eq!(
            (halted.status, halted.halt_reason.as_ref()),
            (JobStatus::Halted, Some(&reason))
        );
        assert_eq!(halted.rerun, None);
    }
}

#[test]
fn a_regular_run_supersedes_waiting_reruns_of_a_failed_one() {
    let job = rerun_waits(
        due(job(JobStatus::Active)),
        RunStatus::Failed,
        NOW.plus_seconds(300),
    );
    let tomorrow = NOW.plus_seconds(24 * HOUR);
    let (job, effects) = apply(
        &job,
        JobEvent::CameDue {
            next: Some(tomorrow),
        },
    );
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (queued.attempt, queued.occurrence, queued.origin),
        (1, None, Origin::Scheduled)
    );
    assert_eq!((job.rerun, job.next_due), (None, Some(tomorrow)));
}

#[test]
fn a_regular_run_is_the_next_attempt_of_a_halted_one() {
    let job = rerun_waits(
        due(job(JobStatus::Active)),
        RunStatus::Halted,
        NOW.plus_seconds(300),
    );
    let (job, effects) = apply(
        &job,
        JobEvent::CameDue {
            next: Some(NOW.plus_seconds(60)),
        },
    );
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (queued.attempt, queued.occurrence, queued.origin),
        (3, Some(run_id(1)), Origin::Scheduled)
    );
    assert_eq!(job.rerun, None);
}

#[test]
fn the_sixth_halted_run_in_a_row_halts_the_job_however_often_it_is_scheduled() {
    // Due every minute, while each run takes ten and reruns would be a quarter of an hour apart.
    let mut now = NOW;
    let mut job = due(job(JobStatus::Active));
    let mut first = None;
    for number in 1..=6_u8 {
        assert_eq!(job.status, JobStatus::Active);
        let (next, effects) = apply_at(
            &job,
            JobEvent::CameDue {
                next: Some(now.plus_seconds(60)),
            },
            now,
        );
        let queued = queued_runs(&effects)[0];
        assert_eq!(queued.attempt, number);
        now = now.plus_seconds(600);
        let id = run_id(u128::from(number));
        let occurrence: RunId = *first.get_or_insert(id);
        let run = EndedRun {
            id,
            occurrence,
            ..ended(RunStatus::Halted, queued.attempt)
        };
        job = apply_at(&next, run_ended(run), now).0;
    }
    assert_eq!(job.status, JobStatus::Halted);
}

#[test]
fn a_long_downtime_makes_one_run_not_many() {
    let job = Job {
        next_due: Some(NOW.plus_seconds(-1000 * HOUR)),
        ..due(job(JobStatus::Active))
    };
    let (job, effects) = apply(
        &job,
        JobEvent::CameDue {
            next: Some(NOW.plus_seconds(60)),
        },
    );
    assert_eq!(queued_runs(&effects).len(), 1);
    assert_eq!(job.next_due, Some(NOW.plus_seconds(60)));
}

#[test]
fn what_comes_due_during_a_run_waits_until_it_has_ended() {
    let busy = under_way(due(job(JobStatus::Active)));
    assert_eq!(busy.wakes_at(), None);
    assert!(
        refusal(&busy, JobEvent::CameDue { next: None })
            .starts_with("A run of the job is under way")
    );
    assert_eq!(end(&busy, RunStatus::Completed, 1).wakes_at(), Some(NOW));
}

#[test]
fn a_run_that_waits_behind_a_failed_one_takes_the_place_of_its_reruns() {
    let job = end(
        &one_more_waits(job(JobStatus::Active)),
        RunStatus::Failed,
        1,
    );
    assert_eq!((job.status, job.rerun.clone()), (JobStatus::Active, None));
    assert_eq!(
        end(&job, RunStatus::Completed, 1).status,
        JobStatus::Completed
    );
}

#[test]
fn a_halted_job_whose_files_are_found_at_the_source_looks_there_again() {
    let at_source = |job| Job {
        last_whole_input: Some(Input::default()),
        ..job
    };
    let job = rerun_waits(
        due(at_source(job(JobStatus::Active))),
        RunStatus::Halted,
        NOW.plus_seconds(HOUR),
    );
    let (_, effects) = apply(&job, JobEvent::CameDue { next: None });
    let queued = queued_runs(&effects)[0];
    assert_eq!((queued.attempt, queued.input), (3, Input::default()));

    let halted = at_source(crate::fixtures::job(JobStatus::Halted));
    let (_, effects) = apply(&halted, JobEvent::Reactivated { next: None });
    assert_eq!(queued_runs(&effects)[0].input, Input::default());
}
