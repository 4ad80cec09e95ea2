//! The jobs list, a job's details, and what its Action menu does.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{ActivityView, JobAction, JobDetails, JobsPage, JobsQuery};

/// A page of the namespace's jobs.
#[server(prefix = "/ui", endpoint = "jobs", input = leptos::server_fn::codec::Json)]
pub async fn jobs(namespace: String, query: JobsQuery) -> Result<JobsPage, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let JobsQuery {
        search,
        status,
        sort,
        after,
    } = query;
    let page = operations::jobs::list(
        &context,
        &actor,
        &namespace,
        &search,
        status,
        super::convert::jobs_sort(sort),
        after.as_deref(),
    )
    .await?;
    Ok(super::convert::jobs_page(page))
}

/// Makes a Draft and answers its id.
#[server(prefix = "/ui", endpoint = "create_job", input = leptos::server_fn::codec::Json)]
pub async fn create_job(namespace: String, name: String) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let id = operations::jobs::create(&context, &actor, &namespace, &name).await?;
    Ok(id.to_string())
}

#[server(prefix = "/ui", endpoint = "job", input = leptos::server_fn::codec::Json)]
pub async fn job(namespace: String, job: String) -> Result<JobDetails, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let details = operations::jobs::show(&context, &actor, &namespace, &job).await?;
    Ok(super::convert::job_details(details))
}

/// Newest first, the last hundred.
#[server(prefix = "/ui", endpoint = "job_activity", input = leptos::server_fn::codec::Json)]
pub async fn job_activity(namespace: String, job: String) -> Result<Vec<ActivityView>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let entries = operations::audit::of_job(&context, &actor, &namespace, &job).await?;
    Ok(entries
        .into_iter()
        .map(super::convert::admin::activity)
        .collect())
}

/// `RunNow`, `Pause`, `Reactivate`, `Duplicate` or `Delete`; answers the id of the new job for `Duplicate`, else the job's own.
#[server(prefix = "/ui", endpoint = "act_on_job", input = leptos::server_fn::codec::Json)]
pub async fn act_on_job(
    namespace: String,
    job: String,
    action: JobAction,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let act = super::convert::act(action)?;
    let id = operations::jobs::act(&context, &actor, &namespace, &job, act).await?;
    Ok(id.to_string())
}

/// Runs the job with a finished upload instead of the file that it ran with last; answers the job's id.
#[server(prefix = "/ui", endpoint = "run_with_new_file", input = leptos::server_fn::codec::Json)]
pub async fn run_with_new_file(
    namespace: String,
    job: String,
    upload: String,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let id =
        operations::jobs::run_with_new_file(&context, &actor, &namespace, &job, &upload).await?;
    Ok(id.to_string())
}

/// Runs the job for the file of another day, written `2026-11-28`; answers the job's id.
#[server(prefix = "/ui", endpoint = "run_for_day", input = leptos::server_fn::codec::Json)]
pub async fn run_for_day(namespace: String, job: String, day: String) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let id = operations::jobs::run_for_day(&context, &actor, &namespace, &job, &day).await?;
    Ok(id.to_string())
}
