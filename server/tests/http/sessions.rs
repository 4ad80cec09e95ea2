//! Signing in and out, one-time links, and what a session's cookie is like.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode};
use operations::links;
use serde_json::json;
use store::activity::ActivityFilter;
use weir_server::config::Options;

use crate::support::{Answer, App, PASSWORD, Session, form_request, request};

async fn sign_in(app: &App, email: &str, password: &str) -> Answer {
    app.post_form(
        "/ui/sign_in",
        None,
        &[("email", email), ("password", password)],
    )
    .await
}

async fn sign_in_from(app: &App, address: &str, email: &str, password: &str) -> Answer {
    let form = [("email", email), ("password", password)];
    let mut request = form_request("/ui/sign_in", None, &form);
    let peer = SocketAddr::new(address.parse().unwrap(), 40_000);
    request.extensions_mut().insert(ConnectInfo(peer));
    request.headers_mut().remove("accept");
    app.send(request).await
}

/// How many failed attempts the log tells of.
async fn failures_in_log(app: &App) -> usize {
    let filter = ActivityFilter {
        kinds: vec!["sign_in_failed".to_owned()],
        ..ActivityFilter::default()
    };
    let store = &app.context.store;
    store
        .instance_activity_page(&filter, None, 100)
        .await
        .unwrap()
        .len()
}

/// Whose session it is; `None`: nobody's.
async fn person(app: &App, session: &Session) -> Option<String> {
    let answer = app.call("session", Some(session), &json!({})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()["email"].as_str().map(str::to_owned)
}

fn with_cookie(session: &Session, answer: &Answer) -> Session {
    Session {
        cookie: answer.cookie().unwrap(),
        ..session.clone()
    }
}

#[tokio::test]
async fn the_right_password_signs_in_and_leads_to_the_start() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let answer = sign_in(&app, " ADA@example.org ", PASSWORD).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::FOUND, "/")
    );
    let session = with_cookie(&ada, &answer);
    assert_eq!(
        person(&app, &session).await.as_deref(),
        Some("ada@example.org")
    );
}

#[tokio::test]
async fn the_cookie_is_hidden_from_scripts_and_other_sites() {
    let app = App::start().await;
    app.first_person().await;
    let cookie = sign_in(&app, "ada@example.org", PASSWORD)
        .await
        .header("set-cookie")
        .to_owned();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "{cookie}");
}

