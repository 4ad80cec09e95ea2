//! The records of a file in memory, their text in one piece: a file of many short cells must not take many times its size.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use tabular::reader::{Cell, Reader, Record};

use super::NotComparable;

/// Together with what is kept of each, still a fraction of the memory of a small server.
const MOST_RECORDS: usize = 1_000_000;
const CHUNK_BYTES: usize = 256 << 10;

#[derive(Debug, Default)]
pub(super) struct Records {
    text: String,
    /// Where each cell ends in the text.
    ends: Vec<u32>,
    rows: Vec<Row>,
    /// Record and column of cells whose bytes are no text.
    undecodable: HashSet<(usize, usize)>,
}

#[derive(Debug)]
struct Row {
    first_cell: usize,
    line: u64,
    bytes: Range<usize>,
}

/// Says whether texts are the same without holding them: the sum over cells, so that some can be taken out again. Empty cells
/// add nothing, and those that a spreadsheet appends to a record do not change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub(super) struct Key(u128);

impl Key {
    pub(super) fn of_cell(column: usize, text: &str) -> Self {
        if text.is_empty() {
            return Self::default();
        }
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            (salt, column, text).hash(&mut hasher);
            u128::from(hasher.finish())
        };
        Self(half(0) << 64 | half(1))
    }

    pub(super) fn of_record(record: &Record<'_>, of_cell: impl Fn(usize, &str) -> Self) -> Self {
        (0..record.field_count()).fold(Self::default(), |key, column| {
            key.with(of_cell(column, &record.display(column)))
        })
    }

    pub(super) fn with(self, cell: Self) -> Self {
        Self(self.0.wrapping_add(cell.0))
    }

    pub(super) fn without(self, cell: Self) -> Self {
        Self(self.0.wrapping_sub(cell.0))
    }
}

/// Reads a file that is whole in memory, without a second copy of it.
pub(super) fn each_record(reader: &mut Reader, file: &[u8], mut seen: impl FnMut(&Record<'_>)) {
    for chunk in file.chunks(CHUNK_BYTES) {
        reader.feed(chunk);
        while let Some(record) = reader.next() {
            seen(&record);
        }
    }
    reader.finish();
    while let Some(record) = reader.next() {
        seen(&record);
    }
}

impl Records {
    /// Reads a whole file, and shows each record.
    pub(super) fn read(
        reader: &mut Reader,
        file: &[u8],
        mut seen: impl FnMut(&Record<'_>),
    ) -> Result<Self, NotComparable> {
        let mut records = Self::default();
        each_record(reader, file, |record| {
            if records.len() <= MOST_RECORDS {
                records.push(record);
                seen(record);
            }
        });
        if records.len() > MOST_RECORDS {
            return Err(NotComparable::TooManyRecords {
                at_most: MOST_RECORDS,
            });
        }
        Ok(records)
    }

    fn push(&mut self, record: &Record<'_>) {
        let row = self.rows.len();
        let start = usize::try_from(record.position().offset).unwrap_or(usize::MAX);
        self.rows.push(Row {
            first_cell: self.ends.len(),
            line: record.position().line,
            bytes: start..start + record.bytes().len(),
        });
        for column in 0..record.field_count() {
            self.text.push_str(&record.display(column));
            self.ends
                .push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
            if matches!(record.field(column), Cell::Undecodable(_)) {
                self.undecodable.insert((row, column));
            }
        }
    }

    /// The same records with other texts.
    pub(super) fn map(&self, mut text: impl FnMut(usize, &str) -> Option<String>) -> Self {
        let mut mapped = Self {
            undecodable: self.undecodable.clone(),
            ..Self::default()
        };
        for (index, row) in self.rows.iter().enumerate() {
            mapped.rows.push(Row {
                first_cell: mapped.ends.len(),
                line: row.line,
                bytes: row.bytes.clone(),
            });
            for (column, cell) in self.cells(index).enumerate() {
                match text(column, cell) {
                    Some(other) => mapped.text.push_str(&other),
                    None => mapped.text.push_str(cell),
                }
                mapped
                    .ends
                    .push(u32::try_from(mapped.text.len()).unwrap_or(u32::MAX));
            }
        }
        mapped
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// 1-based line in its file.
    pub(super) fn line(&self, row: usize) -> u64 {
        self.rows[row].line
    }

    /// Where the record stands in its file.
    pub(super) fn bytes(&self, row: usize) -> Range<usize> {
        self.rows[row].bytes.clone()
    }

    pub(super) fn width(&self, row: usize) -> usize {
        let next = self.rows.get(row + 1).map(|next| next.first_cell);
        next.unwrap_or(self.ends.len()) - self.rows[row].first_cell
    }

    /// Empty beyond the last.
    pub(super) fn cell(&self, row: usize, column: usize) -> &str {
        if column >= self.width(row) {
            return "";
        }
        let cell = self.rows[row].first_cell + column;
        let start = match cell {
            0 => 0,
            cell => self.ends[cell - 1] as usize,
        };
        &self.text[start..self.ends[cell] as usize]
    }

    pub(super) fn cells(&self, row: usize) -> impl Iterator<Item = &str> {
        (0..self.width(row)).map(move |column| self.cell(row, column))
    }

    pub(super) fn is_undecodable(&self, row: usize, column: usize) -> bool {
        self.undecodable.contains(&(row, column))
    }

    pub(super) fn key(&self, row: usize) -> Key {
        self.key_of(row, Key::of_cell)
    }

    pub(super) fn key_of(&self, row: usize, of_cell: impl Fn(usize, &str) -> Key) -> Key {
        self.cells(row)
            .enumerate()
            .fold(Key::default(), |key, (column, text)| {
                key.with(of_cell(column, text))
            })
    }
}
