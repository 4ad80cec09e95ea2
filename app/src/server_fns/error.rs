//! The one error that server functions answer with.

use leptos::prelude::*;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::FromServerFnError;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AppError {
    pub kind: ErrorKind,
    /// What is wrong, for a person.
    pub message: String,
    /// What to do next; may be empty.
    pub hint: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorKind {
    NotSignedIn,
    /// Unknown, or of another namespace: the answer is the same.
    NotFound,
    NotAllowed,
    /// The input does not hold; the message names the field.
    Invalid,
    /// Somebody else changed it in the meantime.
    ChangedMeanwhile,
    /// The state does not allow it.
    Conflict,
    TooManyAttempts,
    /// The server could not be reached, or failed.
    Unavailable,
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        if let Some(error) = on_server::unreadable(&error) {
            return error;
        }
        if cfg!(feature = "hydrate") && !matches!(error, ServerFnErrorErr::Request(_)) {
            // A newer server may answer in another shape, or know the function no more.
            crate::release::ask();
        }
        Self {
            kind: ErrorKind::Unavailable,
            message: "The server could not be reached or could not answer.".to_owned(),
            hint: match error {
                ServerFnErrorErr::Request(_) => "Check the connection and try again.".to_owned(),
                _ => "Try again; if it stays, tell your operator.".to_owned(),
            },
        }
    }
}

#[cfg(feature = "ssr")]
mod on_server {
    use axum::http::header::ACCEPT;
    use axum::http::request::Parts;
    use axum::http::{Method, StatusCode};
    use leptos::prelude::{ServerFnErrorErr, use_context};
    use leptos_axum::ResponseOptions;
    use operations::error::OperationError;

    use super::{AppError, ErrorKind};

    impl ErrorKind {
        pub fn status(self) -> StatusCode {
            match self {
                Self::NotSignedIn => StatusCode::UNAUTHORIZED,
                Self::NotFound => StatusCode::NOT_FOUND,
                Self::NotAllowed => StatusCode::FORBIDDEN,
                Self::Invalid => StatusCode::BAD_REQUEST,
                Self::ChangedMeanwhile | Self::Conflict => StatusCode::CONFLICT,
                Self::TooManyAttempts => StatusCode::TOO_MANY_REQUESTS,
                Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            }
        }
    }

    impl From<OperationError> for AppError {
        fn from(error: OperationError) -> Self {
            let kind = match &error {
                OperationError::NotSignedIn => ErrorKind::NotSignedIn,
                OperationError::NotFound | OperationError::LinkEnded => ErrorKind::NotFound,
                OperationError::NotAllowed => ErrorKind::NotAllowed,
                OperationError::Invalid { .. } => ErrorKind::Invalid,
                OperationError::ChangedMeanwhile => ErrorKind::ChangedMeanwhile,
                OperationError::Conflict { .. } => ErrorKind::Conflict,
                OperationError::TooManyAttempts { .. } => ErrorKind::TooManyAttempts,
                OperationError::OutOfSpace | OperationError::Unavailable(_) => {
                    ErrorKind::Unavailable
                }
            };
            error.log();
            set_status(kind);
            Self {
                kind,
                message: error.to_string(),
                hint: error.hint(),
            }
        }
    }

    /// On the server these say that what was sent is not what the function takes.
    pub fn unreadable(error: &ServerFnErrorErr) -> Option<AppError> {
        let unreadable = matches!(
            error,
            ServerFnErrorErr::Args(_)
                | ServerFnErrorErr::MissingArg(_)
                | ServerFnErrorErr::Deserialization(_)
        );
        unreadable.then(|| {
            set_status(ErrorKind::Invalid);
            AppError {
                kind: ErrorKind::Invalid,
                message: "The server could not read what was sent.".to_owned(),
                hint: "Load the page again, which may be older than the server, and try again."
                    .to_owned(),
            }
        })
    }

    /// A form posted without JavaScript is answered with a redirect back to its page, and a page that finds nobody
    /// signed in with one to the sign-in page: both need their own status.
    fn set_status(kind: ErrorKind) {
        let (Some(parts), Some(response)) =
            (use_context::<Parts>(), use_context::<ResponseOptions>())
        else {
            return;
        };
        let accepts = parts
            .headers
            .get(ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let is_page = parts.method == Method::GET;
        let is_plain_form = !is_page && accepts.contains("text/html");
        if !is_plain_form && (!is_page || kind == ErrorKind::NotFound) {
            response.set_status(kind.status());
        }
    }
}
