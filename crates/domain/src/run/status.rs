//! Run statuses, and where runs come from.

use crate::code::coded_enum;

coded_enum! {
    pub enum RunStatus as "run status" {
        /// Due, waiting for a worker.
        Queued = "queued", "Queued";
        /// Records are being read and checked.
        Validating = "validating", "Validating";
        /// Valid rows are being written.
        Importing = "importing", "Importing";
        /// Written; being merged into the dataset.
        Processing = "processing", "Processing";
        /// Everything in the file was imported.
        Completed = "completed", "Completed";
        /// Some rows went in, not the entire file.
        PartiallyCompleted = "partially_completed", "Partially Completed";
        /// Stopped before any row went in.
        Failed = "failed", "Failed";
        /// Needs a person; nothing went in.
        Halted = "halted", "Halted";
        /// A person stopped it before Processing; nothing went in.
        Cancelled = "cancelled", "Cancelled";
    }
}

coded_enum! {
    /// Why a run exists.
    pub enum Origin as "origin of a run" {
        /// The job's schedule, or its activation.
        Scheduled = "scheduled", "Scheduled";
        /// Run now, or Run with a new file.
        Manual = "manual", "Run now";
        /// A person had it run again.
        Retry = "retry", "Retry";
        /// The system ran it again after a failure.
        Rerun = "rerun", "Rerun";
        /// Corrected records of an earlier run.
        Child = "child", "Fix and re-import";
    }
}

impl Origin {
    /// A person had it run, and waits for what comes of it.
    pub const fn is_by_person(self) -> bool {
        match self {
            Self::Manual | Self::Retry | Self::Child => true,
            Self::Scheduled | Self::Rerun => false,
        }
    }
}

impl RunStatus {
    pub const fn is_final(self) -> bool {
        match self {
            Self::Queued | Self::Validating | Self::Importing | Self::Processing => false,
            Self::Completed
            | Self::PartiallyCompleted
            | Self::Failed
            | Self::Halted
            | Self::Cancelled => true,
        }
    }

    /// Whether a worker may hold a run in this status.
    pub const fn is_in_work(self) -> bool {
        match self {
            Self::Validating | Self::Importing | Self::Processing => true,
            Self::Queued
            | Self::Completed
            | Self::PartiallyCompleted
            | Self::Failed
            | Self::Halted
            | Self::Cancelled => false,
        }
    }

    /// Whether rows of the run went in.
    pub const fn is_successful(self) -> bool {
        match self {
            Self::Completed | Self::PartiallyCompleted => true,
            Self::Queued
            | Self::Validating
            | Self::Importing
            | Self::Processing
            | Self::Failed
            | Self::Halted
            | Self::Cancelled => false,
        }
    }
}
