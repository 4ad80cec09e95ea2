//! The memory that a workbook takes, measured on this process: hence a test of its own in a file of its own.
//!
//! `WORKBOOK_ROWS=10000000 cargo test --release -p operations --test workbook_memory` does it at full size.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use domain::report::RejectedRecord;
use mapping::rejection::{Rejection, Rule};
use operations::reports::Workbook;
use tokio::sync::Semaphore;

const MOST_GROWTH_BYTES: u64 = 16 << 20;

#[tokio::test]
async fn memory_does_not_grow_with_the_report() {
    let rows = std::env::var("WORKBOOK_ROWS").map_or(60_000, |text| text.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("rejections.jsonl");
    let mut file = BufWriter::new(File::create(&records).unwrap());
    for number in 1..=rows {
        serde_json::to_writer(&mut file, &rejected(number)).unwrap();
        file.write_all(b"\n").unwrap();
    }
    file.into_inner().unwrap();

    let turn = Arc::new(Semaphore::new(1)).acquire_owned().await.unwrap();
    let workbook = Workbook {
        reason: None,
        records: Some(records),
        scratch: folder.path().to_owned(),
        turn,
    };
    let before = peak_bytes();
    let written = workbook.write(|| true).unwrap().metadata().unwrap().len();
    let growth = peak_bytes() - before;
    let sizes = format!("{rows} rows, {written} bytes written, {growth} bytes of memory");
    assert!(written > rows, "{sizes}");
    assert!(growth < MOST_GROWTH_BYTES, "{sizes}");
    io::stderr().write_all(sizes.as_bytes()).unwrap();
}

fn rejected(number: u64) -> RejectedRecord {
    let value = format!("{number}.02.1980");
    RejectedRecord {
        record: number,
        line: number + 1,
        offset: number * 20,
        length_bytes: 20,
        cells: vec![value.clone()],
        rejections: vec![Rejection {
            column: Some(3),
            column_name: Some("Geburtsdatum".to_owned()),
            rule: Rule::Type,
            message: format!("`{value}` is not a date that exists"),
            hint: "correct the date, or leave it empty".to_owned(),
            value: Some(value),
        }],
    }
}

/// The most memory that this process has had in RAM.
fn peak_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse::<u64>().unwrap() * 1024
}
