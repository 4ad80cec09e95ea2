//! Resumable uploads: announce, send chunks, ask where to go on, give up.

use app::server_fns::error::ErrorKind;
use app::wire::{NewUpload, UploadState};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use http_body_util::BodyExt as _;
use operations::uploads::{self, Opening, UploadProgress};

use crate::http::caller::SignedIn;
use crate::http::error::{Refusal, refuse};
use crate::http::state::AppState;

pub async fn create(
    State(state): State<AppState>,
    caller: SignedIn,
    Path(slug): Path<String>,
    Json(new): Json<NewUpload>,
) -> Result<(StatusCode, Json<UploadState>), Refusal> {
    let progress = uploads::create(
        &state.context,
        &caller.actor,
        &slug,
        &new.file_name,
        new.bytes,
    )
    .await?;
    Ok((StatusCode::CREATED, Json(on_wire(progress))))
}

pub async fn state(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, id)): Path<(String, String)>,
) -> Result<Json<UploadState>, Refusal> {
    let progress = uploads::state(&state.context, &caller.actor, &slug, &id).await?;
    Ok(Json(on_wire(progress)))
}

/// For what is not whole yet.
pub async fn discard(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, id)): Path<(String, String)>,
) -> Result<StatusCode, Refusal> {
    uploads::discard(&state.context, &caller.actor, &slug, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes one chunk. It is acknowledged when it is on disk; what a broken request sent is not, and is sent again.
pub async fn receive(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, id)): Path<(String, String)>,
    headers: HeaderMap,
    mut body: Body,
) -> Result<Response, Refusal> {
    let Some(offset) = number(&headers, "upload-offset") else {
        return Ok(refuse(
            StatusCode::BAD_REQUEST,
            ErrorKind::Invalid,
            "The header `Upload-Offset` is missing or no number.",
            "Send the number of the chunk's first byte, from 0.",
        ));
    };
    let length = number(&headers, header::CONTENT_LENGTH.as_str());
    let opening = uploads::open(&state.context, &caller.actor, &slug, &id, offset, length).await?;
    let mut receiver = match opening {
        Opening::Ready(receiver) => receiver,
        Opening::Elsewhere(progress) => {
            return Ok((StatusCode::CONFLICT, Json(on_wire(progress))).into_response());
        }
    };
    let mut broken = false;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            broken = true;
            break;
        };
        if let Ok(bytes) = frame.into_data() {
            receiver.write(&bytes).await?;
            state.counters.count_upload(bytes.len() as u64);
        }
    }
    // Also after a broken request: what arrived needs not be sent again.
    let progress = receiver.finish().await?;
    let status = if broken {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    Ok((status, Json(on_wire(progress))).into_response())
}

fn on_wire(progress: UploadProgress) -> UploadState {
    UploadState {
        id: progress.id.to_string(),
        bytes: progress.bytes,
        received_bytes: progress.received_bytes,
        complete: progress.complete,
    }
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}
