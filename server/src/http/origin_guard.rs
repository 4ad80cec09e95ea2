//! Everything but GET and HEAD must come from a page of this site, forms too. Cookies alone prove nothing (CSRF).

use app::server_fns::error::ErrorKind;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::error::refuse;
use crate::http::state::AppState;

pub async fn guard(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if reads || is_same_origin(request.headers(), state.public_url.as_str()) {
        return next.run(request).await;
    }
    refuse(
        StatusCode::FORBIDDEN,
        ErrorKind::NotAllowed,
        "This request did not come from a page of this site.",
        "Open the page again at its own address, and set the public URL where a proxy stands in between.",
    )
}

/// Fetch metadata where the browser sends it (secure contexts), else the origin, which every browser sends with a POST.
fn is_same_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    if origin.eq_ignore_ascii_case(public_url) {
        return true;
    }
    // Reached by another name than the public one: the page and the request name the same host. A page that came without
    // encryption is not taken for one that came with it, except from this machine itself.
    let (Some((scheme, authority)), Some(host)) = (origin.split_once("://"), text(header::HOST))
    else {
        return false;
    };
    let is_schemes = public_url
        .split_once("://")
        .is_some_and(|(known, _)| known == scheme);
    authority.eq_ignore_ascii_case(host) && (is_schemes || scheme == "http" && is_loopback(host))
}

fn is_loopback(authority: &str) -> bool {
    let name = match authority.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => authority,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(headers: &[(&'static str, &'static str)], expected: bool) {
        let map = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        assert_eq!(
            is_same_origin(&map, "https://import.example.org"),
            expected,
            "{headers:?}"
        );
    }

    #[test]
    fn only_the_site_itself_may_write() {
        check(&[], false);
        check(&[("host", "import.example.org")], false);
        check(&[("sec-fetch-site", "same-origin")], true);
        check(&[("sec-fetch-site", "same-site")], false);
        check(&[("sec-fetch-site", "none")], false);
        check(&[("origin", "https://import.example.org")], true);
        check(&[("origin", "https://evil.example.org")], false);
        let plain = ("origin", "http://import.example.org");
        check(&[plain, ("host", "import.example.org")], false);
        let other = ("origin", "https://weir.example.org");
        check(&[other, ("host", "weir.example.org")], true);
        let plain = ("origin", "http://weir.example.org");
        check(&[plain, ("host", "weir.example.org")], false);
        check(&[("origin", "http://[::1]"), ("host", "[::1]")], true);
        check(&[("origin", "null"), ("host", "null")], false);
        check(
            &[
                ("origin", "http://127.0.0.1:8080"),
                ("host", "127.0.0.1:8080"),
            ],
            true,
        );
        check(
            &[
                ("origin", "http://127.0.0.1:8081"),
                ("host", "127.0.0.1:8080"),
            ],
            false,
        );
        check(
            &[
                ("origin", "https://import.example.org.evil.org"),
                ("host", "import.example.org"),
            ],
            false,
        );
        check(
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "https://import.example.org"),
            ],
            false,
        );
    }
}
