//! The monthly row limit.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::limits::{NewLimits, RowsLeftView, UsageView};

/// `month` as `2026-11`; `None`: the present one.
#[server(prefix = "/ui", endpoint = "usage", input = leptos::server_fn::codec::Json)]
pub async fn usage(namespace: String, month: Option<String>) -> Result<UsageView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let usage = operations::usage::show(&context, &actor, &namespace, month.as_deref()).await?;
    Ok(super::convert::limits::usage(usage))
}

/// What the present month has left.
#[server(prefix = "/ui", endpoint = "rows_left", input = leptos::server_fn::codec::Json)]
pub async fn rows_left(namespace: String) -> Result<RowsLeftView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let left = operations::usage::rows_left(&context, &actor, &namespace).await?;
    Ok(super::convert::limits::rows_left(left))
}

/// By an operator of the instance.
#[server(prefix = "/ui", endpoint = "change_limits", input = leptos::server_fn::codec::Json)]
pub async fn change_limits(namespace: String, limits: NewLimits) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    let limits = super::convert::limits::limits(limits);
    operations::usage::change_limits(&context, &actor, &namespace, limits).await?;
    Ok(())
}
