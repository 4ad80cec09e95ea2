//! The Action menu of a job.

use super::{Job, JobStatus};
use crate::code::coded_enum;
use crate::role::{Action, Role};

coded_enum! {
    /// In the order of the menu.
    pub enum JobAction as "job action" {
        View = "view", "View job details";
        /// Of a Draft: continue the set-up.
        Edit = "edit", "Edit job";
        RunNow = "run_now", "Run now";
        RunNewFile = "run_new_file", "Run with a new file";
        Pause = "pause", "Pause job";
        Reactivate = "reactivate", "Reactivate job";
        Duplicate = "duplicate", "Duplicate job";
        Delete = "delete", "Delete job";
    }
}

impl JobAction {
    /// What a role must allow for it.
    pub const fn needs(self) -> Action {
        match self {
            Self::View => Action::ViewJobs,
            Self::Edit | Self::Pause | Self::Reactivate | Self::Duplicate => Action::EditJobs,
            Self::RunNow | Self::RunNewFile => Action::RunJobs,
            Self::Delete => Action::DeleteJobs,
        }
    }

    /// Whether the status offers it, whoever asks.
    pub const fn fits(self, status: JobStatus) -> bool {
        match self {
            Self::View | Self::Delete => true,
            Self::Edit => match status {
                JobStatus::Draft
                | JobStatus::SamplingFailed
                | JobStatus::Active
                | JobStatus::Paused
                | JobStatus::Halted => true,
                JobStatus::Sampling | JobStatus::Completed => false,
            },
            Self::RunNow | Self::RunNewFile => match status {
                JobStatus::Active | JobStatus::Completed => true,
                JobStatus::Draft
                | JobStatus::Sampling
                | JobStatus::SamplingFailed
                | JobStatus::Paused
                | JobStatus::Halted => false,
            },
            Self::Pause => match status {
                JobStatus::Active => true,
                JobStatus::Draft
                | JobStatus::Sampling
                | JobStatus::SamplingFailed
                | JobStatus::Paused
                | JobStatus::Halted
                | JobStatus::Completed => false,
            },
            Self::Reactivate => match status {
                JobStatus::Paused | JobStatus::Halted => true,
                JobStatus::Draft
                | JobStatus::Sampling
                | JobStatus::SamplingFailed
                | JobStatus::Active
                | JobStatus::Completed => false,
            },
            Self::Duplicate => status.is_set_up(),
        }
    }
}

/// The actions to offer, in the order of the menu.
pub fn job_actions(status: JobStatus, role: Role) -> Vec<JobAction> {
    let offered = |action: &JobAction| action.fits(status) && role.allows(action.needs());
    JobAction::ALL.iter().copied().filter(offered).collect()
}

impl Job {
    /// Whether Run now would be refused because one more run waits already.
    pub const fn one_more_waits(&self) -> bool {
        self.unfinished.whole_file > 1
    }
}
