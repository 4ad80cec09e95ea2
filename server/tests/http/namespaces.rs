//! Namespaces: operators open them and appoint owners, and see nothing that is in them.

use axum::http::StatusCode;
use domain::role::Role;
use serde_json::{Value, json};

use crate::imported::call;
use crate::support::{App, Session};

fn sales() -> Value {
    json!({ "name": "Sales", "slug": "sales-eu", "time_zone": "europe/berlin" })
}

async fn settings(app: &App, session: &Session) -> Value {
    let input = json!({ "namespace": "sales-eu" });
    call(app, session, "namespace_settings", &input).await
}

#[tokio::test]
async fn an_operator_opens_a_namespace_and_owns_it() {
    let app = App::start().await;
    let ada = app.first_person().await;
    assert_eq!(
        call(&app, &ada, "create_namespace", &sales()).await,
        "sales-eu"
    );
    let known = settings(&app, &ada).await;
    assert_eq!(
        (&known["name"], &known["time_zone"]),
        (&json!("Sales"), &json!("Europe/Berlin"))
    );
    for (name, value) in [
        ("slug", "sales-eu"),
        ("slug", "No Slug"),
        ("name", " "),
        ("time_zone", "Nowhere/Else"),
    ] {
        let mut input = sales();
        input["slug"] = json!("other");
        input[name] = json!(value);
        let refused = app.call("create_namespace", Some(&ada), &input).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name} {value}");
    }
    let changed =
        json!({ "namespace": "sales-eu", "name": "Sales Europe", "time_zone": "Europe/Paris" });
    call(&app, &ada, "change_namespace", &changed).await;
    assert_eq!(settings(&app, &ada).await["name"], "Sales Europe");
}

#[tokio::test]
async fn an_operator_sees_who_owns_a_namespace_and_becomes_an_owner_in_sight() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let other = app.owner_of_another("other").await;
    let known = call(&app, &ada, "namespaces", &json!({})).await;
    let known = known["namespaces"].as_array().unwrap();
    let found = known.iter().find(|known| known["slug"] == "other").unwrap();
    assert_eq!(
        (&found["owners"], &found["is_member"]),
        (&json!(["other"]), &json!(false))
    );
    let members = json!({ "namespace": "other" });
    let outside = app.call("members", Some(&ada), &members).await;
    assert_eq!(outside.status, StatusCode::NOT_FOUND);

    let appoint = json!({ "namespace": "other", "email": "ada@example.org" });
    call(&app, &ada, "appoint_owner", &appoint).await;
    call(&app, &ada, "members", &members).await;
    let log = json!({ "namespace": "other", "query": { "instance": false } });
    let log = call(&app, &other, "audit", &log).await;
    let sentence = log["entries"][0]["sentence"].as_str().unwrap();
    assert_eq!(sentence, "added ada@example.org as Owner, as operator");
    let unknown = json!({ "namespace": "other", "email": "nobody@example.org" });
    let unknown = app.call("appoint_owner", Some(&ada), &unknown).await;
    assert_eq!(unknown.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_else_learns_of_other_namespaces() {
    let app = App::start().await;
    app.first_person().await;
    let grace = app.member("grace", Role::Owner).await;
    for (function, input) in [
        ("namespaces", json!({})),
        ("create_namespace", sales()),
        (
            "appoint_owner",
            json!({ "namespace": "main", "email": "grace@example.org" }),
        ),
    ] {
        let refused = app.call(function, Some(&grace), &input).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{function}");
        let refused = app.call(function, None, &input).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{function}");
    }
}

#[tokio::test]
async fn operators_are_told_of_files_that_nobody_knows() {
    const SENTENCE: &str = "The database does not know 1,200 files of the data folder.";
    let app = App::start().await;
    let ada = app.first_person().await;
    let shown = app.get("/namespaces", Some(&ada)).await.text();
    assert!(!shown.contains("does not know"), "{shown}");
    let app = app.with_strays(|| 1200);
    let shown = app.get("/namespaces", Some(&ada)).await.text();
    assert!(shown.contains(SENTENCE), "{shown}");
}
