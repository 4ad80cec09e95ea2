//! What queues runs and what stops that: people, the schedule, waiting reruns.

use super::transition::{NOT_SET_UP, Outcome};
use super::{Effect, Job, JobStatus, QueueRun, WaitingRerun};
use crate::id::{JobVersionId, RunId, UploadId};
use crate::reason::Reason;
use crate::run::{Corrects, EndedRun, Input, Origin, RunStatus, may_be_corrected, may_be_retried};
use crate::time::Timestamp;

impl Job {
    pub(super) fn pause(&mut self) -> Outcome {
        match self.status {
            JobStatus::Active => {
                self.status = JobStatus::Paused;
                let waits = self.rerun.take().map(|rerun| rerun.input);
                self.unsettled = waits.or(self.unsettled);
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

    pub(super) fn reactivate(&mut self, instant: Option<Timestamp>, now: Timestamp) -> Outcome {
        match self.status {
            JobStatus::Paused | JobStatus::Halted => {}
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => {
                return Err(NOT_SET_UP);
            }
            JobStatus::Active => return Err("The job is active already."),
            JobStatus::Completed => return Err("The job is completed. Run it again instead."),
        }
        if self.recurring {
            // A schedule that is over leaves a job that is like a one-time one whose instant has passed.
            self.next_due = instant;
        }
        self.status = JobStatus::Active;
        self.halt_reason = None;
        let unsettled = self.unsettled.take();
        let comes = |instant| self.recurring || now < instant;
        if self.next_due.is_some_and(comes) || self.one_more_waits() {
            return Ok(Vec::new());
        }
        match unsettled {
            Some(corrections)
                if !corrections.is_whole_file() && self.unfinished.corrections > 0 =>
            {
                Err("Corrected records are being imported. Wait until that has ended.")
            }
            // An instant that passed meanwhile comes due when the corrected records are in.
            Some(corrections) if !corrections.is_whole_file() => {
                self.unsettled = unsettled;
                let corrected = corrections.corrects.map(|corrects| corrects.run);
                self.queue(Origin::Child, corrections, corrected, now)
            }
            None if self.unfinished.total() > 0 => Ok(Vec::new()),
            whole_file => {
                self.next_due = None;
                let input = whole_file.or(self.last_whole_input).unwrap_or_default();
                self.queue(Origin::Scheduled, self.source_or(input), None, now)
            }
        }
    }

    pub(super) fn request_run(
        &mut self,
        new_file: Option<UploadId>,
        day: Option<Timestamp>,
        now: Timestamp,
    ) -> Outcome {
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
        self.unsettled = None;
        self.drop_rerun_of_whole_file();
        if !self.recurring && new_file.is_none() {
            // What was to run once runs now: later it would come in a second time.
            self.next_due = None;
        }
        self.queue(Origin::Manual, input, None, day.unwrap_or(now))
    }

    pub(super) fn retry(&mut self, run: &EndedRun, now: Timestamp) -> Outcome {
        match run.input.corrects {
            Some(corrects) => self.begin_corrections(corrects.run, None, run.input)?,
            None => self.take_up_again(run.input)?,
        }
        if !may_be_retried(run.status, run.input) {
            return Err(if run.input.is_whole_file() {
                "Only a Failed, Halted, Partially Completed or Cancelled run can be retried."
            } else {
                "Some of these corrected records are in. Correct those that were rejected again."
            });
        }
        if run.input.is_whole_file() {
            self.has_room_for_one_more()?;
            self.drop_rerun_of_whole_file();
        }
        self.queue(Origin::Retry, run.input, Some(run.id), now)
    }

    /// The file is settled. A job that rests for it alone does so no more.
    pub(super) fn pass_over(&mut self, run: &EndedRun) -> Outcome {
        if !matches!(run.reason, Some(Reason::RepeatedFile { .. })) {
            return Err("The run does not ask whether to import a repeated file.");
        }
        let asked = self.is_asking(run.input);
        self.unsettled.take_if(|unsettled| *unsettled == run.input);
        if asked {
            self.status = JobStatus::Active;
            self.halt_reason = None;
        }
        let rests = match self.status {
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted => self.next_due.is_none(),
            JobStatus::Draft
            | JobStatus::Sampling
            | JobStatus::SamplingFailed
            | JobStatus::Completed => false,
        };
        if rests && self.unsettled.is_none() && self.unfinished.total() == 0 && self.rerun.is_none()
        {
            self.status = JobStatus::Completed;
            self.halt_reason = None;
        }
        Ok(Vec::new())
    }

    /// Whether the job is Halted for nothing but the question what becomes of this repeated file.
    fn is_asking(&self, input: Input) -> bool {
        self.unsettled == Some(input)
            && matches!(self.halt_reason, Some(Reason::RepeatedFile { .. }))
    }

    pub(super) fn reimport(&mut self, run: &EndedRun, upload: UploadId, now: Timestamp) -> Outcome {
        if !may_be_corrected(run.status, run.reason.as_ref(), run.input) {
            return Err(
                "Only the records of a run that rejected some and imported all others can be re-imported.",
            );
        }
        let input = Input {
            upload: Some(upload),
            corrects: Some(Corrects {
                run: run.id,
                job_version: run.job_version,
            }),
        };
        self.begin_corrections(run.id, Some(run.input), input)?;
        self.queue(Origin::Child, input, Some(run.id), now)
    }

    /// Corrections are their run's affair: a schedule, and a job that rests, stay as they are. Where the job rests for the whole
    /// `file` that is corrected, or for other corrections of the run, it rests for these now. Those that wait to be tried again
    /// give way: the same records can be among them.
    fn begin_corrections(
        &mut self,
        corrected: RunId,
        file: Option<Input>,
        input: Input,
    ) -> Result<(), &'static str> {
        match self.status {
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => {
                return Err(NOT_SET_UP);
            }
            JobStatus::Completed => self.status = JobStatus::Active,
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted => {}
        }
        let gives_way = |it: Input| Some(it) == file || it.is_of(corrected);
        if self.unsettled.is_some_and(gives_way) {
            self.unsettled = Some(input);
        }
        self.rerun.take_if(|rerun| rerun.input.is_of(corrected));
        Ok(())
    }

    /// A retry makes a job Active, unless that would start its schedule again, which a person or a failure
    /// stopped, or would hide that something else did not go in.
    fn take_up_again(&mut self, input: Input) -> Result<(), &'static str> {
        // To import the file is the answer.
        if self.is_asking(input) {
            self.status = JobStatus::Active;
            self.halt_reason = None;
        }
        self.unsettled.take_if(|unsettled| *unsettled == input);
        match self.status {
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => Err(NOT_SET_UP),
            JobStatus::Active => Ok(()),
            JobStatus::Paused | JobStatus::Halted
                if self.next_due.is_some() || self.unsettled.is_some() =>
            {
                Ok(())
            }
            JobStatus::Paused | JobStatus::Halted | JobStatus::Completed => {
                self.status = JobStatus::Active;
                self.halt_reason = None;
                Ok(())
            }
        }
    }

    pub(super) fn come_due(&mut self, instant: Option<Timestamp>, now: Timestamp) -> Outcome {
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
                self.next_due = instant.filter(|instant| self.recurring && due < *instant);
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
            Some(mut rerun) if rerun.after == RunStatus::Halted => {
                // What lies at the source may have been put right meanwhile.
                rerun.input = self.source_or(rerun.input);
                return self.queue_attempt(Origin::Scheduled, due, &rerun);
            }
            Some(_) | None => {}
        }
        let input = self.last_whole_input.unwrap_or_default();
        self.queue(Origin::Scheduled, input, None, due)
    }

