//! The rules about jobs in words, one test each.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

mod fixtures;

use domain::id::RunId;
use domain::job::{Effect, Job, JobEvent, JobStatus, Timing};
use domain::reason::Reason;
use domain::retry::{Consequence, RerunSettings};
use domain::run::{EndedRun, Input, Origin, RunStatus};
use domain::sampling::{SampleState, SamplingProblem};
use domain::time::Timestamp;
use fixtures::*;

#[track_caller]
fn apply(job: &Job, event: JobEvent) -> (Job, Vec<Effect>) {
    apply_at(job, event, NOW)
}

#[track_caller]
fn apply_at(job: &Job, event: JobEvent, now: Timestamp) -> (Job, Vec<Effect>) {
    let (next, effects) = job.apply(&event, now).unwrap();
    assert_eq!(next.version, job.version + 1);
    assert_eq!(job_inconsistency(&next), None, "{next:#?}");
    (next, effects)
}

#[track_caller]
fn after(job: &Job, event: JobEvent) -> Job {
    apply(job, event).0
}

#[track_caller]
fn refusal(job: &Job, event: JobEvent) -> String {
    job.apply(&event, NOW).unwrap_err().sentence
}

/// Ends the one unfinished run as this attempt.
#[track_caller]
fn end(job: &Job, status: RunStatus, attempt: u8) -> Job {
    after(job, run_ended(ended(status, attempt)))
}

#[test]
fn an_upload_job_goes_from_draft_to_completed() {
    let job = draft();
    let (job, effects) = apply(&job, JobEvent::SampleProvided);
    assert_eq!(
        (job.status, effects),
        (JobStatus::Sampling, vec![Effect::ProcessSample])
    );
    let job = after(&job, JobEvent::SampleProcessed);
    assert_eq!(job.status, JobStatus::Draft);
    let (job, effects) = apply(&job, activated_at_once());
    assert_eq!(job.status, JobStatus::Active);
    let queued = queued_runs(&effects)[0];
    assert_eq!(
        (queued.attempt, queued.origin, queued.due_at, queued.input),
        (1, Origin::Scheduled, NOW, whole_file())
    );
    assert_eq!(
        end(&job, RunStatus::PartiallyCompleted, 1).status,
        JobStatus::Completed
    );
}

#[test]
fn a_sample_that_fails_can_be_repaired_by_settings_or_by_a_new_file() {
    let problem = SamplingProblem::Undecodable {
        encoding: "UTF-8".to_owned(),
    };
    let sampling = after(&draft(), JobEvent::SampleProvided);
    let failed = after(
        &sampling,
        JobEvent::SampleRejected {
            problem: problem.clone(),
        },
    );
    assert_eq!(
        (failed.status, &failed.sample),
        (JobStatus::SamplingFailed, &SampleState::Failed(problem))
    );
    for event in [
        JobEvent::SettingsChanged {
            affects_sample: true,
        },
        JobEvent::SampleProvided,
    ] {
        let (job, effects) = apply(&failed, event);
        assert_eq!(
            (job.status, effects),
            (JobStatus::Sampling, vec![Effect::ProcessSample])
        );
    }
    let renamed_only = after(
        &failed,
        JobEvent::SettingsChanged {
            affects_sample: false,
        },
    );
    assert_eq!(renamed_only.status, JobStatus::SamplingFailed);
    assert_eq!(
        refusal(&failed, activated_at_once()),
        "Provide a sample file that can be processed first."
    );
}

