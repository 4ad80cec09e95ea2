//! The rejected records of a run, taken from its *exact* report to be corrected, held against the mapping, and written again.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use tabular::dialect::{Dialect, HeaderRow};
use tabular::reader::{Cell, Reader};
use tabular::writer::write_record;

use crate::field::Field;
use crate::plan::{self, Outcome, PlanError, RowPlan};
use crate::rejection::{Broken, Rejection, Rule};
use crate::row::Row;
use crate::settings::Mapping;

/// Takes records out of a report that is fed to it in chunks of any size, as long as it is not [`Corrections::is_full`].
#[derive(Debug)]
pub struct Corrections {
    dialect: Dialect,
    mapping: Mapping,
    fields: Vec<Field>,
    skip: Vec<RangeInclusive<u64>>,
    at_once: AtOnce,
    reader: Reader,
    /// Goes ahead to the header, which must be known before the first record is taken; gone from then on.
    ahead: Option<Reader>,
    plan: Option<RowPlan>,
    problem: Option<PlanError>,
    /// Everything before the first record: byte order mark, preamble and header.
    head: Vec<u8>,
    line_end: Option<&'static str>,
    records: HashMap<u64, Original>,
    taken_bytes: usize,
    row: Row,
}

#[derive(Debug)]
struct Original {
    bytes: Vec<u8>,
    cells: Vec<String>,
    /// Columns whose bytes are no text: what stands in `cells` is made to be looked at, and never meant to be imported.
    undecodable: Vec<usize>,
}

/// A rejected record, to be shown and changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedCells {
    /// Its place in the report, from 0.
    pub place: u64,
    /// As read; bytes that cannot be decoded stand as `\xE8`. None of a record that is too large to be changed here.
    pub cells: Vec<String>,
    pub rejections: Vec<Rejection>,
}

/// How much of a report is taken at once.
#[derive(Clone, Copy, Debug)]
pub struct AtOnce {
    pub records: usize,
    pub bytes: usize,
}

/// A record to be written: with other cells, or as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrected {
    pub place: u64,
    /// `None`: unchanged, to the byte.
    pub cells: Option<Vec<String>>,
}

impl Corrections {
    /// `skip`: ranges of places that were given back before.
    pub fn new(
        dialect: &Dialect,
        mapping: &Mapping,
        fields: &[Field],
        skip: Vec<RangeInclusive<u64>>,
        at_once: AtOnce,
    ) -> Self {
        let mut corrections = Self {
            dialect: dialect.clone(),
            mapping: mapping.clone(),
            fields: fields.to_vec(),
            skip,
            at_once,
            reader: plan::reader(dialect, mapping),
            ahead: None,
            plan: None,
            problem: None,
            head: Vec::new(),
            line_end: None,
            records: HashMap::new(),
            taken_bytes: 0,
            row: Row::new(),
        };
        match dialect.header {
            HeaderRow::Present => corrections.ahead = Some(plan::reader(dialect, mapping)),
            HeaderRow::Absent => corrections.compile(None),
        }
        corrections
    }

    /// Takes the next bytes of the report, and gives the records that they complete.
    pub fn feed(&mut self, chunk: &[u8]) -> Vec<RejectedCells> {
        if let Some(ahead) = &mut self.ahead {
            ahead.feed(chunk);
        }
        if self.reader.body_offset().is_none() {
            self.head.extend_from_slice(chunk);
        }
        self.reader.feed(chunk);
        self.read()
    }

    /// The report has no more bytes.
    pub fn finish(&mut self) -> Vec<RejectedCells> {
        if let Some(ahead) = &mut self.ahead {
            ahead.finish();
        }
        self.reader.finish();
        self.read()
    }

    /// What keeps the settings from being used with this report.
    pub fn problem(&self) -> Option<&PlanError> {
        self.problem.as_ref()
    }

    /// As many records were taken as are taken at once.
    pub fn is_full(&self) -> bool {
        self.records.len() >= self.at_once.records || self.taken_bytes >= self.at_once.bytes
    }

