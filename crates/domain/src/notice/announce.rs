//! Which happenings are told, and to whom they matter.

use serde::{Deserialize, Serialize};

use super::NoticeEvent;
use crate::job::{Job, JobStatus};
use crate::run::{Run, RunStatus};

/// An event, and who is to hear of it. A notice has one or more, the weightiest first: everybody hears the first that
/// concerns them, and only that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    pub event: NoticeEvent,
    /// Those who subscribe to one of these.
    pub audience: Vec<NoticeEvent>,
}

/// `run` has ended; `before` and `after`: its job, before and after it heard of that. Empty: nobody is told.
///
/// Of the attempts of one occurrence the first failing one is told, and the last: the one that no rerun follows. One that
/// succeeds after others failed is told to those too who hear of failures only.
pub fn of_ended_run(run: &Run, before: &Job, after: &Job) -> Vec<Announcement> {
    let mut announcements = Vec::new();
    if after.status == JobStatus::Halted && before.status != JobStatus::Halted {
        announcements.push(only(NoticeEvent::JobHalted));
    }
    match run.status {
        RunStatus::Completed => announcements.push(success(NoticeEvent::RunCompleted, run)),
        RunStatus::PartiallyCompleted => {
            announcements.push(success(NoticeEvent::RunPartiallyCompleted, run));
        }
        RunStatus::Failed if is_first_or_last(run, after) => {
            announcements.push(only(NoticeEvent::RunFailed));
        }
        RunStatus::Halted if is_first_or_last(run, after) => {
            announcements.push(only(NoticeEvent::RunHalted));
        }
        RunStatus::Failed
        | RunStatus::Halted
        | RunStatus::Queued
        | RunStatus::Validating
        | RunStatus::Importing
        | RunStatus::Processing
        | RunStatus::Cancelled => {}
    }
    announcements
}

pub fn of_sampling_failed() -> Vec<Announcement> {
    vec![only(NoticeEvent::SamplingFailed)]
}

/// For whoever counts the rows of a month, when four fifths of them are used.
pub fn of_limit_near() -> Vec<Announcement> {
    vec![only(NoticeEvent::LimitNear)]
}

/// For whoever counts the rows of a month, when a file did not fit or none are left.
pub fn of_limit_reached() -> Vec<Announcement> {
    vec![only(NoticeEvent::LimitReached)]
}

/// Goes to whom it was asked for.
pub fn of_test() -> Vec<Announcement> {
    vec![only(NoticeEvent::Test)]
}

fn only(event: NoticeEvent) -> Announcement {
    Announcement {
        event,
        audience: vec![event],
    }
}

fn success(event: NoticeEvent, run: &Run) -> Announcement {
    let mut announcement = only(event);
    if run.attempt > 1 {
        announcement
            .audience
            .extend([NoticeEvent::RunFailed, NoticeEvent::RunHalted]);
    }
    announcement
}

fn is_first_or_last(run: &Run, after: &Job) -> bool {
    let rerun_follows = after
        .rerun
        .as_ref()
        .is_some_and(|rerun| rerun.parent == run.id);
    run.attempt == 1 || !rerun_follows
}
