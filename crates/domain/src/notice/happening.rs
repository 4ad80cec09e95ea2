//! What happened, as it was at that moment: a notice is read later, when the job may be another or gone.

use serde::{Deserialize, Serialize};

use super::announce::follows_failure;
use crate::counts::Counts;
use crate::job::{Job, JobStatus};
use crate::name::JobName;
use crate::reason::{Month, Reason};
use crate::retry::RerunSettings;
use crate::run::{Run, RunStatus};
use crate::sampling::SamplingProblem;
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Happening {
    RunEnded(RunEnded),
    SamplingFailed {
        job_name: JobName,
        problem: SamplingProblem,
    },
    Limit(MonthlyLimit),
    Test {
        asked_by: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunEnded {
    pub job_name: JobName,
    /// After the run.
    pub job_status: JobStatus,
    pub status: RunStatus,
    pub attempt: u8,
    /// The 6 of "attempt 2 of 6".
    pub attempts: u8,
    pub counts: Counts,
    pub reason: Option<Reason>,
    /// When the system runs it again by itself.
    pub rerun_at: Option<Timestamp>,
    /// Whether only corrected records were imported.
    pub corrections: bool,
    /// Whether it went well where the run before had not.
    #[serde(default)]
    pub recovered: bool,
    /// As it is shown; `None`: no file was there.
    #[serde(default)]
    pub file_name: Option<String>,
}

/// Rows of the namespace in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthlyLimit {
    pub used: u64,
    pub limit: u64,
    pub month: Month,
    /// Who decides on a higher limit, as the operator has set it; empty: not set.
    #[serde(default)]
    pub contact: String,
    /// Where it is told because of a file that did not fit.
    #[serde(default)]
    pub refused: Option<RefusedFile>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedFile {
    pub job_name: JobName,
    /// Those that can be imported.
    pub rows_in_file: u64,
    pub rows_left: u64,
}

impl Happening {
    /// `run` has ended after `previous`, and `job` has heard of it.
    pub fn run_ended(
        run: &Run,
        previous: Option<&Run>,
        job: &Job,
        reruns: RerunSettings,
        file_name: Option<String>,
    ) -> Self {
        let rerun = job.rerun.as_ref().filter(|rerun| rerun.parent == run.id);
        Self::RunEnded(RunEnded {
            job_name: job.name.clone(),
            job_status: job.status,
            status: run.status,
            attempt: run.attempt,
            attempts: reruns.attempts(),
            counts: run.counts,
            reason: run.reason.clone(),
            rerun_at: rerun.map(|rerun| rerun.due_at),
            corrections: !run.input.is_whole_file(),
            recovered: follows_failure(previous) && run.status.is_successful(),
            file_name,
        })
    }

    /// Whether it is told to those who were told of the failures before.
    pub const fn recovers(&self) -> bool {
        matches!(
            self,
            Self::RunEnded(RunEnded {
                recovered: true,
                ..
            })
        )
    }

    pub const fn as_run_ended(&self) -> Option<&RunEnded> {
        match self {
            Self::RunEnded(run) => Some(run),
            Self::SamplingFailed { .. } | Self::Limit(_) | Self::Test { .. } => None,
        }
    }
}
