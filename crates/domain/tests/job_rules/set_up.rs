//! From a Draft to Active, edits, and the end of a job.

use crate::fixtures::{
    HOUR, NOW, activated_at_once, draft, job, queued_runs, recurring, rerun_waits, under_way,
    upload, version, whole_file,
};
use crate::{after, apply, apply_at, end, refusal};
use domain::job::{Effect, Job, JobEvent, JobStatus, Timing};
use domain::run::{Origin, RunStatus};
use domain::sampling::{SampleState, SamplingProblem};

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
    let (_, effects) = apply(
        &failed,
        JobEvent::RunRequested {
            new_file: None,
            day: None,
        },
    );
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