    fn compile(&mut self, header: Option<&[String]>) {
        match RowPlan::compile(&self.fields, &self.mapping, header) {
            Ok(plan) => self.plan = Some(plan),
            Err(problem) => self.problem = Some(problem),
        }
    }

    fn read(&mut self) -> Vec<RejectedCells> {
        if let Some(mut ahead) = self.ahead.take() {
            // The header is read on the way to the first record.
            let _ = ahead.next();
            match plan::header(&ahead) {
                Ok(Some(header)) => self.compile(Some(header)),
                Ok(None) => self.ahead = Some(ahead),
                Err(problem) => self.problem = Some(problem),
            }
        }
        let mut found = Vec::new();
        let Some(plan) = &self.plan else {
            return found;
        };
        while let Some(record) = self.reader.next() {
            let place = record.number() - 1;
            let is_full = self.records.len() >= self.at_once.records
                || self.taken_bytes >= self.at_once.bytes;
            if is_full || self.skip.iter().any(|range| range.contains(&place)) {
                continue;
            }
            let mut rejections = Vec::new();
            plan.apply(&record, &mut self.row, &mut rejections);
            let cells: Vec<String> = (0..record.field_count())
                .map(|index| record.display(index).into_owned())
                .collect();
            if self.line_end.is_none() {
                self.line_end = line_end(&self.dialect, record.bytes());
            }
            self.taken_bytes += record.bytes().len();
            let original = Original {
                bytes: record.bytes().to_vec(),
                cells: cells.clone(),
                undecodable: (0..record.field_count())
                    .filter(|index| matches!(record.field(*index), Cell::Undecodable(_)))
                    .collect(),
            };
            self.records.insert(place, original);
            found.push(RejectedCells {
                place,
                cells,
                rejections,
            });
        }
        if let Some(body) = self.reader.body_offset() {
            let body = usize::try_from(body).unwrap_or(usize::MAX);
            self.head.truncate(body);
        }
        found
    }

    /// What is wrong with a record with these cells (`None`: as it was); nothing: it would be imported.
    pub fn check(&self, place: u64, cells: Option<&[String]>) -> Vec<Rejection> {
        let mut rejections = self.undecoded(place, cells);
        let mut others = self.judge(place, cells);
        // What stands in for bytes is not judged as a value too.
        others.retain(|other| rejections.iter().all(|it| it.column != other.column));
        rejections.append(&mut others);
        rejections
    }

    /// By the plan, as the server reads it.
    fn judge(&self, place: u64, cells: Option<&[String]>) -> Vec<Rejection> {
        let bytes = match self.bytes_of(place, cells) {
            Ok(bytes) => bytes,
            Err(rejection) => return vec![rejection],
        };
        let mut reader = plan::reader(&self.dialect, &self.mapping);
        reader.feed(&self.head);
        reader.feed(&bytes);
        reader.finish();
        let (mut row, mut rejections) = (Row::new(), Vec::new());
        let Some(record) = reader.next() else {
            return vec![whole_record("The record is empty.", "Fill its cells.")];
        };
        let Some(plan) = &self.plan else {
            return rejections;
        };
        match plan.apply(&record, &mut row, &mut rejections) {
            Outcome::Rejected => rejections,
            Outcome::Imported if reader.next().is_some() => vec![read_as_several()],
            Outcome::Imported => Vec::new(),
        }
    }

    /// A file of these records, which is read with the same settings as the one that they come from.
    pub fn write(&self, records: &[Corrected]) -> Result<Vec<u8>, Rejection> {
        let mut file = self.head.clone();
        for record in records {
            let cells = record.cells.as_deref();
            if let Some(rejection) = self.undecoded(record.place, cells).into_iter().next() {
                return Err(rejection);
            }
            let bytes = self.bytes_of(record.place, cells)?;
            file.extend_from_slice(&bytes);
            // The last record of the report may stand without a line end.
            if !ends_line(&self.dialect, &bytes) {
                file.extend(self.encoded_line_end());
            }
        }
        Ok(file)
    }

