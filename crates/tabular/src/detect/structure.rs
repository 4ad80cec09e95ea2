//! Where the table begins: rows before it are sparsely filled, and a header does not look like the columns below it.

use super::cell::Look;
use crate::dialect::{Dialect, HeaderRow};
use crate::reader::{Limits, Reader};

/// So many rows show the structure.
const ROWS: usize = 300;
/// Rows below the header that are compared with it.
const COMPARED_ROWS: usize = 60;
/// A preamble is not longer than this.
const LONGEST_PREAMBLE: usize = 40;

pub(super) struct Structure {
    pub(super) preamble_rows: u32,
    pub(super) preamble_margin: f32,
    pub(super) preamble_sentence: String,
    pub(super) header: HeaderRow,
    pub(super) header_margin: f32,
    pub(super) header_sentence: String,
}

struct Row {
    cells: Vec<String>,
    filled: usize,
}

pub(super) fn structure(
    dialect: &Dialect,
    text: &str,
    columns: usize,
    complete: bool,
) -> Structure {
    let rows = rows(dialect, text, complete);
    let first = first_row(&rows, columns);
    let preamble_sentence = match (first, rows.get(first)) {
        (0, Some(row)) => format!(
            "The first record already fills {} of {columns} columns.",
            row.filled
        ),
        (_, Some(row)) => format!(
            "The {first} records before it fill at most {} of {columns} columns, record {} fills {}.",
            rows[..first]
                .iter()
                .map(|row| row.filled)
                .max()
                .unwrap_or(0),
            first + 1,
            row.filled,
        ),
        (_, None) => "The sample has no record.".to_owned(),
    };
    let score = header_score(&rows, first);
    let header = if score.sum >= 0.0 {
        HeaderRow::Present
    } else {
        HeaderRow::Absent
    };
    Structure {
        preamble_rows: u32::try_from(first).unwrap_or(u32::MAX),
        preamble_margin: preamble_margin(&rows, first, columns),
        preamble_sentence,
        header,
        header_margin: (score.sum.abs() / (score.sum.abs() + 1.0)).clamp(0.0, 1.0),
        header_sentence: format!(
            "In {} of {columns} columns the first row looks different from the rows below it, in {} it looks like them.",
            score.different, score.alike
        ),
    }
}

/// Rows with the blank ones, which count in a preamble.
fn rows(dialect: &Dialect, text: &str, complete: bool) -> Vec<Row> {
    // With one expected field blank lines are given as records.
    let mut reader = Reader::new(
        dialect,
        Limits {
            record_bytes: 16 << 10,
            // A record of that length has no more fields than bytes.
            columns: u32::MAX,
        },
    )
    .with_width(1);
    reader.feed(text.as_bytes());
    if complete {
        reader.finish();
    }
    let mut rows = Vec::new();
    while rows.len() < ROWS {
        let Some(record) = reader.next() else { break };
        let cells: Vec<String> = (0..record.field_count())
            .map(|index| record.display(index).trim().to_owned())
            .collect();
        let filled = cells.iter().filter(|cell| !cell.is_empty()).count();
        rows.push(Row { cells, filled });
    }
    rows
}

/// The first row that is about as wide and as filled as the table; 0 where none is.
fn first_row(rows: &[Row], columns: usize) -> usize {
    let mut filled: Vec<usize> = rows
        .iter()
        .filter(|row| row.cells.len() == columns && row.filled > 0)
        .map(|row| row.filled)
        .collect();
    filled.sort_unstable();
    let Some(usual) = filled.get(filled.len() / 2).copied() else {
        return 0;
    };
    let found = rows.iter().take(LONGEST_PREAMBLE).position(|row| {
        let wide = row.cells.len() >= columns.div_ceil(2) && row.cells.len() > columns.min(2) - 1;
        // A header may leave some columns without a name, a title fills one or two cells.
        wide && row.filled > 0
            && (row.filled * 2 > usual || row.filled * 2 > columns)
            && (row.filled > 1 || usual < 3)
    });
    found.unwrap_or(0)
}

#[expect(clippy::cast_precision_loss, reason = "counts of columns are small")]
fn preamble_margin(rows: &[Row], first: usize, columns: usize) -> f32 {
    let before = rows[..first]
        .iter()
        .map(|row| row.filled)
        .max()
        .unwrap_or(0);
    let here = rows.get(first).map_or(0, |row| row.filled);
    (here.saturating_sub(before) as f32 / columns.max(1) as f32).clamp(0.0, 1.0)
}

struct HeaderScore {
    sum: f32,
    different: usize,
    alike: usize,
}

/// Above 0 the first row is a header. Most files have one, so that doubt speaks for it.
fn header_score(rows: &[Row], first: usize) -> HeaderScore {
    let mut score = HeaderScore {
        sum: 0.25,
        different: 0,
        alike: 0,
    };
    let Some(header) = rows.get(first) else {
        return score;
    };
    let body = &rows[(first + 1).min(rows.len())..];
    for (index, name) in header.cells.iter().enumerate() {
        let column: Vec<&str> = body
            .iter()
            .take(COMPARED_ROWS)
            .filter_map(|row| row.cells.get(index).map(String::as_str))
            .filter(|cell| !cell.is_empty())
            .collect();
        let vote = column_vote(name, &column);
        if vote > 0.0 {
            score.different += 1;
        } else if vote < 0.0 {
            score.alike += 1;
        }
        score.sum += vote;
    }
    score
}

fn column_vote(name: &str, column: &[&str]) -> f32 {
    let look = Look::of(name);
    if look == Look::Empty || column.is_empty() {
        return 0.0;
    }
    let typed = column
        .iter()
        .filter(|cell| Look::of(cell).is_typed())
        .count();
    let is_typed_column = typed * 4 > column.len() * 3;
    let is_year = name
        .parse::<u32>()
        .is_ok_and(|year| (1800..=2100).contains(&year));
    let repeats = column.contains(&name);
    match (look.is_typed(), is_typed_column) {
        (false, true) => 1.0,
        (true, _) if is_year => 0.0,
        (true, true) => -1.0,
        (true, false) => -0.5,
        (false, false) if repeats => -0.5,
        (false, false) => 0.1,
    }
}
