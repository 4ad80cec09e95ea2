//! Fix and re-import over HTTP alone.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::imported::{Imported, call, import, run_row};
use crate::support::{App, Session};

/// The one record that the file of `imported` has rejected, corrected.
const CORRECTED: &[u8] = b"name,email\nGrace,grace@example.org\n";

async fn reimport(
    app: &App,
    session: &Session,
    run: &str,
    file: &[u8],
    records: Value,
) -> (StatusCode, Value) {
    let upload = app.upload(session, "corrected.csv", file).await;
    let input = json!({ "namespace": "main", "run": run, "upload": upload, "records": records });
    let answer = app.call("reimport", Some(session), &input).await;
    (answer.status, answer.json())
}

pub async fn ended(app: &App, session: &Session, run: &Value) -> Value {
    let run = run.as_str().unwrap();
    app.until(async || !run_row(app, session, run).await["ended_at"].is_null())
        .await;
    run_row(app, session, run).await
}

async fn started() -> (App, Session, Imported) {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = import(&app, &ada).await;
    (app, ada, ids)
}

#[tokio::test]
async fn corrected_records_complete_their_run() {
    let (app, ada, ids) = started().await;
    let of_run = json!({ "namespace": "main", "run": ids.run });
    let to_fix = call(&app, &ada, "to_fix", &of_run).await;
    assert_eq!(to_fix["given"], json!([]));
    assert_eq!(to_fix["file_name"], "people.corrected.csv");
    assert_eq!(to_fix["run"]["still_missing"], 1);

    let (status, child) = reimport(&app, &ada, &ids.run, CORRECTED, json!([[0, 0]])).await;
    assert_eq!(status, StatusCode::OK, "{child}");
    let child = ended(&app, &ada, &child).await;
    assert_eq!(child["status"], "completed");
    assert_eq!(child["corrects"], json!(ids.run));
    let run = call(&app, &ada, "run", &of_run).await;
    assert_eq!(run["row"]["status"], "completed");
    assert_eq!(
        (&run["row"]["corrected"], &run["row"]["still_missing"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(run["corrected_by"][0]["id"], child["id"]);
    let dataset = json!({ "namespace": "main", "name": "people" });
    assert_eq!(call(&app, &ada, "dataset", &dataset).await["rows"], 3);

    let again = app.call("to_fix", Some(&ada), &of_run).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_record_is_taken_once_whoever_gives_it_back_at_the_same_time() {
    let (app, ada, ids) = started().await;
    let (one, other) = tokio::join!(
        reimport(&app, &ada, &ids.run, CORRECTED, json!([[0, 0]])),
        reimport(&app, &ada, &ids.run, CORRECTED, json!([[0, 0]])),
    );
    let mut statuses = [one.0, other.0];
    statuses.sort();
    assert_eq!(
        statuses,
        [StatusCode::OK, StatusCode::CONFLICT],
        "{one:?} {other:?}"
    );
}

#[tokio::test]
async fn what_is_rejected_again_is_corrected_in_its_own_run() {
    let (app, ada, ids) = started().await;
    let still_wrong = b"name,email\nGrace,at sea\n";
    let (_, child) = reimport(&app, &ada, &ids.run, still_wrong, json!([[0, 0]])).await;
    let child = ended(&app, &ada, &child).await;
    assert_eq!(child["status"], "failed", "{child}");
    let of_run = json!({ "namespace": "main", "run": ids.run });
    let to_fix = call(&app, &ada, "to_fix", &of_run).await;
    assert_eq!(to_fix["given"], json!([]), "nothing of it went in");
    assert_eq!(to_fix["run"]["still_missing"], 1);
}

#[tokio::test]
async fn what_is_no_record_of_the_report_is_refused() {
    let (app, ada, ids) = started().await;
    for records in [json!([]), json!([[0, 1]]), json!([[1, 1]]), json!([[1, 0]])] {
        let (status, answer) = reimport(&app, &ada, &ids.run, CORRECTED, records.clone()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{records}: {answer}");
    }
    // A retry of the whole file has the record too.
    let retry = json!({ "namespace": "main", "run": ids.run, "action": "retry" });
    let retried = call(&app, &ada, "act_on_run", &retry).await;
    ended(&app, &ada, &retried).await;
    let (status, answer) = reimport(&app, &ada, &ids.run, CORRECTED, json!([[0, 0]])).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
}

/// Of one record that is missing, one comes back: ten others would count as its correction.
#[tokio::test]
async fn other_records_than_those_that_are_missing_are_refused() {
    let (app, ada, ids) = started().await;
    let none = b"name,email\n".to_vec();
    let two = [CORRECTED, b"Alan,alan@example.org\n"].concat();
    for file in [none, two] {
        let (status, answer) = reimport(&app, &ada, &ids.run, &file, json!([[0, 0]])).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
        assert!(
            answer.to_string().contains("are to be corrected"),
            "{answer}"
        );
    }
    let row = run_row(&app, &ada, &ids.run).await;
    assert_eq!(
        (&row["corrected"], &row["still_missing"]),
        (&json!(0), &json!(1))
    );
}

/// The second would bring the same rows in again.
#[tokio::test]
async fn a_file_that_is_being_read_is_not_read_again_by_a_retry() {
    let (app, ada, ids) = started().await;
    app.stopping.cancel();
    let app = app.restarted().await;
    let input = json!({ "namespace": "main", "run": ids.run, "action": "retry" });
    let retry = app.call("act_on_run", Some(&ada), &input).await;
    assert_eq!(retry.status, StatusCode::OK, "{}", retry.text());
    // As a worker that has only begun.
    let now = app.context.now();
    let claimed = app
        .context
        .store
        .claim_run("slow", now, now.plus_seconds(60), &[]);
    assert!(claimed.await.unwrap().is_some());
    let again = app.call("act_on_run", Some(&ada), &input).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.text());
    assert!(again.text().contains("has not ended"), "{}", again.text());
}

/// Two attempts at the same record, of which the first failed: once the second is in, the first is not tried again.
#[tokio::test]
async fn corrections_that_came_in_another_way_are_not_retried() {
    let (app, ada, ids) = started().await;
    let still_wrong = b"name,email\nGrace,at sea\n";
    let (_, failed) = reimport(&app, &ada, &ids.run, still_wrong, json!([[0, 0]])).await;
    assert_eq!(ended(&app, &ada, &failed).await["status"], "failed");
    let (_, child) = reimport(&app, &ada, &ids.run, CORRECTED, json!([[0, 0]])).await;
    assert_eq!(ended(&app, &ada, &child).await["status"], "completed");

    let retry = json!({ "namespace": "main", "run": failed, "action": "retry" });
    let answer = app.call("act_on_run", Some(&ada), &retry).await;
    assert_eq!(answer.status, StatusCode::CONFLICT, "{}", answer.text());
    assert!(
        answer.text().contains("re-imported, or were"),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn corrections_of_corrections_are_refused_once_the_whole_file_is_read_again() {
    let (app, ada, ids) = started().await;
    let file = b"name,email\nAda,ada@example.org\nGrace,at sea\nMary,at home\n";
    let upload = app.upload(&ada, "more.csv", file).await;
    let next = json!({ "namespace": "main", "job": ids.job, "upload": upload });
    call(&app, &ada, "run_with_new_file", &next).await;
    let again = app.call("run_with_new_file", Some(&ada), &next).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "a second click");
    let of_job = json!({ "namespace": "main", "job": ids.job, "place": null });
    let history = call(&app, &ada, "run_history", &of_job).await;
    assert_eq!(history["runs"].as_array().unwrap().len(), 2);
    let run = history["runs"][0]["id"].clone();
    ended(&app, &ada, &run).await;

    let run = run.as_str().unwrap();
    let partly = b"name,email\nGrace,grace@example.org\nMary,at home\n";
    let (status, child) = reimport(&app, &ada, run, partly, json!([[0, 1]])).await;
    assert_eq!(status, StatusCode::OK, "{child}");
    let child = ended(&app, &ada, &child).await;
    assert_eq!(child["status"], "partially_completed");
    let child = child["id"].as_str().unwrap();
    let of_child = json!({ "namespace": "main", "run": child });
    call(&app, &ada, "to_fix", &of_child).await;

    let retry = json!({ "namespace": "main", "run": run, "action": "retry" });
    let retried = call(&app, &ada, "act_on_run", &retry).await;
    ended(&app, &ada, &retried).await;
    // Told before anything is typed, too.
    for of_run in [of_child, json!({ "namespace": "main", "run": run })] {
        let to_fix = app.call("to_fix", Some(&ada), &of_run).await;
        assert_eq!(to_fix.status, StatusCode::CONFLICT, "{}", to_fix.text());
    }
    let corrected = b"name,email\nMary,mary@example.org\n";
    let (status, answer) = reimport(&app, &ada, child, corrected, json!([[0, 0]])).await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
}
