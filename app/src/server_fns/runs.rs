//! Run history and a run.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{self, RunAction, RunDetails};

/// Newest first, 50 a page; `after` is [`wire::RunHistory::next`].
#[server(prefix = "/ui", endpoint = "run_history", input = leptos::server_fn::codec::Json)]
pub async fn run_history(namespace: String, job: String, after: Option<String>) -> Result<wire::RunHistory, AppError> {
    let _ = (namespace, job, after,);
    Err(AppError::not_wired())
}

#[server(prefix = "/ui", endpoint = "run", input = leptos::server_fn::codec::Json)]
pub async fn run(namespace: String, run: String) -> Result<RunDetails, AppError> {
    let _ = (namespace, run,);
    Err(AppError::not_wired())
}

/// `Cancel` or `Retry`; answers the id of the run that results.
#[server(prefix = "/ui", endpoint = "act_on_run", input = leptos::server_fn::codec::Json)]
pub async fn act_on_run(namespace: String, run: String, action: RunAction) -> Result<String, AppError> {
    let _ = (namespace, run, action,);
    Err(AppError::not_wired())
}
