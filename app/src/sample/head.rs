//! The beginning of a file that lies on the server, taken as if it had been chosen here.

use futures::TryFutureExt as _;
use gloo_file::Blob;
use leptos::web_sys;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::chosen::ChosenFile;
use crate::server_fns::error::{AppError, ErrorKind};

/// The file that a job finds in its folder.
pub fn newest_file(namespace: &str, job: &str) -> String {
    format!("/n/{namespace}/jobs/{job}/newest-file")
}

/// The file that a run has read.
pub fn file_of_run(namespace: &str, run: &str) -> String {
    format!("/n/{namespace}/runs/{run}/file")
}

/// `address`: one of the above.
pub async fn fetch_head(address: &str) -> Result<ChosenFile, AppError> {
    let response = fetch(address).await?;
    take(&response).await.ok_or_else(unreachable)
}

/// A whole file that is downloaded from the server; the browser keeps large ones on disk.
pub async fn fetch_file(address: &str) -> Result<Blob, AppError> {
    let response = fetch(address).await?;
    blob(&response).await.ok_or_else(unreachable)
}

async fn fetch(address: &str) -> Result<web_sys::Response, AppError> {
    let response = request(address).map_err(|_| unreachable()).await?;
    if response.ok() {
        return Ok(response);
    }
    let text = text(&response).map_err(|_| unreachable()).await?;
    Err(serde_json::from_str(&text).unwrap_or_else(|_| unreachable()))
}

async fn blob(response: &web_sys::Response) -> Option<Blob> {
    let blob = JsFuture::from(response.blob().ok()?).await.ok()?;
    let blob: web_sys::Blob = blob.dyn_into().ok()?;
    Some(Blob::from(blob))
}

async fn request(address: &str) -> Result<web_sys::Response, JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    JsFuture::from(window.fetch_with_str(address))
        .await?
        .dyn_into()
}

async fn text(response: &web_sys::Response) -> Result<String, JsValue> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

async fn take(response: &web_sys::Response) -> Option<ChosenFile> {
    let header = |name| response.headers().get(name).ok().flatten();
    let name = js_sys::decode_uri_component(&header("file-name")?).ok()?;
    let bytes = header("file-bytes")?.parse().ok()?;
    Some(ChosenFile {
        name: name.into(),
        bytes,
        blob: blob(response).await?,
    })
}

fn unreachable() -> AppError {
    AppError {
        kind: ErrorKind::Unavailable,
        message: "The server could not be reached or could not answer.".to_owned(),
        hint: "Check the connection and try again.".to_owned(),
    }
}
