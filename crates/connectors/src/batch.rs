//! Rows on their way to a destination: many in one allocation, used again when the destination is done with them.

use std::ops::Range;

/// A value of a row as a destination takes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Null,
    Integer(i64),
    Boolean(bool),
    /// Text, and in canonical text: decimals, dates and timestamps.
    Text(&'a str),
}

#[derive(Clone, Debug)]
enum Stored {
    Null,
    Integer(i64),
    Boolean(bool),
    Text(Range<u32>),
}

/// Rows with as many cells as the target has columns, each with the number of the record that it came from.
#[derive(Debug)]
pub struct Batch {
    width: usize,
    records: Vec<RecordReference>,
    cells: Vec<Stored>,
    text: String,
}

/// Which record a row came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordReference {
    /// 1-based.
    pub number: u64,
    pub line: u64,
    pub offset: u64,
    pub length_bytes: u64,
}

impl Batch {
    pub fn new(width: usize) -> Self {
        Self {
            width,
            records: Vec::new(),
            cells: Vec::new(),
            text: String::new(),
        }
    }

    /// Empties it and keeps its memory.
    pub fn clear(&mut self) {
        self.records.clear();
        self.cells.clear();
        self.text.clear();
    }

    pub fn row_count(&self) -> usize {
        self.records.len()
    }

    /// Bytes of text in it: what bounds a batch of wide rows.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    pub fn push_row<'a>(&mut self, record: RecordReference, cells: impl Iterator<Item = Cell<'a>>) {
        self.records.push(record);
        for cell in cells {
            let stored = match cell {
                Cell::Null => Stored::Null,
                Cell::Integer(value) => Stored::Integer(value),
                Cell::Boolean(value) => Stored::Boolean(value),
                Cell::Text(value) => {
                    let start = self.text_position();
                    self.text.push_str(value);
                    Stored::Text(start..self.text_position())
                }
            };
            self.cells.push(stored);
        }
        debug_assert_eq!(self.cells.len(), self.records.len() * self.width);
    }

    pub fn rows(&self) -> impl Iterator<Item = (RecordReference, impl Iterator<Item = Cell<'_>>)> {
        let rows = self.cells.chunks_exact(self.width.max(1));
        self.records
            .iter()
            .copied()
            .zip(rows.map(|cells| cells.iter().map(|cell| self.cell(cell))))
    }

    fn cell(&self, stored: &Stored) -> Cell<'_> {
        match stored {
            Stored::Null => Cell::Null,
            Stored::Integer(value) => Cell::Integer(*value),
            Stored::Boolean(value) => Cell::Boolean(*value),
            Stored::Text(range) => Cell::Text(&self.text[range.start as usize..range.end as usize]),
        }
    }

    fn text_position(&self) -> u32 {
        u32::try_from(self.text.len()).expect("a batch is closed long before its text passes 4 GiB")
    }
}
