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
    /// Somebody else changed it in the meantime, or the state does not allow it.
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
