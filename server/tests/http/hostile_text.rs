//! What a person, a file or an address says is never taken for Weir's own word, nor for a part of its pages.

use axum::body::Body;
use axum::http::{HeaderValue, Method, StatusCode, header};
use leptos::server_fn::error::ServerFnUrlError;
use serde_json::{Value, json};
use tabular::dialect::Dialect;

use app::server_fns::error::{AppError, ErrorKind};

use crate::imported::{set_up, setup};
use crate::support::{Answer, App, ORIGIN, PASSWORD, Session, request};

async fn page(app: &App, path: &str, session: Option<&Session>, cookie: Option<&str>) -> Answer {
    let mut request = request(Method::GET, path, session, Body::empty());
    let headers = request.headers_mut();
    headers.insert(header::ACCEPT, HeaderValue::from_static("text/html"));
    if let Some(cookie) = cookie {
        headers.insert(header::COOKIE, HeaderValue::from_str(cookie).unwrap());
    }
    app.send(request).await
}

#[tokio::test]
async fn a_name_does_not_end_the_title() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let name = "</title><b id=pwn>&amp;";
    let input = json!({ "namespace": "main", "name": name });
    let job = app.call("create_job", Some(&ada), &input).await.json();
    let job = job.as_str().unwrap();
    for path in [
        format!("/n/main/jobs/{job}"),
        format!("/n/main/jobs/{job}/setup/basics"),
        format!("/n/main/jobs/{job}/setup/review"),
    ] {
        let answer = page(&app, &path, Some(&ada), None).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let text = answer.text();
        assert!(!text.contains("<b id=pwn>"), "{path}");
        let title = text.split("<title>").nth(1).unwrap();
        let title = title.split("</title>").next().unwrap();
        assert!(
            title.contains("&lt;/title>&lt;b id=pwn>&amp;amp;"),
            "{path}: {title}"
        );
    }
}

#[tokio::test]
async fn no_sentence_in_an_address_is_shown() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let error = AppError {
        kind: ErrorKind::Invalid,
        message: "Your account was locked.".to_owned(),
        hint: "Call +1 555 0100.".to_owned(),
    };
    let forms = [
        ("/sign-in", "sign_in"),
        ("/welcome/x", "accept_link"),
        ("/n/main/members", "add_member"),
        ("/n/main/settings", "change_namespace"),
        ("/n/main/jobs", "sign_out"),
        ("/namespaces", "create_namespace"),
        ("/namespaces", "appoint_owner"),
    ];
    for (path, function) in forms {
        let made_up = ServerFnUrlError::new(format!("/ui/{function}"), error.clone());
        let address = made_up
            .to_url(&format!("{ORIGIN}{path}"))
            .unwrap()
            .to_string();
        let address = address.strip_prefix(ORIGIN).unwrap();
        let answer = page(&app, address, Some(&ada), None).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::FOUND, path),
            "{address}"
        );
        assert!(!answer.text().contains("locked"));
    }
    // A redirect is no way to another host either.
    for address in [
        "//elsewhere.example/?__err=x",
        "/\\elsewhere.example/?__err=x",
    ] {
        let answer = page(&app, address, None, None).await;
        assert_eq!(answer.header("location"), "/", "{address}");
    }
}

#[tokio::test]
async fn a_form_without_javascript_hears_its_answer_once() {
    let app = App::start().await;
    app.first_person().await;
    let form = [("email", "ada@example.org"), ("password", "wrong password")];
    let posted = app.post_form("/ui/sign_in", None, &form).await;
    assert_eq!(
        (posted.status, posted.header("location")),
        (StatusCode::FOUND, "/sign-in")
    );
    let cookie = posted.set_cookie("weir_form_answer").unwrap();
    let shown = page(&app, "/sign-in", None, Some(&cookie)).await;
    assert!(
        shown.text().contains("class=\"field-error\""),
        "{}",
        shown.text()
    );
    assert_eq!(
        shown.set_cookie("weir_form_answer").as_deref(),
        Some("weir_form_answer="),
        "the browser forgets it"
    );
    let again = page(&app, "/sign-in", None, None).await;
    assert!(!again.text().contains("class=\"field-error\""));
}

#[tokio::test]
async fn signing_in_leads_back_to_a_page_of_this_site_and_nowhere_else() {
    let app = App::start().await;
    app.first_person().await;
    let asked = page(&app, "/n/main/jobs?status=failed", None, None).await;
    assert_eq!(asked.status, StatusCode::FOUND);
    let door = asked.header("location").to_owned();
    assert!(door.starts_with("/sign-in?next="), "{door}");
    let door = page(&app, &door, None, None).await.text();
    assert!(
        door.contains("value=\"/n/main/jobs?status=failed\""),
        "{door}"
    );

    for (next, location) in [
        ("/n/main/jobs?status=failed", "/n/main/jobs?status=failed"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("", "/"),
    ] {
        let form = [
            ("email", "ada@example.org"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = app.post_form("/ui/sign_in", None, &form).await;
        assert!(answer.cookie().is_some(), "{next:?}: {}", answer.text());
        assert_eq!(answer.header("location"), location, "{next:?}");
    }
}

async fn refused_step(app: &App, session: &Session, job: &str, step: Value) -> Answer {
    let version = setup(app, session, job).await["version"].clone();
    let input = json!({ "namespace": "main", "job": job, "version": version, "step": step });
    let refused = app.call("save_step", Some(session), &input).await;
    assert_eq!(
        refused.status,
        StatusCode::BAD_REQUEST,
        "{}",
        refused.text()
    );
    refused
}

#[tokio::test]
async fn what_lists_carry_is_bounded() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    let allowed: Vec<_> = (0..100_000).map(|number| number.to_string()).collect();
    let fields = json!([{ "name": "name", "type": { "kind": "text" }, "allowed": allowed }]);
    let input = json!({ "namespace": "main", "dataset": { "name": "wide", "fields": fields } });
    let refused = app.call("create_dataset", Some(&ada), &input).await;
    assert_eq!(
        refused.status,
        StatusCode::BAD_REQUEST,
        "{}",
        refused.text()
    );

    let ids = set_up(&app, &ada, json!({ "when": "now" })).await;
    let cron = format!("{} * * * *", vec!["1-59/1"; 10_000].join(","));
    let schedule = json!({
        "when": "recurring", "pattern": "cron", "cron": cron, "time_zone": "UTC",
    });
    let refused = refused_step(&app, &ada, &ids.job, json!({ "schedule": schedule })).await;
    assert!(refused.text().contains("at most 500"), "{}", refused.text());
}

#[tokio::test]
async fn a_mapping_has_no_more_columns_than_a_file_may_and_no_endless_names() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    let ids = set_up(&app, &ada, json!({ "when": "now" })).await;
    let version = setup(&app, &ada, &ids.job).await["version"].clone();
    let columns = |count: usize, name: String| {
        let column =
            |number| json!({ "name": format!("{name}{number}"), "field": null, "format": {} });
        json!({ "columns": (0..count).map(column).collect::<Vec<_>>() })
    };
    for mapping in [
        columns(10_001, String::new()),
        columns(1, "x".repeat(10_000)),
    ] {
        let sample = json!({
            "upload": ids.upload, "file_bytes": 10, "dialect": Dialect::default(), "mapping": mapping,
        });
        refused_step(&app, &ada, &ids.job, json!({ "sample": sample })).await;
    }
    assert_eq!(setup(&app, &ada, &ids.job).await["version"], version);
}
