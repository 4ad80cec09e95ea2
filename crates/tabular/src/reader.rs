//! The incremental record reader: fed with chunks of any size, it gives records with their positions in the original bytes.

mod record;

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;

pub use record::{Cell, Record};

/// Where something starts in the original file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// 0-based byte offset.
    pub offset: u64,
    /// 1-based physical line; LF, CRLF and CR end a line, inside quotes too.
    pub line: u64,
}

/// Why a whole record cannot become a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Defect {
    TooFewFields {
        found: u32,
        expected: u32,
    },
    TooManyFields {
        found: u32,
        expected: u32,
    },
    /// A quote that is not closed, or closed lines later in the middle of a field. The record is cut at the end of
    /// the line where the quote opened, and reading goes on with the next line.
    UnclosedQuote {
        opened_at: Position,
    },
    /// Longer than the limit; skipped to the end of its line.
    TooLarge {
        limit_bytes: u32,
    },
}

/// Bounds on what the reader keeps in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest record in bytes of the file, its line end not counted.
    pub record_bytes: u32,
}

impl Default for Limits {
    /// Records of up to 1 MiB.
    fn default() -> Self {
        Self {
            record_bytes: 1 << 20,
        }
    }
}

/// Gives the records of a file that is fed to it in chunks of any size.
///
/// ```
/// use tabular::dialect::Dialect;
/// use tabular::reader::{Cell, Limits, Reader};
///
/// let mut reader = Reader::new(&Dialect::default(), Limits::default());
/// let mut names = Vec::new();
/// for chunk in [b"name,town\nAda,Lon".as_slice(), b"don\n"] {
///     reader.feed(chunk);
///     while let Some(record) = reader.next() {
///         if let Cell::Text(name) = record.field(0) {
///             names.push(name.to_owned());
///         }
///     }
/// }
/// reader.finish();
/// while let Some(record) = reader.next() {
///     // The last record, where the file does not end with a line end.
/// }
/// ```
#[derive(Debug)]
pub struct Reader {
    dialect: Dialect,
    limits: Limits,
    width: Option<u32>,
}

impl Reader {
    pub fn new(dialect: &Dialect, limits: Limits) -> Self {
        Self {
            dialect: dialect.clone(),
            limits,
            width: None,
        }
    }

    /// The number of fields that a record must have where the file has no header. Without this it is the number of
    /// fields of the first record.
    #[must_use]
    pub fn with_width(mut self, fields: u32) -> Self {
        self.width = Some(fields);
        self
    }

    /// Takes the next bytes of the file. Call [`Reader::next`] until it gives `None` before the next chunk, so that
    /// memory stays bounded by a chunk and a record.
    pub fn feed(&mut self, _chunk: &[u8]) {}

    /// Says that no more bytes come.
    pub fn finish(&mut self) {}

    /// The next data record; `None` when more bytes are needed, and at the end after [`Reader::finish`].
    #[expect(
        clippy::should_implement_trait,
        reason = "the record borrows the reader's buffers, which `Iterator` cannot say"
    )]
    pub fn next(&mut self) -> Option<Record<'_>> {
        let _ = (&self.dialect, &self.limits);
        None
    }

    /// The text of the rows before the header, without their line ends.
    pub fn preamble(&self) -> &[String] {
        &[]
    }

    /// The cells of the header row; `None` until it is read, and where the dialect has none.
    pub fn header(&self) -> Option<&[String]> {
        None
    }

    /// Byte offset of the first record: byte order mark, preamble and header stand before it. Known from the first
    /// record on, or at the end.
    pub fn body_offset(&self) -> Option<u64> {
        None
    }

    /// How many bytes of the file have been passed: those of all records given so far and of all before them.
    pub fn consumed(&self) -> u64 {
        0
    }
}
