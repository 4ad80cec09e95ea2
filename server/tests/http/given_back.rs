//! A corrected file is given back: compared, shown, and taken.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::corrections::ended;
use crate::imported::{call, import, run_row};
use crate::support::{App, Session};

/// Four records, of which three are rejected.
const FILE: &[u8] = b"name,email\nAda,ada@example.org\n007,at sea\nMary,at home\nAlan,nowhere\n";

struct Rejecting {
    app: App,
    ada: Session,
    run: String,
    /// Of the run's own file.
    upload: String,
}

/// A run of [`FILE`] that has ended.
async fn started() -> Rejecting {
    started_with(FILE, 3).await
}

async fn started_with(file: &[u8], missing: u64) -> Rejecting {
    let app = App::start().await;
    let ada = app.first_person().await;
    let ids = import(&app, &ada).await;
    let upload = app.upload(&ada, "more.csv", file).await;
    let next = json!({ "namespace": "main", "job": ids.job, "upload": upload });
    call(&app, &ada, "run_with_new_file", &next).await;
    let of_job = json!({ "namespace": "main", "job": ids.job, "place": null });
    let history = call(&app, &ada, "run_history", &of_job).await;
    let run = history["runs"][0]["id"].clone();
    let row = ended(&app, &ada, &run).await;
    assert_eq!(row["still_missing"], missing, "{row}");
    let run = run.as_str().unwrap().to_owned();
    Rejecting {
        app,
        ada,
        run,
        upload,
    }
}

impl Rejecting {
    /// The answer, and the upload.
    async fn compare(&self, file: &[u8]) -> (StatusCode, Value, String) {
        let upload = self.app.upload(&self.ada, "corrected.csv", file).await;
        let input = json!({ "namespace": "main", "run": self.run, "upload": upload });
        let answer = self
            .app
            .call("compare_given_back", Some(&self.ada), &input)
            .await;
        (answer.status, answer.json(), upload)
    }

    async fn compared(&self, file: &[u8]) -> (Value, String) {
        let (status, view, upload) = self.compare(file).await;
        assert_eq!(status, StatusCode::OK, "{view}");
        (view, upload)
    }

    async fn refused(&self, file: &[u8]) -> String {
        let (status, answer, _) = self.compare(file).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
        answer.to_string()
    }

    async fn give_back(&self, view: &Value, upload: &str, changed: &str) -> (StatusCode, Value) {
        let form = json!({
            "upload": upload,
            "changed": changed,
            "taken": view["taken"],
            "changed_cells": view["changed_cells"],
        });
        let input = json!({ "namespace": "main", "run": self.run, "form": form });
        let answer = self.app.call("give_back", Some(&self.ada), &input).await;
        (answer.status, answer.json())
    }

    /// The run that imports what was given back, when it has ended.
    async fn given_back(&self, view: &Value, upload: &str, changed: &str) -> Value {
        let (status, run) = self.give_back(view, upload, changed).await;
        assert_eq!(status, StatusCode::OK, "{run}");
        ended(&self.app, &self.ada, &run).await
    }

    async fn still_missing(&self) -> Value {
        run_row(&self.app, &self.ada, &self.run).await["still_missing"].clone()
    }

    /// Rows of the dataset; the first import has brought two.
    async fn rows(&self) -> Value {
        let dataset = json!({ "namespace": "main", "name": "people" });
        call(&self.app, &self.ada, "dataset", &dataset).await["rows"].clone()
    }
}

#[tokio::test]
async fn of_a_whole_corrected_file_only_what_is_missing_goes_in() {
    let it = started().await;
    let whole = b"name,email\nAda,ada@example.org\n007,bond@example.org\nMary,mary@example.org\nAlan,nowhere\n";
    let (view, upload) = it.compared(whole).await;
    assert_eq!(
        [
            &view["missing"],
            &view["taken"],
            &view["in_already"],
            &view["unfit"]
        ],
        [&json!(3), &json!(2), &json!(1), &json!(1)]
    );
    assert_eq!(
        it.rows().await,
        3,
        "nothing goes in before somebody says so"
    );
    let child = it.given_back(&view, &upload, "keep").await;
    assert_eq!(
        (&child["status"], &child["imported"]),
        (&json!("completed"), &json!(2))
    );
    assert_eq!(it.rows().await, 5);
    assert_eq!(it.still_missing().await, 1);

    // The same again: all but the one that does not fit are in.
    let again = it.refused(whole).await;
    assert!(again.contains("in line 5"), "{again}");
    assert_eq!(it.rows().await, 5);
}

