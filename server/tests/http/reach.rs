//! Pages while the rows of a namespace are locked, gone, older or damaged: they say so in its place, and nothing else suffers.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use axum::http::StatusCode;
use operations::folders::DataFolder;
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::imported::{self, Imported, call};
use crate::support::{App, Session};
use weir_server::config::Options;

pub fn rows_file(app: &App) -> PathBuf {
    let folder = DataFolder::open(app.data_folder()).unwrap().namespaces();
    let mut files = fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .find(|file| file.extension().is_some_and(|name| name == "sqlite"))
        .unwrap()
}

async fn reach(app: &App, session: &Session) -> Value {
    let people = json!({ "namespace": "main", "name": "people" });
    call(app, session, "dataset", &people).await["reach"].clone()
}

/// Every page that tells of the dataset or its rows.
async fn every_page_is_there(app: &App, session: &Session, ids: &Imported, sentence: &str) {
    let Imported { job, run, .. } = ids;
    for page in [
        "/n/main/jobs".to_owned(),
        "/n/main/datasets".to_owned(),
        "/n/main/usage".to_owned(),
        format!("/n/main/jobs/{job}"),
        format!("/n/main/runs/{run}"),
    ] {
        let answer = app.get(&page, Some(session)).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
    }
    let answer = app.get("/n/main/datasets/people", Some(session)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.text().contains(sentence), "{sentence}");
}

#[tokio::test]
async fn pages_tell_what_keeps_them_from_the_rows() {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = imported::import(&app, &ada).await;
    app.stopping.cancel();
    assert_eq!(reach(&app, &ada).await, json!("free"));
    let file = rows_file(&app);
    let whole = fs::read(&file).unwrap();

    let outsider = Connection::open(&file).unwrap();
    outsider.execute_batch("BEGIN EXCLUSIVE").unwrap();
    assert_eq!(reach(&app, &ada).await, json!("being_written"));
    every_page_is_there(&app, &ada, &ids, "Rows are being imported").await;
    drop(outsider);

    fs::write(&file, "neither SQLite nor anything else, but long enough to be read as a header of one, and more than it").unwrap();
    assert_eq!(reach(&app, &ada).await, json!("damaged"));
    every_page_is_there(&app, &ada, &ids, "The rows cannot be read").await;

    fs::remove_file(&file).unwrap();
    assert_eq!(
        reach(&app, &ada).await,
        json!({ "rows_missing": { "found": 0, "runs_missing": 1 } })
    );
    every_page_is_there(&app, &ada, &ids, "The rows are gone").await;
    assert!(!file.exists(), "looking makes no file");

    fs::write(&file, whole).unwrap();
    assert_eq!(reach(&app, &ada).await, json!("free"));
}

#[tokio::test]
async fn an_operator_accepts_that_rows_are_gone() {
    let app = App::start().await;
    let ada = app.first_person().await;
    imported::import(&app, &ada).await;
    app.stopping.cancel();
    fs::remove_file(rows_file(&app)).unwrap();
    // In a thread of its own: what the worker has begun must come to its end.
    let accept = async || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_weir"));
        command.arg("--data-folder").arg(app.data_folder()).args([
            "admin",
            "accept-rows",
            "main",
            "people",
        ]);
        let ended = tokio::task::spawn_blocking(move || command.output());
        let output = ended.await.unwrap().unwrap();
        let told = if output.status.success() {
            output.stdout
        } else {
            output.stderr
        };
        String::from_utf8(told).unwrap()
    };
    assert_eq!(
        accept().await,
        "people has 0 rows of 0 runs now; 2 of 1 were known.\n"
    );
    assert_eq!(reach(&app, &ada).await, json!("free"));
    assert_eq!(
        accept().await,
        "Nothing of people is missing: 0 rows of 0 runs are there.\n"
    );
    let log = app.get("/n/main/audit", Some(&ada)).await.text();
    assert!(log.contains("accepted that rows of a dataset are missing: people has 0 rows of 2, and those of 0 runs of 1"));
}

#[tokio::test]
async fn a_folder_of_another_instance_is_refused_at_the_start() {
    let (one, other) = (App::start().await, App::start().await);
    one.first_person().await;
    other.first_person().await;
    let options = |folder: &App, database: &App| Options {
        data_folder: Some(folder.data_folder().to_owned()),
        database_url: Some(
            format!(
                "sqlite://{}",
                database.data_folder().join("weir.sqlite").display()
            )
            .parse()
            .unwrap(),
        ),
        ..Options::default()
    };
    let refused = App::refused(options(&one, &other)).await;
    assert!(refused.contains("belongs to another database"), "{refused}");
    let files = DataFolder::open(one.data_folder()).unwrap().uploads();
    fs::write(files.join("one"), "x").unwrap();
    let new = tempfile::tempdir().unwrap();
    let refused = App::refused(Options {
        database_url: Some(
            format!(
                "sqlite://{}?mode=rwc",
                new.path().join("new.sqlite").display()
            )
            .parse()
            .unwrap(),
        ),
        ..options(&one, &other)
    })
    .await;
    assert!(refused.contains("the database is new"), "{refused}");
}

#[tokio::test]
async fn a_stored_zone_that_is_unknown_is_told_and_not_taken_for_another() {
    let app = App::start().await;
    let ada = app.first_person().await;
    app.stopping.cancel();
    let database = Connection::open(app.data_folder().join("weir.sqlite")).unwrap();
    let changed = database.execute("UPDATE namespaces SET time_zone = 'Mars/Olympus'", []);
    assert_eq!(changed.unwrap(), 1);
    let told = async |page: &str| {
        let answer = app.get(&format!("/n/main/{page}"), Some(&ada)).await;
        answer.text().contains("The server could not do this now")
    };
    for page in ["usage", "audit", "jobs"] {
        assert!(told(page).await, "{page}");
    }
    // Where it is put right.
    let settings = json!({ "namespace": "main", "name": "Main", "time_zone": "Europe/Berlin" });
    call(&app, &ada, "change_namespace", &settings).await;
    for page in ["usage", "audit", "jobs"] {
        assert!(!told(page).await, "{page}");
    }
}
