//! Members: who may change them, and that it takes effect at once.

use axum::http::StatusCode;
use domain::role::Role;
use serde_json::{Value, json};
use weir_server::config::{NoticeOptions, Options};

use crate::imported::{activate, call, set_up};
use crate::support::{App, ORIGIN, PASSWORD, Session};

fn about(person: &Session) -> Value {
    json!({ "namespace": "main", "person": person.person.to_string() })
}

async fn add(app: &App, session: &Session, namespace: &str, email: &str) -> Value {
    let input = json!({ "namespace": namespace, "email": email, "role": "editor" });
    call(app, session, "add_member", &input).await
}

/// `name role`, by name.
async fn roles(app: &App, session: &Session) -> Vec<String> {
    let members = call(app, session, "members", &json!({ "namespace": "main" })).await;
    let members = members["members"].as_array().unwrap().iter();
    members
        .map(|member| {
            let text = |name: &str| member[name].as_str().unwrap().to_owned();
            format!("{} {}", text("name"), text("role"))
        })
        .collect()
}

#[tokio::test]
async fn somebody_new_gets_a_link_that_works_once() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let added = add(&app, &ada, "main", "Grace@Example.org").await;
    assert_eq!(added["email"], "grace@example.org");
    let link = added["link"].as_str().unwrap().to_owned();
    let token = link.strip_prefix("/welcome/").unwrap();
    let form = [
        ("token", token),
        ("email", ""),
        ("name", "Grace"),
        ("password", PASSWORD),
    ];
    let accepted = app.post_form("/ui/accept_link", None, &form).await;
    let cookie = accepted.cookie().unwrap();
    let grace = Session {
        person: ada.person,
        cookie,
    };
    assert_eq!(roles(&app, &grace).await, ["Ada owner", "Grace editor"]);
    let again = app.post_form("/ui/accept_link", None, &form).await;
    assert_eq!(again.cookie(), None);

    let other = app.owner_of_another("other").await;
    let known = add(&app, &other, "other", "grace@example.org").await;
    assert!(known["link"].is_string(), "they accept this one too");
}

#[tokio::test]
async fn a_new_link_is_made_for_who_has_not_accepted() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let grace = app.member("grace", Role::Viewer).await;
    let refused = app.call("invite_again", Some(&ada), &about(&grace)).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "they are a member");
    let other = app.owner_of_another("other").await;
    add(&app, &other, "other", "grace@example.org").await;
    let mut invited = about(&grace);
    invited["namespace"] = json!("other");
    let again = call(&app, &other, "invite_again", &invited).await;
    assert!(again["link"].is_string());
}

#[tokio::test]
async fn who_is_removed_sees_nothing_at_once() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let grace = app.member("grace", Role::Viewer).await;
    let role = |role: &str| {
        let mut input = about(&grace);
        input["role"] = json!(role);
        input
    };
    call(&app, &ada, "change_role", &role("editor")).await;
    assert_eq!(roles(&app, &grace).await, ["Ada owner", "grace editor"]);
    call(&app, &ada, "remove_member", &about(&grace)).await;
    let members = json!({ "namespace": "main" });
    let answer = app.call("members", Some(&grace), &members).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let answer = app.call("change_role", Some(&ada), &role("viewer")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn members_do_not_change_each_other_but_may_leave() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let grace = app.member("grace", Role::Editor).await;
    let mary = app.member("mary", Role::Viewer).await;
    let mut promoted = about(&grace);
    promoted["role"] = json!("owner");
    for (function, input) in [
        ("change_role", &promoted),
        ("remove_member", &about(&mary)),
        ("invite_again", &about(&mary)),
    ] {
        let refused = app.call(function, Some(&grace), input).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{function}");
        let name = function.replace('_', "-");
        let stranger = app.owner_of_another(&name).await;
        let refused = app.call(function, Some(&stranger), input).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{function}");
    }
    call(&app, &mary, "remove_member", &about(&mary)).await;
    assert_eq!(roles(&app, &ada).await, ["Ada owner", "grace editor"]);
    let last = app.call("remove_member", Some(&ada), &about(&ada)).await;
    assert_eq!(last.status, StatusCode::CONFLICT, "the only owner stays");
}

#[tokio::test]
async fn before_somebody_goes_it_is_known_what_they_alone_hear_of() {
    let options = Options {
        notices: NoticeOptions {
            smtp_host: Some("mail.example.org".to_owned()),
            smtp_from: Some("weir@example.org".to_owned()),
            ..NoticeOptions::default()
        },
        ..Options::default()
    };
    let app = App::start_with(ORIGIN, options).await;
    let ada = app.first_person().await;
    let mary = app.member("mary", Role::Owner).await;
    let grace = app.member("grace", Role::Viewer).await;
    app.start_worker();
    let later = json!({ "when": "at", "date": "2099-12-01", "time": "06:00", "time_zone": "UTC" });
    let ids = set_up(&app, &ada, later).await;
    activate(&app, &ada, &ids).await;
    let of_job = json!({ "namespace": "main", "job": ids.job });
    let name = call(&app, &ada, "job", &of_job).await["row"]["name"].clone();
    let alone = async |by: &Session, of: &Session| call(&app, by, "heard_alone", &about(of)).await;
    // Whoever made the job hears of it.
    let of_ada = json!({ "jobs": [name], "stand_ins": ["mary"], "unheard": 0 });
    let nothing = json!({ "jobs": [], "stand_ins": [], "unheard": 0 });
    assert_eq!(alone(&mary, &ada).await, of_ada);
    assert_eq!(alone(&ada, &ada).await, of_ada);
    assert_eq!(alone(&grace, &grace).await, nothing);
    let refused = app.call("heard_alone", Some(&grace), &about(&ada)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let stranger = app.owner_of_another("other").await;
    let refused = app.call("heard_alone", Some(&stranger), &about(&ada)).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);

    let hears = async |who: &Session, events: Value, job: Value| {
        let subscriber = json!({ "channel": "mail", "id": who.person.to_string() });
        let input =
            json!({ "namespace": "main", "subscriber": subscriber, "job": job, "events": events });
        call(&app, who, "subscribe", &input).await;
    };
    hears(&mary, json!([]), Value::Null).await;
    let nobody = json!({ "jobs": [name], "stand_ins": [], "unheard": 1 });
    assert_eq!(alone(&mary, &ada).await, nobody);
    hears(&grace, json!(["run_failed", "run_halted"]), json!(ids.job)).await;
    hears(
        &grace,
        json!(["run_partially_completed", "run_failed", "run_halted"]),
        json!(ids.job),
    )
    .await;
    assert_eq!(alone(&mary, &ada).await, nothing);
}
