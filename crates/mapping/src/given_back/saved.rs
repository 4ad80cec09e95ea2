//! How the file that is given back was saved: as the run's file, or as another program writes it.

use std::cmp::Reverse;
use std::collections::HashSet;

use tabular::detect::detect;
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;
use tabular::reader::Cell;

use super::records::{Key, Records, each_record};
use super::{NotComparable, Settings};
use crate::plan;

/// What spreadsheets put between cells.
const DELIMITERS: [char; 3] = [',', ';', '\t'];
/// Names of columns that an error keeps.
const NAMES_SHOWN: usize = 20;

/// How well a dialect explains a file, the better the greater: what says most comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Read in another encoding or with other quotes, cells are others than those of the report.
    cells_found: u64,
    undecodable: Reverse<u64>,
    /// What is valid UTF-8 is hardly ever meant as anything else.
    is_utf_8: bool,
}

/// The dialect in which the file has the report's columns and most of the report's cells. The run's own goes before others.
pub(super) fn dialect_of(
    file: &[u8],
    settings: &Settings<'_>,
    header: Option<&[String]>,
    report: &Records,
) -> Result<Dialect, NotComparable> {
    let known: HashSet<Key> = (0..report.len())
        .flat_map(|row| report.cells(row).map(|cell| Key::of_cell(0, cell)))
        .collect();
    let mut best: Option<(Fit, Dialect)> = None;
    for dialect in candidates(file, settings.dialect) {
        if !has_columns(file, &dialect, settings, header) {
            continue;
        }
        let fit = Fit::of(file, &dialect, settings, &known);
        if best.as_ref().is_none_or(|(best, _)| fit > *best) {
            best = Some((fit, dialect));
        }
    }
    if let Some((_, dialect)) = best {
        return Ok(dialect);
    }
    let names = |names: &[String]| names.iter().take(NAMES_SHOWN).cloned().collect();
    Err(NotComparable::OtherColumns {
        expected: names(&expected(settings, header)),
        found: names(&first_row(file, &detect(file, true).dialect, settings)),
    })
}

fn candidates(file: &[u8], own: &Dialect) -> Vec<Dialect> {
    let mut candidates = vec![own.clone()];
    let detected = detect(file, true).dialect;
    let encodings = [detected.encoding, own.encoding, Encoding::UTF_8];
    let delimiters = DELIMITERS.into_iter().map(Some);
    let delimiters = [detected.delimiter, own.delimiter]
        .into_iter()
        .chain(delimiters);
    for delimiter in delimiters {
        for encoding in encodings {
            for preamble_rows in [own.preamble_rows, 0] {
                for (quote, escape) in [(own.quote, own.escape), (Some('"'), Escape::Doubled)] {
                    let candidate = Dialect {
                        encoding,
                        delimiter,
                        quote,
                        escape,
                        preamble_rows,
                        ..own.clone()
                    };
                    if !candidates.contains(&candidate) {
                        candidates.push(candidate);
                    }
                }
            }
        }
    }
    candidates
}

fn expected(settings: &Settings<'_>, header: Option<&[String]>) -> Vec<String> {
    let columns = settings.mapping.columns.iter();
    let named = || columns.map(|column| column.name.clone()).collect();
    header.map_or_else(named, <[String]>::to_vec)
}

/// By the names in the header; without one by their number. Blank ones at the end are what a spreadsheet adds.
fn has_columns(
    file: &[u8],
    dialect: &Dialect,
    settings: &Settings<'_>,
    header: Option<&[String]>,
) -> bool {
    let found = first_row(file, dialect, settings);
    match header {
        Some(header) => without_blanks(header).eq(without_blanks(&found)),
        None => found.len() == settings.mapping.columns.len(),
    }
}

fn without_blanks(names: &[String]) -> impl Iterator<Item = &str> {
    let last = names.iter().rposition(|name| !name.trim().is_empty());
    let until = last.map_or(0, |last| last + 1);
    names[..until].iter().map(|name| name.trim())
}

/// The header, or the first record.
fn first_row(file: &[u8], dialect: &Dialect, settings: &Settings<'_>) -> Vec<String> {
    let mut reader = plan::reader(dialect, settings.mapping);
    // More than that no header has; a whole file is fed to the reader only once its columns are known.
    let limit = usize::try_from(dialect.record_bytes).unwrap_or(usize::MAX);
    let head = &file[..file.len().min(limit.saturating_mul(2))];
    reader.feed(head);
    if head.len() == file.len() {
        reader.finish();
    }
    let first: Option<Vec<String>> = reader.next().map(|record| {
        (0..record.field_count())
            .map(|column| record.display(column).into_owned())
            .collect()
    });
    match dialect.header {
        HeaderRow::Present => reader.header().map(<[String]>::to_vec).unwrap_or_default(),
        HeaderRow::Absent => first.unwrap_or_default(),
    }
}

impl Fit {
    fn of(file: &[u8], dialect: &Dialect, settings: &Settings<'_>, known: &HashSet<Key>) -> Self {
        let (mut found, mut undecodable) = (0, 0);
        each_record(
            &mut plan::reader(dialect, settings.mapping),
            file,
            |record| {
                for column in 0..record.field_count() {
                    match record.field(column) {
                        Cell::Text("") => {}
                        Cell::Text(text) => {
                            found += u64::from(known.contains(&Key::of_cell(0, text)));
                        }
                        Cell::Undecodable(_) => {
                            let is_known =
                                known.contains(&Key::of_cell(0, &record.display(column)));
                            found += u64::from(is_known);
                            undecodable += 1;
                        }
                    }
                }
            },
        );
        Self {
            cells_found: found,
            undecodable: Reverse(undecodable),
            is_utf_8: dialect.encoding == Encoding::UTF_8 && undecodable == 0 && !file.is_ascii(),
        }
    }
}
