//! docs/states.md shows what the code does: its tables and diagrams are made from the code and compared here.
//! `UPDATE_DOCS=1 cargo test -p domain --test states_document` writes them anew.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

mod fixtures;
#[path = "states_document/job_cases.rs"]
mod job_cases;
#[path = "states_document/job_table.rs"]
mod job_table;
#[path = "states_document/menus.rs"]
mod menus;
#[path = "states_document/reasons.rs"]
mod reasons;
#[path = "states_document/run_cases.rs"]
mod run_cases;
#[path = "states_document/table.rs"]
mod table;

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_document_shows_what_the_code_does() {
    let blocks = [
        ("job diagram", job_table::diagram()),
        ("job events", job_table::table()),
        ("run diagram", run_cases::diagram()),
        ("run events", run_cases::table()),
        ("job actions", menus::job_actions_table()),
        ("run actions", menus::run_actions_table()),
        ("roles", menus::roles_table()),
        ("reasons", reasons::reasons_table()),
        ("sampling problems", reasons::sampling_problems_table()),
    ];
    let path = document_path();
    let written = fs::read_to_string(&path).unwrap();
    let mut expected = written.clone();
    for (name, content) in &blocks {
        expected = with_block(&expected, name, content);
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert!(
            written == expected,
            "docs/states.md is not what the code does; write it anew with \
             `UPDATE_DOCS=1 cargo test -p domain --test states_document` and look at the difference"
        );
    }
}

fn document_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/states.md")
}

/// The document with `content` between the two markers of the block.
fn with_block(document: &str, name: &str, content: &str) -> String {
    let begin = format!("<!-- from the code: {name} -->\n");
    let end = format!("<!-- end: {name} -->\n");
    let (before, rest) = document
        .split_once(&begin)
        .unwrap_or_else(|| panic!("docs/states.md lacks the block {name}"));
    let (_, after) = rest
        .split_once(&end)
        .unwrap_or_else(|| panic!("the block {name} of docs/states.md has no end"));
    format!("{before}{begin}{content}{end}{after}")
}
