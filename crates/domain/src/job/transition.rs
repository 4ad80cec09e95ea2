//! The one way in which a job changes.

use super::{Effect, Job, JobEvent, JobRefused, JobStatus, QueueRun, Timing, WaitingRerun};
use crate::id::{JobVersionId, RunId, UploadId};
use crate::retry::{Consequence, RerunSettings};
use crate::run::{EndedRun, Input, Origin, RunStatus, may_be_corrected};
use crate::sampling::{SampleState, SamplingProblem};
use crate::time::Timestamp;

type Outcome = Result<Vec<Effect>, &'static str>;

impl Job {
    /// The job after the event, with `version` one higher, and what the caller does in the transaction that saves it.
    pub fn apply(
        &self,
        event: &JobEvent,
        now: Timestamp,
    ) -> Result<(Self, Vec<Effect>), JobRefused> {
        let mut next = Self {
            version: self.version + 1,
            ..self.clone()
        };
        let outcome = match event {
            JobEvent::Renamed { name } => {
                next.name = name.clone();
                Ok(Vec::new())
            }
            JobEvent::SampleProvided => next.provide_sample(),
            JobEvent::SampleProcessed => next.finish_sample(SampleState::Ready),
            JobEvent::SampleRejected { problem } => next.reject_sample(problem),
            JobEvent::SettingsChanged { affects_sample } => next.change_settings(*affects_sample),
            JobEvent::EditDiscarded => next.discard_edit(),
            JobEvent::Activated {
                version,
                timing,
                upload,
            } => next.activate(*version, *timing, *upload, now),
            JobEvent::Edited { version, timing } => next.edit(*version, *timing),
            JobEvent::Paused => next.pause(),
            JobEvent::Reactivated { next: instant } => next.reactivate(*instant, now),
            JobEvent::RunRequested { new_file } => next.request_run(*new_file, now),
            JobEvent::Retried { run } => next.retry(run, now),
            JobEvent::Reimported { run, upload } => next.reimport(run, *upload, now),
            JobEvent::CameDue { next: instant } => next.come_due(*instant, now),
            JobEvent::RunEnded { run, reruns } => next.end_run(run, *reruns, now),
            JobEvent::Deleted => next.delete(),
        };
        match outcome {
            Ok(effects) => Ok((next, effects)),
            Err(sentence) => Err(JobRefused {
                status: self.status,
                event: event.code(),
                sentence: sentence.to_owned(),
            }),
        }
    }

    fn provide_sample(&mut self) -> Outcome {
        match self.status {
            JobStatus::Draft | JobStatus::SamplingFailed => self.status = JobStatus::Sampling,
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted
                if self.sample != SampleState::Processing => {}
            JobStatus::Sampling | JobStatus::Active | JobStatus::Paused | JobStatus::Halted => {
                return Err(SAMPLING);
            }
            JobStatus::Completed => return Err(COMPLETED),
        }
        self.sample = SampleState::Processing;
        Ok(vec![Effect::ProcessSample])
    }

    fn reject_sample(&mut self, problem: &SamplingProblem) -> Outcome {
        self.finish_sample(SampleState::Failed(problem.clone()))
    }

    fn finish_sample(&mut self, sample: SampleState) -> Outcome {
        if self.sample != SampleState::Processing {
            return Err("No sample is being processed.");
        }
        self.status = match self.status {
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => match sample {
                SampleState::Failed(_) => JobStatus::SamplingFailed,
                SampleState::Missing | SampleState::Processing | SampleState::Ready => {
                    JobStatus::Draft
                }
            },
            // The version in use runs on, whatever becomes of the edit.
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted | JobStatus::Completed => {
                self.status
            }
        };
        self.sample = sample;
        Ok(Vec::new())
    }

    fn change_settings(&mut self, affects_sample: bool) -> Outcome {
        if self.status == JobStatus::Completed {
            return Err(COMPLETED);
        }
        match &self.sample {
            SampleState::Processing if affects_sample => Err(SAMPLING),
            SampleState::Failed(_) | SampleState::Ready if affects_sample => self.provide_sample(),
            SampleState::Missing
            | SampleState::Processing
            | SampleState::Failed(_)
            | SampleState::Ready => Ok(Vec::new()),
        }
    }

    fn discard_edit(&mut self) -> Outcome {
        match self.status {
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted => {
                self.sample = SampleState::Ready;
                Ok(Vec::new())
            }
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => Err(NOT_SET_UP),
            JobStatus::Completed => Err(COMPLETED),
        }
    }

