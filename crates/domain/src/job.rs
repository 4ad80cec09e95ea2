//! A job: a saved import definition, its status, and what it waits for.
//!
//! What waits for time is in the job (`next_due`, `rerun`); a run exists from the moment that it is due. So no run has to be
//! taken back when a regular one supersedes a rerun, and regular runs and reruns of one job cannot overlap.

mod actions;
mod ending;
mod event;
mod running;
mod set_up;
mod status;
mod transition;

use serde::{Deserialize, Serialize};

pub use self::actions::{JobAction, job_actions};
pub use self::event::{Effect, JobEvent, QueueRun, Timing};
pub use self::status::JobStatus;
use crate::id::{JobId, JobVersionId, NamespaceId, RunId};
use crate::name::JobName;
use crate::reason::Reason;
use crate::refused::Refused;
use crate::run::{Input, RunStatus};
use crate::sampling::SampleState;
use crate::time::Timestamp;

pub type JobRefused = Refused<JobStatus>;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    pub id: JobId,
    pub namespace: NamespaceId,
    pub name: JobName,
    pub status: JobStatus,
    /// Grows by one with every event: what a save compares.
    pub version: u64,
    /// The sealed settings that runs use; `None` until the job is activated for the first time.
    pub current: Option<JobVersionId>,
    pub recurring: bool,
    /// The next regular instant; in the past when it came due during a run or a pause.
    pub next_due: Option<Timestamp>,
    /// Of the set-up, or of the edit of a job that already has a version.
    pub sample: SampleState,
    /// What did not go in when the job was paused or halted: reactivating a one-time job does that again. Of an Active job,
    /// what was cancelled while corrections are under way, or corrections of a file of which nothing else is in.
    pub unsettled: Option<Input>,
    /// What the last run of a whole file reads: what Run now reads.
    pub last_whole_input: Option<Input>,
    /// The rerun that waits for its time.
    pub rerun: Option<WaitingRerun>,
    pub unfinished: UnfinishedRuns,
    /// Why the system paused the job; only while it is Halted.
    pub halt_reason: Option<Reason>,
}

/// Runs of the job that have not ended: Queued ones and the one in work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnfinishedRuns {
    pub whole_file: u32,
    /// Of corrected records only.
    pub corrections: u32,
}

/// A rerun that is not yet due, hence not yet a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingRerun {
    pub due_at: Timestamp,
    /// 2 or more.
    pub attempt: u8,
    /// The first attempt.
    pub occurrence: RunId,
    /// The attempt before.
    pub parent: RunId,
    /// How the attempt before ended: Failed or Halted.
    pub after: RunStatus,
    pub input: Input,
}

impl Job {
    /// A new Draft.
    pub fn new(id: JobId, namespace: NamespaceId, name: JobName) -> Self {
        Self {
            id,
            namespace,
            name,
            status: JobStatus::Draft,
            version: 0,
            current: None,
            recurring: false,
            next_due: None,
            sample: SampleState::Missing,
            unsettled: None,
            last_whole_input: None,
            rerun: None,
            unfinished: UnfinishedRuns::default(),
            halt_reason: None,
        }
    }

    /// When the scheduler has to send [`JobEvent::CameDue`]: only an Active job of which no run is unfinished waits for time.
    pub fn wakes_at(&self) -> Option<Timestamp> {
        if self.status != JobStatus::Active || self.unfinished.total() > 0 {
            return None;
        }
        let rerun_due = self.rerun.as_ref().map(|rerun| rerun.due_at);
        [self.next_due, rerun_due].into_iter().flatten().min()
    }
}

impl UnfinishedRuns {
    pub const fn total(self) -> u32 {
        self.whole_file.saturating_add(self.corrections)
    }
}
