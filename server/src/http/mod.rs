//! The web server: pages and server functions, static files, uploads, reports and live events.

mod caller;
mod connections;
mod error;
mod events;
mod form_answers;
mod heads;
pub mod health;
mod metrics;
mod origin_guard;
mod pages;
mod reports;
mod request_log;
mod security_headers;
mod site;
mod state;
mod text_guard;
mod uploads;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post, put};

pub use self::connections::{ConnectionLimits, serve};
pub use self::state::AppState;

/// Forms and server functions are small; chunks of uploads are streamed and limited by what was announced.
const BODY_BYTES: usize = 4 << 20;

pub fn router(state: AppState) -> Router {
    let plain = Router::new()
        .route("/healthz", get(health::healthz))
        .route("/metrics", get(metrics::metrics))
        .route("/n/{slug}/uploads", post(uploads::create))
        .route(
            "/n/{slug}/uploads/{id}",
            put(uploads::receive)
                .get(uploads::state)
                .delete(uploads::discard),
        )
        .route("/n/{slug}/jobs/{id}/newest-file", get(heads::newest))
        .route("/n/{slug}/runs/{id}/file", get(heads::of_run))
        .route("/n/{slug}/runs/{id}/report/exact", get(reports::exact))
        .route(
            "/n/{slug}/runs/{id}/report/explained.csv",
            get(reports::explained),
        )
        .route(
            "/n/{slug}/runs/{id}/report/explained.xlsx",
            get(reports::workbook),
        )
        .route("/n/{slug}/events", get(events::stream));
    pages::add(plain, &state)
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        // Inside the origin guard: what comes from elsewhere is not read.
        .layer(from_fn(text_guard::guard))
        .layer(from_fn_with_state(state.clone(), form_answers::carry))
        .layer(from_fn_with_state(state.clone(), origin_guard::guard))
        .layer(from_fn_with_state(state.clone(), caller::note_address))
        .layer(from_fn_with_state(state.clone(), security_headers::add))
        .layer(from_fn_with_state(state.clone(), metrics::count))
        .layer(from_fn(request_log::log))
        .with_state(state)
}