    fn activate(
        &mut self,
        version: JobVersionId,
        timing: Timing,
        upload: Option<UploadId>,
        now: Timestamp,
    ) -> Outcome {
        match self.status {
            JobStatus::Draft => self.needs_sample()?,
            JobStatus::Sampling => return Err(SAMPLING),
            JobStatus::SamplingFailed => return Err(NO_SAMPLE),
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted | JobStatus::Completed => {
                return Err("The job has been activated already.");
            }
        }
        self.status = JobStatus::Active;
        self.current = Some(version);
        let whole_file = Input {
            upload,
            corrects: None,
        };
        self.last_input = Some(whole_file);
        self.last_whole_input = Some(whole_file);
        match timing {
            Timing::Recurring { next } => {
                self.recurring = true;
                self.next_due = Some(next);
                Ok(Vec::new())
            }
            Timing::Once { at } if now < at => {
                self.next_due = Some(at);
                Ok(Vec::new())
            }
            Timing::Once { at } => self.queue(Origin::Scheduled, whole_file, None, at),
        }
    }

    fn edit(&mut self, version: JobVersionId, timing: Option<Timing>) -> Outcome {
        match self.status {
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted => self.needs_sample()?,
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => {
                return Err(NOT_SET_UP);
            }
            JobStatus::Completed => return Err(COMPLETED),
        }
        self.current = Some(version);
        match timing {
            Some(Timing::Recurring { next }) => {
                self.recurring = true;
                self.next_due = Some(next);
            }
            Some(Timing::Once { at }) => {
                self.recurring = false;
                self.next_due = Some(at);
            }
            None => {}
        }
        Ok(Vec::new())
    }

    fn pause(&mut self) -> Outcome {
        match self.status {
            JobStatus::Active => {
                self.status = JobStatus::Paused;
                self.rerun = None;
                Ok(if self.unfinished.total() > 0 {
                    vec![Effect::CancelQueuedRuns]
                } else {
                    Vec::new()
                })
            }
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => Err(NOT_SET_UP),
            JobStatus::Paused => Err("The job is paused already."),
            JobStatus::Halted => {
                Err("The system has paused the job already, because of a failure.")
            }
            JobStatus::Completed => Err("The job is completed and not scheduled to run again."),
        }
    }

    fn reactivate(&mut self, instant: Option<Timestamp>, now: Timestamp) -> Outcome {
        match self.status {
            JobStatus::Paused | JobStatus::Halted => {}
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => {
                return Err(NOT_SET_UP);
            }
            JobStatus::Active => return Err("The job is active already."),
            JobStatus::Completed => return Err("The job is completed. Run it again instead."),
        }
        if self.recurring {
            let instant = instant.filter(|instant| now < *instant);
            self.next_due =
                Some(instant.ok_or(
                    "The job's schedule has ended. Edit the job and choose a new schedule.",
                )?);
        }
        self.status = JobStatus::Active;
        self.halt_reason = None;
        self.rerun = None;
        let waits =
            self.next_due.is_some_and(|instant| now < instant) || self.unfinished.total() > 0;
        if waits {
            return Ok(Vec::new());
        }
        self.next_due = None;
        let input = self.last_input.unwrap_or_default();
        let origin = if input.is_whole_file() {
            Origin::Scheduled
        } else {
            Origin::Child
        };
        self.queue(origin, input, input.corrects, now)
    }

    fn request_run(&mut self, new_file: Option<UploadId>, now: Timestamp) -> Outcome {
        match self.status {
            JobStatus::Active | JobStatus::Completed => {}
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => {
                return Err(NOT_SET_UP);
            }
            JobStatus::Paused | JobStatus::Halted => return Err("Reactivate the job first."),
        }
        self.has_room_for_one_more()?;
        let input = match new_file {
            Some(_) => Input {
                upload: new_file,
                corrects: None,
            },
            None => self.last_whole_input.unwrap_or_default(),
        };
        self.status = JobStatus::Active;
        self.drop_rerun_of_whole_file();
        self.queue(Origin::Manual, input, None, now)
    }

    fn retry(&mut self, run: &EndedRun, now: Timestamp) -> Outcome {
        self.take_up_again()?;
        if !run.status.may_be_retried() {
            return Err(
                "Only a Failed, Halted, Partially Completed or Cancelled run can be retried.",
            );
        }
        if run.input.is_whole_file() {
            self.has_room_for_one_more()?;
            self.drop_rerun_of_whole_file();
        }
        self.queue(Origin::Retry, run.input, Some(run.id), now)
    }

    fn reimport(&mut self, run: &EndedRun, upload: UploadId, now: Timestamp) -> Outcome {
        self.take_up_again()?;
        if !may_be_corrected(run.status, run.reason.as_ref()) {
            return Err(
                "Only the records of a run that rejected some and imported all others can be re-imported.",
            );
        }
        let input = Input {
            upload: Some(upload),
            corrects: Some(run.id),
        };
        self.queue(Origin::Child, input, Some(run.id), now)
    }

