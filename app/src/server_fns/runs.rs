//! Run history and a run.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{self, HistoryPlace, RunAction, RunDetails};

/// Newest first, 50 a page at most.
#[server(prefix = "/ui", endpoint = "run_history", input = leptos::server_fn::codec::Json)]
pub async fn run_history(
    namespace: String,
    job: String,
    place: Option<HistoryPlace>,
) -> Result<wire::RunHistory, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let place = place.map(super::convert::history_place);
    let history = operations::runs::history(&context, &actor, &namespace, &job, place).await?;
    Ok(super::convert::run_history(history))
}

#[server(prefix = "/ui", endpoint = "run", input = leptos::server_fn::codec::Json)]
pub async fn run(namespace: String, run: String) -> Result<RunDetails, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let details = operations::runs::show(&context, &actor, &namespace, &run).await?;
    Ok(super::convert::run_details(details))
}

/// `Cancel`, `Retry` or `PassOver`; answers the id of the run that results.
#[server(prefix = "/ui", endpoint = "act_on_run", input = leptos::server_fn::codec::Json)]
pub async fn act_on_run(
    namespace: String,
    run: String,
    action: RunAction,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let id = match action {
        RunAction::Cancel => operations::runs::cancel(&context, &actor, &namespace, &run).await?,
        RunAction::Retry => operations::runs::retry(&context, &actor, &namespace, &run).await?,
        RunAction::PassOver => {
            operations::runs::pass_over(&context, &actor, &namespace, &run).await?
        }
        RunAction::DownloadReport | RunAction::Reimport => {
            return Err(super::convert::not_an_act());
        }
    };
    Ok(id.to_string())
}
