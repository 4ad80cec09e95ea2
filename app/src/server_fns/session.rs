//! Signing in and out, and who is signed in.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{LinkView, SessionView};

#[server(prefix = "/ui", endpoint = "session", input = leptos::server_fn::codec::Json)]
pub async fn session() -> Result<Option<SessionView>, AppError> {
    Ok(None)
}

/// Posted by a form, so that it works without JavaScript; answers with a redirect to `/`.
#[server(prefix = "/ui", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String) -> Result<(), AppError> {
    let _ = (email, password);
    Ok(())
}

#[server(prefix = "/ui", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    Ok(())
}

/// What the one-time link is for; `NotFound` where it is unknown, used or expired.
#[server(prefix = "/ui", endpoint = "link", input = leptos::server_fn::codec::Json)]
pub async fn link(token: String) -> Result<LinkView, AppError> {
    let _ = token;
    Err(AppError::from_server_fn_error(ServerFnErrorErr::ServerError(String::new())))
}

/// Uses a one-time link: sets name and password (e-mail too for the first person), signs in, redirects to `/`.
#[server(prefix = "/ui", endpoint = "accept_link")]
pub async fn accept_link(token: String, email: String, name: String, password: String) -> Result<(), AppError> {
    let _ = (token, email, name, password);
    Ok(())
}
