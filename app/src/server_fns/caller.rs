//! Who calls a server function. Server only.

use axum::http::header::{COOKIE, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use operations::access::Actor;
use operations::context::Context;
use operations::error::OperationError;
use operations::sign_in::{self, SignedIn};
use operations::token::Token;

use super::error::AppError;

/// Whether cookies are for HTTPS alone: as the public URL says.
#[derive(Clone, Copy, Debug)]
pub struct CookiePolicy {
    pub secure: bool,
}

impl CookiePolicy {
    /// Under the prefix, a browser takes the cookie from this host alone and over HTTPS alone: no other host of the domain
    /// can plant one.
    const fn name(self) -> &'static str {
        if self.secure {
            "__Host-weir_session"
        } else {
            "weir_session"
        }
    }
}

/// Of the client, as text; an extension of the request.
#[derive(Clone, Debug)]
pub struct ClientAddress(pub String);

/// The operations' context and the signed-in person.
pub async fn caller() -> Result<(Context, Actor), AppError> {
    let context = context()?;
    let token = current_token().ok_or(OperationError::NotSignedIn)?;
    let actor = actor_of(&context, &token).await?;
    Ok((context, actor))
}

/// Who the token belongs to, at the address that this request comes from.
pub async fn actor_of(context: &Context, token: &Token) -> Result<Actor, OperationError> {
    sign_in::actor(context, token, client_address()).await
}

/// It is gone once the answer is: a page that nobody reads any more asks in vain.
pub fn context() -> Result<Context, OperationError> {
    use_context().ok_or_else(|| OperationError::unavailable("the request has ended"))
}

/// Of the request's cookie; it may have ended.
pub fn current_token() -> Option<Token> {
    session_token(&use_context::<Parts>()?.headers, use_context()?)
}

pub fn client_address() -> String {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<ClientAddress>().cloned())
        .map_or_else(|| "unknown".to_owned(), |address| address.0)
}

pub fn session_token(headers: &HeaderMap, cookies: CookiePolicy) -> Option<Token> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .filter(|(name, _)| *name == cookies.name())
        .find_map(|(_, value)| Token::parse(value))
}

pub fn keep_session(session: &SignedIn) {
    set_cookie(&session.token.reveal(), session.max_age_seconds);
}

pub fn drop_session() {
    set_cookie("", 0);
}

fn set_cookie(value: &str, max_age_seconds: i64) {
    let (Some(cookies), Some(answer)) = (
        use_context::<CookiePolicy>(),
        use_context::<ResponseOptions>(),
    ) else {
        return;
    };
    let name = cookies.name();
    let secure = if cookies.secure { "; Secure" } else { "" };
    let cookie = format!(
        "{name}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure}"
    );
    let cookie = HeaderValue::from_str(&cookie)
        .expect("hexadecimal digits and attributes are visible ASCII");
    answer.append_header(SET_COOKIE, cookie);
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;

    use super::*;

    /// A page that its reader has left may ask on while what it asked from is gone already.
    #[test]
    fn without_a_request_there_is_an_answer_and_no_panic() {
        Owner::new().with(|| {
            assert!(context().is_err());
            assert!(current_token().is_none());
            drop_session();
        });
    }
}
