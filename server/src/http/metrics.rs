//! How the instance is doing, in the text format of Prometheus. Numbers only: no names, no data of users. Whoever reads it
//! sends the token of the configuration; without one the page does not exist.
//!
//! Gauges are those of the database, and the same whichever process is asked. Counters are those of this process since its
//! start, as Prometheus expects them.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::run::RunStatus;
use operations::error::OperationError;
use store::error::StoreError;

use crate::http::error::Refusal;
use crate::http::state::AppState;

/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What this process has done since its start.
#[derive(Debug, Default)]
pub struct Counters {
    /// By the first digit of the status, from 1 to 5.
    responses: [AtomicU64; 5],
    upload_bytes: AtomicU64,
}

impl Counters {
    pub fn count_upload(&self, bytes: u64) {
        self.upload_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn count_response(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100);
        if let Some(counter) = self.responses.get(class.wrapping_sub(1)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }
}

pub async fn count(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    state.counters.count_response(response.status());
    response
}

pub async fn metrics(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let Some(token) = &state.metrics_token else {
        return Err(OperationError::NotFound.into());
    };
    if !bearer(&headers).is_some_and(|given| token.is(given)) {
        let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
        return Ok((StatusCode::UNAUTHORIZED, challenge).into_response());
    }
    let text = exposition(&state).await.map_err(OperationError::from)?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text).into_response())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

async fn exposition(state: &AppState) -> Result<String, StoreError> {
    let (store, now) = (&state.context.store, state.context.now());
    let known = store.run_counts_by_status().await?;
    let queue = store.queue_length(now).await?;
    let waiting = queue
        .oldest_due_at
        .map_or(0, |due_at| (now.0 - due_at.0).max(0) / 1000);
    let runs = RunStatus::ALL.iter().map(|status| {
        let runs = known.iter().find(|(known, _)| known == status);
        (
            format!("{{status=\"{}\"}}", status.code()),
            runs.map_or(0, |(_, runs)| *runs),
        )
    });
    let responses = state.counters.responses.iter().zip(1..);
    let responses = responses.map(|(counter, class)| {
        (
            format!("{{class=\"{class}xx\"}}"),
            counter.load(Ordering::Relaxed),
        )
    });
    let one = |value: u64| [(String::new(), value)];
    let engine = engine::counters::read();

    let mut page = Exposition::default();
    page.add(
        "weir_build_info",
        Kind::Gauge,
        "The version that runs.",
        [(format!("{{version=\"{}\"}}", env!("CARGO_PKG_VERSION")), 1)],
    );
    page.add(
        "weir_runs",
        Kind::Gauge,
        "Runs that are kept, by their status.",
        runs,
    );
    page.add(
        "weir_queue_runs",
        Kind::Gauge,
        "Runs that are due and wait for a worker.",
        one(queue.runs),
    );
    page.add(
        "weir_queue_oldest_seconds",
        Kind::Gauge,
        "How long the run that is due longest has waited.",
        one(waiting.unsigned_abs()),
    );
    page.add(
        "weir_rows_imported_total",
        Kind::Counter,
        "Rows that workers of this process brought in.",
        one(engine.rows_imported),
    );
    page.add(
        "weir_runs_ended_total",
        Kind::Counter,
        "Runs that workers of this process brought to an end.",
        one(engine.runs_ended),
    );
    page.add(
        "weir_claims_lost_total",
        Kind::Counter,
        "Runs whose worker was lost, as this process noticed.",
        one(engine.claims_lost),
    );
    let services = engine::services::states();
    let of_services = |value: fn(&engine::services::ServiceState) -> u64| {
        services
            .iter()
            .map(move |(name, state)| (format!("{{service=\"{name}\"}}"), value(state)))
    };
    page.add(
        "weir_panics_total",
        Kind::Counter,
        "Units of work that ended in a panic, by service; services without trouble are left out.",
        of_services(|state| state.panics),
    );
    page.add(
        "weir_service_restarts_total",
        Kind::Counter,
        "Services that ended unasked and were started again.",
        of_services(|state| state.restarts),
    );
    page.add(
        "weir_services_down",
        Kind::Gauge,
        "Tasks of services that wait to be started again.",
        of_services(|state| state.down),
    );
    page.add(
        "weir_strays",
        Kind::Gauge,
        "Files that the database does not know and that are too many to be removed unasked.",
        one(engine.strays),
    );
    page.add(
        "weir_upload_bytes_total",
        Kind::Counter,
        "Bytes of uploads that this process took.",
        one(state.counters.upload_bytes.load(Ordering::Relaxed)),
    );
    page.add(
        "weir_http_responses_total",
        Kind::Counter,
        "Responses of this process, by the class of their status.",
        responses,
    );
    Ok(page.text)
}

#[derive(Clone, Copy)]
enum Kind {
    Gauge,
    Counter,
}

#[derive(Default)]
struct Exposition {
    text: String,
}

impl Exposition {
    /// Samples: labels in braces, or nothing, and the value. All of them are written in this file, so nothing is escaped.
    fn add(
        &mut self,
        name: &str,
        kind: Kind,
        help: &str,
        samples: impl IntoIterator<Item = (String, u64)>,
    ) {
        let kind = match kind {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
        };
        let written = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
        let written = samples
            .into_iter()
            .fold(written, |written, (labels, value)| {
                written.and_then(|()| writeln!(self.text, "{name}{labels} {value}"))
            });
        written.expect("writing to a String does not fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_metric_is_described_before_its_samples() {
        let mut page = Exposition::default();
        let samples = [("{a=\"b\"}".to_owned(), 1), (String::new(), 2)];
        page.add("x_total", Kind::Counter, "What it is.", samples);
        assert_eq!(
            page.text,
            "# HELP x_total What it is.\n# TYPE x_total counter\nx_total{a=\"b\"} 1\nx_total 2\n"
        );
    }

    #[test]
    fn responses_are_counted_by_class() {
        let counters = Counters::default();
        for status in [200, 204, 404, 503] {
            counters.count_response(StatusCode::from_u16(status).unwrap());
        }
        let counts: Vec<u64> = counters
            .responses
            .iter()
            .map(|counter| counter.load(Ordering::Relaxed))
            .collect();
        assert_eq!(counts, [0, 2, 0, 1, 1]);
    }

    #[test]
    fn only_a_bearer_token_counts() {
        for (value, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("Basic abc", None),
            ("abc", None),
        ] {
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(bearer(&headers), expected, "{value}");
        }
    }
}
