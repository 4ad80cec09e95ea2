//! What a form that was posted without JavaScript was answered, on its way to the page that shows it.

use serde::{Deserialize, Serialize};

use super::error::AppError;

/// An extension of the request for that page. It comes by a cookie that the server has set, never by the address, which
/// anybody can write.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormAnswer {
    /// Of the server function, such as `/ui/sign_in`.
    pub path: String,
    pub error: AppError,
}

/// Of the request that is being answered.
#[cfg(feature = "ssr")]
pub fn current() -> Option<FormAnswer> {
    let parts = leptos::prelude::use_context::<axum::http::request::Parts>()?;
    parts.extensions.get::<FormAnswer>().cloned()
}

/// The browser reads what the server has written into the document.
#[cfg(not(feature = "ssr"))]
pub fn current() -> Option<FormAnswer> {
    None
}
