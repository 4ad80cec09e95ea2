//! What a form that was posted without JavaScript is answered travels to its page in a cookie that lives for one page.
//!
//! Leptos puts the error into the address of that page, and shows the error of any address: a link could put its author's
//! own sentence onto Weir's pages, and the address stays in histories and in the logs of proxies. So nothing in an address is
//! believed.

use app::local_path::LocalPath;
use app::server_fns::error::AppError;
use app::server_fns::form_answer::FormAnswer;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use leptos::server_fn::error::ServerFnUrlError;

use crate::http::state::AppState;

const COOKIE_NAME: &str = "weir_form_answer";
const SECONDS: u32 = 60;
/// Browsers drop cookies of more than 4096 bytes. What is longer is answered with a general sentence.
const MOST_BYTES: usize = 3500;
const ERROR: &str = "__err";
const ERROR_AND_ITS_FUNCTION: [&str; 2] = [ERROR, "__path"];

pub async fn carry(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let function = request.uri().path().to_owned();
    if is_read
        && let Some(address) = request
            .uri()
            .path_and_query()
            .and_then(|address| without_answer(address.as_str()))
    {
        return redirect(&address);
    }
    let waiting = cookie(request.headers()).and_then(decoded);
    let is_shown = is_read && waiting.is_some();
    if let Some(answer) = waiting {
        request.extensions_mut().insert(answer);
    }
    let mut response = next.run(request).await;
    let secure = state.public_url.is_https();
    if let Some((address, error)) = answer_in_location(response.headers()) {
        let value = if error.len() > MOST_BYTES { "" } else { &error };
        set_location(&mut response, &address);
        set_cookie(
            &mut response,
            &format!("{function}:{value}"),
            SECONDS,
            secure,
        );
    } else if is_shown && is_page(response.headers()) {
        set_cookie(&mut response, "", 0, secure);
    }
    response
}

fn decoded(cookie: &str) -> Option<FormAnswer> {
    let (path, error) = cookie.split_once(':')?;
    Some(FormAnswer {
        path: path.to_owned(),
        error: ServerFnUrlError::<AppError>::decode_err(error),
    })
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME && !value.is_empty()).then_some(value))
}

/// The address to go to and the error, as Leptos has encoded it.
fn answer_in_location(headers: &HeaderMap) -> Option<(String, String)> {
    let location = headers.get(header::LOCATION)?.to_str().ok()?;
    let address = without_answer(location)?;
    let (_, query) = location.split_once('?')?;
    // Leptos goes back to what the request says that it came from.
    let address = address
        .parse::<Uri>()
        .ok()
        .and_then(|address| LocalPath::parse(address.path_and_query()?.as_str()))
        .map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned());
    // Percent-encoded, but for `=`, these are letters, digits, `-` and `_`.
    let error = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find_map(|(name, value)| (name == ERROR).then(|| value.replace("%3D", "=")))?;
    Some((address, error))
}

/// `None` where there is no answer in the address.
fn without_answer(address: &str) -> Option<String> {
    let (path, query) = address.split_once('?')?;
    let is_answer = |pair: &&str| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        ERROR_AND_ITS_FUNCTION.contains(&unescaped(name).as_str())
    };
    if !query.split('&').any(|pair| is_answer(&pair)) {
        return None;
    }
    let rest: Vec<_> = query.split('&').filter(|pair| !is_answer(pair)).collect();
    Some(if rest.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", rest.join("&"))
    })
}

/// The name of a parameter, whichever of its characters are percent-encoded.
fn unescaped(name: &str) -> String {
    leptos_router::location::Url::unescape(&name.replace('+', " "))
}

fn redirect(address: &str) -> Response {
    let mut response = StatusCode::FOUND.into_response();
    // A path such as `//host/` would lead to that host.
    let path = LocalPath::parse(address);
    set_location(&mut response, path.as_ref().map_or("/", LocalPath::as_str));
    response
}

fn set_location(response: &mut Response, address: &str) {
    let address = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(header::LOCATION, address);
}

fn set_cookie(response: &mut Response, value: &str, max_age_seconds: u32, secure: bool) {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!(
        "{COOKIE_NAME}={value}; Path=/; Max-Age={max_age_seconds}; HttpOnly; SameSite=Lax{secure}"
    );
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn is_page(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("text/html"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_goes_to_a_page_of_this_site_wherever_the_form_was() {
        for (location, address) in [
            ("/sign-in?__err=abc%3D", "/sign-in"),
            (
                "https://weir.test/sign-in?next=%2F&__err=abc%3D",
                "/sign-in?next=%2F",
            ),
            ("https://elsewhere.example/x?__err=abc%3D", "/x"),
            (
                "https://elsewhere.example//elsewhere.example/?__err=abc%3D",
                "/",
            ),
            ("javascript:x?__err=abc%3D", "/"),
        ] {
            let location = HeaderValue::from_static(location);
            let headers = HeaderMap::from_iter([(header::LOCATION, location.clone())]);
            let expected = Some((address.to_owned(), "abc=".to_owned()));
            assert_eq!(answer_in_location(&headers), expected, "{location:?}");
        }
    }

    #[test]
    fn answers_are_taken_out_of_addresses_and_nothing_else() {
        for (address, expected) in [
            ("/sign-in", None),
            ("/sign-in?next=%2Fn%2Fmain", None),
            ("/sign-in?__err=abc", Some("/sign-in")),
            (
                "/sign-in?__path=%2Fui%2Fsign_in&__err=abc",
                Some("/sign-in"),
            ),
            ("/a?x=1&__err=abc&y=2", Some("/a?x=1&y=2")),
            ("/a?%5F%5Ferr=abc&y=2", Some("/a?y=2")),
            ("/a?__err", Some("/a")),
            ("/a?x=__err", None),
        ] {
            assert_eq!(without_answer(address).as_deref(), expected, "{address}");
        }
    }
}
