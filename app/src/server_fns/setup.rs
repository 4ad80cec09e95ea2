//! The set-up of a job, saved as a Draft step by step.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{SetupStep, SetupView};

#[server(prefix = "/ui", endpoint = "setup", input = leptos::server_fn::codec::Json)]
pub async fn setup(namespace: String, job: String) -> Result<SetupView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let setup = operations::setup::show(&context, &actor, &namespace, &job).await?;
    Ok(super::convert::setup(setup))
}

/// Saves one step; `version` is the one that was shown, `ChangedMeanwhile` where another tab saved since.
#[server(prefix = "/ui", endpoint = "save_step", input = leptos::server_fn::codec::Json)]
pub async fn save_step(
    namespace: String,
    job: String,
    version: u64,
    step: SetupStep,
) -> Result<SetupView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let step = super::convert::step(step);
    let setup = operations::setup::save(&context, &actor, &namespace, &job, version, step).await?;
    Ok(super::convert::setup(setup))
}

/// Seals the settings and activates the job; for an upload job with the finished upload of the whole file, which is the first
/// run's (`None`: the sample is the whole file). `leave_out`: so many files lie in the folder, and are not imported. Answers the id of the run, where one began at once.
#[server(prefix = "/ui", endpoint = "activate", input = leptos::server_fn::codec::Json)]
pub async fn activate(
    namespace: String,
    job: String,
    version: u64,
    upload: Option<String>,
    #[server(default)] leave_out: Option<u64>,
) -> Result<Option<String>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let run = operations::activate::activate(
        &context,
        &actor,
        &namespace,
        &job,
        version,
        upload.as_deref(),
        leave_out,
    )
    .await?;
    Ok(run.map(|run| run.to_string()))
}
