//! The log: everything that was done stands in it, with who, when and from where.

use axum::http::StatusCode;
use domain::role::Role;
use serde_json::{Value, json};

use crate::imported::{self, call};
use crate::support::{App, PASSWORD, Session};

async fn entries(app: &App, session: &Session, query: Value) -> Vec<Value> {
    let input = json!({ "namespace": "main", "query": query });
    let page = call(app, session, "audit", &input).await;
    page["entries"].as_array().unwrap().clone()
}

fn sentences(entries: &[Value]) -> Vec<&str> {
    let sentence = |entry: &'_ Value| entry["sentence"].as_str().map(str::to_owned);
    assert!(entries.iter().all(|entry| sentence(entry).is_some()));
    entries
        .iter()
        .filter_map(|entry| entry["sentence"].as_str())
        .collect()
}

#[tokio::test]
async fn an_import_is_told_step_by_step() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;
    let all = entries(&app, &ada, json!({ "instance": false })).await;
    let said = sentences(&all);
    assert_eq!(said.first(), Some(&"activated the job"));
    assert!(said.contains(&"declared the dataset people"), "{said:?}");
    assert!(said.contains(&"created the job"), "{said:?}");
    assert_eq!(all[0]["who"], "Ada");
    assert_eq!(all[0]["address"], "192.0.2.1");
    assert_eq!(all[0]["at"], app.context.now().0);
    assert_eq!(all[0]["job"]["name"], "People");

    let delete = json!({ "namespace": "main", "job": ids.job, "action": "delete" });
    call(&app, &ada, "act_on_job", &delete).await;
    let of_job = json!({ "instance": false, "job": ids.job, "group": "jobs" });
    let of_job = entries(&app, &ada, of_job).await;
    assert_eq!(sentences(&of_job)[0], "deleted the job");
    let job = &of_job[of_job.len() - 1]["job"];
    assert_eq!(
        (&job["name"], &job["is_deleted"]),
        (&json!("People"), &json!(true))
    );
}

#[tokio::test]
async fn signing_in_stands_in_the_log_of_the_instance() {
    let app = App::start().await;
    let ada = app.first_person().await;
    for (email, password) in [
        ("ada@example.org", PASSWORD),
        ("ada@example.org", "a wrong one"),
        ("a password typed into the wrong field", "x"),
    ] {
        let form = [("email", email), ("password", password)];
        app.post_form("/ui/sign_in", None, &form).await;
    }
    let of_instance = json!({ "instance": true, "group": "sign_ins" });
    let entries = entries(&app, &ada, of_instance.clone()).await;
    assert_eq!(
        sentences(&entries),
        [
            "failed to sign in with an e-mail address that nobody has",
            "failed to sign in as ada@example.org",
            "signed in",
            "set a password",
        ]
    );
    assert_eq!(
        (&entries[0]["who"], &entries[2]["who"]),
        (&json!("Somebody"), &json!("Ada"))
    );
    let grace = app.member("grace", Role::Owner).await;
    let input = json!({ "namespace": "main", "query": of_instance });
    let refused = app.call("audit", Some(&grace), &input).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn pages_go_on_where_the_last_one_ended() {
    let app = App::start().await;
    let ada = app.first_person().await;
    for number in 0..60 {
        let zone = if number % 2 == 0 { "UTC" } else { "Asia/Tokyo" };
        let change = json!({ "namespace": "main", "name": format!("{number}"), "time_zone": zone });
        call(&app, &ada, "change_namespace", &change).await;
    }
    let mut query = json!({ "instance": false, "group": "settings" });
    let mut seen = std::collections::HashSet::new();
    let mut pages = 0;
    loop {
        let input = json!({ "namespace": "main", "query": query });
        let page = call(&app, &ada, "audit", &input).await;
        for entry in page["entries"].as_array().unwrap() {
            assert!(seen.insert(entry["id"].as_str().unwrap().to_owned()));
        }
        pages += 1;
        if page["next"].is_null() {
            break;
        }
        query["after"] = page["next"].clone();
    }
    assert_eq!((pages, seen.len()), (2, 60));
}
