//! Watched folders over HTTP alone.

use std::fs::{self, File};
use std::time::{Duration, UNIX_EPOCH};

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::imported::{
    FILE, activate, activate_with, call, import, save_step, set_up, set_up_from, setup,
};
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
    let of_job = json!({ "namespace": "main", "job": job, "place": null });
    let newest = async || call(app, session, "run_history", &of_job).await["runs"][0].clone();
    let before = newest().await["id"].clone();
    app.clock.advance_seconds(3600);
    app.context.changes.poke();
    let has_ended = |run: &Value| run["id"] != before && run["ended_at"].is_i64();
    app.until(async || has_ended(&newest().await)).await;
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
    assert_eq!(preview["files"][0]["verdict"]["verdict"], "done");

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
                file["verdict"]["name"].as_str().unwrap(),
                file["verdict"]["verdict"].as_str().unwrap(),
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
    let shown = preview["files"][0]["verdict"]["name"].as_str().unwrap();
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

async fn act_on_run(app: &App, session: &Session, run: &Value, action: &str) -> StatusCode {
    let input = json!({ "namespace": "main", "run": run["id"], "action": action });
    app.call("act_on_run", Some(session), &input).await.status
}

async fn job(app: &App, session: &Session, id: &str) -> Value {
    let of_job = json!({ "namespace": "main", "job": id });
    call(app, session, "job", &of_job).await["row"].clone()
}

#[tokio::test]
async fn repeated_content_is_asked_about_and_both_answers_hold() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-1.csv", FILE, 5);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    activate(&app, &ada, &ids).await;
    run_of_the_hour(&app, &ada, &ids.job).await;

    put(&app, "people-2.csv", FILE, 0);
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    assert_eq!(run["reason"]["code"], "repeated_file", "{run}");
    assert_eq!(job(&app, &ada, &ids.job).await["status"], "halted");
    let (_, shown) = preview(&app, &ada, &ids.job, &form()).await;
    assert_eq!(shown["files"][0]["verdict"]["verdict"], "asked");
    assert_eq!(
        shown["files"][0]["verdict"]["repeat"]["name"],
        "people-1.csv"
    );
    let answered = act_on_run(&app, &ada, &run, "pass_over").await;
    assert_eq!(answered, StatusCode::OK);
    assert_eq!(job(&app, &ada, &ids.job).await["status"], "active");
    let (_, shown) = preview(&app, &ada, &ids.job, &form()).await;
    assert_eq!(shown["files"][0]["verdict"]["verdict"], "repeated");
    // There is nothing left to answer.
    let again = act_on_run(&app, &ada, &run, "pass_over").await;
    assert_eq!(again, StatusCode::CONFLICT);

    put(&app, "people-3.csv", FILE, 0);
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    assert_eq!(run["reason"]["code"], "repeated_file");
    assert_eq!(act_on_run(&app, &ada, &run, "retry").await, StatusCode::OK);
    let of_job = json!({ "namespace": "main", "job": ids.job, "place": null });
    let newest = async || call(&app, &ada, "run_history", &of_job).await["runs"][0].clone();
    app.until(async || newest().await["status"] == "partially_completed")
        .await;
    assert_eq!(job(&app, &ada, &ids.job).await["status"], "active");
    for answer in ["pass_over", "retry"] {
        let too_late = act_on_run(&app, &ada, &run, answer).await;
        assert_eq!(too_late, StatusCode::CONFLICT, "{answer}");
    }
    let of_run = json!({ "namespace": "main", "run": run["id"] });
    let details = call(&app, &ada, "run", &of_run).await;
    assert_eq!(details["is_answered"], true);
    assert_eq!(details["row"]["actions"], json!(["download_report"]));
}