#[tokio::test]
async fn an_imported_record_is_left_out_where_its_like_is_missing() {
    let file =
        b"name,email\nAda,ada@example.org\nAda,at sea\nAda,at home\nGrace,grace@example.org\n";
    let it = started_with(file, 2).await;
    let rows = it.rows().await.as_u64().unwrap();
    let whole =
        b"name,email\nAda,ada@example.org\nAda,lovelace@example.org\nGrace,grace@example.org\n";
    let (view, upload) = it.compared(whole).await;
    assert_eq!(
        [&view["taken"], &view["in_already"]],
        [&json!(1), &json!(2)]
    );
    it.given_back(&view, &upload, "keep").await;
    assert_eq!(it.rows().await, rows + 1);
    assert_eq!(it.still_missing().await, 1);

    // Without the other imported one nothing tells whether it is the correction: that is shown.
    let (view, _) = it.compared(b"name,email\nAda,ada@example.org\n").await;
    assert_eq!(
        [&view["taken"], &view["by_likeness"]],
        [&json!(1), &json!(1)]
    );
}

#[tokio::test]
async fn what_is_not_of_the_report_is_refused_with_what_was_expected() {
    let it = started().await;
    let columns = it.refused(b"sku,price\nA1,3\n").await;
    assert!(columns.contains("`sku`, `price`"), "{columns}");
    assert!(
        columns.contains("`name`, `email`, in this order"),
        "{columns}"
    );
    let foreign = it
        .refused(b"name,email\nMary,mary@example.org\nZoe,zoe@example.org\nIda,ida@example.org\n")
        .await;
    assert!(foreign.contains("has 2 records that are not"), "{foreign}");
    assert!(foreign.contains("the first in line 3"), "{foreign}");
    assert!(foreign.contains("3 records are missing"), "{foreign}");
    let twice = it
        .refused(b"name,email\nMary,mary@example.org\nMary,mary@example.org\n")
        .await;
    assert!(twice.contains("has 1 record that is not"), "{twice}");
    let unfit = it.refused(b"name,email\nMary,at home\n").await;
    assert!(unfit.contains("None of the records"), "{unfit}");
    assert!(it.refused(b"name,email\n").await.contains("no records"));
    assert_eq!(it.still_missing().await, 3);
}

#[tokio::test]
async fn three_parts_are_given_back_one_after_the_other() {
    let it = started().await;
    let parts: [(&[u8], u64, u64); 3] = [
        (b"name,email\nMary,mary@example.org\n", 2, 0),
        // What was given back before may come again.
        (
            b"name,email\n007,bond@example.org\nMary,mary@example.org\n",
            1,
            1,
        ),
        (
            b"name,email\nAlan,alan@example.org\n007,bond@example.org\n",
            0,
            1,
        ),
    ];
    for (part, left, before) in parts {
        let (view, upload) = it.compared(part).await;
        assert_eq!(
            (&view["taken"], &view["given_before"]),
            (&json!(1), &json!(before))
        );
        it.given_back(&view, &upload, "keep").await;
        assert_eq!(it.still_missing().await, left);
    }
    let row = run_row(&it.app, &it.ada, &it.run).await;
    assert_eq!(row["status"], "completed");
    assert_eq!(it.rows().await, 6);
}

