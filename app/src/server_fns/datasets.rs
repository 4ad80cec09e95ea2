//! Datasets.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{DatasetView, NewDataset};

#[server(prefix = "/ui", endpoint = "datasets", input = leptos::server_fn::codec::Json)]
pub async fn datasets(namespace: String) -> Result<Vec<DatasetView>, AppError> {
    let _ = (namespace,);
    Err(AppError::not_wired())
}

/// With its first rows.
#[server(prefix = "/ui", endpoint = "dataset", input = leptos::server_fn::codec::Json)]
pub async fn dataset(namespace: String, name: String) -> Result<DatasetView, AppError> {
    let _ = (namespace, name,);
    Err(AppError::not_wired())
}

#[server(prefix = "/ui", endpoint = "create_dataset", input = leptos::server_fn::codec::Json)]
pub async fn create_dataset(namespace: String, dataset: NewDataset) -> Result<DatasetView, AppError> {
    let _ = (namespace, dataset,);
    Err(AppError::not_wired())
}
