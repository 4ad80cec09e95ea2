//! What happens to runs.

use crate::counts::Counts;
use crate::id::UploadId;
use crate::reason::Reason;
use crate::settings::QualityGate;
use crate::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunEvent {
    /// A worker takes it: a Queued run, or one in Processing that nobody holds. Raises the fence.
    Claimed {
        worker: String,
        lease_until: Timestamp,
    },
    /// A file was found at the source and copied: from now on the run, its reruns and its retries read that copy.
    FileTaken { upload: UploadId },
    /// Heartbeat.
    Renewed { lease_until: Timestamp },
    /// So many records so far, for the eye only: made possible where they disagree.
    Progressed { counts: Counts },
    /// Every record was read and checked. Without a record the run is Failed, likewise if all are rejected; too many
    /// rejected for the gate: Halted; a requested cancel: Cancelled; else Importing.
    ValidationFinished {
        seen: u64,
        rejected: u64,
        gate: QualityGate,
    },
    /// All rows are written, none is visible yet. `rejected`: of the records seen, in all. Decides like
    /// `ValidationFinished`; else Processing. From here on only the destination's ledger says whether rows are in.
    ImportFinished { rejected: u64, gate: QualityGate },
    /// The rows are in, in one transaction, as the destination's ledger says. It counts in every stage, for the database of the
    /// runs may be one that was put back. `imported + rejected` are the records seen.
    Merged { imported: u64, rejected: u64 },
    /// Nothing went in; a reason of a Failed run. A run whose cancel was requested is Cancelled instead, here and below.
    FailedWith(Reason),
    /// Nothing went in; a reason of a Halted run.
    HaltedWith(Reason),
    /// There is no new file, or none with a record, and the job takes that for well: Completed, without a record seen.
    NothingNew,
    /// A person has decided that a file which repeats what was imported is not imported: of a run that asked, which is Cancelled now.
    PassedOver,
    /// A person wants it stopped. Queued: Cancelled at once; Validating and Importing: the worker is told.
    CancelRequested,
    /// The worker stopped as requested and wrote nothing.
    Cancelled,
    /// The worker stops in good order and hands the run back.
    Released,
    /// The lease ran out: the worker is taken for dead.
    LeaseExpired { reference: String },
    /// So many of the rejected records went in, corrected, by another run. Of a run that has ended. Completed when none is
    /// missing any more, until then Partially Completed.
    Corrected { records: u64 },
}

impl RunEvent {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Claimed { .. } => "claimed",
            Self::FileTaken { .. } => "file_taken",
            Self::Renewed { .. } => "renewed",
            Self::Progressed { .. } => "progressed",
            Self::ValidationFinished { .. } => "validation_finished",
            Self::ImportFinished { .. } => "import_finished",
            Self::Merged { .. } => "merged",
            Self::FailedWith(_) => "failed_with",
            Self::HaltedWith(_) => "halted_with",
            Self::NothingNew => "nothing_new",
            Self::PassedOver => "passed_over",
            Self::CancelRequested => "cancel_requested",
            Self::Cancelled => "cancelled",
            Self::Released => "released",
            Self::LeaseExpired { .. } => "lease_expired",
            Self::Corrected { .. } => "corrected",
        }
    }
}
