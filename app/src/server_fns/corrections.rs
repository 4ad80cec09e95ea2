//! Fix and re-import.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::corrections::{GiveBackForm, GivenBackView, ToFixView};

#[server(prefix = "/ui", endpoint = "to_fix", input = leptos::server_fn::codec::Json)]
pub async fn to_fix(namespace: String, run: String) -> Result<ToFixView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let to_fix = operations::corrections::show(&context, &actor, &namespace, &run).await?;
    Ok(super::convert::to_fix(to_fix))
}

/// Queues a run of corrected records; answers it. `records`: their places in the *exact* report, as ascending ranges.
#[server(prefix = "/ui", endpoint = "reimport", input = leptos::server_fn::codec::Json)]
pub async fn reimport(
    namespace: String,
    run: String,
    upload: String,
    records: Vec<(u64, u64)>,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let submission = operations::corrections::Submission { upload, records };
    let queued =
        operations::corrections::submit(&context, &actor, &namespace, &run, submission).await?;
    Ok(queued.to_string())
}

/// Compares an upload with the records that are missing; nothing goes in.
#[server(prefix = "/ui", endpoint = "compare_given_back", input = leptos::server_fn::codec::Json)]
pub async fn compare_given_back(
    namespace: String,
    run: String,
    upload: String,
) -> Result<GivenBackView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let compared =
        operations::given_back::compare(&context, &actor, &namespace, &run, &upload).await?;
    Ok(super::convert::given_back(compared))
}

/// Queues a run of what was shown by [`compare_given_back`]; answers it.
#[server(prefix = "/ui", endpoint = "give_back", input = leptos::server_fn::codec::Json)]
pub async fn give_back(
    namespace: String,
    run: String,
    form: GiveBackForm,
) -> Result<String, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let word = super::convert::give_back(form);
    let queued =
        operations::given_back::give_back(&context, &actor, &namespace, &run, word).await?;
    Ok(queued.to_string())
}
