//! Who asks: the client's address and the signed-in person.

use std::net::SocketAddr;
use std::sync::Once;

use app::server_fns::caller::{ClientAddress, session_token};
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use operations::access::Actor;
use operations::error::OperationError;
use operations::sign_in;
use operations::token::Token;

use crate::http::error::Refusal;
use crate::http::state::AppState;

/// The signed-in person, and the token that says so. A handler that takes it refuses everybody else.
pub struct SignedIn {
    pub actor: Actor,
    pub token: Token,
}

impl FromRequestParts<AppState> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Refusal> {
        let token =
            session_token(&parts.headers, state.cookies()).ok_or(OperationError::NotSignedIn)?;
        let address = parts
            .extensions
            .get::<ClientAddress>()
            .map_or_else(|| "unknown".to_owned(), |address| address.0.clone());
        let actor = sign_in::actor(&state.context, &token, address).await?;
        Ok(Self { actor, token })
    }
}

/// Told once, for the header may be made up too.
static PROXY_IN_FRONT: Once = Once::new();

pub async fn note_address(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_string());
    let forwarded = last_forwarded(request.headers());
    if forwarded.is_some() && !state.trust_proxy {
        PROXY_IN_FRONT.call_once(|| {
            tracing::warn!(
                peer,
                "requests come through a proxy that is not trusted: all its visitors count as one, \
                 and wrong passwords of one can lock all out; see --trust-proxy"
            );
        });
    }
    let forwarded = forwarded.filter(|_| state.trust_proxy);
    let address = forwarded.or(peer).unwrap_or_else(|| "unknown".to_owned());
    request.extensions_mut().insert(ClientAddress(address));
    next.run(request).await
}

/// The entry that the proxy next to us wrote; earlier ones come from the client and prove nothing.
fn last_forwarded(headers: &HeaderMap) -> Option<String> {
    let value = headers
        .get_all("x-forwarded-for")
        .iter()
        .next_back()?
        .to_str()
        .ok()?;
    let last = value.rsplit(',').next()?.trim();
    last.parse::<std::net::IpAddr>()
        .ok()
        .map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_forwarded_address_counts() {
        for (value, expected) in [
            ("1.2.3.4", Some("1.2.3.4")),
            ("6.6.6.6, 1.2.3.4", Some("1.2.3.4")),
            ("1.2.3.4, not an address", None),
            ("::1", Some("::1")),
        ] {
            let headers = HeaderMap::from_iter([(
                "x-forwarded-for".parse().unwrap(),
                value.parse().unwrap(),
            )]);
            assert_eq!(last_forwarded(&headers).as_deref(), expected, "{value}");
        }
    }
}
