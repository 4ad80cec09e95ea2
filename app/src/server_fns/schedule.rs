//! When jobs run, and changing a job that runs already.

use domain::schedule::ScheduleForm;
use leptos::prelude::*;

use super::error::AppError;
use crate::wire::SetupView;
use crate::wire::schedule::ComingView;

/// The next five instants of a schedule that is not saved yet.
#[server(prefix = "/ui", endpoint = "schedule_preview", input = leptos::server_fn::codec::Json)]
pub async fn schedule_preview(
    namespace: String,
    job: String,
    form: ScheduleForm,
) -> Result<Vec<ComingView>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let coming = operations::schedule::preview(&context, &actor, &namespace, &job, &form).await?;
    Ok(coming.into_iter().map(super::convert::coming).collect())
}

/// The names of all time zones, in alphabetical order.
#[server(prefix = "/ui", endpoint = "time_zones", input = leptos::server_fn::codec::Json)]
pub async fn time_zones(namespace: String) -> Result<Vec<String>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    Ok(operations::schedule::time_zones(&context, &actor, &namespace).await?)
}

/// Makes the edit of a job the version that its next run uses; answers the job's id.
#[server(prefix = "/ui", endpoint = "save_changes", input = leptos::server_fn::codec::Json)]
pub async fn save_changes(
    namespace: String,
    job: String,
    version: u64,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let id = operations::edit::save(&context, &actor, &namespace, &job, version).await?;
    Ok(id.to_string())
}

/// Gives the edit of a job up; answers the set-up as it is in use.
#[server(prefix = "/ui", endpoint = "discard_changes", input = leptos::server_fn::codec::Json)]
pub async fn discard_changes(
    namespace: String,
    job: String,
    version: u64,
) -> Result<SetupView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    operations::edit::discard(&context, &actor, &namespace, &job, version).await?;
    let setup = operations::setup::show(&context, &actor, &namespace, &job).await?;
    Ok(super::convert::setup(setup))
}

/// The settings that a job's runs use: a new file is held against them.
#[server(prefix = "/ui", endpoint = "setup_in_use", input = leptos::server_fn::codec::Json)]
pub async fn setup_in_use(namespace: String, job: String) -> Result<SetupView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let setup = operations::setup::show_in_use(&context, &actor, &namespace, &job).await?;
    Ok(super::convert::setup(setup))
}
