//! Fix and re-import.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::corrections::ToFixView;

#[server(prefix = "/ui", endpoint = "to_fix", input = leptos::server_fn::codec::Json)]
pub async fn to_fix(namespace: String, run: String) -> Result<ToFixView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let to_fix = operations::corrections::show(&context, &actor, &namespace, &run).await?;
    Ok(super::convert::to_fix(to_fix))
}

/// Queues a run of corrected records; answers it. `records`: their places in the *exact* report, as ascending ranges;
/// `None`: the upload is the whole report, corrected.
#[server(prefix = "/ui", endpoint = "reimport", input = leptos::server_fn::codec::Json)]
pub async fn reimport(
    namespace: String,
    run: String,
    upload: String,
    records: Option<Vec<(u64, u64)>>,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let submission = operations::corrections::Submission { upload, records };
    let queued =
        operations::corrections::submit(&context, &actor, &namespace, &run, submission).await?;
    Ok(queued.to_string())
}
