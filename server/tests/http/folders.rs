//! Watched folders over HTTP alone.

use std::fs::{self, File};
use std::time::{Duration, UNIX_EPOCH};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::imported::{FILE, activate, call, import, save_step, set_up, set_up_from, setup};
use crate::support::{App, Session};

/// An hour before the clock of the tests.
fn put(app: &App, name: &str, content: &[u8], hours_ago: u64) {
    let path = app.inbox().join(name);
    fs::write(&path, content).unwrap();
    let now = Duration::from_millis(u64::try_from(app.context.now().0).unwrap());
    let changed = UNIX_EPOCH + now - Duration::from_hours(hours_ago);
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(changed).unwrap();
}

fn form() -> Value {
    json!({ "folder": "inbox", "pattern": "people-*.csv" })
}

fn hourly() -> Value {
    json!({ "when": "recurring", "pattern": "hourly", "minute": "0", "time_zone": "UTC" })
}

async fn preview(app: &App, session: &Session, job: &str, form: &Value) -> (StatusCode, Value) {
    let input = json!({ "namespace": "main", "job": job, "form": form });
    let answer = app.call("folder_preview", Some(session), &input).await;
    (answer.status, answer.json())
}

/// When it has ended.
async fn run_of_the_hour(app: &App, session: &Session, job: &str) -> Value {
    app.clock.advance_seconds(3600);
    app.context.changes.poke();
    let of_job = json!({ "namespace": "main", "job": job, "place": null });
    let newest = async || call(app, session, "run_history", &of_job).await["runs"][0].clone();
    app.until(async || newest().await["ended_at"].is_i64())
        .await;
    newest().await
}

#[tokio::test]
async fn a_job_takes_the_files_of_its_folder_by_itself() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-1.csv", FILE, 2);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    let activating = activate(&app, &ada, &ids).await;
    assert_eq!(activating, Value::Null);
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    assert_eq!(run["status"], "partially_completed");
    assert_eq!(run["file_name"], "people-1.csv");
    assert_eq!((&run["imported"], &run["seen"]), (&json!(2), &json!(3)));

    let (_, preview) = preview(&app, &ada, &ids.job, &form()).await;
    assert_eq!(preview["files"][0]["verdict"], "done");

    let head = app
        .get(
            &format!("/n/main/runs/{}/file", run["id"].as_str().unwrap()),
            Some(&ada),
        )
        .await;
    assert_eq!((head.status, &head.body[..]), (StatusCode::OK, FILE));
    assert_eq!(head.header("file-name"), "people-1.csv");
}

#[tokio::test]
async fn the_set_up_shows_what_lies_in_the_folder_and_takes_its_sample_from_there() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-ü.csv", FILE, 2);
    put(&app, "people-2.csv", b"older", 3);
    put(&app, "other.csv", FILE, 1);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    let (status, preview) = preview(&app, &ada, &ids.job, &form()).await;
    assert_eq!(status, StatusCode::OK, "{preview}");
    let files: Vec<_> = preview["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| {
            (
                file["name"].as_str().unwrap(),
                file["verdict"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        files,
        [("people-ü.csv", "next"), ("people-2.csv", "passed_over")]
    );
    let path = format!("/n/main/jobs/{}/newest-file", ids.job);
    let head = app.get(&path, Some(&ada)).await;
    assert_eq!((head.status, &head.body[..]), (StatusCode::OK, FILE));
    assert_eq!(head.header("file-name"), "people-%C3%BC.csv");
    assert_eq!(head.header("file-bytes"), FILE.len().to_string());

    fs::remove_dir_all(app.inbox()).unwrap();
    let gone = app.get(&path, Some(&ada)).await;
    assert_eq!(gone.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn only_folders_that_the_operator_allows_the_namespace_are_reached() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    let ids = set_up(&app, &ada, json!({ "when": "now" })).await;
    assert_eq!(
        setup(&app, &ada, &ids.job).await["folders"],
        json!(["inbox"])
    );
    let outside = app.data_folder().join("outside.csv");
    fs::write(outside, FILE).unwrap();
    for form in [
        json!({ "folder": "private" }),
        json!({ "folder": "" }),
        json!({ "folder": "inbox", "subfolder": ".." }),
        json!({ "folder": "inbox", "subfolder": "/etc" }),
        json!({ "folder": "inbox", "pattern": "../*.csv" }),
    ] {
        let (status, answer) = preview(&app, &ada, &ids.job, &form).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{form}: {answer}");
        let version = setup(&app, &ada, &ids.job).await["version"].clone();
        let step = json!({
            "namespace": "main", "job": ids.job, "version": version, "step": { "source": form },
        });
        let saved = app.call("save_step", Some(&ada), &step).await;
        assert_eq!(saved.status, StatusCode::BAD_REQUEST, "{form}");
    }
}

#[tokio::test]
async fn a_job_that_is_set_up_keeps_its_kind_of_source() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-1.csv", FILE, 2);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    activate(&app, &ada, &ids).await;
    let version = setup(&app, &ada, &ids.job).await["version"].clone();
    let step = json!({
        "namespace": "main", "job": ids.job, "version": version, "step": { "source": null },
    });
    let saved = app.call("save_step", Some(&ada), &step).await;
    assert_eq!(saved.status, StatusCode::BAD_REQUEST);
    let other = json!({ "folder": "inbox", "pattern": "*.txt" });
    save_step(&app, &ada, &ids.job, json!({ "source": other })).await;
}

#[tokio::test]
async fn the_file_of_an_upload_can_be_looked_at_again() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = import(&app, &ada).await;
    let head = app
        .get(&format!("/n/main/runs/{}/file", ids.run), Some(&ada))
        .await;
    assert_eq!((head.status, &head.body[..]), (StatusCode::OK, FILE));
    fs::remove_file(app.data_folder().join("uploads").join(&ids.upload)).unwrap();
    let gone = app
        .get(&format!("/n/main/runs/{}/file", ids.run), Some(&ada))
        .await;
    assert_eq!(gone.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_line_break_in_the_name_of_a_file_gets_nowhere() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-\r\nset-cookie: a=b\u{202e}.csv", FILE, 2);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    let (_, preview) = preview(&app, &ada, &ids.job, &form()).await;
    let shown = preview["files"][0]["name"].as_str().unwrap();
    assert!(shown.starts_with("people-") && is_plain(shown), "{shown:?}");
    let path = format!("/n/main/jobs/{}/newest-file", ids.job);
    let head = app.get(&path, Some(&ada)).await;
    assert_eq!((head.status, &head.body[..]), (StatusCode::OK, FILE));
    assert!(head.headers.get("set-cookie").is_none());
    let name = head.header("file-name");
    assert!(
        !name.contains("%0A") && !name.contains("%E2%80%AE"),
        "{name}"
    );

    activate(&app, &ada, &ids).await;
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    let told = run["file_name"].as_str().unwrap();
    assert!(is_plain(told), "{told:?}");
    let report = format!("/n/main/runs/{}/report/exact", run["id"].as_str().unwrap());
    let report = app.get(&report, Some(&ada)).await;
    assert!(report.headers.get("set-cookie").is_none());
    assert!(is_plain(report.header("content-disposition")));
}

fn is_plain(text: &str) -> bool {
    !text.contains(|character: char| character.is_control() || character == '\u{202e}')
}
