//! Corrected records that are re-imported.

use crate::fixtures::{
    HOUR, NOW, corrections, due, ended, job, queued_runs, rerun_waits, run_ended, run_id,
    under_way, upload, version, whole_file,
};
use crate::{after, apply};
use domain::job::{Job, JobEvent, JobStatus};
use domain::reason::Reason;
use domain::run::{EndedRun, Input, Origin, RunStatus};

#[test]
fn corrected_records_run_on_their_own() {
    let partly = ended(RunStatus::PartiallyCompleted, 1);
    let (active, effects) = apply(
        &job(JobStatus::Completed),
        JobEvent::Reimported {
            run: partly,
            upload: upload(9),
        },
    );
    let queued = queued_runs(&effects)[0].clone();
    assert_eq!(
        (queued.origin, queued.parent, queued.attempt),
        (Origin::Child, Some(run_id(1)), 1)
    );
    assert_eq!(queued.input, corrections());
    let child = |status, attempt| EndedRun {
        input: queued.input,
        ..ended(status, attempt)
    };
    assert_eq!(
        after(&active, run_ended(child(RunStatus::Completed, 1))).status,
        JobStatus::Completed
    );
    // Whatever becomes of them, the job is what it was.
    for (status, attempt) in [
        (RunStatus::Failed, 6),
        (RunStatus::Halted, 6),
        (RunStatus::Cancelled, 1),
    ] {
        let completed = after(&active, run_ended(child(status, attempt)));
        assert_eq!(
            (completed.status, completed.unsettled),
            (JobStatus::Completed, None)
        );
        let (_, effects) = apply(
            &completed,
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
        );
        assert_eq!(
            queued_runs(&effects)[0].input,
            whole_file(),
            "Run now reads the whole file"
        );
    }
}

#[test]
fn corrections_do_nothing_to_a_schedule() {
    let scheduled = due(job(JobStatus::Active));
    let earlier = EndedRun {
        input: Input {
            upload: Some(upload(5)),
            corrects: None,
        },
        ..ended(RunStatus::PartiallyCompleted, 1)
    };
    let reimported = JobEvent::Reimported {
        run: earlier,
        upload: upload(9),
    };
    for before in [
        scheduled.clone(),
        after(&scheduled, JobEvent::Paused),
        job(JobStatus::Halted),
    ] {
        let under_way = after(&before, reimported.clone());
        assert_eq!(under_way.status, before.status);
        for status in [RunStatus::Failed, RunStatus::Halted, RunStatus::Cancelled] {
            let child = EndedRun {
                input: corrections(),
                ..ended(status, 6)
            };
            let job = after(&under_way, run_ended(child));
            assert_eq!(
                (job.status, job.next_due, job.unsettled, job.rerun),
                (before.status, before.next_due, before.unsettled, None)
            );
        }
    }
}

#[test]
fn a_regular_run_does_not_drop_the_rerun_of_corrected_records() {
    let mut job = rerun_waits(
        due(job(JobStatus::Active)),
        RunStatus::Failed,
        NOW.plus_seconds(300),
    );
    job.rerun.as_mut().unwrap().input = corrections();
    let (job, effects) = apply(
        &job,
        JobEvent::CameDue {
            next: Some(NOW.plus_seconds(HOUR)),
        },
    );
    assert_eq!(queued_runs(&effects)[0].input, whole_file());
    assert!(job.rerun.is_some());
}

#[test]
fn corrected_records_that_went_in_during_a_pause_are_not_repeated() {
    let partly = ended(RunStatus::PartiallyCompleted, 1);
    let reimported = JobEvent::Reimported {
        run: partly,
        upload: upload(9),
    };
    let (active, effects) = apply(&job(JobStatus::Completed), reimported);
    let input = queued_runs(&effects)[0].input;
    let paused = after(&active, JobEvent::Paused);
    let completed = EndedRun {
        input,
        ..ended(RunStatus::Completed, 1)
    };
    assert_eq!(
        after(&paused, run_ended(completed)).status,
        JobStatus::Completed
    );
    let failed = EndedRun {
        input,
        ..ended(RunStatus::Failed, 1)
    };
    assert_eq!(
        after(&paused, run_ended(failed)).status,
        JobStatus::Completed,
        "it was completed before"
    );
}

#[test]
fn corrections_of_a_file_that_was_rejected_whole_are_the_file() {
    let rejected = EndedRun {
        reason: Some(Reason::NoRecordFits { seen: 3 }),
        ..ended(RunStatus::Failed, 1)
    };
    // What cannot change by waiting is not tried again.
    let halted = after(
        &under_way(job(JobStatus::Active)),
        run_ended(rejected.clone()),
    );
    assert_eq!(
        (halted.status, halted.unsettled),
        (JobStatus::Halted, Some(whole_file()))
    );
    let reimported = JobEvent::Reimported {
        run: rejected,
        upload: upload(9),
    };
    let corrected = after(&halted, reimported);
    assert_eq!(
        (corrected.status, corrected.unsettled),
        (JobStatus::Halted, Some(corrections()))
    );
    let end = |status| EndedRun {
        input: corrections(),
        ..ended(status, 1)
    };
    assert_eq!(
        after(&corrected, run_ended(end(RunStatus::Completed))).status,
        JobStatus::Completed
    );
    let again = after(&corrected, run_ended(end(RunStatus::Halted)));
    assert_eq!(again.status, JobStatus::Halted);
    // Reactivating imports the corrections, and not the file itself beside them.
    let (again, effects) = apply(&again, JobEvent::Reactivated { next: None });
    assert_eq!(queued_runs(&effects)[0].input, corrections());
    let halted = after(&again, run_ended(end(RunStatus::Cancelled)));
    assert_eq!(
        (halted.status, halted.unsettled),
        (JobStatus::Paused, Some(corrections())),
        "nothing of the file is in"
    );
}

