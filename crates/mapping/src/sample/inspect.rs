//! What a sample holds, before anything is mapped.

use serde::{Deserialize, Serialize};
use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Cell, Defect, Limits, Reader, Record};

use super::Example;
use super::tally::Tally;
use crate::infer::{ColumnObserver, ColumnStats};
use crate::names::cut;
use crate::plan::{self, PlanError, column_name, column_names};
use crate::rejection::{Rejection, Rule};

/// Characters of a cell that a preview shows.
const CELL_LENGTH: usize = 200;

/// A sample, read with one dialect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Whether the sample is the whole file. If not, its last record is cut and not counted.
    pub complete: bool,
    /// The rows before the header, as lines.
    pub preamble: Vec<String>,
    /// The header row as it is in the file; `None` where the dialect has none.
    pub header: Option<Vec<String>>,
    /// Named as a mapping names them: `Column 3` where the header has no name.
    pub columns: Vec<ColumnStats>,
    /// The first records.
    pub rows: Vec<PreviewRow>,
    pub records: u64,
    /// What makes whole records unfit, in the order of [`Rule`].
    pub defects: Vec<RecordDefects>,
    /// Records with at least one field that is not text in the encoding.
    pub undecodable_records: u64,
    /// Of a file that has more columns than it may have: how many, and how many it may have.
    pub too_many_columns: Option<(u32, u32)>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// 1-based.
    pub record: u64,
    /// 1-based physical line where the record starts.
    pub line: u64,
    pub cells: Vec<PreviewCell>,
    /// What makes the whole record unfit.
    pub defect: Option<Rejection>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewCell {
    /// Cut to 200 characters; bytes that are not text as `\xE8`.
    pub text: String,
    pub undecodable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordDefects {
    pub rule: Rule,
    pub count: u64,
    /// The first few.
    pub examples: Vec<Example>,
}

/// Reads a sample; `complete` says that it is the whole file. Shows the first `preview_rows` records.
pub fn inspect(
    sample: &[u8],
    complete: bool,
    dialect: &Dialect,
    preview_rows: usize,
) -> Inspection {
    let mut reader = Reader::new(dialect, Limits::of(dialect));
    let mut seen = Seen::default();
    reader.feed(sample);
    seen.read(&mut reader, preview_rows);
    if complete {
        reader.finish();
        seen.read(&mut reader, preview_rows);
    }
    let too_many_columns = match plan::header(&reader) {
        Err(PlanError::TooManyColumns { found, at_most }) => Some((found, at_most)),
        _ => seen.too_many_columns,
    };
    let header = match dialect.header {
        HeaderRow::Present => reader.header().map(<[String]>::to_vec),
        HeaderRow::Absent => None,
    };
    let names = match &header {
        Some(header) => column_names(header),
        None => (0..seen.columns.len()).map(column_name).collect(),
    };
    seen.columns
        .resize_with(names.len(), ColumnObserver::default);
    let defects = seen.defects.into_check(&[], Vec::new()).whole_records;
    Inspection {
        complete,
        preamble: reader.preamble().to_vec(),
        header,
        columns: names
            .into_iter()
            .zip(seen.columns)
            .map(|(name, column)| column.finish(name))
            .collect(),
        rows: seen.rows,
        records: seen.records,
        defects: defects
            .into_iter()
            .map(|counted| RecordDefects {
                rule: counted.rule,
                count: counted.count,
                examples: counted.examples,
            })
            .collect(),
        undecodable_records: seen.undecodable_records,
        too_many_columns,
    }
}

#[derive(Default)]
struct Seen {
    columns: Vec<ColumnObserver>,
    rows: Vec<PreviewRow>,
    records: u64,
    defects: Tally,
    undecodable_records: u64,
    too_many_columns: Option<(u32, u32)>,
}

impl Seen {
    fn read(&mut self, reader: &mut Reader, preview_rows: usize) {
        while let Some(record) = reader.next() {
            self.records += 1;
            if self.rows.len() < preview_rows {
                self.rows.push(preview(&record));
            }
            if record
                .fields()
                .any(|cell| matches!(cell, Cell::Undecodable(_)))
            {
                self.undecodable_records += 1;
            }
            if let Some(defect) = record.defect() {
                if let &Defect::TooManyColumns { found, at_most } = defect {
                    self.too_many_columns.get_or_insert((found, at_most));
                }
                self.defects.count_rejected(
                    record.number(),
                    record.position(),
                    &[Rejection::of_defect(defect)],
                );
            } else {
                self.observe(&record);
            }
        }
    }

    fn observe(&mut self, record: &Record<'_>) {
        if self.columns.len() < record.field_count() {
            self.columns
                .resize_with(record.field_count(), ColumnObserver::default);
        }
        for (column, cell) in self.columns.iter_mut().zip(record.fields()) {
            column.observe(cell);
        }
    }
}

fn preview(record: &Record<'_>) -> PreviewRow {
    PreviewRow {
        record: record.number(),
        line: record.position().line,
        cells: record
            .fields()
            .enumerate()
            .map(|(index, cell)| PreviewCell {
                text: cut(&record.display(index), CELL_LENGTH),
                undecodable: matches!(cell, Cell::Undecodable(_)),
            })
            .collect(),
        defect: record.defect().map(Rejection::of_defect),
    }
}
