//! Signing in and out, one-time links, and what a session's cookie is like.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use operations::links;
use serde_json::json;
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
    // Back to the form, with the error in the address.
    assert!(
        wrong.header("location").contains("__err="),
        "{}",
        wrong.header("location")
    );
    for other in [&unknown, &without_password] {
        assert_eq!(other.status, wrong.status);
        assert_eq!(other.header("location"), wrong.header("location"));
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
async fn attempts_are_counted_per_address_whatever_the_account() {
    let app = App::start().await;
    app.first_person().await;
    for number in 0..10 {
        sign_in(
            &app,
            &format!("somebody{number}@example.org"),
            "wrong password",
        )
        .await;
    }
    assert!(
        sign_in(&app, "ada@example.org", PASSWORD)
            .await
            .cookie()
            .is_none()
    );
}

#[tokio::test]
async fn many_attempts_at_once_do_not_pass_the_limit_together() {
    let app = App::start().await;
    app.first_person().await;
    let attempts = (0..24).map(|_| sign_in(&app, "ada@example.org", "wrong password"));
    futures::future::join_all(attempts).await;
    let since = app.context.now().plus_seconds(-1);
    let counted = app
        .context
        .store
        .failed_sign_ins_since("account:ada@example.org", since)
        .await
        .unwrap();
    // Two are hashed at once, so one more than ten may have begun.
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
        let attempt = |address: String, email: String, password: &'static str| {
            let form = [("email", email.as_str()), ("password", password)];
            let mut request = form_request("/ui/sign_in", None, &form);
            request
                .headers_mut()
                .insert("x-forwarded-for", address.parse().unwrap());
            app.send(request)
        };
        for number in 0..10 {
            let email = format!("somebody{number}@example.org");
            attempt(format!("198.51.100.{number}"), email, "wrong password").await;
        }
        let answer = attempt(
            "203.0.113.9".to_owned(),
            "ada@example.org".to_owned(),
            PASSWORD,
        )
        .await;
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
