//! The one way in which a job changes.

use super::{Effect, Job, JobEvent, JobRefused};
use crate::sampling::SampleState;
use crate::time::Timestamp;

pub(super) type Outcome = Result<Vec<Effect>, &'static str>;

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
            JobEvent::SampleRejected { problem } => {
                next.finish_sample(SampleState::Failed(problem.clone()))
            }
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
            JobEvent::RunRequested { new_file, day } => next.request_run(*new_file, *day, now),
            JobEvent::Retried { run } => next.retry(run, now),
            JobEvent::PassedOver { run } => next.pass_over(run),
            JobEvent::Reimported { run, upload } => next.reimport(run, *upload, now),
            JobEvent::CameDue { next: instant } => next.come_due(*instant, now),
            JobEvent::RunEnded { run, reruns } => next.end_run(run, *reruns, now),
            JobEvent::FileWaits { due_at } => next.find_next_file(*due_at),
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
}

pub(super) const SAMPLING: &str = "The sample file is being processed. Wait until that is done.";
pub(super) const NO_SAMPLE: &str = "Provide a sample file that can be processed first.";
pub(super) const NOT_SET_UP: &str = "The set-up of the job is not complete.";
pub(super) const COMPLETED: &str = "The job is completed. Duplicate it to change it.";
