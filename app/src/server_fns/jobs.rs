//! The jobs list, a job's details, and what its Action menu does.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{ActivityView, JobAction, JobDetails, JobsPage, JobsQuery};

/// A page of the namespace's jobs.
#[server(prefix = "/ui", endpoint = "jobs", input = leptos::server_fn::codec::Json)]
pub async fn jobs(namespace: String, query: JobsQuery) -> Result<JobsPage, AppError> {
    let _ = (namespace, query,);
    Err(AppError::not_wired())
}

/// Makes a Draft and answers its id.
#[server(prefix = "/ui", endpoint = "create_job", input = leptos::server_fn::codec::Json)]
pub async fn create_job(namespace: String, name: String) -> Result<String, AppError> {
    let _ = (namespace, name,);
    Err(AppError::not_wired())
}

#[server(prefix = "/ui", endpoint = "job", input = leptos::server_fn::codec::Json)]
pub async fn job(namespace: String, job: String) -> Result<JobDetails, AppError> {
    let _ = (namespace, job,);
    Err(AppError::not_wired())
}

/// Newest first, the last hundred.
#[server(prefix = "/ui", endpoint = "job_activity", input = leptos::server_fn::codec::Json)]
pub async fn job_activity(namespace: String, job: String) -> Result<Vec<ActivityView>, AppError> {
    let _ = (namespace, job,);
    Err(AppError::not_wired())
}

/// `RunNow`, `Pause`, `Reactivate`, `Duplicate` or `Delete`; answers the id of the new job for `Duplicate`, else the job's own.
#[server(prefix = "/ui", endpoint = "act_on_job", input = leptos::server_fn::codec::Json)]
pub async fn act_on_job(namespace: String, job: String, action: JobAction) -> Result<String, AppError> {
    let _ = (namespace, job, action,);
    Err(AppError::not_wired())
}
