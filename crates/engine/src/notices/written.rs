//! The notices that the worker writes with its changes.

use domain::id::NoticeId;
use domain::job::Job;
use domain::notice::{self, Happening};
use domain::run::Run;
use domain::sampling::SamplingProblem;
use store::StoreError;
use store::jobs::JobTransition;
use store::notices::NewNotice;

use crate::context::Engine;

/// Of a run that has ended, and its job before and after it heard of that; `None` where nobody is told.
pub(crate) async fn of_ended_run(
    engine: &Engine,
    run: &Run,
    job: &JobTransition,
) -> Result<Option<NewNotice>, StoreError> {
    let previous = engine.store.run_before(run).await?;
    let previous = previous.as_ref();
    let announcements = notice::of_ended_run(run, previous, &job.before, &job.after);
    if announcements.is_empty() {
        return Ok(None);
    }
    let file_name = match run.input.upload {
        Some(upload) => Some(engine.store.upload(run.namespace, upload).await?.file_name),
        None => None,
    };
    let reruns = engine.settings.reruns;
    Ok(Some(NewNotice {
        id: NoticeId((engine.new_id)()),
        job: Some(run.job),
        run: Some(run.id),
        announcements,
        happening: Happening::run_ended(run, previous, &job.after, reruns, file_name),
    }))
}

pub(crate) fn of_sampling_failed(
    engine: &Engine,
    job: &Job,
    problem: &SamplingProblem,
) -> NewNotice {
    NewNotice {
        id: NoticeId((engine.new_id)()),
        job: Some(job.id),
        run: None,
        announcements: notice::of_sampling_failed(),
        happening: Happening::SamplingFailed {
            job_name: job.name.clone(),
            problem: problem.clone(),
        },
    }
}
