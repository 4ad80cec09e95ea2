//! A run: one execution of a job, from due to ended.

mod actions;
mod event;
mod status;
mod transition;

use serde::{Deserialize, Serialize};

pub use self::actions::{RunAction, may_be_corrected, may_be_retried, run_actions};
pub use self::event::RunEvent;
pub use self::status::{Origin, RunStatus};
use crate::counts::{Counts, PerMille};
use crate::id::{JobId, JobVersionId, NamespaceId, RunId, UploadId};
use crate::job::{Job, QueueRun};
use crate::reason::Reason;
use crate::refused::Refused;
use crate::time::Timestamp;

pub type RunRefused = Refused<RunStatus>;

/// So many workers a run may take down before it is given up.
pub const CLAIMS_LOST_AT_MOST: u8 = 3;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub job: JobId,
    pub job_version: JobVersionId,
    pub namespace: NamespaceId,
    pub status: RunStatus,
    /// Grows by one with every event: what a save compares, beside the fence.
    pub version: u64,
    /// 1 for the first.
    pub attempt: u8,
    /// The first attempt: the run itself, if it is that.
    pub occurrence: RunId,
    /// The run that this one follows: the attempt before, the one retried, or the one whose records were corrected.
    pub parent: Option<RunId>,
    pub origin: Origin,
    pub input: Input,
    pub due_at: Timestamp,
    /// Grows by one with every claim; a write under an older fence is refused.
    pub fence: u64,
    pub claimed_by: Option<String>,
    pub lease_until: Option<Timestamp>,
    /// Claims whose lease ran out.
    pub claims_lost: u8,
    pub counts: Counts,
    /// Rejected records that went in later, corrected, by other runs. Part of [`Counts::rejected`], which stays as it was.
    pub corrected: u64,
    /// Of a Failed or Halted run.
    pub reason: Option<Reason>,
    pub cancel_requested: bool,
    pub queued_at: Timestamp,
    /// When it was claimed first.
    pub started_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

/// What a run reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// `None`: the file that is found at the source.
    pub upload: Option<UploadId>,
    /// `None`: a whole file.
    pub corrects: Option<Corrects>,
}

/// The run whose corrected records are read, and the job's version that it ran with: they are written as its file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Corrects {
    pub run: RunId,
    pub job_version: JobVersionId,
}

/// What became of a file that a run read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndOfFile {
    /// Its rows are in.
    Imported,
    /// It has no rows, which is no import: the same lines may begin or fill any other file.
    Empty,
    /// Likewise, and the job takes that for well.
    NothingNew,
    /// Nothing of it is in, nor would be with the same settings.
    Failed,
    /// It repeats what was imported, and a person is asked.
    Asked,
    /// It repeats what was imported, and a person does not want it.
    PassedOver,
}

/// What a job and a retry need to know of a run that has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndedRun {
    pub id: RunId,
    pub job_version: JobVersionId,
    pub status: RunStatus,
    pub reason: Option<Reason>,
    pub attempt: u8,
    pub occurrence: RunId,
    pub input: Input,
}

impl Run {
    /// What the end of a run of a whole file means for the file, `before` being the run before its last event; `None`: it may be taken again
    /// as it is.
    pub fn end_of_file(&self, before: &Self) -> Option<EndOfFile> {
        if !self.input.is_whole_file() || !self.status.is_final() {
            return None;
        }
        if self.status == RunStatus::Cancelled && actions::asks(before) {
            return Some(EndOfFile::PassedOver);
        }
        match &self.reason {
            None if self.found_nothing_new() => Some(EndOfFile::NothingNew),
            None if self.status.is_successful() => Some(EndOfFile::Imported),
            Some(Reason::EmptyFile) => Some(EndOfFile::Empty),
            Some(Reason::RepeatedFile { .. }) => Some(EndOfFile::Asked),
            Some(reason) if !reason.rerun() => Some(EndOfFile::Failed),
            _ => None,
        }
    }

    /// A new run as a job asked for it.
    pub fn queued(id: RunId, job: &Job, queue: &QueueRun, now: Timestamp) -> Self {
        Self {
            id,
            job: job.id,
            job_version: queue.job_version,
            namespace: job.namespace,
            status: RunStatus::Queued,
            version: 0,
            attempt: queue.attempt,
            occurrence: queue.occurrence.unwrap_or(id),
            parent: queue.parent,
            origin: queue.origin,
            input: queue.input,
            due_at: queue.due_at,
            fence: 0,
            claimed_by: None,
            lease_until: None,
            claims_lost: 0,
            counts: Counts::default(),
            corrected: 0,
            reason: None,
            cancel_requested: false,
            queued_at: now,
            started_at: None,
            ended_at: None,
        }
    }

    /// Completed without a record, because nothing new was there.
    pub const fn found_nothing_new(&self) -> bool {
        matches!(self.status, RunStatus::Completed) && self.counts.seen == 0
    }

    /// For the job's `RunEnded`; `None` while the run has not ended.
    pub fn ended(&self) -> Option<EndedRun> {
        self.status.is_final().then(|| EndedRun {
            id: self.id,
            job_version: self.job_version,
            status: self.status,
            reason: self.reason.clone(),
            attempt: self.attempt,
            occurrence: self.occurrence,
            input: self.input,
        })
    }

    /// Whether a worker holds the run, with a lease that has not run out.
    pub fn is_held(&self, now: Timestamp) -> bool {
        self.lease_until.is_some_and(|until| now < until)
    }

    /// Whether it was lost so often during Processing that the next claim may only find out whether the rows are in:
    /// if the destination's ledger has them, `Merged`, otherwise `HaltedWith` an internal error (after the run was given up
    /// in the ledger, so that a worker that wakes late cannot merge).
    pub fn only_settles(&self) -> bool {
        self.status == RunStatus::Processing && self.claims_lost >= CLAIMS_LOST_AT_MOST
    }

    /// Rejected records that are still to be corrected; 0 of a run whose records cannot be.
    pub fn still_missing(&self) -> u64 {
        if may_be_corrected(self.status, self.reason.as_ref(), self.input) {
            self.counts.rejected.saturating_sub(self.corrected)
        } else {
            0
        }
    }

    /// Records not imported, not even corrected, of records seen; all of a run that Failed or Halted, because nothing went in.
    /// `None` for one that was Cancelled or has not ended.
    pub fn failed_per_mille(&self) -> Option<PerMille> {
        match self.status {
            RunStatus::Completed | RunStatus::PartiallyCompleted => {
                let missing = self.counts.seen.saturating_sub(self.counts.imported);
                Some(PerMille::of(
                    missing.saturating_sub(self.corrected),
                    self.counts.seen,
                ))
            }
            RunStatus::Failed | RunStatus::Halted => Some(PerMille::ALL),
            RunStatus::Queued
            | RunStatus::Validating
            | RunStatus::Importing
            | RunStatus::Processing
            | RunStatus::Cancelled => None,
        }
    }
}

impl Input {
    pub const fn is_whole_file(self) -> bool {
        self.corrects.is_none()
    }

    /// Whether the file is yet to be found at the source.
    pub const fn is_at_source(self) -> bool {
        self.upload.is_none() && self.corrects.is_none()
    }

    /// Whether it is corrected records of that run.
    pub fn is_of(self, run: RunId) -> bool {
        self.corrects.is_some_and(|corrects| corrects.run == run)
    }

    /// Whether a run that has read `done` did what this asks for.
    pub fn is_met_by(self, done: Self) -> bool {
        self == done || (self.is_at_source() && done.is_whole_file())
    }
}