#[tokio::test]
async fn what_the_pattern_may_have_meant_is_shown_in_the_folder_and_told_by_the_run() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-1.txt", FILE, 2);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    let (_, shown) = preview(&app, &ada, &ids.job, &form()).await;
    assert_eq!(shown["near"][0]["verdict"], "other_ending");
    activate(&app, &ada, &ids).await;
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    let sentence = run["reason"]["sentence"].as_str().unwrap();
    assert!(
        sentence.ends_with("“people-1.txt” has another ending."),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_job_begins_with_what_lies_there_or_without() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-1.csv", FILE, 2);
    let ids = set_up_from(&app, &ada, form(), hourly()).await;
    let of_job = json!({ "namespace": "main", "job": ids.job });
    let present = call(&app, &ada, "present_files", &of_job).await;
    assert_eq!(present, json!({ "count": 1, "imported_by": null }));
    activate(&app, &ada, &ids).await;
    run_of_the_hour(&app, &ada, &ids.job).await;

    let duplicate = json!({ "namespace": "main", "job": ids.job, "action": "duplicate" });
    let copy = call(&app, &ada, "act_on_job", &duplicate).await;
    let copy = copy.as_str().unwrap().to_owned();
    app.until(async || setup(&app, &ada, &copy).await["status"] != "sampling")
        .await;
    let of_copy = json!({ "namespace": "main", "job": copy });
    let present = call(&app, &ada, "present_files", &of_copy).await;
    assert_eq!(present, json!({ "count": 1, "imported_by": "People" }));
    let ids = crate::imported::Imported { job: copy, ..ids };
    let refused = json!({
        "namespace": "main", "job": ids.job, "upload": null, "leave_out": 2,
        "version": setup(&app, &ada, &ids.job).await["version"],
    });
    let refused = app.call("activate", Some(&ada), &refused).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    activate_with(&app, &ada, &ids, Some(1)).await;
    let (_, shown) = preview(&app, &ada, &ids.job, &form()).await;
    assert_eq!(shown["files"][0]["verdict"]["verdict"], "left_out");
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    assert_eq!(run["status"], "failed", "{run}");
    // Changed, it is a new file.
    let changed = [FILE, b"Eve,eve@example.org\n"].concat();
    put(&app, "people-1.csv", &changed, 0);
    let run = run_of_the_hour(&app, &ada, &ids.job).await;
    assert_eq!(run["status"], "partially_completed", "{run}");
}

#[tokio::test]
async fn a_copy_of_a_job_with_days_in_its_names_asks_too() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    put(&app, "people-2020-02-29.csv", FILE, 2);
    let dated = json!({ "folder": "inbox", "pattern": "people-{yyyy}-{mm}-{dd}.csv" });
    let ids = set_up_from(&app, &ada, dated, hourly()).await;
    activate(&app, &ada, &ids).await;
    let of_day = json!({ "namespace": "main", "job": ids.job, "day": "2020-02-29" });
    call(&app, &ada, "run_for_day", &of_day).await;
    let of_job = json!({ "namespace": "main", "job": ids.job, "place": null });
    let newest = async || call(&app, &ada, "run_history", &of_job).await["runs"][0].clone();
    app.until(async || newest().await["status"] == "partially_completed")
        .await;
    let duplicate = json!({ "namespace": "main", "job": ids.job, "action": "duplicate" });
    let copy = call(&app, &ada, "act_on_job", &duplicate).await;
    app.until(async || setup(&app, &ada, copy.as_str().unwrap()).await["status"] != "sampling")
        .await;
    let of_copy = json!({ "namespace": "main", "job": copy });
    let present = call(&app, &ada, "present_files", &of_copy).await;
    assert_eq!(present, json!({ "count": 1, "imported_by": "People" }));
}

#[tokio::test]
async fn a_job_runs_for_a_day_that_has_passed_and_for_none_to_come() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.start_worker();
    let dated = json!({ "folder": "inbox", "pattern": "people-{yyyy}-{mm}-{dd}.csv" });
    let ids = set_up_from(&app, &ada, dated, hourly()).await;
    activate(&app, &ada, &ids).await;
    let today = job(&app, &ada, &ids.job).await["dated"]["today"].clone();
    let today = today.as_str().unwrap().to_owned();
    for refused in [
        "9999-01-01",
        "0000-01-01",
        "",
        "yesterday",
        "2026-02-30",
        "2024-03-01T00:00",
    ] {
        let input = json!({ "namespace": "main", "job": ids.job, "day": refused });
        let answer = app.call("run_for_day", Some(&ada), &input).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{refused}");
    }
    put(&app, "people-2020-02-29.csv", FILE, 2);
    for (day, expected) in [("2020-02-29", "partially_completed"), (&today, "failed")] {
        let input = json!({ "namespace": "main", "job": ids.job, "day": day });
        call(&app, &ada, "run_for_day", &input).await;
        let of_job = json!({ "namespace": "main", "job": ids.job, "place": null });
        let newest = async || call(&app, &ada, "run_history", &of_job).await["runs"][0].clone();
        app.until(async || newest().await["status"] == expected)
            .await;
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains(|character: char| character.is_control() || character == '\u{202e}')
}
