//! What every answer tells the browser about itself.

use axum::body::Body;
use axum::http::{Method, StatusCode};

use crate::support::{App, request};

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = App::start().await;
    for path in [
        "/",
        "/sign-in",
        "/nowhere",
        "/healthz",
        "/n/main/events",
        "/n/main/jobs",
    ] {
        let answer = app.get(path, None).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{path}: {policy}"
        );
    }
}

#[tokio::test]
async fn a_page_runs_only_the_scripts_that_carry_its_nonce() {
    let app = App::start().await;
    let (one, two) = (
        app.get("/sign-in", None).await,
        app.get("/sign-in", None).await,
    );
    let nonce = |policy: &str| {
        policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned()
    };
    let first = nonce(one.header("content-security-policy"));
    assert_ne!(first, nonce(two.header("content-security-policy")));
    for script in one.text().split("<script").skip(1) {
        let tag = script.split('>').next().unwrap();
        assert!(tag.contains(&format!("nonce=\"{first}\"")), "<script{tag}>");
    }
}

#[tokio::test]
async fn a_page_that_is_not_there_says_so() {
    let app = App::start().await;
    let answer = app.get("/nowhere", None).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.header("content-type").starts_with("text/html"));
}

#[tokio::test]
async fn paths_do_not_leave_the_site() {
    let app = App::start().await;
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/pkg/../../Cargo.toml",
        "/pkg/%2e%2e%2f%2e%2e%2fdebug/weir.d",
    ] {
        let answer = app.get(path, None).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(!answer.text().contains("[workspace]"), "{path}");
    }
}

#[tokio::test]
async fn health_says_which_part_is_ill() {
    let app = App::start().await;
    assert_eq!(app.get("/healthz", None).await.text(), "ok\n");
    let reports = app.data_folder().join("reports");
    std::fs::remove_dir(&reports).unwrap();
    let ill = app.get("/healthz", None).await;
    assert_eq!(ill.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ill.text(), "reports: ill\n");
    std::fs::create_dir(&reports).unwrap();
    assert_eq!(app.get("/healthz", None).await.status, StatusCode::OK);
    app.context.store.close().await.unwrap();
    let ill = app.get("/healthz", None).await;
    assert_eq!(ill.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ill.text(), "database: ill\n");
}

#[tokio::test]
async fn a_body_without_end_is_cut() {
    let app = App::start().await;
    let body = Body::from(vec![b'a'; 5 << 20]);
    let mut request = request(
        Method::POST,
        "/n/main/uploads",
        Some(&app.first_person().await),
        body,
    );
    request
        .headers_mut()
        .insert("content-type", "application/json".parse().unwrap());
    assert_eq!(
        app.send(request).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}

#[tokio::test]
async fn every_answer_names_the_release_that_the_document_names() {
    let app = App::start().await;
    let page = app.get("/sign-in", None).await;
    let release = page.header("weir-release").to_owned();
    assert!(!release.is_empty());
    assert!(page.text().contains(&format!("data-release=\"{release}\"")));
    // The files of a page are asked for under its release: an old page gets no newer ones.
    let folder = format!("/r/{release}/pkg/weir.");
    for file in ["js", "wasm", "css"] {
        assert!(page.text().contains(&format!("{folder}{file}")), "{file}");
    }
    let other = app.get("/r/another/pkg/weir.js", None).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
}
