//! The beginning of a file that lies on the server, for the browser to take as a sample.

use app::sample::protocol::SAMPLE_BYTES;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use operations::uploads::{self, FileHead};
use operations::watched;

use crate::http::caller::SignedIn;
use crate::http::error::Refusal;
use crate::http::reports::percent_encoded;
use crate::http::state::AppState;

/// One byte more than a sample, so that the browser sees that the file goes on.
const HEAD_BYTES: u64 = SAMPLE_BYTES + 1;

pub async fn newest(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, job)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let actor = &caller.actor;
    let head = watched::newest_head(&state.context, actor, &slug, &job, HEAD_BYTES).await?;
    Ok(send(head))
}

pub async fn of_run(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, run)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    let actor = &caller.actor;
    let head = uploads::head_of_run(&state.context, actor, &slug, &run, HEAD_BYTES).await?;
    Ok(send(head))
}

fn send(head: FileHead) -> Response {
    let name = HeaderValue::from_str(&percent_encoded(&head.file_name))
        .expect("only visible ASCII is left");
    (
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/octet-stream"),
            ),
            (
                header::CONTENT_DISPOSITION,
                HeaderValue::from_static("attachment"),
            ),
            (HeaderName::from_static("file-name"), name),
            (
                HeaderName::from_static("file-bytes"),
                HeaderValue::from(head.file_bytes),
            ),
        ],
        head.bytes,
    )
        .into_response()
}