#[test]
fn re_importing_records_of_another_run_does_not_hide_a_file_that_did_not_go_in() {
    let halted = job(JobStatus::Halted);
    let earlier = EndedRun {
        input: Input {
            upload: Some(upload(5)),
            corrects: None,
        },
        ..ended(RunStatus::PartiallyCompleted, 1)
    };
    let (still_halted, effects) = apply(
        &halted,
        JobEvent::Reimported {
            run: earlier,
            upload: upload(9),
        },
    );
    assert_eq!((still_halted.status, effects.len()), (JobStatus::Halted, 1));
    let input = queued_runs(&effects)[0].input;
    let corrected = after(
        &still_halted,
        run_ended(EndedRun {
            input,
            ..ended(RunStatus::Completed, 1)
        }),
    );
    assert_eq!(
        (corrected.status, corrected.unsettled),
        (JobStatus::Halted, Some(whole_file()))
    );
    let (_, effects) = apply(&corrected, JobEvent::Reactivated { next: None });
    assert_eq!(queued_runs(&effects)[0].input, whole_file());
}

#[test]
fn corrected_records_are_read_as_the_file_that_they_come_from() {
    let edited = Job {
        current: Some(version(2)),
        ..job(JobStatus::Completed)
    };
    let reimported = JobEvent::Reimported {
        run: ended(RunStatus::PartiallyCompleted, 1),
        upload: upload(9),
    };
    let (active, effects) = apply(&edited, reimported);
    assert_eq!(queued_runs(&effects)[0].job_version, version(1));
    let failed = EndedRun {
        input: corrections(),
        ..ended(RunStatus::Failed, 1)
    };
    let waiting = after(&active, run_ended(failed));
    let due_at = waiting.rerun.as_ref().unwrap().due_at;
    let (_, effects) = waiting
        .apply(&JobEvent::CameDue { next: None }, due_at)
        .unwrap();
    assert_eq!(queued_runs(&effects)[0].job_version, version(1));
}

#[test]
fn new_corrections_take_the_place_of_those_that_wait_to_be_tried_again() {
    let partly = ended(RunStatus::PartiallyCompleted, 1);
    let reimported = |upload| JobEvent::Reimported {
        run: partly.clone(),
        upload,
    };
    let failed = EndedRun {
        input: corrections(),
        ..ended(RunStatus::Failed, 1)
    };
    let active = after(&job(JobStatus::Completed), reimported(upload(9)));
    let waiting = after(&active, run_ended(failed));
    assert!(waiting.rerun.is_some());
    let paused = after(&waiting, JobEvent::Paused);
    assert_eq!(paused.unsettled, Some(corrections()));
    assert_eq!(after(&waiting, reimported(upload(10))).rerun, None);
    let replaced = after(&paused, reimported(upload(10)));
    let by = Input {
        upload: Some(upload(10)),
        ..corrections()
    };
    assert_eq!(
        (replaced.status, replaced.unsettled),
        (JobStatus::Paused, Some(by))
    );
}

#[test]
fn a_retry_of_corrections_takes_the_place_of_those_that_wait_to_be_tried_again() {
    let of_upload = |upload| Input {
        upload: Some(upload),
        ..corrections()
    };
    let failed = |input| EndedRun {
        input,
        ..ended(RunStatus::Failed, 1)
    };
    let active = after(
        &job(JobStatus::Completed),
        JobEvent::Reimported {
            run: ended(RunStatus::PartiallyCompleted, 1),
            upload: upload(9),
        },
    );
    let waiting = after(&active, run_ended(failed(corrections())));
    assert!(waiting.rerun.is_some());
    // The same upload, and another one that the same records may be in.
    for input in [corrections(), of_upload(upload(10))] {
        let retried = JobEvent::Retried { run: failed(input) };
        let (again, effects) = apply(&waiting, retried.clone());
        assert_eq!(again.rerun, None);
        assert_eq!(queued_runs(&effects)[0].input, input);
        let replaced = after(&after(&waiting, JobEvent::Paused), retried);
        assert_eq!(
            (replaced.status, replaced.unsettled),
            (JobStatus::Paused, Some(input))
        );
    }
}

#[test]
fn corrected_records_of_which_some_are_in_are_not_retried() {
    let partly = EndedRun {
        input: corrections(),
        ..ended(RunStatus::PartiallyCompleted, 1)
    };
    let completed = job(JobStatus::Completed);
    assert!(
        completed
            .apply(&JobEvent::Retried { run: partly }, NOW)
            .is_err()
    );
    let failed = EndedRun {
        input: corrections(),
        ..ended(RunStatus::Failed, 1)
    };
    let (_, effects) = apply(&completed, JobEvent::Retried { run: failed });
    assert_eq!(queued_runs(&effects)[0].input, corrections());
}

#[test]
fn corrections_that_were_all_rejected_again_are_corrected_where_they_came_from() {
    let rejected = EndedRun {
        reason: Some(Reason::NoRecordFits { seen: 3 }),
        input: corrections(),
        ..ended(RunStatus::Failed, 1)
    };
    let event = JobEvent::Reimported {
        run: rejected,
        upload: upload(10),
    };
    assert!(job(JobStatus::Completed).apply(&event, NOW).is_err());
}
