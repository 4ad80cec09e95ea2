//! The one way in which a run changes.

use super::actions::asks;
use super::{CLAIMS_LOST_AT_MOST, Run, RunEvent, RunRefused, RunStatus};
use crate::counts::Counts;
use crate::id::UploadId;
use crate::reason::Reason;
use crate::settings::QualityGate;
use crate::time::Timestamp;

impl Run {
    /// The run after the event, with `version` one higher.
    pub fn apply(&self, event: &RunEvent, now: Timestamp) -> Result<Self, RunRefused> {
        let mut next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        let outcome = match event {
            RunEvent::Claimed {
                worker,
                lease_until,
            } => next.claim(worker, *lease_until, now),
            RunEvent::FileTaken { upload } => next.take_file(*upload),
            RunEvent::Renewed { lease_until } => next
                .in_work()
                .map(|()| next.lease_until = Some(*lease_until)),
            RunEvent::Progressed { counts } => next.progress(*counts),
            RunEvent::ValidationFinished {
                seen,
                rejected,
                gate,
            } => next.finish_validation(*seen, *rejected, *gate, now),
            RunEvent::ImportFinished { rejected, gate } => {
                next.finish_import(*rejected, *gate, now)
            }
            RunEvent::Merged { imported, rejected } => next.merge(*imported, *rejected, now),
            RunEvent::FailedWith(reason) => next.stop(RunStatus::Failed, reason, now),
            RunEvent::HaltedWith(reason) => next.stop(RunStatus::Halted, reason, now),
            RunEvent::NothingNew => next.find_nothing(now),
            RunEvent::PassedOver => next.pass_over(now),
            RunEvent::CancelRequested => next.request_cancel(now),
            RunEvent::Cancelled => next.cancel(now),
            RunEvent::Released => next.in_work().map(|()| next.give_back(now)),
            RunEvent::LeaseExpired { reference } => next.lose_claim(reference, now),
            RunEvent::Corrected { records } => next.correct(*records),
        };
        match outcome {
            Ok(()) => Ok(next),
            Err(sentence) => Err(RunRefused {
                status: self.status,
                event: event.code(),
                sentence: sentence.to_owned(),
            }),
        }
    }

    fn claim(
        &mut self,
        worker: &str,
        lease_until: Timestamp,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        let stage = match self.status {
            RunStatus::Queued if now < self.due_at => return Err("The run is not yet due."),
            RunStatus::Queued => RunStatus::Validating,
            RunStatus::Processing if self.claimed_by.is_none() => RunStatus::Processing,
            RunStatus::Validating | RunStatus::Importing | RunStatus::Processing => {
                return Err("Another worker holds the run.");
            }
            RunStatus::Completed
            | RunStatus::PartiallyCompleted
            | RunStatus::Failed
            | RunStatus::Halted
            | RunStatus::Cancelled => return Err(ENDED),
        };
        self.status = stage;
        self.fence += 1;
        self.claimed_by = Some(worker.to_owned());
        self.lease_until = Some(lease_until);
        self.started_at.get_or_insert(now);
        Ok(())
    }