#[tokio::test]
async fn of_two_tabs_the_second_is_told_to_look_again() {
    let it = started().await;
    let mary = b"name,email\nMary,mary@example.org\nAlan,alan@example.org\n";
    let (one, other) = (it.compared(mary).await, it.compared(mary).await);
    it.given_back(&one.0, &one.1, "keep").await;
    let (status, answer) = it.give_back(&other.0, &other.1, "keep").await;
    assert!(!status.is_success(), "{answer}");
    assert!(answer.to_string().contains("given back before"), "{answer}");
    // Of another part, what both have is left out, and the numbers are others than those that were shown.
    let (view, upload) = it
        .compared(b"name,email\n007,bond@example.org\nMary,mary@example.org\n")
        .await;
    let mut shown = view.clone();
    shown["taken"] = json!(2);
    let (status, answer) = it.give_back(&shown, &upload, "keep").await;
    assert_eq!(status, StatusCode::CONFLICT, "{answer}");
    assert!(
        answer.to_string().contains("Look at the summary again"),
        "{answer}"
    );
    it.given_back(&view, &upload, "keep").await;
    assert_eq!(it.rows().await, 6);
}

#[tokio::test]
async fn at_the_same_time_a_record_is_taken_once() {
    let it = started().await;
    let mary = b"name,email\nMary,mary@example.org\n";
    let (one, other) = (it.compared(mary).await, it.compared(mary).await);
    let (one, other) = tokio::join!(
        it.give_back(&one.0, &one.1, "keep"),
        it.give_back(&other.0, &other.1, "keep"),
    );
    assert!(
        one.0.is_success() != other.0.is_success(),
        "{one:?} {other:?}"
    );
}

#[tokio::test]
async fn a_report_that_a_spreadsheet_saved_is_read_and_its_lost_zeros_are_shown() {
    let it = started().await;
    let saved = "\u{feff}name;email;\r\n7;bond@example.org;\r\nMary;mary@example.org;\r\n";
    for (changed, name) in [("keep", "007"), ("take", "7")] {
        let it = if changed == "keep" {
            &it
        } else {
            &started().await
        };
        let (view, upload) = it.compared(saved.as_bytes()).await;
        assert_eq!(view["saved"]["delimiter"], ";");
        assert_eq!(view["changed_cells"], 1);
        let change = json!({ "line": 2, "column": "name", "was": "007", "is": "7" });
        assert_eq!(view["changes"], json!([change]));
        let child = it.given_back(&view, &upload, changed).await;
        assert_eq!(child["status"], "completed", "{child}");
        let dataset = json!({ "namespace": "main", "name": "people" });
        let rows = call(&it.app, &it.ada, "dataset", &dataset)
            .await
            .to_string();
        assert!(rows.contains(&format!("\"{name}\"")), "{rows}");
    }
}

#[tokio::test]
async fn records_that_are_in_are_unknown_once_the_runs_file_is_gone() {
    let it = started().await;
    let file = it.app.data_folder().join("uploads").join(&it.upload);
    std::fs::remove_file(file).unwrap();
    let whole = b"name,email\nAda,ada@example.org\nMary,mary@example.org\n";
    let refused = it.refused(whole).await;
    assert!(refused.contains("has 1 record that is not"), "{refused}");
    assert!(
        refused.contains("give back the corrected ones alone"),
        "{refused}"
    );
    it.compared(b"name,email\nMary,mary@example.org\n").await;
}

/// What is given back is shown to fit, or stays: corrections of corrections come from the grid, and are given back alike.
#[tokio::test]
async fn corrections_of_corrections_are_given_back_in_their_own_run() {
    let mut it = started().await;
    let upload = it
        .app
        .upload(
            &it.ada,
            "grid.csv",
            b"name,email\n007,at sea\nMary,mary@example.org\n",
        )
        .await;
    let grid = json!({ "namespace": "main", "run": it.run, "upload": upload, "records": [[0, 1]] });
    let child = call(&it.app, &it.ada, "reimport", &grid).await;
    let child = ended(&it.app, &it.ada, &child).await;
    assert_eq!(child["status"], "partially_completed");
    it.run = child["id"].as_str().unwrap().to_owned();
    let (view, upload) = it
        .compared(b"name,email\n007,bond@example.org\nMary,mary@example.org\n")
        .await;
    assert_eq!(
        (&view["taken"], &view["in_already"]),
        (&json!(1), &json!(1))
    );
    let grandchild = it.given_back(&view, &upload, "keep").await;
    assert_eq!(grandchild["status"], "completed");
    assert_eq!(it.still_missing().await, 0);
}
