//! The rejected records of a run, as its *exact* report has them, with what was at fault in each.

use std::collections::HashMap;

use tabular::dialect::HeaderRow;

use super::records::{Key, Records};
use super::{NotComparable, Settings};
use crate::corrections::line_end;
use crate::plan::{self, Outcome, RowPlan};
use crate::row::Row;

#[derive(Debug)]
pub(super) struct Report {
    pub(super) plan: RowPlan,
    /// Everything before the first record: byte order mark, preamble and header.
    pub(super) head: Vec<u8>,
    pub(super) header: Option<Vec<String>>,
    pub(super) line_end: &'static str,
    pub(super) records: Records,
    faults: Vec<u32>,
    kinds: Vec<Faults>,
}

/// What was wrong with a record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Faults {
    /// The record as a whole: its cells may stand anywhere.
    Whole,
    /// These columns, ascending.
    Cells(Vec<usize>),
    /// Nothing that the settings say: a row with its key was there, or the rules were others. These columns are the key.
    Key(Vec<usize>),
}

impl Faults {
    /// Columns whose cells are expected to change; `None`: all of them.
    pub(super) fn columns(&self) -> Option<&[usize]> {
        match self {
            Self::Whole => None,
            Self::Cells(columns) | Self::Key(columns) => Some(columns),
        }
    }

    pub(super) fn is_at(&self, column: usize) -> bool {
        self.columns()
            .is_none_or(|columns| columns.contains(&column))
    }
}

impl Report {
    pub(super) fn read(settings: &Settings<'_>, file: &[u8]) -> Result<Self, NotComparable> {
        let header = header(settings, file)?;
        let plan = RowPlan::compile(settings.fields, settings.mapping, header.as_deref())
            .map_err(NotComparable::Settings)?;
        let key = key_columns(settings);
        let mut known: HashMap<Faults, u32> = HashMap::new();
        let (mut faults, mut kinds) = (Vec::new(), Vec::new());
        let (mut row, mut rejections) = (Row::new(), Vec::new());
        let mut ending = None;
        let mut reader = plan::reader(settings.dialect, settings.mapping);
        let records = Records::read(&mut reader, file, |record| {
            let outcome = plan.apply(record, &mut row, &mut rejections);
            let columns = rejections.iter().map(|it| it.column.map(|it| it as usize));
            let found = match (outcome, columns.collect::<Option<Vec<usize>>>()) {
                (Outcome::Imported, _) => Faults::Key(key.clone()),
                (Outcome::Rejected, None) => Faults::Whole,
                (Outcome::Rejected, Some(mut columns)) => {
                    columns.sort_unstable();
                    columns.dedup();
                    Faults::Cells(columns)
                }
            };
            let next = u32::try_from(kinds.len()).unwrap_or(u32::MAX);
            let kind = *known.entry(found.clone()).or_insert(next);
            if kind == next {
                kinds.push(found);
            }
            faults.push(kind);
            if ending.is_none() {
                ending = line_end(settings.dialect, record.bytes());
            }
        })?;
        let body = reader.body_offset().unwrap_or(file.len() as u64);
        let body = usize::try_from(body).unwrap_or(usize::MAX).min(file.len());
        Ok(Self {
            plan,
            head: file[..body].to_vec(),
            header,
            line_end: ending.unwrap_or("\n"),
            records,
            faults,
            kinds,
        })
    }

    pub(super) fn len(&self) -> usize {
        self.records.len()
    }

    pub(super) fn faults(&self, place: usize) -> &Faults {
        &self.kinds[self.faults[place] as usize]
    }

    /// The number of its kind of faults, and all kinds.
    pub(super) fn kind(&self, place: usize) -> usize {
        self.faults[place] as usize
    }

    pub(super) fn kinds(&self) -> &[Faults] {
        &self.kinds
    }

    /// Whether a cell is known to be right: it was not at fault, and is text.
    pub(super) fn is_right(&self, place: usize, column: usize) -> bool {
        !self.faults(place).is_at(column) && !self.records.is_undecodable(place, column)
    }

    /// Columns of the right cells that are not empty.
    pub(super) fn right_columns(&self, place: usize) -> impl Iterator<Item = usize> {
        (0..self.records.width(place)).filter(move |column| {
            self.is_right(place, *column) && !self.records.cell(place, *column).is_empty()
        })
    }

    /// Of the cells that were not at fault.
    pub(super) fn key_of_right_cells(
        &self,
        place: usize,
        of_cell: impl Fn(usize, &str) -> Key,
    ) -> Key {
        let cells = self.records.cells(place).enumerate();
        let faults = self.faults(place);
        let right = cells.filter(|(column, _)| !faults.is_at(*column));
        right.fold(Key::default(), |key, (column, text)| {
            key.with(of_cell(column, text))
        })
    }
}

fn header(settings: &Settings<'_>, file: &[u8]) -> Result<Option<Vec<String>>, NotComparable> {
    if settings.dialect.header == HeaderRow::Absent {
        return Ok(None);
    }
    let mut reader = plan::reader(settings.dialect, settings.mapping);
    reader.feed(file);
    reader.finish();
    // The header is read on the way to the first record.
    let _ = reader.next();
    let header = plan::header(&reader).map_err(NotComparable::Settings)?;
    Ok(header.map(<[String]>::to_vec))
}

fn key_columns(settings: &Settings<'_>) -> Vec<usize> {
    let is_key = |name: &String| {
        let mut fields = settings.fields.iter();
        fields.any(|field| field.key && field.name == *name)
    };
    let columns = settings.mapping.columns.iter().enumerate();
    let keys = columns.filter(|(_, column)| column.field.as_ref().is_some_and(is_key));
    keys.map(|(index, _)| index).collect()
}
