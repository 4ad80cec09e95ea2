//! What the end of a run means for its job, and the end of the job itself.

use super::transition::Outcome;
use super::{Effect, Job, JobStatus, WaitingRerun};
use crate::retry::{Consequence, RerunSettings};
use crate::run::{EndedRun, RunStatus};
use crate::time::Timestamp;

impl Job {
    pub(super) fn end_run(
        &mut self,
        run: &EndedRun,
        reruns: RerunSettings,
        now: Timestamp,
    ) -> Outcome {
        let whole_file = run.input.is_whole_file();
        let unfinished = if whole_file {
            &mut self.unfinished.whole_file
        } else {
            &mut self.unfinished.corrections
        };
        *unfinished = unfinished
            .checked_sub(1)
            .ok_or("No run of the job is unfinished.")?;
        if !run.status.is_final() {
            return Err("The run has not ended.");
        }
        match self.status {
            JobStatus::Draft
            | JobStatus::Sampling
            | JobStatus::SamplingFailed
            | JobStatus::Completed => {
                return Err("A job in this status has no unfinished run.");
            }
            JobStatus::Paused | JobStatus::Halted => self.note_end_at_rest(run),
            JobStatus::Active => match run.status {
                RunStatus::Completed | RunStatus::PartiallyCompleted => {
                    self.unsettled.take_if(|input| input.is_met_by(run.input));
                    self.settle(run);
                }
                RunStatus::Cancelled => self.settle(run),
                RunStatus::Failed | RunStatus::Halted => self.follow_failure(run, reruns, now),
                RunStatus::Queued
                | RunStatus::Validating
                | RunStatus::Importing
                | RunStatus::Processing => {}
            },
        }
        Ok(Vec::new())
    }

    /// Corrections are their run's affair, unless nothing of its file is in: then they are the file.
    fn is_about(&self, run: &EndedRun) -> bool {
        run.input.is_whole_file() || self.unsettled == Some(run.input)
    }

    /// A run that was in work when the job was paused or halted. Once everything is in, there is nothing to reactivate:
    /// doing so would insert the same rows once more.
    fn note_end_at_rest(&mut self, run: &EndedRun) {
        if run.status.is_successful() {
            self.unsettled.take_if(|input| input.is_met_by(run.input));
        } else if run.input.is_whole_file() {
            let known = self.unsettled.filter(|input| input.is_whole_file());
            self.unsettled = known.or(Some(run.input));
        }
        let is_over = self.unfinished.total() == 0 && self.next_due.is_none();
        if is_over && self.unsettled.is_none() {
            self.status = JobStatus::Completed;
            self.halt_reason = None;
        }
    }

    /// Rests if nothing further is to come: Completed, or Paused if something was cancelled and is not in.
    fn settle(&mut self, run: &EndedRun) {
        if run.status == RunStatus::Cancelled && self.is_about(run) {
            self.unsettled = Some(run.input);
        }
        if run.input.is_whole_file() {
            self.drop_rerun_of_whole_file();
        }
        let file_comes = |rerun: &WaitingRerun| rerun.input.is_whole_file();
        if self.next_due.is_some() || self.rerun.as_ref().is_some_and(file_comes) {
            // It takes the place of what is not in.
            self.unsettled = None;
        } else if self.unfinished.total() == 0 && self.rerun.is_none() {
            self.status = match self.unsettled {
                Some(_) => JobStatus::Paused,
                None => JobStatus::Completed,
            };
        }
    }

    fn follow_failure(&mut self, run: &EndedRun, reruns: RerunSettings, now: Timestamp) {
        let whole_file = run.input.is_whole_file();
        let taken_over = if whole_file {
            self.unfinished.whole_file > 0
        } else {
            self.rerun.is_some()
        };
        if taken_over {
            return;
        }
        match reruns.consequence(run, self.next_due.is_some(), now) {
            Consequence::Rerun { attempt, due_at } => {
                self.rerun = Some(WaitingRerun {
                    due_at,
                    attempt,
                    occurrence: run.occurrence,
                    parent: run.id,
                    after: run.status,
                    input: run.input,
                });
            }
            Consequence::WaitForSchedule => {}
            Consequence::HaltJob
                if !whole_file && (self.next_due.is_some() || !self.is_about(run)) =>
            {
                self.settle(run);
            }
            Consequence::HaltJob => {
                self.status = JobStatus::Halted;
                self.halt_reason.clone_from(&run.reason);
                self.unsettled = Some(run.input);
                self.rerun = None;
            }
        }
    }

    pub(super) fn delete(&self) -> Outcome {
        if self.unfinished.total() > 0 {
            return Err("A run of the job is under way. Cancel it, or wait until it has ended.");
        }
        Ok(vec![Effect::Delete])
    }
}
