//! Signing in and out, and who is signed in.

use leptos::prelude::*;

use super::error::AppError;
use crate::wire::{LinkView, SessionView};

#[server(prefix = "/ui", endpoint = "session", input = leptos::server_fn::codec::Json)]
pub async fn session() -> Result<Option<SessionView>, AppError> {
    use operations::error::OperationError;

    let Some(token) = super::caller::current_token() else {
        return Ok(None);
    };
    let context = super::caller::context();
    let actor = match super::caller::actor_of(&context, &token).await {
        Ok(actor) => actor,
        Err(OperationError::NotSignedIn) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let memberships = operations::access::memberships(&context, &actor).await?;
    Ok(Some(super::convert::session(actor, memberships)))
}

/// Posted by a form, so that it works without JavaScript; answers with a redirect to `/`.
#[server(prefix = "/ui", endpoint = "sign_in")]
pub async fn sign_in(email: String, password: String) -> Result<(), AppError> {
    use super::caller;

    let address = caller::client_address();
    let previous = caller::current_token();
    let input = operations::sign_in::SignIn {
        email,
        password,
        address,
        previous,
    };
    let signed_in = operations::sign_in::sign_in(&caller::context(), input).await?;
    caller::keep_session(&signed_in);
    leptos_axum::redirect("/");
    Ok(())
}

#[server(prefix = "/ui", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use super::caller;

    if let Some(token) = caller::current_token() {
        operations::sign_in::sign_out(&caller::context(), &token, caller::client_address()).await?;
    }
    caller::drop_session();
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// What the one-time link is for; `NotFound` where it is unknown, used or expired.
#[server(prefix = "/ui", endpoint = "link", input = leptos::server_fn::codec::Json)]
pub async fn link(token: String) -> Result<LinkView, AppError> {
    let purpose = operations::links::purpose(&super::caller::context(), &token).await?;
    Ok(LinkView {
        email: purpose.email,
        name: purpose.name,
        expires_at: purpose.expires_at.0,
    })
}

/// Uses a one-time link: sets name and password (e-mail too for the first person), signs in, redirects to `/`.
#[server(prefix = "/ui", endpoint = "accept_link")]
pub async fn accept_link(
    token: String,
    email: String,
    name: String,
    password: String,
) -> Result<(), AppError> {
    use super::caller;

    let previous = caller::current_token();
    let input = operations::links::AcceptLink {
        token,
        email,
        name,
        password,
        address: caller::client_address(),
        previous,
    };
    let signed_in = operations::links::accept(&caller::context(), input).await?;
    caller::keep_session(&signed_in);
    leptos_axum::redirect("/");
    Ok(())
}
