//! `weir check`: what it prints about a file, for people and for programs.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

fn weir(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_weir"))
        .arg("check")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn journey(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/journeys");
    folder.join(name).to_str().unwrap().to_owned()
}

fn written(folder: &Path, bytes: &[u8]) -> PathBuf {
    let path = folder.join("file.csv");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[track_caller]
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn json_says_how_a_file_is_written_and_what_cannot_be_read() {
    let output = weir(&["--json", &journey("kunden.csv")], "");
    assert!(output.status.success());
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let expected = json!({
        "encoding": "windows-1252", "delimiter": ";", "quote": "\"", "has_header": true, "preamble_rows": 2, "records": 600,
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&answer[name], value, "{name}");
    }
    assert_eq!(
        answer["columns"][0],
        json!({ "name": "Kundennr.", "type": { "kind": "text" } })
    );
}

#[test]
fn a_record_that_cannot_be_read_is_named_with_its_place() {
    let output = weir(&["--json", &journey("leads.csv")], "");
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rejections = answer["rejections"].as_array().unwrap();
    assert_eq!(answer["rejected"], rejections.len());
    assert!(!rejections.is_empty());
    for rejection in rejections {
        assert!(
            rejection["line"].as_u64() > rejection["record"].as_u64(),
            "{rejection}"
        );
    }
}

#[test]
fn a_batch_answers_each_path_in_a_line_also_one_that_is_not_there() {
    let paths = format!(
        "{}\n/nowhere/at-all.csv\n{}\n",
        journey("kunden.csv"),
        journey("orders.txt")
    );
    let output = weir(&["--json", "--batch"], &paths);
    assert!(output.status.success());
    let lines: Vec<Value> = text(output.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["delimiter"], ";");
    assert!(lines[0].get("records").is_none(), "a batch only detects");
    assert!(lines[1]["error"].is_string(), "{}", lines[1]);
    assert_eq!(
        (&lines[2]["encoding"], &lines[2]["delimiter"]),
        (&json!("utf-16le"), &json!("\t"))
    );
}

#[test]
fn people_read_sentences() {
    let output = weir(&[&journey("kunden.csv")], "");
    let told = text(output.stdout);
    for part in [
        "windows-1252",
        "`;`",
        "Preamble rows: 2",
        "Records:       600",
        "Umsatz: decimal",
    ] {
        assert!(told.contains(part), "{part} is not in:\n{told}");
    }
}

#[test]
fn a_file_that_is_not_there_is_an_error_that_names_it() {
    let output = weir(&["/nowhere/at-all.csv"], "");
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    let told = text(output.stderr);
    assert!(told.contains("/nowhere/at-all.csv"), "{told}");
}

#[test]
fn text_of_a_file_does_not_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = written(folder.path(), b"a\x1b[2J,b\n1,2\n3\n");
    let output = weir(&[path.to_str().unwrap()], "");
    assert!(!output.stdout.contains(&0x1b));
}
