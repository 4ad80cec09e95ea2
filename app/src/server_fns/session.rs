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
    let context = super::caller::context()?;
    let actor = match super::caller::actor_of(&context, &token).await {
        Ok(actor) => actor,
        Err(OperationError::NotSignedIn) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let memberships = operations::access::memberships(&context, &actor).await?;
    Ok(Some(super::convert::session(actor, memberships)))
}

/// Posted by a form, so that it works without JavaScript; answers with a redirect to `next`, where that is a page of this
/// site, and else to `/`.
#[server(prefix = "/ui", endpoint = "sign_in")]
pub async fn sign_in(
    email: String,
    password: String,
    next: Option<String>,
) -> Result<(), AppError> {
    use super::caller;
    use crate::local_path::LocalPath;

    let address = caller::client_address();
    let previous = caller::current_token();
    let input = operations::sign_in::SignIn {
        email,
        password,
        address,
        previous,
    };
    let signed_in = operations::sign_in::sign_in(&caller::context()?, input).await?;
    caller::keep_session(&signed_in);
    let next = next.as_deref().and_then(LocalPath::parse);
    leptos_axum::redirect(next.as_ref().map_or("/", LocalPath::as_str));
    Ok(())
}

#[server(prefix = "/ui", endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    use super::caller;

    if let Some(token) = caller::current_token() {
        operations::sign_in::sign_out(&caller::context()?, &token, caller::client_address())
            .await?;
    }
    caller::drop_session();
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// What the one-time link is for; an error where it is unknown, used or expired.
#[server(prefix = "/ui", endpoint = "link", input = leptos::server_fn::codec::Json)]
pub async fn link(token: String) -> Result<LinkView, AppError> {
    use super::caller;

    let context = caller::context()?;
    let purpose = operations::links::purpose(&context, &token).await?;
    let actor = match caller::current_token() {
        Some(session) => caller::actor_of(&context, &session).await.ok(),
        None => None,
    };
    Ok(LinkView {
        reader: actor.map(|actor| actor.email),
        email: purpose.email,
        name: purpose.name,
        joins: purpose.joins,
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
    let signed_in = operations::links::accept(&caller::context()?, input).await?;
    caller::keep_session(&signed_in);
    leptos_axum::redirect("/");
    Ok(())
}

/// Uses an invitation of somebody who has an account and is signed in with it; redirects into the namespace.
#[server(prefix = "/ui", endpoint = "accept_invitation")]
pub async fn accept_invitation(token: String) -> Result<(), AppError> {
    let (context, actor) = super::caller::caller().await?;
    let slug = operations::links::accept_invitation(&context, &actor, &token).await?;
    leptos_axum::redirect(&format!("/n/{slug}/jobs"));
    Ok(())
}
