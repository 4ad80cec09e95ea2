//! Job statuses.

use crate::code::coded_enum;

coded_enum! {
    pub enum JobStatus as "job status" {
        /// Created; saved at every step of the set-up.
        Draft = "draft", "Draft";
        /// A sample file was provided and is being processed.
        Sampling = "sampling", "Sampling";
        /// The sample could not be processed.
        SamplingFailed = "sampling_failed", "Sampling failed";
        /// A run is scheduled or under way.
        Active = "active", "Active";
        /// A person paused it.
        Paused = "paused", "Paused";
        /// The system paused it because of a failure.
        Halted = "halted", "Halted";
        /// Ran and is not scheduled to run again.
        Completed = "completed", "Completed";
    }
}

impl JobStatus {
    /// Whether the job has a sealed version.
    pub const fn is_set_up(self) -> bool {
        match self {
            Self::Draft | Self::Sampling | Self::SamplingFailed => false,
            Self::Active | Self::Paused | Self::Halted | Self::Completed => true,
        }
    }
}
