//! Reads whole files and shows each record as one line of text: `number line:offset+length*lines fields defect`.

use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Cell, Limits, Reader, Record};

/// Comma, double quotes, UTF-8, no header.
pub fn plain() -> Dialect {
    Dialect {
        header: HeaderRow::Absent,
        ..Dialect::default()
    }
}

pub fn check(dialect: &Dialect, bytes: &[u8], expected: &[&str]) {
    assert_eq!(
        read(dialect, bytes),
        expected,
        "{:?}",
        bytes.escape_ascii().to_string()
    );
}

pub fn read(dialect: &Dialect, bytes: &[u8]) -> Vec<String> {
    read_with(dialect, Limits::default(), bytes, bytes.len().max(1))
}

/// Feeds `bytes` in chunks of `chunk_bytes`.
pub fn read_with(
    dialect: &Dialect,
    limits: Limits,
    bytes: &[u8],
    chunk_bytes: usize,
) -> Vec<String> {
    let mut records = Vec::new();
    each_record(dialect, limits, bytes, chunk_bytes, |record| {
        records.push(show(record));
    });
    records
}

pub fn each_record(
    dialect: &Dialect,
    limits: Limits,
    bytes: &[u8],
    chunk_bytes: usize,
    mut take: impl FnMut(&Record<'_>),
) -> Reader {
    let mut reader = Reader::new(dialect, limits);
    for chunk in bytes.chunks(chunk_bytes) {
        reader.feed(chunk);
        while let Some(record) = reader.next() {
            take(&record);
        }
    }
    reader.finish();
    while let Some(record) = reader.next() {
        take(&record);
    }
    reader
}

fn show(record: &Record<'_>) -> String {
    let cells: Vec<String> = (0..record.field_count())
        .map(|index| match record.field(index) {
            Cell::Text(text) => text
                .chars()
                .map(|one| {
                    if one.is_control() {
                        one.escape_debug().to_string()
                    } else {
                        one.to_string()
                    }
                })
                .collect(),
            Cell::Undecodable(_) => format!("!{}", record.display(index)),
        })
        .collect();
    let shown = format!(
        "{} {}:{}+{}*{} {}",
        record.number(),
        record.position().line,
        record.position().offset,
        record.byte_length(),
        record.line_count(),
        cells.join("|"),
    );
    match record.defect() {
        Some(defect) => format!("{shown} {defect:?}"),
        None => shown,
    }
}
