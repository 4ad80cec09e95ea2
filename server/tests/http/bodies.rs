//! What cannot be read is the sender's mistake, and no fault of the server.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{App, form_request, request};

#[tokio::test]
async fn what_cannot_be_read_is_told_as_that() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let long = format!("\"{}\"", "a".repeat(5 << 20));
    for (body, expected) in [
        ("", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
        ("[]", StatusCode::BAD_REQUEST),
        ("{\"namespace\":7}", StatusCode::BAD_REQUEST),
        ("\u{fffd}\u{0}", StatusCode::BAD_REQUEST),
        (&deep, StatusCode::BAD_REQUEST),
        (&long, StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        let mut request = request(
            Method::POST,
            "/ui/members",
            Some(&ada),
            Body::from(body.to_owned()),
        );
        let json = "application/json".parse().unwrap();
        request.headers_mut().insert("content-type", json);
        let answer = app.send(request).await;
        let shown: String = body.chars().take(40).collect();
        assert_eq!(answer.status, expected, "{shown}: {}", answer.text());
        assert_eq!(answer.json()["kind"], "invalid", "{shown}");
    }
    let mut form = form_request("/ui/sign_in", None, &[("email", "a")]);
    form.headers_mut().remove("accept");
    assert_eq!(app.send(form).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_nul_is_refused_wherever_it_stands() {
    let app = App::start().await;
    let ada = app.first_person().await;
    for (function, input) in [
        (
            "jobs",
            json!({ "namespace": "main", "query": { "search": "\0", "status": null, "after": null } }),
        ),
        ("members", json!({ "namespace": "ma\0in" })),
        ("create_job", json!({ "namespace": "main", "name": "a\0b" })),
        (
            "add_member",
            json!({ "namespace": "main", "email": "a\0@example.org", "role": "viewer" }),
        ),
        (
            "create_namespace",
            json!({ "name": "a\0", "slug": "a", "time_zone": "UTC" }),
        ),
    ] {
        let answer = app.call(function, Some(&ada), &input).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{function}");
    }
    let sign_in = [("email", "a\0@example.org"), ("password", "x")];
    let answer = app.post_form("/ui/sign_in", None, &sign_in).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    for path in [
        "/n/%00/jobs",
        "/n/main/jobs?search=%00",
        "/n/main/runs/%00/file",
    ] {
        let answer = app.get(path, Some(&ada)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn a_page_leads_everybody_to_the_sign_in() {
    let app = App::start().await;
    app.first_person().await;
    for accepted in ["text/html", "*/*", "application/json"] {
        let mut request = request(Method::GET, "/n/main/jobs", None, Body::empty());
        request
            .headers_mut()
            .insert("accept", accepted.parse().unwrap());
        let answer = app.send(request).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (StatusCode::FOUND, "/sign-in?next=%2Fn%2Fmain%2Fjobs"),
            "{accepted}"
        );
    }
}
