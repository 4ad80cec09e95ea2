//! Pages and server functions, and static files for every address that is neither.

use std::sync::LazyLock;

use app::{App, shell};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{
    AxumRouteListing, LeptosRoutes as _, ResponseOptions, generate_route_list,
    render_app_to_stream_with_context,
};

use crate::http::security_headers::page_policy;
use crate::http::site;
use crate::http::state::AppState;

/// Listed once in a process: while Leptos lists them, no page anywhere in the process loads its data, and one that is rendered
/// just then waits for ever.
static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| generate_route_list(App));

pub fn add(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let options = state.leptos_options.clone();
    router
        .leptos_routes_with_context(state, PAGES.clone(), contexts(state), move || {
            shell(options.clone())
        })
        .fallback(file_or_page)
        .layer(from_fn(redirect))
}

/// A page that leads elsewhere says so to everybody. Leptos leaves the status of those alone that do not ask for HTML.
async fn redirect(request: Request, next: Next) -> Response {
    let is_page = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    let leads_elsewhere = response.headers().contains_key(header::LOCATION);
    if is_page && leads_elsewhere && response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::FOUND;
    }
    response
}

/// A static file, or the page that says that there is nothing here.
async fn file_or_page(State(state): State<AppState>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(file) = site::file(&state, request.uri().path(), request.headers()).await {
        return file;
    }
    let options = state.leptos_options.clone();
    let render =
        render_app_to_stream_with_context(contexts(&state), move || shell(options.clone()));
    let mut response = render(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response.map(Body::new)
}

/// What pages and server functions find in their context, for each request.
fn contexts(state: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let context = state.context.clone();
    let cookies = state.cookies();
    let release = state.release.clone();
    move || {
        provide_context(release.clone());
        provide_context(context.clone());
        provide_context(cookies);
        // Server functions answer data and have no nonce; only pages do.
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}
