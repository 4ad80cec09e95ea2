//! What a notice can be about.

use std::collections::BTreeSet;

use crate::code::coded_enum;

/// What somebody wants to hear of.
pub type Events = BTreeSet<NoticeEvent>;

coded_enum! {
    /// Those that people and webhooks subscribe to, and the test.
    pub enum NoticeEvent as "notice event" {
        RunCompleted = "run_completed", "Run completed";
        RunPartiallyCompleted = "run_partially_completed", "Run partially completed";
        RunFailed = "run_failed", "Run failed";
        RunHalted = "run_halted", "Run halted";
        JobHalted = "job_halted", "Job halted";
        SamplingFailed = "sampling_failed", "Sampling failed";
        LimitNear = "limit_80", "80 % of the monthly limit used";
        LimitReached = "limit_reached", "Monthly limit reached";
        /// Somebody tries whether notices arrive. Nobody subscribes to it.
        Test = "test", "Test";
    }
}

impl NoticeEvent {
    /// Whether one can ask to hear of it.
    pub const fn may_be_subscribed(self) -> bool {
        !matches!(self, Self::Test)
    }

    /// Whether it tells of a job, rather than of the namespace.
    pub const fn concerns_a_job(self) -> bool {
        match self {
            Self::RunCompleted
            | Self::RunPartiallyCompleted
            | Self::RunFailed
            | Self::RunHalted
            | Self::JobHalted
            | Self::SamplingFailed => true,
            Self::LimitNear | Self::LimitReached | Self::Test => false,
        }
    }

    /// Whether it is news of one run among others of its job.
    pub const fn ends_a_run(self) -> bool {
        match self {
            Self::RunCompleted
            | Self::RunPartiallyCompleted
            | Self::RunFailed
            | Self::RunHalted => true,
            Self::JobHalted
            | Self::SamplingFailed
            | Self::LimitNear
            | Self::LimitReached
            | Self::Test => false,
        }
    }

    /// Whether nothing goes in, or goes on, by itself.
    pub const fn is_failure(self) -> bool {
        match self {
            Self::RunFailed | Self::RunHalted | Self::JobHalted | Self::SamplingFailed => true,
            Self::RunCompleted
            | Self::RunPartiallyCompleted
            | Self::LimitNear
            | Self::LimitReached
            | Self::Test => false,
        }
    }

    /// Whether somebody should look at it soon.
    pub const fn needs_attention(self) -> bool {
        !matches!(self, Self::RunCompleted | Self::Test)
    }
}