#[tokio::test]
async fn behind_https_the_cookie_is_for_https_alone() {
    let app = App::start_with("https://weir.test", Options::default()).await;
    app.first_person().await;
    let form = [("email", "ada@example.org"), ("password", PASSWORD)];
    let mut request = form_request("/ui/sign_in", None, &form);
    request
        .headers_mut()
        .insert("origin", "https://weir.test".parse().unwrap());
    let answer = app.send(request).await;
    assert!(
        answer
            .header("set-cookie")
            .starts_with("__Host-weir_session=")
    );
    assert!(
        answer.header("set-cookie").ends_with("; Secure"),
        "{}",
        answer.header("set-cookie")
    );
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=31536000"
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_person_get_the_same_answer() {
    let app = App::start().await;
    app.first_person().await;
    app.member("nopassword", domain::role::Role::Viewer).await;
    let wrong = sign_in(&app, "ada@example.org", "wrong password").await;
    let unknown = sign_in(&app, "nobody@example.org", "wrong password").await;
    let without_password = sign_in(&app, "nopassword@example.org", "wrong password").await;
    assert_eq!(wrong.status, StatusCode::FOUND);
    assert!(wrong.cookie().is_none());
    let error = wrong.set_cookie("weir_form_answer");
    assert!(error.is_some(), "{:?}", wrong.headers);
    for other in [&unknown, &without_password] {
        assert_eq!(other.status, wrong.status);
        assert_eq!(other.header("location"), wrong.header("location"));
        assert_eq!(other.set_cookie("weir_form_answer"), error);
    }
}

#[tokio::test]
async fn after_ten_failed_attempts_even_the_right_password_waits() {
    let app = App::start().await;
    app.first_person().await;
    for _ in 0..10 {
        assert!(
            sign_in(&app, "ada@example.org", "wrong password")
                .await
                .cookie()
                .is_none()
        );
    }
    assert!(
        sign_in(&app, "ada@example.org", PASSWORD)
            .await
            .cookie()
            .is_none()
    );
    app.clock.advance_seconds(15 * 60 + 1);
    assert!(
        sign_in(&app, "ada@example.org", PASSWORD)
            .await
            .cookie()
            .is_some()
    );
}

#[tokio::test]
async fn wrong_passwords_from_elsewhere_keep_nobody_from_their_account() {
    let app = App::start().await;
    app.first_person().await;
    for _ in 0..11 {
        sign_in_from(&app, "198.51.100.9", "ada@example.org", "wrong password").await;
    }
    let there = sign_in_from(&app, "198.51.100.9", "ada@example.org", PASSWORD).await;
    assert!(there.cookie().is_none());
    let elsewhere = sign_in(&app, "ada@example.org", PASSWORD).await;
    assert!(elsewhere.cookie().is_some());
    let colleague = sign_in_from(&app, "198.51.100.9", "grace@example.org", "wrong").await;
    assert_eq!(
        colleague.status,
        StatusCode::BAD_REQUEST,
        "an office is not locked out"
    );
}

#[tokio::test]
async fn attempts_are_counted_per_address_whatever_the_account() {
    let app = App::start().await;
    app.first_person().await;
    for number in 0..50 {
        // All of one /64.
        let address = format!("2001:db8:1:2::{number:x}");
        let email = format!("somebody{number}@example.org");
        sign_in_from(&app, &address, &email, "wrong password").await;
    }
    let answer = sign_in_from(&app, "2001:db8:1:2:ffff::1", "ada@example.org", PASSWORD).await;
    assert!(answer.cookie().is_none());
    let next = sign_in_from(&app, "2001:db8:1:3::1", "ada@example.org", PASSWORD).await;
    assert!(next.cookie().is_some());
    assert_eq!(failures_in_log(&app).await, 10, "the log is not filled");
}

#[tokio::test]
async fn what_was_typed_takes_no_room() {
    let app = App::start().await;
    app.first_person().await;
    let long = format!("{}@example.org", "a".repeat(300));
    let answer = sign_in(&app, &long, "wrong password").await;
    assert!(answer.cookie().is_none());
    assert_eq!(failures_in_log(&app).await, 0);
}

#[tokio::test]
async fn many_attempts_at_once_do_not_pass_the_limit_together() {
    let app = App::start().await;
    app.first_person().await;
    let attempts = (0..24).map(|_| async {
        let form = [("email", "ada@example.org"), ("password", "wrong password")];
        let mut request = form_request("/ui/sign_in", None, &form);
        request.headers_mut().remove("accept");
        app.send(request).await.status
    });
    let answers = futures::future::join_all(attempts).await;
    let counted = answers
        .iter()
        .filter(|status| **status == StatusCode::BAD_REQUEST);
    // Two are hashed at once, so one more than ten may have begun.
    let counted = counted.count();
    assert!((10..=11).contains(&counted), "{counted}");
}

#[tokio::test]
async fn a_client_cannot_choose_its_address_unless_a_proxy_is_trusted() {
    for (trust_proxy, may_sign_in) in [(false, false), (true, true)] {
        let options = Options {
            trust_proxy: Some(trust_proxy),
            ..Options::default()
        };
        let app = App::start_with("http://weir.test", options).await;
        app.first_person().await;
        let attempt = |address: String, password: &'static str| {
            let form = [("email", "ada@example.org"), ("password", password)];
            let mut request = form_request("/ui/sign_in", None, &form);
            request
                .headers_mut()
                .insert("x-forwarded-for", address.parse().unwrap());
            app.send(request)
        };
        for number in 0..10 {
            attempt(format!("198.51.100.{number}"), "wrong password").await;
        }
        let answer = attempt("203.0.113.9".to_owned(), PASSWORD).await;
        assert_eq!(
            answer.cookie().is_some(),
            may_sign_in,
            "trust_proxy = {trust_proxy}"
        );
    }
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before() {
    let app = App::start().await;
    let before = app.first_person().await;
    let form = [("email", "ada@example.org"), ("password", PASSWORD)];
    let answer = app.post_form("/ui/sign_in", Some(&before), &form).await;
    assert_eq!(person(&app, &before).await, None);
    assert!(person(&app, &with_cookie(&before, &answer)).await.is_some());
}

#[tokio::test]
async fn signing_out_ends_the_session_and_takes_the_cookie() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let answer = app.post_form("/ui/sign_out", Some(&ada), &[]).await;
    assert!(
        answer
            .header("set-cookie")
            .starts_with("weir_session=; Path=/; Max-Age=0")
    );
    assert_eq!(person(&app, &ada).await, None);
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_for_twelve_hours_and_after_thirty_days_at_the_latest() {
    let app = App::start().await;
    let ada = app.first_person().await;
    for _ in 0..(30 * 24 / 11) {
        app.clock.advance_seconds(11 * 60 * 60);
        assert!(person(&app, &ada).await.is_some());
    }
    app.clock.advance_seconds(11 * 60 * 60);
    assert_eq!(person(&app, &ada).await, None, "thirty days are over");

    let answer = sign_in(&app, "ada@example.org", PASSWORD).await;
    let idle = with_cookie(&ada, &answer);
    app.clock.advance_seconds(12 * 60 * 60);
    assert_eq!(person(&app, &idle).await, None, "not used for twelve hours");
}

#[tokio::test]
async fn a_link_works_once() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let token = links::create_password_link(&app.context, "ada@example.org")
        .await
        .unwrap()
        .reveal();
    let input = json!({ "token": token });
    let purpose = app.call("link", None, &input).await.json();
    assert_eq!(purpose["email"], "ada@example.org");

    let form = [
        ("token", token.as_str()),
        ("email", ""),
        ("name", "Ada L."),
        ("password", "another password"),
    ];
    let (one, two) = tokio::join!(
        app.post_form("/ui/accept_link", None, &form),
        app.post_form("/ui/accept_link", None, &form),
    );
    let signed_in = [one, two]
        .iter()
        .filter(|answer| answer.cookie().is_some())
        .count();
    assert_eq!(signed_in, 1);
    assert_eq!(
        app.call("link", None, &input).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        person(&app, &ada).await,
        None,
        "a new password ends all sessions"
    );
    assert!(
        sign_in(&app, "ada@example.org", PASSWORD)
            .await
            .cookie()
            .is_none()
    );
    assert!(
        sign_in(&app, "ada@example.org", "another password")
            .await
            .cookie()
            .is_some()
    );
}