    /// A retry or a re-import makes a job Active unless that would start its schedule again, which a person or a failure stopped.
    fn take_up_again(&mut self) -> Result<(), &'static str> {
        match self.status {
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => Err(NOT_SET_UP),
            JobStatus::Active => Ok(()),
            JobStatus::Paused | JobStatus::Halted if self.next_due.is_some() => Ok(()),
            JobStatus::Paused | JobStatus::Halted | JobStatus::Completed => {
                self.status = JobStatus::Active;
                self.halt_reason = None;
                Ok(())
            }
        }
    }

    fn come_due(&mut self, instant: Option<Timestamp>, now: Timestamp) -> Outcome {
        match self.status {
            JobStatus::Active => {}
            JobStatus::Draft
            | JobStatus::Sampling
            | JobStatus::SamplingFailed
            | JobStatus::Paused
            | JobStatus::Halted
            | JobStatus::Completed => return Err("Only an active job comes due."),
        }
        if self.unfinished.total() > 0 {
            return Err("A run of the job is under way; the next one waits until it has ended.");
        }
        match (self.next_due.filter(|due| *due <= now), self.rerun.take()) {
            (Some(due), rerun) => {
                self.next_due = instant.filter(|instant| self.recurring && now < *instant);
                self.queue_regular(due, rerun)
            }
            (None, Some(rerun)) if rerun.due_at <= now => {
                self.queue_attempt(Origin::Rerun, rerun.due_at, &rerun)
            }
            (None, _) => Err("The job is not yet due."),
        }
    }

    /// A regular run supersedes waiting reruns of a Failed one, and is the next attempt of a Halted one.
    fn queue_regular(&mut self, due: Timestamp, rerun: Option<WaitingRerun>) -> Outcome {
        match rerun {
            Some(rerun) if !rerun.input.is_whole_file() => self.rerun = Some(rerun),
            Some(rerun) if rerun.after == RunStatus::Halted => {
                return self.queue_attempt(Origin::Scheduled, due, &rerun);
            }
            Some(_) | None => {}
        }
        let input = self.last_whole_input.unwrap_or_default();
        self.queue(Origin::Scheduled, input, None, due)
    }

    fn end_run(&mut self, run: &EndedRun, reruns: RerunSettings, now: Timestamp) -> Outcome {
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
                    self.settle(whole_file, JobStatus::Completed)
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

    fn delete(&self) -> Outcome {
        if self.unfinished.total() > 0 {
            return Err("A run of the job is under way. Cancel it, or wait until it has ended.");
        }
        Ok(vec![Effect::Delete])
    }

    fn queue(
        &mut self,
        origin: Origin,
        input: Input,
        parent: Option<RunId>,
        due_at: Timestamp,
    ) -> Outcome {
        self.push(QueueRun {
            job_version: self.current.ok_or(NOT_SET_UP)?,
            origin,
            due_at,
            attempt: 1,
            occurrence: None,
            parent,
            input,
        })
    }

    fn queue_attempt(
        &mut self,
        origin: Origin,
        due_at: Timestamp,
        rerun: &WaitingRerun,
    ) -> Outcome {
        self.push(QueueRun {
            job_version: self.current.ok_or(NOT_SET_UP)?,
            origin,
            due_at,
            attempt: rerun.attempt,
            occurrence: Some(rerun.occurrence),
            parent: Some(rerun.parent),
            input: rerun.input,
        })
    }

    fn push(&mut self, run: QueueRun) -> Outcome {
        self.last_input = Some(run.input);
        if run.input.is_whole_file() {
            self.last_whole_input = Some(run.input);
            self.unfinished.whole_file += 1;
        } else {
            self.unfinished.corrections += 1;
        }
        Ok(vec![Effect::QueueRun(run)])
    }

    fn drop_rerun_of_whole_file(&mut self) {
        self.rerun.take_if(|rerun| rerun.input.is_whole_file());
    }

    const fn has_room_for_one_more(&self) -> Result<(), &'static str> {
        if self.one_more_waits() {
            Err("One more run of the job waits already.")
        } else {
            Ok(())
        }
    }

    fn needs_sample(&self) -> Result<(), &'static str> {
        match &self.sample {
            SampleState::Ready => Ok(()),
            SampleState::Processing => Err(SAMPLING),
            SampleState::Missing | SampleState::Failed(_) => Err(NO_SAMPLE),
        }
    }
}

const SAMPLING: &str = "The sample file is being processed. Wait until that is done.";
const NO_SAMPLE: &str = "Provide a sample file that can be processed first.";
const NOT_SET_UP: &str = "The set-up of the job is not complete.";
const COMPLETED: &str = "The job is completed. Duplicate it to change it.";
