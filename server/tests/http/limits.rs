//! The monthly row limit as members see it, and who may change it.

use axum::http::StatusCode;
use domain::role::Role;
use serde_json::{Value, json};
use weir_server::config::Options;

use crate::imported::{self, FILE, call, run_row};
use crate::support::{App, ORIGIN};

fn limits(namespace: &str, monthly_rows: u64, concurrent_runs: Option<u32>) -> Value {
    let limits = json!({ "monthly_rows": monthly_rows, "concurrent_runs": concurrent_runs });
    json!({ "namespace": namespace, "limits": limits })
}

#[tokio::test]
async fn what_was_imported_is_taken_from_the_month_and_a_file_that_does_not_fit_is_refused() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let of_main = json!({ "namespace": "main" });
    let before = call(&app, &ada, "rows_left", &of_main).await;
    assert_eq!(before["left"], 10_000_000);
    // Two of its three records fit.
    let ids = imported::import(&app, &ada).await;
    let after = call(&app, &ada, "rows_left", &of_main).await;
    assert_eq!(
        (&after["taken"], &after["left"]),
        (&json!(2), &json!(9_999_998))
    );
    let this_month = json!({ "namespace": "main", "month": null });
    let usage = call(&app, &ada, "usage", &this_month).await;
    assert_eq!(
        (&usage["imported"], &usage["reserved"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(usage["jobs"][0]["name"], "People");
    assert_eq!(usage["jobs"][0]["imported"], 2);
    let of_days: u64 = usage["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["imported"].as_u64().unwrap())
        .sum();
    assert_eq!(of_days, 2);
    let query = json!({ "search": "", "status": null, "after": null });
    let jobs = json!({ "namespace": "main", "query": query });
    let jobs = call(&app, &ada, "jobs", &jobs).await;
    assert_eq!(jobs["jobs"][0]["rows_this_month"], 2);

    call(&app, &ada, "change_limits", &limits("main", 3, None)).await;
    let upload = app.upload(&ada, "people.csv", FILE).await;
    let again = json!({ "namespace": "main", "job": ids.job, "upload": upload });
    call(&app, &ada, "run_with_new_file", &again).await;
    let history = json!({ "namespace": "main", "job": ids.job, "place": null });
    app.until(async || {
        let runs = call(&app, &ada, "run_history", &history).await;
        let newest = &runs["runs"][0];
        newest["id"] != json!(ids.run) && !newest["ended_at"].is_null()
    })
    .await;
    let runs = call(&app, &ada, "run_history", &history).await;
    let run = runs["runs"][0]["id"].as_str().unwrap();
    let row = run_row(&app, &ada, run).await;
    assert_eq!(
        (&row["status"], &row["imported"]),
        (&json!("failed"), &json!(0))
    );
    let sentence = row["reason"]["sentence"].as_str().unwrap();
    assert!(
        sentence.contains("2 rows") && sentence.contains("only 1 row is left in"),
        "{sentence}"
    );
    let report = format!("/n/main/runs/{run}/report/explained.csv");
    let report = app.get(&report, Some(&ada)).await.text();
    assert!(
        report.contains("limit_reached") && report.contains("email"),
        "{report}"
    );
    let left = call(&app, &ada, "rows_left", &of_main).await;
    assert_eq!(left["left"], 1, "what was refused is not taken");
}

#[tokio::test]
async fn limits_are_changed_by_the_operator_alone() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let owner = app.member("owner", Role::Owner).await;
    let stranger = app.owner_of_another("stranger").await;
    for (session, namespace, status) in [
        (&owner, "main", StatusCode::FORBIDDEN),
        (&stranger, "stranger", StatusCode::FORBIDDEN),
        (&stranger, "main", StatusCode::NOT_FOUND),
        (&ada, "nowhere", StatusCode::NOT_FOUND),
        // An operator who is no member changes the limit, and sees nothing of what it is used for.
        (&ada, "stranger", StatusCode::OK),
    ] {
        let input = limits(namespace, 5, Some(1));
        let answer = app.call("change_limits", Some(session), &input).await;
        assert_eq!(answer.status, status, "{namespace}: {}", answer.text());
    }
    let hidden = json!({ "namespace": "stranger", "month": null });
    let answer = app.call("usage", Some(&ada), &hidden).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let changed = call(&app, &stranger, "usage", &hidden).await;
    assert_eq!(
        (&changed["left"]["limit"], &changed["concurrent_runs"]),
        (&json!(5), &json!(1))
    );
    for input in [
        limits("main", u64::MAX, None),
        limits("main", 5, Some(0)),
        limits("main", 5, Some(100_000)),
    ] {
        let answer = app.call("change_limits", Some(&ada), &input).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    }
}

#[tokio::test]
async fn a_record_longer_than_the_operator_allows_is_rejected() {
    let options = Options {
        max_record_bytes: Some(1024),
        ..Options::default()
    };
    let app = App::start_with(ORIGIN, options).await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;
    let long = format!(
        "name,email\n{},long@example.org\nAda,ada@example.org\n",
        "x".repeat(1024)
    );
    let upload = app.upload(&ada, "long.csv", long.as_bytes()).await;
    let with_file = json!({ "namespace": "main", "job": ids.job, "upload": upload });
    call(&app, &ada, "run_with_new_file", &with_file).await;
    let of_job = json!({ "namespace": "main", "job": ids.job, "place": null });
    let latest = async || call(&app, &ada, "run_history", &of_job).await["runs"][0].clone();
    app.until(async || {
        let run = latest().await;
        run["file_name"] == "long.csv" && !run["ended_at"].is_null()
    })
    .await;
    let of_run = json!({ "namespace": "main", "run": latest().await["id"] });
    let run = call(&app, &ada, "run", &of_run).await;
    assert_eq!(
        (&run["row"]["imported"], &run["row"]["rejected"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(run["breakdown"][0]["rule"], "too_large");
}