#[tokio::test]
async fn a_link_ends_after_a_day() {
    let app = App::start().await;
    app.first_person().await;
    let token = links::create_password_link(&app.context, "ada@example.org")
        .await
        .unwrap()
        .reveal();
    app.clock.advance_seconds(24 * 60 * 60);
    let answer = app.call("link", None, &json!({ "token": token })).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn two_first_links_make_one_first_person() {
    let app = App::start().await;
    let one = links::create_first_link(&app.context)
        .await
        .unwrap()
        .unwrap()
        .reveal();
    let two = links::create_first_link(&app.context)
        .await
        .unwrap()
        .unwrap()
        .reveal();
    for (token, email, signed_in) in [
        (&one, "ada@example.org", true),
        (&two, "eve@example.org", false),
    ] {
        let form = [
            ("token", token.as_str()),
            ("email", email),
            ("name", "A"),
            ("password", PASSWORD),
        ];
        let answer = app.post_form("/ui/accept_link", None, &form).await;
        assert_eq!(answer.cookie().is_some(), signed_in, "{email}");
    }
    assert!(
        links::create_first_link(&app.context)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_short_password_leaves_the_link_as_it_is() {
    let app = App::start().await;
    let token = links::create_first_link(&app.context)
        .await
        .unwrap()
        .unwrap()
        .reveal();
    let form = |password| {
        [
            ("token", token.as_str()),
            ("email", "ada@example.org"),
            ("name", "Ada"),
            ("password", password),
        ]
    };
    assert!(
        app.post_form("/ui/accept_link", None, &form("123456789"))
            .await
            .cookie()
            .is_none()
    );
    assert!(
        app.post_form("/ui/accept_link", None, &form("1234567890"))
            .await
            .cookie()
            .is_some()
    );
}

#[tokio::test]
async fn a_name_in_which_something_is_hidden_is_refused() {
    let app = App::start().await;
    let token = links::create_first_link(&app.context)
        .await
        .unwrap()
        .unwrap()
        .reveal();
    let form = |name| {
        [
            ("token", token.as_str()),
            ("email", "ada@example.org"),
            ("name", name),
            ("password", "1234567890"),
        ]
    };
    for name in ["First\nSecond", "a\u{202E}b", "a\u{2028}b", "\n", ""] {
        let answer = app.post_form("/ui/accept_link", None, &form(name)).await;
        assert!(answer.cookie().is_none(), "{name:?}");
    }
    let answer = app.post_form("/ui/accept_link", None, &form("Ada")).await;
    assert!(answer.cookie().is_some());
}

#[tokio::test]
async fn text_that_is_no_token_is_nobody() {
    let app = App::start().await;
    app.first_person().await;
    for cookie in [
        "weir_session=",
        "weir_session=0",
        "weir_session=%00",
        "other=1",
        ";;;=;",
    ] {
        let mut request = request(Method::GET, "/n/main/events", None, Body::empty());
        request
            .headers_mut()
            .insert("cookie", cookie.parse().unwrap());
        assert_eq!(
            app.send(request).await.status,
            StatusCode::UNAUTHORIZED,
            "{cookie}"
        );
    }
}
