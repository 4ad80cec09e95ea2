//! Which happenings are told, and to whom they matter.

use serde::{Deserialize, Serialize};

use super::NoticeEvent;
use crate::job::{Job, JobStatus};
use crate::reason::Reason;
use crate::run::{Run, RunStatus};
use crate::time::Timestamp;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// An event, and who is to hear of it. A notice has one or more, the weightiest first: everybody hears the first that
/// concerns them, and only that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    pub event: NoticeEvent,
    /// Those who subscribe to one of these.
    pub audience: Vec<NoticeEvent>,
}

/// `run` has ended; `previous`: the run of the job that ended before it, not counting Cancelled ones; `before` and `after`:
/// its job, before and after it heard of that. Empty: nobody is told.
///
/// Of runs that fail one after another, whether as attempts or by the schedule, the first is told, each that fails for
/// another reason, the first of a day, and the one after which Weir gives up.
pub fn of_ended_run(
    run: &Run,
    previous: Option<&Run>,
    before: &Job,
    after: &Job,
) -> Vec<Announcement> {
    let halts_job = after.status == JobStatus::Halted && before.status != JobStatus::Halted;
    let tells_failure = halts_job || is_news(run, previous) || is_last_for_a_day(run, after);
    let mut announcements = Vec::new();
    if halts_job {
        announcements.push(only(NoticeEvent::JobHalted));
    }
    match run.status {
        // Nobody subscribes to hear that nothing was there.
        RunStatus::Completed if run.found_nothing_new() => {}
        RunStatus::Completed => {
            announcements.push(only(NoticeEvent::RunCompleted));
        }
        RunStatus::PartiallyCompleted => {
            announcements.push(only(NoticeEvent::RunPartiallyCompleted));
        }
        RunStatus::Failed if tells_failure => announcements.push(only(NoticeEvent::RunFailed)),
        RunStatus::Halted if tells_failure => announcements.push(only(NoticeEvent::RunHalted)),
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

/// For whoever counts the rows of a month, when a file did not fit, or none are left.
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

pub(super) fn follows_failure(previous: Option<&Run>) -> bool {
    previous.is_some_and(|previous| !previous.status.is_successful())
}

/// Days are those of UTC: that there is one notice a day matters, not when the day begins.
fn is_news(run: &Run, previous: Option<&Run>) -> bool {
    let known = |run: &Run| {
        let day = run.ended_at.map(|at| at.0.div_euclid(DAY_SECONDS * 1000));
        (run.reason.as_ref().map(Reason::code), day)
    };
    previous.map(known) != Some(known(run))
}

/// Nothing follows by itself that would be told within a day.
fn is_last_for_a_day(run: &Run, after: &Job) -> bool {
    let is_far = |at: Timestamp| {
        run.ended_at
            .is_some_and(|ended_at| at > ended_at.plus_seconds(DAY_SECONDS))
    };
    after.unfinished.total() == 0 && after.wakes_at().is_none_or(is_far)
}
