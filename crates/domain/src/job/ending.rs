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
                    self.settle(run, JobStatus::Completed);
                }
                RunStatus::Cancelled => self.settle(run, JobStatus::Paused),
                RunStatus::Failed | RunStatus::Halted => self.follow_failure(run, reruns, now),
                RunStatus::Queued
                | RunStatus::Validating
                | RunStatus::Importing
                | RunStatus::Processing => {}
            },
        }
        Ok(Vec::new())
    }

    /// A run that was in work when the job was paused or halted. Once everything is in, there is nothing to reactivate:
    /// doing so would insert the same rows once more.
    fn note_end_at_rest(&mut self, run: &EndedRun) {
        if !run.status.is_successful() {
            let known = self.unsettled.filter(|input| input.is_whole_file());
            self.unsettled = known.or(Some(run.input));
            return;
        }
        self.unsettled.take_if(|input| input.is_met_by(run.input));
        let is_over = self.unfinished.total() == 0 && self.next_due.is_none();
        if is_over && self.unsettled.is_none() {
            self.status = JobStatus::Completed;
            self.halt_reason = None;
        }
    }

    /// Into `rest` (Completed or Paused) if nothing further is to come.
    fn settle(&mut self, run: &EndedRun, rest: JobStatus) {
        if run.input.is_whole_file() {
            self.drop_rerun_of_whole_file();
        }
        if self.unfinished.total() == 0 && self.rerun.is_none() && self.next_due.is_none() {
            self.status = rest;
            self.unsettled = (rest == JobStatus::Paused).then_some(run.input);
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
