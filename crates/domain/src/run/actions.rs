//! What a person can do with a run.

use super::{Input, Run, RunStatus};
use crate::code::coded_enum;
use crate::reason::Reason;
use crate::role::{Action, Role};

coded_enum! {
    pub enum RunAction as "run action" {
        /// The whole input again.
        Retry = "retry", "Retry";
        /// Of a file that repeats what was imported: it is not imported, and counts as done.
        PassOver = "pass_over", "Pass over it";
        Cancel = "cancel", "Cancel";
        DownloadReport = "download_report", "Download failure report";
        Reimport = "reimport", "Fix and re-import";
    }
}

impl RunAction {
    /// What a role must allow for it.
    pub const fn needs(self) -> Action {
        match self {
            Self::Retry | Self::PassOver | Self::Cancel | Self::Reimport => Action::RunJobs,
            Self::DownloadReport => Action::DownloadReports,
        }
    }

    /// Whether the run's state offers it, whoever asks.
    pub fn fits(self, run: &Run) -> bool {
        match self {
            Self::Retry => may_be_retried(run.status, run.input),
            Self::PassOver => asks(run),
            Self::Cancel => run.status.may_be_cancelled() && !run.cancel_requested,
            Self::DownloadReport => run.failed_per_mille().is_some_and(|share| share.0 > 0),
            Self::Reimport => may_be_corrected(run.status, run.reason.as_ref(), run.input),
        }
    }
}

impl RunStatus {
    /// Only before Processing.
    pub const fn may_be_cancelled(self) -> bool {
        match self {
            Self::Queued | Self::Validating | Self::Importing => true,
            Self::Processing
            | Self::Completed
            | Self::PartiallyCompleted
            | Self::Failed
            | Self::Halted
            | Self::Cancelled => false,
        }
    }
}

/// Whether the run waits for a person to say what becomes of a repeated file.
pub(super) const fn asks(run: &Run) -> bool {
    matches!(
        (run.status, &run.reason),
        (RunStatus::Halted, Some(Reason::RepeatedFile { .. }))
    )
}

/// The actions to offer, in the order of a menu.
pub fn run_actions(run: &Run, role: Role) -> Vec<RunAction> {
    let offered = |action: &RunAction| action.fits(run) && role.allows(action.needs());
    RunAction::ALL.iter().copied().filter(offered).collect()
}

/// Whether Retry is offered. Corrected records of which some are in would come in twice: what is left of them is corrected again.
pub const fn may_be_retried(status: RunStatus, input: Input) -> bool {
    match status {
        RunStatus::Failed | RunStatus::Halted | RunStatus::Cancelled => true,
        RunStatus::PartiallyCompleted => input.is_whole_file(),
        RunStatus::Queued
        | RunStatus::Validating
        | RunStatus::Importing
        | RunStatus::Processing
        | RunStatus::Completed => false,
    }
}

/// Whether correcting the rejected records alone completes the file: all others are in, or all were rejected.
///
/// Corrected records that were all rejected again are corrected where they came from: each record is missing in one run only.
pub fn may_be_corrected(status: RunStatus, reason: Option<&Reason>, input: Input) -> bool {
    match status {
        RunStatus::PartiallyCompleted => true,
        RunStatus::Failed => {
            input.is_whole_file() && matches!(reason, Some(Reason::NoRecordFits { .. }))
        }
        RunStatus::Queued
        | RunStatus::Validating
        | RunStatus::Importing
        | RunStatus::Processing
        | RunStatus::Completed
        | RunStatus::Halted
        | RunStatus::Cancelled => false,
    }
}
