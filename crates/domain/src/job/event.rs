//! What happens to jobs, and what follows as data.

use crate::id::{JobVersionId, RunId, UploadId};
use crate::name::JobName;
use crate::retry::RerunSettings;
use crate::run::{EndedRun, Input, Origin};
use crate::sampling::SamplingProblem;
use crate::time::Timestamp;

/// When a job that is activated or edited runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// Once; at once if the instant has passed.
    Once { at: Timestamp },
    /// `next` is the first instant of the schedule after now.
    Recurring { next: Timestamp },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JobEvent {
    Renamed {
        name: JobName,
    },
    /// A sample file was provided for the set-up or for an edit.
    SampleProvided,
    SampleProcessed,
    SampleRejected {
        problem: SamplingProblem,
    },
    /// A step was saved. `affects_sample`: encoding, delimiters, header or mapping changed, so that the sample is processed again.
    SettingsChanged {
        affects_sample: bool,
    },
    /// The edit of a job that has a version was given up.
    EditDiscarded,
    /// The set-up was sealed as `version`. `upload`: the whole file of an upload job.
    Activated {
        version: JobVersionId,
        timing: Timing,
        upload: Option<UploadId>,
    },
    /// An edit was sealed as `version`; `timing` is `None` where the schedule did not change.
    Edited {
        version: JobVersionId,
        timing: Option<Timing>,
    },
    Paused,
    /// `next`: of a recurring job, the first instant of its schedule after now; of a Halted one whose days have files of their own, the
    /// instant that it was halted at.
    Reactivated {
        next: Option<Timestamp>,
    },
    /// Run now, or Run with a new file.
    RunRequested {
        new_file: Option<UploadId>,
        /// The beginning of the day whose file is looked for; `None`: of today.
        day: Option<Timestamp>,
    },
    /// Retry: the same input again.
    Retried {
        run: EndedRun,
    },
    /// The repeated file that the run asked about is not imported.
    PassedOver {
        run: EndedRun,
    },
    /// Fix and re-import: `upload` holds the corrected records of `run`.
    Reimported {
        run: EndedRun,
        upload: UploadId,
    },
    /// [`super::Job::wakes_at`] is reached. `next`: of a recurring job, the first instant of its schedule after now; where days
    /// have files of their own, the first one that is to be made up for.
    CameDue {
        next: Option<Timestamp>,
    },
    /// A run of the job ended; sent for every run exactly once.
    RunEnded {
        run: EndedRun,
        reruns: RerunSettings,
    },
    /// A run ended well, and another file of the source waits to be taken; sent together with `RunEnded`. `due_at`: when the
    /// run was due that took the first of them, whose day they are looked for by.
    FileWaits {
        due_at: Timestamp,
    },
    Deleted,
}

/// What the caller does in the transaction that saves the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Insert [`crate::run::Run::queued`].
    QueueRun(QueueRun),
    /// Send [`crate::run::RunEvent::CancelRequested`] to the Queued runs of the job, and their ends back to the job.
    CancelQueuedRuns,
    /// Process the sample, then send [`JobEvent::SampleProcessed`] or [`JobEvent::SampleRejected`].
    ProcessSample,
    /// Remove the job and what belongs to it; the audit log stays.
    Delete,
}

/// A run to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueRun {
    pub job_version: JobVersionId,
    pub origin: Origin,
    pub due_at: Timestamp,
    /// 1 for the first.
    pub attempt: u8,
    /// The first attempt; `None`: this is it.
    pub occurrence: Option<RunId>,
    /// The run that this one follows: the attempt before, the one retried, or the one whose records were corrected.
    pub parent: Option<RunId>,
    pub input: Input,
}

impl JobEvent {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Renamed { .. } => "renamed",
            Self::SampleProvided => "sample_provided",
            Self::SampleProcessed => "sample_processed",
            Self::SampleRejected { .. } => "sample_rejected",
            Self::SettingsChanged { .. } => "settings_changed",
            Self::EditDiscarded => "edit_discarded",
            Self::Activated { .. } => "activated",
            Self::Edited { .. } => "edited",
            Self::Paused => "paused",
            Self::Reactivated { .. } => "reactivated",
            Self::RunRequested { .. } => "run_requested",
            Self::Retried { .. } => "retried",
            Self::PassedOver { .. } => "passed_over",
            Self::Reimported { .. } => "reimported",
            Self::CameDue { .. } => "came_due",
            Self::RunEnded { .. } => "run_ended",
            Self::FileWaits { .. } => "file_waits",
            Self::Deleted => "deleted",
        }
    }
}
