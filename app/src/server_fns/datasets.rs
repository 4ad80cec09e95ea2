//! Datasets.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{DatasetView, KeyGroupsView, NewDataset};

#[server(prefix = "/ui", endpoint = "datasets", input = leptos::server_fn::codec::Json)]
pub async fn datasets(namespace: String) -> Result<Vec<DatasetView>, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let datasets = operations::datasets::list(&context, &actor, &namespace).await?;
    Ok(datasets.into_iter().map(super::convert::dataset).collect())
}

/// With its first rows.
#[server(prefix = "/ui", endpoint = "dataset", input = leptos::server_fn::codec::Json)]
pub async fn dataset(namespace: String, name: String) -> Result<DatasetView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let dataset = operations::datasets::show(&context, &actor, &namespace, &name).await?;
    Ok(super::convert::dataset(dataset))
}

#[server(prefix = "/ui", endpoint = "create_dataset", input = leptos::server_fn::codec::Json)]
pub async fn create_dataset(
    namespace: String,
    dataset: NewDataset,
) -> Result<DatasetView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let created =
        operations::datasets::create(&context, &actor, &namespace, &dataset.name, dataset.fields)
            .await?;
    Ok(super::convert::dataset(created))
}

/// What would fall together if keys were compared in their canonical form. For owners.
#[server(prefix = "/ui", endpoint = "key_groups", input = leptos::server_fn::codec::Json)]
pub async fn key_groups(namespace: String, name: String) -> Result<KeyGroupsView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let found = operations::keys::look(&context, &actor, &namespace, &name).await?;
    Ok(super::convert::key_groups(found))
}

/// `removed`: how many rows the person was told would go.
#[server(prefix = "/ui", endpoint = "compare_keys_canonically", input = leptos::server_fn::codec::Json)]
pub async fn compare_keys_canonically(
    namespace: String,
    name: String,
    removed: u64,
) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    operations::keys::compare_canonically(&context, &actor, &namespace, &name, removed).await?;
    Ok(())
}
