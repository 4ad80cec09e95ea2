//! The rules about jobs in words, one test each.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

#[path = "job_rules/corrections.rs"]
mod corrections;
mod fixtures;
#[path = "job_rules/repeats.rs"]
mod repeats;
#[path = "job_rules/requests.rs"]
mod requests;
#[path = "job_rules/reruns.rs"]
mod reruns;
#[path = "job_rules/set_up.rs"]
mod set_up;

use domain::job::{Effect, Job, JobEvent};
use domain::run::RunStatus;
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
