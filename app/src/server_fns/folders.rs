//! Watched folders, while a source is chosen.

use domain::folder::FolderForm;
use leptos::prelude::*;

use super::error::AppError;
use crate::wire::folders::{FolderPreviewView, PresentFilesView};

/// What lies in the folder that the form says, as the next run would see it.
#[server(prefix = "/ui", endpoint = "folder_preview", input = leptos::server_fn::codec::Json)]
pub async fn folder_preview(
    namespace: String,
    job: String,
    form: FolderForm,
) -> Result<FolderPreviewView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let preview = operations::watched::preview(&context, &actor, &namespace, &job, &form).await?;
    Ok(super::convert::folder_preview(preview))
}

/// What lies in the folder of a set-up's saved source, for the job to begin with.
#[server(prefix = "/ui", endpoint = "present_files", input = leptos::server_fn::codec::Json)]
pub async fn present_files(namespace: String, job: String) -> Result<PresentFilesView, AppError> {
    let (context, actor) = super::caller::caller().await?;
    let present = operations::watched::present(&context, &actor, &namespace, &job).await?;
    Ok(super::convert::present_files(present))
}