    /// Cells of a changed record that still have what stands in for their bytes. The file would have it as text, so that
    /// the server could not know it from text that somebody meant.
    fn undecoded(&self, place: u64, cells: Option<&[String]>) -> Vec<Rejection> {
        let original = self.records.get(&place);
        let Some(original) = original.filter(|original| !original.is_same(cells)) else {
            return Vec::new();
        };
        let cells = cells.unwrap_or_default();
        original
            .undecodable
            .iter()
            .filter_map(|column| Some((*column, cells.get(*column)?)))
            .filter(|(column, text)| has_damage_of(text, &original.cells[*column]))
            .map(|(column, text)| self.undecoded_cell(column, text))
            .collect()
    }

    fn undecoded_cell(&self, column: usize, text: &str) -> Rejection {
        let name = self.mapping.columns.get(column);
        let name = name.map_or_else(|| plan::column_name(column), |column| column.name.clone());
        Rejection {
            hint: "type the text that belongs here".to_owned(),
            ..Rejection::of_cell(column, &name, &name, text, &Broken::Undecodable)
        }
    }

    fn bytes_of(&self, place: u64, cells: Option<&[String]>) -> Result<Vec<u8>, Rejection> {
        let original = self.records.get(&place);
        if let Some(original) = original.filter(|original| original.is_same(cells)) {
            return Ok(original.bytes.clone());
        }
        let cells = self.trimmed(cells.unwrap_or_default());
        write_record(&self.dialect, cells, self.line_end.unwrap_or("\n")).map_err(|unwritable| {
            let column = unwritable.cell();
            let name = self.mapping.columns.get(column);
            Rejection {
                column: u32::try_from(column).ok(),
                column_name: name.map(|column| column.name.clone()),
                rule: Rule::Undecodable,
                value: cells.get(column).cloned(),
                message: format!("{unwritable}."),
                hint: "Write it without that character.".to_owned(),
            }
        })
    }

    /// Without the empty cells that stand beyond the columns of the file.
    fn trimmed<'a>(&self, cells: &'a [String]) -> &'a [String] {
        let width = self.mapping.columns.len();
        let mut cells = cells;
        while cells.len() > width && cells.last().is_some_and(String::is_empty) {
            cells = &cells[..cells.len() - 1];
        }
        cells
    }

    fn encoded_line_end(&self) -> Vec<u8> {
        // No dialect lacks these characters.
        let no_cells: [&str; 0] = [];
        let line_end = self.line_end.unwrap_or("\n");
        write_record(&self.dialect, &no_cells, line_end).unwrap_or_default()
    }
}

impl Original {
    fn is_same(&self, cells: Option<&[String]>) -> bool {
        cells.is_none_or(|cells| cells == self.cells)
    }
}

/// Whether a text is still the one shown, or has one of its `\xE8` where only others were replaced.
fn has_damage_of(text: &str, shown: &str) -> bool {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    let mut damage = shown
        .match_indices("\\x")
        .filter_map(|(at, _)| shown.get(at..at + 4))
        .filter(|damage| damage.bytes().skip(2).all(is_digit));
    text == shown || damage.any(|damage| text.contains(damage))
}

pub(crate) fn read_as_several() -> Rejection {
    whole_record(
        "The record would be read as several.",
        "Take line breaks and quotes out of its cells.",
    )
}

fn whole_record(message: &str, hint: &str) -> Rejection {
    Rejection {
        column: None,
        column_name: None,
        rule: Rule::TooFewFields,
        value: None,
        message: message.to_owned(),
        hint: hint.to_owned(),
    }
}

pub(crate) fn ends_line(dialect: &Dialect, bytes: &[u8]) -> bool {
    let text = dialect.encoding.display(bytes);
    text.ends_with(['\n', '\r'])
}

/// As the record ends; `None` where it stands at the end of a file without one.
pub(crate) fn line_end(dialect: &Dialect, record: &[u8]) -> Option<&'static str> {
    let text = dialect.encoding.display(record);
    ["\r\n", "\n", "\r"]
        .into_iter()
        .find(|end| text.ends_with(end))
}
