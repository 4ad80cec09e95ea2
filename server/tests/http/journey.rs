//! A file from upload to dataset and failure report, over HTTP alone.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::imported::{self, call, run_row};
use crate::support::App;

#[tokio::test]
async fn a_file_becomes_rows_and_a_failure_report() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;

    let row = run_row(&app, &ada, &ids.run).await;
    assert_eq!(row["status"], "partially_completed");
    assert_eq!(
        (&row["seen"], &row["imported"], &row["rejected"]),
        (&json!(3), &json!(2), &json!(1))
    );

    let people = json!({ "namespace": "main", "name": "people" });
    let dataset = call(&app, &ada, "dataset", &people).await;
    assert_eq!(
        dataset["first_rows"],
        json!([["Ada", "ada@example.org"], ["Mary", "mary@example.org"]])
    );

    let exact = app
        .get(
            &format!("/n/main/runs/{}/report/exact", ids.run),
            Some(&ada),
        )
        .await;
    assert_eq!(exact.text(), "name,email\nGrace,at sea\n");
    assert_eq!(exact.header("content-type"), "application/octet-stream");
    assert!(
        exact
            .header("content-disposition")
            .starts_with("attachment; filename=\"people.rejected.csv\"")
    );

    let explained = app
        .get(
            &format!("/n/main/runs/{}/report/explained.csv", ids.run),
            Some(&ada),
        )
        .await;
    assert_eq!(explained.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<_> = explained.text().lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[1].starts_with("2,3,\"email\",\"at sea\","),
        "{}",
        lines[1]
    );
}

#[tokio::test]
async fn a_set_up_that_another_tab_has_saved_since_is_not_overwritten() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let job = call(
        &app,
        &ada,
        "create_job",
        &json!({ "namespace": "main", "name": "People" }),
    )
    .await;
    let step = |name: &str| {
        let basics = json!({ "name": name, "dataset": Value::Null, "method": "insert" });
        json!({ "namespace": "main", "job": job, "version": 0, "step": { "basics": basics } })
    };
    call(&app, &ada, "save_step", &step("First tab")).await;
    let second = app.call("save_step", Some(&ada), &step("Second tab")).await;
    assert_eq!(second.status, StatusCode::CONFLICT);
    let setup = call(
        &app,
        &ada,
        "setup",
        &json!({ "namespace": "main", "job": job }),
    )
    .await;
    assert_eq!(setup["name"], "First tab");
}

#[tokio::test]
async fn a_job_that_has_run_is_deleted_with_its_reports_and_leaves_the_rows() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;
    let delete = json!({ "namespace": "main", "job": ids.job, "action": "delete" });
    call(&app, &ada, "act_on_job", &delete).await;
    let run = json!({ "namespace": "main", "run": ids.run });
    assert_eq!(
        app.call("run", Some(&ada), &run).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!app.data_folder().join("reports").join(&ids.run).exists());
    let dataset = call(
        &app,
        &ada,
        "dataset",
        &json!({ "namespace": "main", "name": "people" }),
    )
    .await;
    assert_eq!(dataset["rows"], 2);
}
