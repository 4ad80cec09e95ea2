//! Datasets whose rows came in before keys had a canonical form: what their page says, and how an owner changes it.

use axum::http::StatusCode;
use domain::role::Role;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::imported::{self, call};
use crate::reach::rows_file;
use crate::support::{App, Session};

const PAGE: &str = "/n/main/datasets/contacts";
const SENTENCE: &str = "Comparing them without regard to capitals would make";

/// The dataset `contacts`, with a table as it was made before.
async fn older_dataset(app: &App, owner: &Session) {
    imported::import(app, owner).await;
    app.stopping.cancel();
    let fields = json!([
        { "name": "email", "type": { "kind": "email" }, "key": true },
        { "name": "name", "type": { "kind": "text" } },
    ]);
    let dataset =
        json!({ "namespace": "main", "dataset": { "name": "contacts", "fields": fields } });
    call(app, owner, "create_dataset", &dataset).await;
    assert_eq!(shown(app, owner).await["key_form"], json!("canonical"));
    Connection::open(rows_file(app))
        .unwrap()
        .execute_batch(
            "CREATE TABLE contacts (email TEXT NOT NULL, name TEXT, UNIQUE (email));
             INSERT INTO contacts VALUES ('Ada@Example.ORG', 'first'), ('mary@example.org', NULL), ('ada@example.org', 'last');
             INSERT INTO weir_ledger VALUES ('earlier', 'contacts', 3, 3, 0, 3);",
        )
        .unwrap();
}

async fn shown(app: &App, session: &Session) -> Value {
    let contacts = json!({ "namespace": "main", "name": "contacts" });
    call(app, session, "dataset", &contacts).await
}

fn change(removed: u64) -> Value {
    json!({ "namespace": "main", "name": "contacts", "removed": removed })
}

#[tokio::test]
async fn an_owner_sees_what_falls_together_and_changes_it() {
    let app = App::start().await;
    let ada = app.first_person().await;
    older_dataset(&app, &ada).await;
    let contacts = json!({ "namespace": "main", "name": "contacts" });
    assert_eq!(shown(&app, &ada).await["key_form"], json!("exact"));
    assert_eq!(
        call(&app, &ada, "key_groups", &contacts).await,
        json!({ "groups": 1, "rows": 2, "removed": 1, "first": [
            { "rows": 2, "stays": ["ada@example.org", "last"], "goes": ["Ada@Example.ORG", "first"] }
        ] })
    );
    let page = app.get(PAGE, Some(&ada)).await.text();
    assert!(page.contains(&format!("{SENTENCE} 2 rows fall together.")));
    assert!(page.contains("compared exactly as written"));

    let stale = app
        .call("compare_keys_canonically", Some(&ada), &change(0))
        .await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "{}", stale.text());
    assert_eq!(shown(&app, &ada).await["key_form"], json!("exact"));
    call(&app, &ada, "compare_keys_canonically", &change(1)).await;
    let after = shown(&app, &ada).await;
    assert_eq!(
        (&after["key_form"], &after["reach"], &after["first_rows"]),
        (
            &json!("canonical"),
            &json!("free"),
            &json!([["mary@example.org", null], ["ada@example.org", "last"]])
        )
    );
    let page = app.get(PAGE, Some(&ada)).await.text();
    assert!(!page.contains(SENTENCE));
    assert!(page.contains("compared without regard to capitals"));
    let log = app.get("/n/main/audit", Some(&ada)).await.text();
    assert!(log.contains(
        "had keys compared without regard to capitals and blanks: contacts, by which 1 row went"
    ));
    // Nothing is left to change.
    call(&app, &ada, "compare_keys_canonically", &change(0)).await;
}

#[tokio::test]
async fn nobody_else_does() {
    let app = App::start().await;
    let ada = app.first_person().await;
    older_dataset(&app, &ada).await;
    let editor = app.member("editor", Role::Editor).await;
    let stranger = app.owner_of_another("stranger").await;
    let page = app.get(PAGE, Some(&editor)).await.text();
    assert!(page.contains("compared exactly as written") && !page.contains(SENTENCE));
    for (who, status) in [
        (&editor, StatusCode::FORBIDDEN),
        (&stranger, StatusCode::NOT_FOUND),
    ] {
        let answer = app
            .call("compare_keys_canonically", Some(who), &change(1))
            .await;
        assert_eq!(answer.status, status);
    }
    // A dataset of this name is in another namespace.
    let theirs = json!({ "namespace": "stranger", "name": "contacts", "removed": 1 });
    let unknown = json!({ "namespace": "stranger", "name": "nothing", "removed": 1 });
    let answer = async |input: &Value| {
        let answer = app
            .call("compare_keys_canonically", Some(&stranger), input)
            .await;
        (answer.status, answer.text())
    };
    let there = answer(&theirs).await;
    assert_eq!(there.0, StatusCode::NOT_FOUND);
    assert_eq!(there, answer(&unknown).await);
    assert_eq!(shown(&app, &ada).await["key_form"], json!("exact"));
}

#[tokio::test]
async fn a_change_is_refused_while_rows_come_in() {
    let app = App::start().await;
    let ada = app.first_person().await;
    older_dataset(&app, &ada).await;
    let run = Connection::open(rows_file(&app)).unwrap();
    run.execute_batch("BEGIN IMMEDIATE").unwrap();
    let answer = app
        .call("compare_keys_canonically", Some(&ada), &change(1))
        .await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    assert!(answer.text().contains("Rows are being brought in"));
}
