//! Every event of a job, in every situation that matters, in every status.

use domain::job::{Job, JobEvent, JobStatus, Timing};
use domain::reason::Reason;
use domain::run::{EndedRun, Input, RunStatus};
use domain::sampling::{SampleState, SamplingProblem};

use super::fixtures::{
    HOUR, NOW, activated_at_once, asking, asks, due, ended, one_more_waits, one_time_later,
    recurring, rerun_waits, run_ended, under_way, upload, version,
};

pub struct Case {
    pub event: JobEvent,
    /// The event in words.
    pub label: &'static str,
    pub situation: &'static str,
    pub prepare: fn(Job) -> Job,
}

const ONE_TIME: &str = "one-time, nothing further to come";
const RECURRING: &str = "recurring";

pub fn cases() -> Vec<Case> {
    let case = |label, situation, event, prepare| Case {
        event,
        label,
        situation,
        prepare,
    };
    let as_it_is: fn(Job) -> Job = |job| job;
    let last_run: fn(Job) -> Job = under_way;
    let recurring_run: fn(Job) -> Job = |job| under_way(recurring(job));
    let version = version(2);
    let later = NOW.plus_seconds(HOUR);
    let poisoned = EndedRun {
        reason: Some(Reason::InternalError {
            reference: "r-1".to_owned(),
        }),
        ..ended(RunStatus::Halted, 1)
    };
    vec![
        case(
            "renamed",
            "",
            JobEvent::Renamed {
                name: "Customers".parse().unwrap(),
            },
            as_it_is,
        ),
        case("sample provided", "", JobEvent::SampleProvided, as_it_is),
        case(
            "sample processed",
            "a sample is being processed",
            JobEvent::SampleProcessed,
            sample_in_process,
        ),
        case(
            "sample rejected",
            "a sample is being processed",
            JobEvent::SampleRejected {
                problem: SamplingProblem::Empty,
            },
            sample_in_process,
        ),
        case(
            "settings changed",
            "not those of the sample",
            JobEvent::SettingsChanged {
                affects_sample: false,
            },
            as_it_is,
        ),
        case(
            "settings changed",
            "format or mapping; a sample is there",
            JobEvent::SettingsChanged {
                affects_sample: true,
            },
            sample_is_there,
        ),
        case("edit discarded", "", JobEvent::EditDiscarded, as_it_is),
        case(
            "activated",
            "to run at once; the sample is processed",
            activated_at_once(),
            sample_is_there,
        ),
        case(
            "activated",
            "to run later; the sample is processed",
            JobEvent::Activated {
                version,
                timing: Timing::Once { at: later },
                upload: Some(upload(1)),
            },
            sample_is_there,
        ),
        case(
            "activated",
            "recurring; the sample is processed",
            JobEvent::Activated {
                version,
                timing: Timing::Recurring { next: later },
                upload: None,
            },
            sample_is_there,
        ),
        case("activated", "no sample yet", activated_at_once(), as_it_is),
        case(
            "edited",
            "the sample is processed",
            JobEvent::Edited {
                version,
                timing: None,
            },
            sample_is_there,
        ),
        case(
            "edited",
            "its sample is being processed",
            JobEvent::Edited {
                version,
                timing: None,
            },
            sample_in_process,
        ),
        case("paused", "no run unfinished", JobEvent::Paused, recurring),
        case("paused", "a run unfinished", JobEvent::Paused, last_run),
        case(
            "reactivated",
            "one-time, its instant has passed",
            JobEvent::Reactivated { next: None },
            as_it_is,
        ),
        case(
            "reactivated",
            "one-time, its instant is to come",
            JobEvent::Reactivated { next: None },
            one_time_later,
        ),
        case(
            "reactivated",
            RECURRING,
            JobEvent::Reactivated { next: Some(later) },
            recurring,
        ),
        case(
            "run requested",
            "no run unfinished",
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
            as_it_is,
        ),
        case(
            "run requested",
            "a run unfinished",
            JobEvent::RunRequested {
                new_file: Some(upload(2)),
                day: None,
            },
            last_run,
        ),
        case(
            "run requested",
            "one more waits already",
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
            one_more_waits,
        ),
        case(
            "run retried",
            ONE_TIME,
            JobEvent::Retried {
                run: ended(RunStatus::Cancelled, 2),
            },
            as_it_is,
        ),
        case(
            "run retried",
            RECURRING,
            JobEvent::Retried {
                run: ended(RunStatus::Halted, 6),
            },
            recurring,
        ),
        case(
            "run retried",
            "the run is Completed",
            JobEvent::Retried {
                run: ended(RunStatus::Completed, 1),
            },
            as_it_is,
        ),
        case(
            "run retried",
            "recurring; the job is Halted for the question about its file",
            JobEvent::Retried { run: asking() },
            |job| asks(recurring(job)),
        ),
        case(
            "file passed over",
            ONE_TIME,
            JobEvent::PassedOver { run: asking() },
            asks,
        ),
        case(
            "file passed over",
            RECURRING,
            JobEvent::PassedOver { run: asking() },
            |job| asks(recurring(job)),
        ),
        case(
            "file passed over",
            "the run asks nothing",
            JobEvent::PassedOver {
                run: ended(RunStatus::Halted, 1),
            },
            as_it_is,
        ),
        case(
            "records re-imported",
            ONE_TIME,
            reimported(RunStatus::PartiallyCompleted),
            as_it_is,
        ),
        case(
            "records re-imported",
            RECURRING,
            reimported(RunStatus::PartiallyCompleted),
            recurring,
        ),
        case(
            "records re-imported",
            "the run is Halted",
            reimported(RunStatus::Halted),
            as_it_is,
        ),
        case("came due", "regular instant", came_due(), due),
        case("came due", "waiting rerun", came_due(), |job| {
            rerun_waits(job, RunStatus::Failed, NOW)
        }),
        case(
            "came due",
            "regular instant while a rerun of a Failed run waits",
            came_due(),
            |job| rerun_waits(due(job), RunStatus::Failed, NOW.plus_seconds(60)),
        ),
        case(
            "came due",
            "regular instant while a rerun of a Halted run waits",
            came_due(),
            |job| rerun_waits(due(job), RunStatus::Halted, NOW.plus_seconds(60)),
        ),
        case(
            "came due",
            "regular instant during a run",
            came_due(),
            |job| under_way(due(job)),
        ),
        case(
            "run ended Completed",
            ONE_TIME,
            run_ended(ended(RunStatus::Completed, 1)),
            last_run,
        ),
        case(
            "run ended Completed",
            RECURRING,
            run_ended(ended(RunStatus::Completed, 1)),
            recurring_run,
        ),
        case(
            "run ended Partially Completed",
            ONE_TIME,
            run_ended(ended(RunStatus::PartiallyCompleted, 1)),
            last_run,
        ),
        case(
            "run ended Partially Completed",
            RECURRING,
            run_ended(ended(RunStatus::PartiallyCompleted, 1)),
            recurring_run,
        ),
        case(
            "run ended Failed",
            "reruns left",
            run_ended(ended(RunStatus::Failed, 1)),
            last_run,
        ),
        case(
            "run ended Failed",
            "reruns used up, one-time",
            run_ended(ended(RunStatus::Failed, 6)),
            last_run,
        ),
        case(
            "run ended Failed",
            "reruns used up, recurring",
            run_ended(ended(RunStatus::Failed, 6)),
            recurring_run,
        ),
        case(
            "run ended Failed",
            "one more waits",
            run_ended(ended(RunStatus::Failed, 1)),
            one_more_waits,
        ),
        case(
            "run ended Halted",
            "reruns left",
            run_ended(ended(RunStatus::Halted, 1)),
            recurring_run,
        ),
        case(
            "run ended Halted",
            "reruns used up",
            run_ended(ended(RunStatus::Halted, 6)),
            recurring_run,
        ),
        case(
            "run ended Halted",
            "internal error",
            run_ended(poisoned),
            recurring_run,
        ),
        case(
            "run ended Cancelled",
            ONE_TIME,
            run_ended(ended(RunStatus::Cancelled, 1)),
            last_run,
        ),
        case(
            "run ended Cancelled",
            RECURRING,
            run_ended(ended(RunStatus::Cancelled, 1)),
            recurring_run,
        ),
        case(
            "run ended",
            "no run is unfinished",
            run_ended(ended(RunStatus::Completed, 1)),
            as_it_is,
        ),
        case(
            "file waits",
            "its files are found at the source",
            JobEvent::FileWaits { due_at: NOW },
            at_source,
        ),
        case(
            "file waits",
            "its file was uploaded",
            JobEvent::FileWaits { due_at: NOW },
            as_it_is,
        ),
        case("deleted", "no run unfinished", JobEvent::Deleted, as_it_is),
        case("deleted", "a run unfinished", JobEvent::Deleted, last_run),
    ]
}

fn at_source(job: Job) -> Job {
    let last_whole_input = job.current.map(|_| Input::default());
    Job {
        last_whole_input,
        rerun: None,
        ..job
    }
}

fn came_due() -> JobEvent {
    JobEvent::CameDue {
        next: Some(NOW.plus_seconds(HOUR)),
    }
}

fn reimported(status: RunStatus) -> JobEvent {
    JobEvent::Reimported {
        run: ended(status, 1),
        upload: upload(2),
    }
}

fn sample_in_process(job: Job) -> Job {
    let sample = match job.status {
        JobStatus::Sampling | JobStatus::Active | JobStatus::Paused | JobStatus::Halted => {
            SampleState::Processing
        }
        JobStatus::Draft | JobStatus::SamplingFailed | JobStatus::Completed => job.sample.clone(),
    };
    Job { sample, ..job }
}

fn sample_is_there(job: Job) -> Job {
    let sample = if job.status == JobStatus::Draft {
        SampleState::Ready
    } else {
        job.sample.clone()
    };
    Job { sample, ..job }
}
