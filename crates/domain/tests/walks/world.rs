//! A job with its runs, as a store and an engine would keep them: effects are carried out, ends are told to the job.

use domain::id::JobVersionId;
use domain::job::{Effect, Job, JobEvent};
use domain::run::{Run, RunEvent};
use domain::settings::QualityGate;
use domain::time::Timestamp;

use super::fixtures::{
    NOW, RERUNS, draft, job_inconsistency, run_id, run_inconsistency, upload, version,
};

pub struct World {
    pub job: Job,
    pub runs: Vec<Run>,
    pub now: Timestamp,
    numbers: u128,
}

impl World {
    pub fn new() -> Self {
        Self {
            job: draft(),
            runs: Vec::new(),
            now: NOW,
            numbers: 100,
        }
    }

    pub fn number(&mut self) -> u128 {
        self.numbers += 1;
        self.numbers
    }

    pub fn new_version(&mut self) -> JobVersionId {
        version(self.number())
    }

    /// Whether the event was taken; what it means for the runs is carried out.
    pub fn tell_job(&mut self, event: &JobEvent) -> bool {
        let Ok((next, effects)) = self.job.apply(event, self.now) else {
            return false;
        };
        assert_eq!(next.version, self.job.version + 1);
        self.job = next;
        for effect in effects {
            self.carry_out(&effect);
        }
        self.check();
        true
    }

    /// Whether the event was taken; a run that ends tells its job.
    pub fn tell_run(&mut self, index: usize, event: &RunEvent) -> bool {
        let before = &self.runs[index];
        // The store claims no run while another one of the job is in work.
        let claims = matches!(event, RunEvent::Claimed { .. });
        let others_in_work = self
            .runs
            .iter()
            .any(|run| run.id != before.id && run.status.is_in_work());
        if claims && others_in_work {
            return false;
        }
        let Ok(after) = before.apply(event, self.now) else {
            return false;
        };
        assert_eq!(after.version, before.version + 1);
        assert!(after.fence >= before.fence && after.claims_lost >= before.claims_lost);
        let had_ended = before.status.is_final();
        assert!(
            !had_ended || matches!(event, RunEvent::Corrected { .. }),
            "an ended run changed"
        );
        assert_eq!(
            run_inconsistency(&after),
            None,
            "{event:?} made of {before:#?} {after:#?}"
        );
        self.runs[index] = after;
        if let Some(run) = self.runs[index].ended().filter(|_| !had_ended) {
            self.tell_corrected(index);
            assert!(
                self.tell_job(&JobEvent::RunEnded {
                    run,
                    reruns: RERUNS
                }),
                "the end of a run was refused"
            );
        }
        true
    }

    /// Lets every run complete and every instant come, until the job waits for nothing; a person reactivates it if need be.
    pub fn come_to_rest(&mut self) {
        for _ in 0..100 {
            if let Some(index) = self.runs.iter().position(|run| run.status.is_in_work()) {
                self.complete(index);
            } else if let Some(index) = self.runs.iter().position(|run| !run.status.is_final()) {
                self.complete(index);
            } else if let Some(instant) = self.job.wakes_at() {
                self.now = self.now.max(instant);
                assert!(
                    self.tell_job(&JobEvent::CameDue { next: None }),
                    "nobody wakes the job: {:#?}",
                    self.job
                );
            } else if !self.tell_job(&JobEvent::Reactivated { next: None }) {
                return;
            }
        }
        panic!("the job never comes to rest: {:#?}", self.job);
    }

    /// Without a fault from here on, whatever its stage.
    fn complete(&mut self, index: usize) {
        let gate = QualityGate::default();
        let lease_until = self.now.plus_seconds(30);
        self.tell_run(
            index,
            &RunEvent::Claimed {
                worker: "worker-9".to_owned(),
                lease_until,
            },
        );
        self.tell_run(
            index,
            &RunEvent::ValidationFinished {
                seen: 4,
                rejected: 0,
                gate,
            },
        );
        let rejected = self.runs[index].counts.rejected;
        self.tell_run(index, &RunEvent::ImportFinished { rejected, gate });
        let counts = self.runs[index].counts;
        self.tell_run(
            index,
            &RunEvent::Merged {
                imported: counts.seen - counts.rejected,
                rejected: counts.rejected,
            },
        );
        assert!(
            self.runs[index].status.is_final(),
            "the run is stuck: {:#?}",
            self.runs[index]
        );
    }

    /// The runs whose corrected records the run has read, up to that of the whole file.
    fn tell_corrected(&mut self, index: usize) {
        let records = self.runs[index].counts.imported;
        let mut corrects = self.runs[index].input.corrects;
        while let Some(corrected) = corrects {
            let of_run = |run: &Run| run.id == corrected.run;
            let index = self
                .runs
                .iter()
                .position(of_run)
                .expect("corrects a run of the job");
            let records = records.min(self.runs[index].still_missing());
            if records > 0 {
                assert!(self.tell_run(index, &RunEvent::Corrected { records }));
            }
            corrects = self.runs[index].input.corrects;
        }
    }

    fn carry_out(&mut self, effect: &Effect) {
        match effect {
            Effect::QueueRun(queue) => {
                let id = run_id(self.number());
                self.runs.push(Run::queued(id, &self.job, queue, self.now));
            }
            Effect::CancelQueuedRuns => {
                for index in 0..self.runs.len() {
                    if self.runs[index].status == domain::run::RunStatus::Queued {
                        assert!(self.tell_run(index, &RunEvent::CancelRequested));
                    }
                }
            }
            // The walk itself says what becomes of the sample, and ends before a job is deleted.
            Effect::ProcessSample | Effect::Delete => {}
        }
    }

    fn check(&self) {
        let unfinished = |whole_file: bool| {
            let open =
                |run: &&Run| !run.status.is_final() && run.input.is_whole_file() == whole_file;
            u32::try_from(self.runs.iter().filter(open).count()).unwrap()
        };
        // While queued runs are being cancelled one after the other the job is checked in between: counts agree even then.
        assert_eq!(
            self.job.unfinished.whole_file,
            unfinished(true),
            "{:#?}",
            self.job
        );
        assert_eq!(
            self.job.unfinished.corrections,
            unfinished(false),
            "{:#?}",
            self.job
        );
        assert_eq!(job_inconsistency(&self.job), None, "{:#?}", self.job);
        assert!(
            self.runs
                .iter()
                .filter(|run| run.status.is_in_work())
                .count()
                <= 1,
            "two runs overlap"
        );
    }

    pub fn fresh_upload(&mut self) -> domain::id::UploadId {
        upload(self.number())
    }
}