    pub(super) fn queue_attempt(
        &mut self,
        origin: Origin,
        due_at: Timestamp,
        rerun: &WaitingRerun,
    ) -> Outcome {
        Ok(self.push(QueueRun {
            job_version: self.version_for(rerun.input)?,
            origin,
            due_at,
            attempt: rerun.attempt,
            occurrence: Some(rerun.occurrence),
            parent: Some(rerun.parent),
            input: rerun.input,
        }))
    }

    pub(super) fn queue(
        &mut self,
        origin: Origin,
        input: Input,
        parent: Option<RunId>,
        due_at: Timestamp,
    ) -> Outcome {
        Ok(self.push(QueueRun {
            job_version: self.version_for(input)?,
            origin,
            due_at,
            attempt: 1,
            occurrence: None,
            parent,
            input,
        }))
    }

    /// The sealed one; of corrected records the one that their run had, because they are written as its file was.
    fn version_for(&self, input: Input) -> Result<JobVersionId, &'static str> {
        let sealed = self.current.ok_or(NOT_SET_UP)?;
        Ok(input
            .corrects
            .map_or(sealed, |corrects| corrects.job_version))
    }

    fn push(&mut self, run: QueueRun) -> Vec<Effect> {
        if run.input.is_whole_file() {
            // A job that finds its files at the source goes on looking there, whatever a retry or a person's own file was.
            if self
                .last_whole_input
                .is_none_or(|input| !input.is_at_source())
            {
                self.last_whole_input = Some(run.input);
            }
            self.unfinished.whole_file += 1;
        } else {
            self.unfinished.corrections += 1;
        }
        vec![Effect::QueueRun(run)]
    }

    /// More files wait in the folder: the next one is taken at once, unless the job rests or something is to be run anyway.
    pub(super) fn find_next_file(&mut self, due_at: Timestamp) -> Outcome {
        match self.status {
            JobStatus::Active | JobStatus::Completed => {}
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => {
                return Err(NOT_SET_UP);
            }
            JobStatus::Paused | JobStatus::Halted => return Ok(Vec::new()),
        }
        let looks_at_source = self.last_whole_input.is_some_and(Input::is_at_source);
        if !looks_at_source || self.unfinished.whole_file > 0 || self.rerun.is_some() {
            return Ok(Vec::new());
        }
        self.status = JobStatus::Active;
        self.queue(Origin::Scheduled, Input::default(), None, due_at)
    }

    /// Of a job that finds its files at the source: that, instead of the file that a run took from there.
    fn source_or(&self, input: Input) -> Input {
        self.last_whole_input
            .filter(|last| last.is_at_source())
            .unwrap_or(input)
    }

    pub(super) fn drop_rerun_of_whole_file(&mut self) {
        self.rerun.take_if(|rerun| rerun.input.is_whole_file());
    }

    fn has_room_for_one_more(&self) -> Result<(), &'static str> {
        if self.one_more_waits() {
            Err("One more run of the job waits already.")
        } else {
            Ok(())
        }
    }
}
