//! Downloads of failure reports: always attachments, always of a fixed type, never rendered.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use operations::error::OperationError;
use operations::reports::{self, ReportContent, ReportKind, Workbook};
use tokio_util::io::ReaderStream;

use crate::http::caller::SignedIn;
use crate::http::error::Refusal;
use crate::http::state::AppState;

const BUFFER_BYTES: usize = 64 << 10;

pub async fn exact(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, run)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    // In the file's own encoding, whatever that is: bytes.
    send(
        &state,
        &caller,
        &slug,
        &run,
        ReportKind::Exact,
        "application/octet-stream",
    )
    .await
}

pub async fn explained(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, run)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    send(
        &state,
        &caller,
        &slug,
        &run,
        ReportKind::Explained,
        "text/csv; charset=utf-8",
    )
    .await
}

pub async fn workbook(
    State(state): State<AppState>,
    caller: SignedIn,
    Path((slug, run)): Path<(String, String)>,
) -> Result<Response, Refusal> {
    send(
        &state,
        &caller,
        &slug,
        &run,
        ReportKind::Workbook,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    .await
}

async fn send(
    state: &AppState,
    caller: &SignedIn,
    slug: &str,
    run: &str,
    kind: ReportKind,
    content_type: &'static str,
) -> Result<Response, Refusal> {
    let report = reports::report(&state.context, &caller.actor, slug, run, kind).await?;
    let (length, body) = match report.content {
        ReportContent::Text(text) => (text.len() as u64, Body::from(text)),
        ReportContent::Workbook(workbook) => whole_file(write(workbook).await?).await?,
        ReportContent::File(path) => {
            let file = tokio::fs::File::open(&path)
                .await
                .map_err(OperationError::from)?;
            whole_file(file).await?
        }
    };
    let mut response = (
        [
            (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (header::CONTENT_DISPOSITION, attachment(&report.file_name)),
        ],
        body,
    )
        .into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}

async fn whole_file(file: tokio::fs::File) -> Result<(u64, Body), OperationError> {
    let length = file.metadata().await?.len();
    let stream = ReaderStream::with_capacity(file, BUFFER_BYTES);
    Ok((length, Body::from_stream(stream)))
}

/// Given up soon where the reader has left.
async fn write(workbook: Workbook) -> Result<tokio::fs::File, OperationError> {
    let present = Arc::new(());
    let reader = Arc::downgrade(&present);
    let writing = tokio::task::spawn_blocking(move || workbook.write(|| reader.strong_count() > 0));
    let file = writing.await.map_err(OperationError::unavailable)??;
    drop(present);
    Ok(tokio::fs::File::from_std(file))
}

/// RFC 6266: a plain name for old clients, and the whole name as RFC 8187 writes it.
fn attachment(file_name: &str) -> HeaderValue {
    let plain: String = file_name
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' | ' ' => character,
            _ => '_',
        })
        .collect();
    let extended = percent_encoded(file_name);
    HeaderValue::from_str(&format!(
        "attachment; filename=\"{plain}\"; filename*=UTF-8''{extended}"
    ))
    .expect("only visible ASCII and blanks are left")
}

/// UTF-8, with everything but `attr-char` of RFC 8187, section 3.2.1, as `%XX`.
pub fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoded = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            write!(encoded, "%{byte:02X}").expect("writing to a String does not fail");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_cannot_leave_their_header() {
        for (name, expected) in [
            (
                "kunden.csv",
                "attachment; filename=\"kunden.csv\"; filename*=UTF-8''kunden.csv",
            ),
            (
                "a\"b.csv",
                "attachment; filename=\"a_b.csv\"; filename*=UTF-8''a%22b.csv",
            ),
            (
                "a\r\nX: y.csv",
                "attachment; filename=\"a__X_ y.csv\"; filename*=UTF-8''a%0D%0AX%3A%20y.csv",
            ),
            (
                "../ü.csv",
                "attachment; filename=\"..__.csv\"; filename*=UTF-8''..%2F%C3%BC.csv",
            ),
        ] {
            assert_eq!(attachment(name), expected, "{name:?}");
        }
    }
}