#[test]
fn an_activation_for_later_waits_and_queues_when_due() {
    let ready = Job {
        sample: SampleState::Ready,
        ..draft()
    };
    let later = NOW.plus_seconds(HOUR);
    let activated = JobEvent::Activated {
        version: version(1),
        timing: Timing::Once { at: later },
        upload: Some(upload(1)),
    };
    let (job, effects) = apply(&ready, activated);
    assert_eq!((job.wakes_at(), effects), (Some(later), vec![]));
    assert_eq!(
        refusal(&job, JobEvent::CameDue { next: None }),
        "The job is not yet due."
    );
    let (job, effects) = apply_at(
        &job,
        JobEvent::CameDue {
            next: Some(later.plus_seconds(1)),
        },
        later,
    );
    assert_eq!(queued_runs(&effects)[0].due_at, later);
    assert_eq!(
        (job.next_due, job.wakes_at()),
        (None, None),
        "a one-time job has no next instant, whatever it is told"
    );
}

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
fn run_now_during_a_run_queues_one_more_at_most() {
    let busy = under_way(job(JobStatus::Active));
    let (busier, effects) = apply(&busy, JobEvent::RunRequested { new_file: None });
    assert_eq!(queued_runs(&effects)[0].input, whole_file());
    assert_eq!(
        refusal(&busier, JobEvent::RunRequested { new_file: None }),
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
fn a_completed_job_runs_again_with_the_same_or_a_new_file() {
    let completed = job(JobStatus::Completed);
    for (new_file, read) in [(None, upload(1)), (Some(upload(2)), upload(2))] {
        let (job, effects) = apply(&completed, JobEvent::RunRequested { new_file });
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
fn an_edit_leaves_the_version_in_use_until_it_is_sealed() {
    let active = under_way(recurring(job(JobStatus::Active)));
    let sampling = after(&active, JobEvent::SampleProvided);
    assert_eq!(
        (sampling.status, sampling.current),
        (JobStatus::Active, Some(version(1)))
    );
    let edited = JobEvent::Edited {
        version: version(2),
        timing: None,
    };
    assert_eq!(
        refusal(&sampling, edited.clone()),
        "The sample file is being processed. Wait until that is done."
    );
    let failed = after(
        &sampling,
        JobEvent::SampleRejected {
            problem: SamplingProblem::Empty,
        },
    );
    assert_eq!(failed.status, JobStatus::Active);
    assert_eq!(
        refusal(&failed, edited.clone()),
        "Provide a sample file that can be processed first."
    );
    let (_, effects) = apply(&failed, JobEvent::RunRequested { new_file: None });
    assert_eq!(queued_runs(&effects)[0].job_version, version(1));
    let ready = after(
        &after(&failed, JobEvent::SampleProvided),
        JobEvent::SampleProcessed,
    );
    assert_eq!(ready.current, Some(version(1)));
    assert_eq!(after(&ready, edited.clone()).current, Some(version(2)));
    assert_eq!(
        after(&failed, JobEvent::EditDiscarded).sample,
        SampleState::Ready
    );
}

#[test]
fn a_rerun_uses_the_repaired_version() {
    let waiting = rerun_waits(job(JobStatus::Active), RunStatus::Halted, NOW);
    let repaired = after(
        &waiting,
        JobEvent::Edited {
            version: version(2),
            timing: None,
        },
    );
    let (_, effects) = apply(&repaired, JobEvent::CameDue { next: None });
    assert_eq!(queued_runs(&effects)[0].job_version, version(2));
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
    assert_eq!(
        queued.input,
        Input {
            upload: Some(upload(9)),
            corrects: Some(run_id(1))
        }
    );
    let child = |status, attempt| EndedRun {
        input: queued.input,
        ..ended(status, attempt)
    };
    assert_eq!(
        after(&active, run_ended(child(RunStatus::Completed, 1))).status,
        JobStatus::Completed
    );
    // What is reactivated is what did not go in: the corrections, not the whole file a second time.
    let halted = after(&active, run_ended(child(RunStatus::Failed, 6)));
    assert_eq!(halted.status, JobStatus::Halted);
    let (again, effects) = apply(&halted, JobEvent::Reactivated { next: None });
    assert_eq!(queued_runs(&effects)[0].input, queued.input);
    let completed = after(&again, run_ended(child(RunStatus::Completed, 1)));
    let (_, effects) = apply(&completed, JobEvent::RunRequested { new_file: None });
    assert_eq!(
        queued_runs(&effects)[0].input,
        whole_file(),
        "Run now reads the whole file"
    );
}

#[test]
fn a_regular_run_does_not_drop_the_rerun_of_corrected_records() {
    let mut job = rerun_waits(
        due(job(JobStatus::Active)),
        RunStatus::Failed,
        NOW.plus_seconds(300),
    );
    job.rerun.as_mut().unwrap().input.corrects = Some(run_id(1));
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
fn a_job_is_deleted_only_when_no_run_is_unfinished() {
    assert_eq!(
        apply(&job(JobStatus::Halted), JobEvent::Deleted).1,
        vec![Effect::Delete]
    );
    assert_eq!(
        refusal(&under_way(job(JobStatus::Active)), JobEvent::Deleted),
        "A run of the job is under way. Cancel it, or wait until it has ended."
    );
}

#[test]
fn a_refusal_names_status_and_event() {
    let refused = job(JobStatus::Draft)
        .apply(&JobEvent::Paused, NOW)
        .unwrap_err();
    assert_eq!(
        (refused.status, refused.event),
        (JobStatus::Draft, "paused")
    );
    assert_eq!(
        refused.to_string(),
        "The set-up of the job is not complete."
    );
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
    let paused = after(&paused, run_ended(failed));
    let (_, effects) = apply(&paused, JobEvent::Reactivated { next: None });
    assert_eq!(queued_runs(&effects)[0].input, input);
}

#[test]
fn corrections_of_a_file_that_was_rejected_whole_take_the_place_of_its_rerun() {
    let reason = Some(Reason::NoRecordFits { seen: 3 });
    let rejected = EndedRun {
        reason,
        ..ended(RunStatus::Failed, 1)
    };
    let waiting = after(
        &under_way(job(JobStatus::Active)),
        run_ended(rejected.clone()),
    );
    assert!(waiting.rerun.is_some());
    let corrected = after(
        &waiting,
        JobEvent::Reimported {
            run: rejected.clone(),
            upload: upload(9),
        },
    );
    assert_eq!(corrected.rerun, None);
    // Likewise where the job was paused: reactivating would import the file itself beside its corrections.
    let paused = after(&waiting, JobEvent::Paused);
    let corrected = after(
        &paused,
        JobEvent::Reimported {
            run: rejected,
            upload: upload(9),
        },
    );
    assert_eq!(
        (corrected.status, corrected.unsettled),
        (JobStatus::Active, None)
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
