//! The set-up of a job, saved as a Draft step by step.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{SetupStep, SetupView};

#[server(prefix = "/ui", endpoint = "setup", input = leptos::server_fn::codec::Json)]
pub async fn setup(namespace: String, job: String) -> Result<SetupView, AppError> {
    let _ = (namespace, job,);
    Err(AppError::not_wired())
}

/// Saves one step; `version` is the one that was shown, `Conflict` where another tab saved since.
#[server(prefix = "/ui", endpoint = "save_step", input = leptos::server_fn::codec::Json)]
pub async fn save_step(namespace: String, job: String, version: u64, step: SetupStep) -> Result<SetupView, AppError> {
    let _ = (namespace, job, version, step,);
    Err(AppError::not_wired())
}

/// Seals the settings and activates the job; for an upload job with the finished upload of the whole file, which is the first run's. Answers the run's id.
#[server(prefix = "/ui", endpoint = "activate", input = leptos::server_fn::codec::Json)]
pub async fn activate(namespace: String, job: String, version: u64, upload: Option<String>) -> Result<String, AppError> {
    let _ = (namespace, job, version, upload,);
    Err(AppError::not_wired())
}