    fn take_file(&mut self, upload: UploadId) -> Result<(), &'static str> {
        self.in_stage(RunStatus::Validating)?;
        if self.input.upload.is_some() {
            return Err("The run has its file already.");
        }
        self.input.upload = Some(upload);
        Ok(())
    }

    /// For the eye only: what validation found stays, and counts that disagree are made possible.
    fn progress(&mut self, counts: Counts) -> Result<(), &'static str> {
        self.in_work()?;
        let (seen, rejected_at_least, imported) = match self.status {
            RunStatus::Importing | RunStatus::Processing => {
                (self.counts.seen, self.counts.rejected, counts.imported)
            }
            RunStatus::Queued
            | RunStatus::Validating
            | RunStatus::Completed
            | RunStatus::PartiallyCompleted
            | RunStatus::Failed
            | RunStatus::Halted
            | RunStatus::Cancelled => (counts.seen, 0, 0),
        };
        // A heartbeat reads counters that others are raising, so that they may disagree for a moment.
        let rejected = counts.rejected.max(rejected_at_least).min(seen);
        let imported = imported.min(seen - rejected);
        self.counts = Counts {
            seen,
            imported,
            rejected,
        };
        Ok(())
    }

    fn finish_validation(
        &mut self,
        seen: u64,
        rejected: u64,
        gate: QualityGate,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        self.in_stage(RunStatus::Validating)?;
        self.count(Counts {
            seen,
            imported: 0,
            rejected,
        })?;
        if seen == 0 && !self.cancel_requested {
            self.end(RunStatus::Failed, Some(Reason::EmptyFile), now);
        } else {
            self.go_on_to(RunStatus::Importing, gate, now);
        }
        Ok(())
    }

    fn find_nothing(&mut self, now: Timestamp) -> Result<(), &'static str> {
        self.in_stage(RunStatus::Validating)?;
        self.counts = Counts::default();
        if self.cancel_requested {
            self.end(RunStatus::Cancelled, None, now);
        } else {
            self.end(RunStatus::Completed, None, now);
        }
        Ok(())
    }

    /// The end was told to the job already, and stays when it was.
    fn pass_over(&mut self, now: Timestamp) -> Result<(), &'static str> {
        if !asks(self) {
            return Err("The run does not ask whether to import a repeated file.");
        }
        let ended_at = self.ended_at;
        self.end(RunStatus::Cancelled, None, now);
        self.ended_at = ended_at;
        Ok(())
    }

    fn finish_import(
        &mut self,
        rejected: u64,
        gate: QualityGate,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        self.in_stage(RunStatus::Importing)?;
        let Counts {
            seen,
            rejected: so_far,
            ..
        } = self.counts;
        let imported = seen
            .checked_sub(rejected)
            .filter(|_| rejected >= so_far)
            .ok_or(MISCOUNTED)?;
        self.count(Counts {
            seen,
            imported,
            rejected,
        })?;
        self.go_on_to(RunStatus::Processing, gate, now);
        Ok(())
    }

    /// What the ledger says counts, whatever stage is remembered here and whatever was counted in it: this may be a database
    /// that was put back, and the rows are in.
    fn merge(&mut self, imported: u64, rejected: u64, now: Timestamp) -> Result<(), &'static str> {
        self.in_work()?;
        match self.status {
            RunStatus::Validating | RunStatus::Importing | RunStatus::Processing => {}
            RunStatus::Queued
            | RunStatus::Completed
            | RunStatus::PartiallyCompleted
            | RunStatus::Failed
            | RunStatus::Halted
            | RunStatus::Cancelled => return Err("The run is in another stage."),
        }
        let seen = imported.checked_add(rejected).ok_or(MISCOUNTED)?;
        self.counts = Counts {
            seen,
            imported,
            rejected,
        };
        // The wish comes too late: the rows are in.
        self.cancel_requested = false;
        match (imported, rejected) {
            (0, _) => self.end(RunStatus::Failed, Some(Reason::NoRecordFits { seen }), now),
            (_, 0) => self.end(RunStatus::Completed, None, now),
            (_, _) => self.end(RunStatus::PartiallyCompleted, None, now),
        }
        Ok(())
    }

    fn stop(
        &mut self,
        status: RunStatus,
        reason: &Reason,
        now: Timestamp,
    ) -> Result<(), &'static str> {
        self.in_work()?;
        if reason.status() != status {
            return Err("The reason belongs to another status.");
        }
        if self.cancel_requested {
            // A person has asked for the end already; a failure would have it run again.
            self.end(RunStatus::Cancelled, None, now);
        } else {
            self.end(status, Some(reason.clone()), now);
        }
        Ok(())
    }

    fn request_cancel(&mut self, now: Timestamp) -> Result<(), &'static str> {
        match self.status {
            RunStatus::Queued => self.end(RunStatus::Cancelled, None, now),
            RunStatus::Validating | RunStatus::Importing => self.cancel_requested = true,
            RunStatus::Processing => {
                return Err(
                    "The run can no longer be cancelled: its rows are being merged into the dataset.",
                );
            }
            RunStatus::Completed
            | RunStatus::PartiallyCompleted
            | RunStatus::Failed
            | RunStatus::Halted
            | RunStatus::Cancelled => return Err(ENDED),
        }
        Ok(())
    }

    fn cancel(&mut self, now: Timestamp) -> Result<(), &'static str> {
        match self.status {
            RunStatus::Validating | RunStatus::Importing if self.cancel_requested => {
                self.end(RunStatus::Cancelled, None, now);
                Ok(())
            }
            RunStatus::Queued
            | RunStatus::Validating
            | RunStatus::Importing
            | RunStatus::Processing => Err("Nobody asked for the run to be cancelled."),
            RunStatus::Completed
            | RunStatus::PartiallyCompleted
            | RunStatus::Failed
            | RunStatus::Halted
            | RunStatus::Cancelled => Err(ENDED),
        }
    }

    /// Before Processing nothing is in, so the next worker begins again; in Processing the ledger has to be asked.
    fn give_back(&mut self, now: Timestamp) {
        self.claimed_by = None;
        self.lease_until = None;
        if self.status == RunStatus::Processing {
            return;
        }
        self.counts = Counts::default();
        if self.cancel_requested {
            self.end(RunStatus::Cancelled, None, now);
        } else {
            self.status = RunStatus::Queued;
        }
    }

    fn lose_claim(&mut self, reference: &str, now: Timestamp) -> Result<(), &'static str> {
        self.in_work()?;
        if self.is_held(now) {
            return Err("The worker's lease has not run out.");
        }
        self.claims_lost = self.claims_lost.saturating_add(1);
        self.give_back(now);
        if self.status == RunStatus::Queued && self.claims_lost >= CLAIMS_LOST_AT_MOST {
            self.end(
                RunStatus::Halted,
                Some(Reason::InternalError {
                    reference: reference.to_owned(),
                }),
                now,
            );
        }
        Ok(())
    }

    /// The end was told to the job already, and stays when it was.
    fn correct(&mut self, records: u64) -> Result<(), &'static str> {
        let missing = self.still_missing();
        if missing == 0 {
            return Err("No record of the run is to be corrected.");
        }
        if records == 0 || records > missing {
            return Err(MISCOUNTED);
        }
        self.corrected += records;
        self.reason = None;
        self.status = if records == missing {
            RunStatus::Completed
        } else {
            RunStatus::PartiallyCompleted
        };
        Ok(())
    }

    /// To the next stage, unless a person, the rejections or the gate stop the run here.
    fn go_on_to(&mut self, stage: RunStatus, gate: QualityGate, now: Timestamp) {
        let Counts { seen, rejected, .. } = self.counts;
        if self.cancel_requested {
            self.end(RunStatus::Cancelled, None, now);
        } else if rejected == seen {
            self.end(RunStatus::Failed, Some(Reason::NoRecordFits { seen }), now);
        } else if let Some(at_most_per_mille) = gate.exceeded_by(rejected, seen) {
            let reason = Reason::TooManyRejected {
                rejected,
                seen,
                at_most_per_mille,
            };
            self.end(RunStatus::Halted, Some(reason), now);
        } else {
            self.status = stage;
        }
    }

    fn end(&mut self, status: RunStatus, reason: Option<Reason>, now: Timestamp) {
        if !status.is_successful() {
            self.counts.imported = 0;
        }
        self.status = status;
        self.reason = reason;
        self.claimed_by = None;
        self.lease_until = None;
        self.ended_at = Some(now);
    }

    fn count(&mut self, counts: Counts) -> Result<(), &'static str> {
        if !counts.is_possible() {
            return Err(MISCOUNTED);
        }
        self.counts = counts;
        Ok(())
    }

    /// A worker holds it.
    fn in_work(&self) -> Result<(), &'static str> {
        if self.status.is_final() {
            Err(ENDED)
        } else if self.claimed_by.is_none() {
            Err("No worker holds the run.")
        } else {
            Ok(())
        }
    }

    fn in_stage(&self, stage: RunStatus) -> Result<(), &'static str> {
        self.in_work()?;
        if self.status == stage {
            Ok(())
        } else {
            Err("The run is in another stage.")
        }
    }
}

const ENDED: &str = "The run has ended.";
const MISCOUNTED: &str =
    "The counts do not add up: every record seen is imported or rejected, and counted once.";
