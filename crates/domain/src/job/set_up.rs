//! From a Draft to Active, and edits after that.

use super::transition::{COMPLETED, NO_SAMPLE, NOT_SET_UP, Outcome, SAMPLING};
use super::{Effect, Job, JobStatus, Timing};
use crate::id::{JobVersionId, UploadId};
use crate::run::{Input, Origin};
use crate::sampling::SampleState;
use crate::time::Timestamp;

impl Job {
    pub(super) fn provide_sample(&mut self) -> Outcome {
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

    pub(super) fn finish_sample(&mut self, sample: SampleState) -> Outcome {
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

    pub(super) fn change_settings(&mut self, affects_sample: bool) -> Outcome {
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

    pub(super) fn discard_edit(&mut self) -> Outcome {
        match self.status {
            JobStatus::Active | JobStatus::Paused | JobStatus::Halted => {
                self.sample = SampleState::Ready;
                Ok(Vec::new())
            }
            JobStatus::Draft | JobStatus::Sampling | JobStatus::SamplingFailed => Err(NOT_SET_UP),
            JobStatus::Completed => Err(COMPLETED),
        }
    }

    pub(super) fn activate(
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

    pub(super) fn edit(&mut self, version: JobVersionId, timing: Option<Timing>) -> Outcome {
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

    fn needs_sample(&self) -> Result<(), &'static str> {
        match &self.sample {
            SampleState::Ready => Ok(()),
            SampleState::Processing => Err(SAMPLING),
            SampleState::Missing | SampleState::Failed(_) => Err(NO_SAMPLE),
        }
    }
}
