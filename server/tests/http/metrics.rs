//! `/metrics` and `/healthz`, as monitoring asks for them.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use weir_server::config::Options;

use crate::imported;
use crate::support::{Answer, App, ORIGIN, request};

const TOKEN: &str = "a token of monitoring";

async fn scrape(app: &App, token: Option<&str>) -> Answer {
    let mut request = request(Method::GET, "/metrics", None, Body::empty());
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    app.send(request).await
}

async fn with_token() -> App {
    let options = Options {
        metrics_token: Some(TOKEN.parse().unwrap()),
        ..Options::default()
    };
    App::start_with(ORIGIN, options).await
}

#[tokio::test]
async fn without_a_token_in_the_configuration_there_is_no_such_page() {
    let app = App::start().await;
    assert_eq!(scrape(&app, None).await.status, StatusCode::NOT_FOUND);
    let guessed = scrape(&app, Some("")).await;
    assert_eq!(guessed.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/healthz", None).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_has_the_token_reads_numbers_and_no_names() {
    let app = with_token().await;
    let ada = app.first_person().await;
    imported::import(&app, &ada).await;
    for wrong in [None, Some("another token of monitoring")] {
        assert_eq!(scrape(&app, wrong).await.status, StatusCode::UNAUTHORIZED);
    }
    let page = scrape(&app, Some(TOKEN)).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.header("content-type").starts_with("text/plain"));
    let text = page.text();
    for line in [
        "weir_runs{status=\"partially_completed\"} 1",
        "weir_runs{status=\"queued\"} 0",
        "weir_queue_runs 0",
        "weir_queue_oldest_seconds 0",
        "weir_http_responses_total{class=\"5xx\"} 0",
        "weir_http_responses_total{class=\"4xx\"} 2",
    ] {
        assert!(text.lines().any(|known| known == line), "{line} in {text}");
    }
    let uploaded = format!("weir_upload_bytes_total {}", imported::FILE.len());
    assert!(text.contains(&uploaded), "{text}");
    for name in ["main", "Ada", "People", "people", "example.org"] {
        assert!(!text.contains(name), "{name} in {text}");
    }
}
