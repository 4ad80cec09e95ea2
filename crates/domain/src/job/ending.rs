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
            JobStatus::Paused | JobStatus::Halted => {
                let is_over =
                    whole_file && run.status.is_successful() && self.unfinished.total() == 0;
                if is_over && self.next_due.is_none() {
                    self.status = JobStatus::Completed;
                    self.halt_reason = None;
                }
            }
            JobStatus::Active => match run.status {
                RunStatus::Completed | RunStatus::PartiallyCompleted => {
                    self.settle(whole_file, JobStatus::Completed);
                }
                RunStatus::Cancelled => self.settle(whole_file, JobStatus::Paused),
                RunStatus::Failed | RunStatus::Halted => self.follow_failure(run, reruns, now),
                RunStatus::Queued
                | RunStatus::Validating
                | RunStatus::Importing
                | RunStatus::Processing => {}
            },
        }
        Ok(Vec::new())
    }

    /// Into `rest` if nothing further is to come.
    fn settle(&mut self, whole_file: bool, rest: JobStatus) {
        if whole_file {
            self.drop_rerun_of_whole_file();
        }
        if self.unfinished.total() == 0 && self.rerun.is_none() && self.next_due.is_none() {
            self.status = rest;
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
