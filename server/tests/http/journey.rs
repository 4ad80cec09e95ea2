//! A file from upload to dataset and failure report, over HTTP alone.

use axum::http::StatusCode;
use domain::role::Role;
use serde_json::{Value, json};
use tabular::dialect::Dialect;

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

#[tokio::test]
async fn a_step_that_is_not_saved_leaves_no_dataset() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    let new = json!({ "namespace": "main", "name": "People" });
    let job = call(&app, &ada, "create_job", &new).await;
    let of_job = json!({ "namespace": "main", "job": job });
    let basics = json!({ "name": "People", "dataset": null, "method": "insert" });
    let upload = app.upload(&ada, "people.csv", imported::FILE).await;
    let sample = json!({
        "upload": upload,
        "file_bytes": imported::FILE.len(),
        "dialect": Dialect::default(),
        "mapping": { "columns": [{ "name": "name", "field": "name" }, { "name": "email", "field": "email" }] },
        "new_dataset": {
            "name": "people",
            "fields": [
                { "name": "name", "type": { "kind": "text" } },
                { "name": "email", "type": { "kind": "email" } },
            ],
        },
    });
    let save = async |version: u64, step: Value| {
        let input = json!({ "namespace": "main", "job": job, "version": version, "step": step });
        app.call("save_step", Some(&ada), &input).await
    };
    let datasets = async || {
        let all = call(&app, &ada, "datasets", &json!({ "namespace": "main" })).await;
        all.as_array().unwrap().len()
    };
    let saved = save(0, json!({ "basics": basics })).await.json();
    let version = saved["version"].as_u64().unwrap();

    // Another tab has saved since; then the upload is none; and an editor may make no dataset.
    let stale = save(0, json!({ "sample": sample })).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let mut without = sample.clone();
    without["upload"] = json!("01890000-0000-7000-8000-000000000000");
    let refused = save(version, json!({ "sample": without })).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    let editor = app.member("editor", Role::Editor).await;
    let input = json!({ "namespace": "main", "job": job, "version": version, "step": { "sample": sample } });
    let not_theirs = app.call("save_step", Some(&editor), &input).await;
    assert_eq!(not_theirs.status, StatusCode::FORBIDDEN);
    assert_eq!(datasets().await, 0);

    // The same once more, as it should be.
    let saved = save(version, json!({ "sample": sample })).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    assert_eq!(saved.json()["dataset"]["name"], "people");
    assert_eq!(datasets().await, 1);
    let version = saved.json()["version"].as_u64().unwrap();
    let twice = save(version, json!({ "sample": sample })).await;
    assert_eq!(
        twice.status,
        StatusCode::CONFLICT,
        "it has a dataset already"
    );

    // A name that is taken is said, and the step of the other job is not saved.
    let other = call(&app, &ada, "create_job", &new).await;
    let input =
        json!({ "namespace": "main", "job": other, "version": 0, "step": { "sample": sample } });
    let taken = app.call("save_step", Some(&ada), &input).await;
    assert_eq!(taken.status, StatusCode::BAD_REQUEST, "{}", taken.text());
    assert!(
        taken
            .text()
            .contains("There is a dataset `people` already.")
    );
    let input = json!({ "namespace": "main", "job": other });
    assert_eq!(call(&app, &ada, "setup", &input).await["version"], 0);
    assert_eq!(
        call(&app, &ada, "setup", &of_job).await["dataset"]["name"],
        "people"
    );
}
