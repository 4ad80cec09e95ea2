//! What follows an unsuccessful run: a rerun, the regular schedule, or a job that is Halted.

use serde::{Deserialize, Serialize};

use crate::run::{EndedRun, RunStatus};
use crate::time::Timestamp;

/// How often and in which interval the system runs an unsuccessful run again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RerunSettings {
    pub at_most: u8,
    pub interval_seconds: u32,
}

/// What follows a Failed or Halted run that no other run takes over from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence {
    Rerun {
        attempt: u8,
        due_at: Timestamp,
    },
    /// Reruns are used up, but a regular instant is still to come.
    WaitForSchedule,
    HaltJob,
}

impl Default for RerunSettings {
    fn default() -> Self {
        Self {
            at_most: 5,
            interval_seconds: 15 * 60,
        }
    }
}

impl RerunSettings {
    /// The first attempt and its reruns: the 6 of "attempt 2 of 6".
    pub const fn attempts(self) -> u8 {
        self.at_most.saturating_add(1)
    }

    /// `instant_to_come`: the job's schedule has a further instant, so that a Failed run needs not end it.
    pub fn consequence(self, run: &EndedRun, instant_to_come: bool, now: Timestamp) -> Consequence {
        let may_be_rerun = run.reason.as_ref().is_none_or(crate::reason::Reason::rerun);
        if may_be_rerun && run.attempt < self.attempts() {
            return Consequence::Rerun {
                attempt: run.attempt + 1,
                due_at: now.plus_seconds(i64::from(self.interval_seconds)),
            };
        }
        if run.status == RunStatus::Failed && instant_to_come {
            Consequence::WaitForSchedule
        } else {
            Consequence::HaltJob
        }
    }
}
