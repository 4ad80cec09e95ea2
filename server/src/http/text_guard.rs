//! Bodies of forms and server functions are read whole before anything else: what cannot be read, is too long or holds a NUL
//! is the sender's mistake, and is told as that. PostgreSQL keeps no NUL in a text, so neither does SQLite here.

use app::server_fns::error::ErrorKind;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

use super::BODY_BYTES;
use crate::http::error::refuse;

pub async fn guard(request: Request, next: Next) -> Response {
    let uri = request.uri();
    if uri
        .path_and_query()
        .is_some_and(|text| holds_nul(text.as_str().as_bytes(), Form::Url))
    {
        return nul();
    }
    let Some(form) = Form::of(uri.path(), request.headers()) else {
        return next.run(request).await;
    };
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(refused) => return refused,
    };
    if holds_nul(&body, form) {
        return nul();
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// How text is written.
#[derive(Clone, Copy)]
enum Form {
    Url,
    Json,
    /// A server function reads its body whatever it is called.
    Either,
}

impl Form {
    /// `None`: bytes, such as a chunk of an upload.
    fn of(path: &str, headers: &HeaderMap) -> Option<Self> {
        let kind = headers
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .and_then(|kind| kind.split(';').next())
            .map(|kind| kind.trim().to_ascii_lowercase());
        match kind.as_deref() {
            Some("application/x-www-form-urlencoded") => Some(Self::Url),
            // RFC 6839, section 3.1: `+json` is JSON too.
            Some(kind) if kind == "application/json" || kind.ends_with("+json") => Some(Self::Json),
            _ if path.starts_with("/ui/") => Some(Self::Either),
            _ => None,
        }
    }
}

async fn read(body: Body) -> Result<Bytes, Response> {
    match Limited::new(body, BODY_BYTES).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(refuse(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorKind::Invalid,
            "This is too much for one request.",
            "Send less at once.",
        )),
        Err(_) => Err(refuse(
            StatusCode::BAD_REQUEST,
            ErrorKind::Invalid,
            "The request did not arrive whole.",
            "Try again.",
        )),
    }
}

fn nul() -> Response {
    refuse(
        StatusCode::BAD_REQUEST,
        ErrorKind::Invalid,
        "The text contains a NUL, which no text may.",
        "Take the character out.",
    )
}

/// A raw one, or one as this form escapes it.
fn holds_nul(text: &[u8], form: Form) -> bool {
    text.contains(&0)
        || match form {
            Form::Url => holds_url_nul(text),
            Form::Json => holds_json_nul(text),
            Form::Either => holds_url_nul(text) || holds_json_nul(text),
        }
}

fn holds_url_nul(text: &[u8]) -> bool {
    text.windows(3).any(|part| part == b"%00")
}

fn holds_json_nul(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = &rest[at + 1..];
        if escape.starts_with(b"u0000") {
            return true;
        }
        // What stands after a backslash begins no escape, be it another one.
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_however_it_is_written() {
        for (text, form, expected) in [
            (r#"{"a":"\u0000"}"#, Form::Json, true),
            (r#"{"a":"\\u0000"}"#, Form::Json, false),
            (r#"{"a":"\\\u0000"}"#, Form::Json, true),
            (r#"{"a":"%00"}"#, Form::Json, false),
            ("{\"a\":\"\0\"}", Form::Json, true),
            ("\\", Form::Json, false),
            ("a=%00", Form::Url, true),
            ("a=%2500", Form::Url, false),
            ("/n/%00/jobs?a=b", Form::Url, true),
        ] {
            assert_eq!(holds_nul(text.as_bytes(), form), expected, "{text:?}");
        }
    }

    #[test]
    fn a_body_is_read_as_what_it_is_however_its_type_is_written() {
        for (path, kind, expected) in [
            (
                "/ui/jobs",
                "APPLICATION/JSON; charset=utf-8",
                Some(Form::Json),
            ),
            ("/ui/jobs", "application/vnd.x+json", Some(Form::Json)),
            (
                "/n/main/uploads",
                "application/problem+json",
                Some(Form::Json),
            ),
            (
                "/ui/sign_in",
                "Application/X-WWW-Form-Urlencoded",
                Some(Form::Url),
            ),
            ("/ui/jobs", "text/plain", Some(Form::Either)),
            ("/ui/jobs", "", Some(Form::Either)),
            ("/n/main/uploads/1", "application/octet-stream", None),
        ] {
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]);
            let form = Form::of(path, &headers);
            assert_eq!(
                form.map(|form| form as u8),
                expected.map(|form| form as u8),
                "{path} {kind}"
            );
        }
    }
}
