//! When jobs run, and what the set-up pages ask of a job that runs already.

use domain::job::JobStatus;
use serde::{Deserialize, Serialize};

use super::SetupView;

/// A rerun that waits for its time: "attempt 3 of 6 at 14:45".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RerunView {
    pub attempt: u32,
    pub attempts: u32,
    pub due_at: i64,
    /// The first attempt's run.
    pub occurrence: String,
}

/// An instant that a schedule would have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComingView {
    pub at: i64,
    /// In the schedule's own zone: "Tue 1 Dec 2026, 06:00 CET".
    pub local: String,
}

/// Where the sample of a set-up or of an edit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// Nothing to wait for: there is no sample, or it was processed well.
    Settled,
    UnderWay,
    Failed,
}

impl SetupView {
    /// Whether the job has a version that runs on until this is saved whole.
    pub fn is_edit(&self) -> bool {
        match self.status {
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted => true,
            JobStatus::Draft
            | JobStatus::Sampling
            | JobStatus::SamplingFailed
            | JobStatus::Completed => false,
        }
    }

    /// The status of a job that is set up says this too; that of a job whose edit is under way does not.
    pub fn sampling(&self) -> Sampling {
        match &self.sample {
            Some(sample) if sample.problem.is_some() => Sampling::Failed,
            Some(sample) if !sample.processed => Sampling::UnderWay,
            Some(_) | None => Sampling::Settled,
        }
    }
}
