//! Errors outside pages: the same JSON as those of server functions, with their status.

use app::server_fns::error::{AppError, ErrorKind};
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use operations::error::OperationError;

pub struct Refusal(pub OperationError);

impl From<OperationError> for Refusal {
    fn from(error: OperationError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let retry_after = match &self.0 {
            OperationError::TooManyAttempts {
                retry_after_seconds,
            } => Some(*retry_after_seconds),
            _ => None,
        };
        let out_of_space = matches!(self.0, OperationError::OutOfSpace);
        let error = AppError::from(self.0);
        let status = if out_of_space {
            StatusCode::INSUFFICIENT_STORAGE
        } else {
            error.kind.status()
        };
        let mut response = (status, Json(error)).into_response();
        if let Some(seconds) = retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// A request that is wrong in itself, before any operation is asked.
pub fn refuse(status: StatusCode, kind: ErrorKind, message: &str, hint: &str) -> Response {
    let error = AppError {
        kind,
        message: message.to_owned(),
        hint: hint.to_owned(),
    };
    (status, Json(error)).into_response()
}
