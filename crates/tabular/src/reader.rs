//! The incremental record reader: fed with chunks of any size, it gives records with their positions in the original bytes.

mod cells;
mod characters;
mod found;
mod record;
mod scan;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::dialect::{Dialect, Escape, HeaderRow};
use crate::encoding::Encoding;
use cells::Cells;
use characters::Coding;
use found::Found;
use scan::Scanner;

pub(crate) use record::Quoting;
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
    /// The row that says how many columns the file has has more than a file may have. None of its fields is kept.
    TooManyColumns {
        found: u32,
        at_most: u32,
    },
}

/// Bounds on what the reader keeps in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest record in bytes of the file, its line end not counted.
    pub record_bytes: u32,
    /// Most columns of a file. A record with more fields gives none of them.
    pub columns: u32,
}

impl Limits {
    /// Those that the dialect states.
    pub const fn of(dialect: &Dialect) -> Self {
        Self {
            record_bytes: dialect.record_bytes,
            columns: dialect.columns_at_most,
        }
    }
}

impl Default for Limits {
    /// Records of up to 1 MiB and 10,000 columns.
    fn default() -> Self {
        Self::of(&Dialect::default())
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
///
/// The rules, where RFC 4180 leaves them open:
/// - LF, CRLF and CR all end a record outside quotes, also mixed.
/// - A quote opens only as the first character of a field; elsewhere it is text. After the closing quote anything up to
///   the next delimiter is appended as it is, but only on the line of the opening quote.
/// - A backslash escape works inside quotes alone, for quotes and backslashes; before other characters it is text.
/// - A quote that is not closed cuts its record at the end of the line where it opened ([`Defect::UnclosedQuote`]). One
///   whose line is longer than the limit gives [`Defect::TooLarge`], since nothing says that it would not be closed.
/// - A blank line (no byte between two line ends) is no record, unless records have one field: there it is an empty
///   one, since a lost line would be a lost value. Before the header, and while the number of fields is not known, blank
///   lines count as rows of the preamble only.
/// - Rows of the preamble are records, so that a quoted title may span lines.
/// - A byte order mark of the dialect's own encoding at the start of the file is passed over.
#[derive(Debug)]
pub struct Reader {
    coding: Coding,
    scanner: Scanner,
    cells: Cells,
    encoding: Encoding,
    doubled: bool,
    phase: Phase,
    preamble_rows_left: u32,
    has_header: HeaderRow,
    width: Option<u32>,
    columns_at_most: u32,
    preamble: Vec<String>,
    preamble_bytes: usize,
    header: Option<Vec<String>>,
    header_defect: Option<Defect>,
    body_offset: Option<u64>,
    record_count: u64,
    /// The defect of the record that is given.
    defect: Option<Defect>,
}

/// Which part of the file comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Mark,
    BeforeBody,
    Body,
}

/// As much text of the preamble is kept; the rest is passed over.
const PREAMBLE_KEPT_BYTES: usize = 64 << 10;

impl Reader {
    pub fn new(dialect: &Dialect, limits: Limits) -> Self {
        let doubled = dialect.escape == Escape::Doubled;
        Self {
            coding: Coding::of(dialect),
            scanner: Scanner::new(limits.record_bytes, doubled),
            cells: Cells::new(dialect.encoding),
            encoding: dialect.encoding,
            doubled,
            phase: Phase::Mark,
            preamble_rows_left: dialect.preamble_rows,
            has_header: dialect.header,
            width: dialect.delimiter.is_none().then_some(1),
            columns_at_most: limits.columns,
            preamble: Vec::new(),
            preamble_bytes: 0,
            header: None,
            header_defect: None,
            body_offset: None,
            record_count: 0,
            defect: None,
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
    pub fn feed(&mut self, chunk: &[u8]) {
        self.scanner.feed(chunk);
    }

    /// Says that no more bytes come.
    pub fn finish(&mut self) {
        self.scanner.finish();
    }

    /// The next data record; `None` when more bytes are needed, and at the end after [`Reader::finish`].
    #[expect(
        clippy::should_implement_trait,
        reason = "the record borrows the reader's buffers, which `Iterator` cannot say"
    )]
    pub fn next(&mut self) -> Option<Record<'_>> {
        if self.phase == Phase::Mark {
            if !self.scanner.skip_mark(self.encoding.byte_order_mark()) {
                return None;
            }
            self.phase = Phase::BeforeBody;
        }
        loop {
            match self.scan() {
                Found::Nothing => return None,
                Found::End => {
                    self.body_offset.get_or_insert(self.scanner.passed());
                    return None;
                }
                Found::Record => {}
            }
            if self.phase == Phase::Body || self.is_first_of_body() {
                if !self.scanner.current.blank || self.width == Some(1) {
                    break;
                }
            } else {
                self.take_before_body();
            }
        }
        let found = self.take_fields();
        self.phase = Phase::Body;
        self.record_count += 1;
        self.body_offset.get_or_insert(self.scanner.current.offset);
        self.defect = (self.scanner.current.defect.take()).or_else(|| self.ragged(found));
        Some(self.record())
    }

    /// The text of the rows before the header, without their line ends; at most 64 KiB of it. Bytes that cannot be
    /// decoded stand as `\xE8`.
    pub fn preamble(&self) -> &[String] {
        &self.preamble
    }

    /// The cells of the header row; `None` until it is read, and where the dialect has none. Bytes that cannot be
    /// decoded stand as `\xE8`.
    pub fn header(&self) -> Option<&[String]> {
        self.header.as_deref()
    }

    /// What is wrong with the header row. One that is too large, or has too many columns, has no cells.
    pub fn header_defect(&self) -> Option<&Defect> {
        self.header_defect.as_ref()
    }

    /// Byte offset of the first record: byte order mark, preamble and header stand before it. Known from the first
    /// record on, or at the end.
    pub fn body_offset(&self) -> Option<u64> {
        self.body_offset
    }

    /// How many bytes of the file have been passed: those of all records given so far and of all before them.
    pub fn consumed(&self) -> u64 {
        self.scanner.passed()
    }

    fn scan(&mut self) -> Found {
        match &mut self.coding {
            Coding::Narrow(narrow) => self.scanner.scan(narrow.as_mut()),
            Coding::Wide(wide) => self.scanner.scan(wide),
            Coding::Shifting(shifting) => self.scanner.scan(shifting),
        }
    }

    fn is_first_of_body(&self) -> bool {
        self.phase == Phase::BeforeBody
            && self.preamble_rows_left == 0
            && self.has_header == HeaderRow::Absent
    }

    /// A row of the preamble or the header was found.
    fn take_before_body(&mut self) {
        if self.preamble_rows_left > 0 {
            self.preamble_rows_left -= 1;
            self.keep_preamble_row();
            return;
        }
        if self.scanner.current.blank {
            return;
        }
        let found = self.take_fields();
        self.header_defect = (self.scanner.current.defect.take())
            .or_else(|| (found > self.columns_at_most).then(|| self.too_many_columns(found)));
        let record = self.record();
        let header: Vec<String> = (0..record.field_count())
            .map(|index| record.display(index).into_owned())
            .collect();
        if !header.is_empty() {
            self.width = Some(count(header.len()));
        }
        self.header = Some(header);
        self.phase = Phase::Body;
    }

    fn keep_preamble_row(&mut self) {
        let left = PREAMBLE_KEPT_BYTES - self.preamble_bytes;
        let bytes = self.current_bytes();
        if left == 0 {
            return;
        }
        let mut text = self.encoding.display(&bytes[..bytes.len().min(left)]);
        text.truncate(text.trim_end_matches(['\r', '\n']).len());
        // A blank row counts as a byte, so that their number is bounded as well.
        self.preamble_bytes += bytes.len().clamp(1, left);
        self.preamble.push(text);
    }

    /// Reads the cells, and answers how many fields there are: those of a record with too many are not kept.
    fn take_fields(&mut self) -> u32 {
        let found = count(self.scanner.spans.len());
        if found > self.columns_at_most {
            self.scanner.spans = Vec::new();
        }
        self.read_cells();
        found
    }

    fn read_cells(&mut self) {
        if self.is_kept_in_part() {
            // It has no fields.
            return;
        }
        let bytes = &self.scanner.buffer[self.scanner.current.start..self.scanner.current.end];
        let (cells, spans, doubled) = (&mut self.cells, &self.scanner.spans, self.doubled);
        let rewrite = self.scanner.has_quoted_form;
        match &mut self.coding {
            Coding::Narrow(narrow) => cells.read(bytes, spans, narrow.as_mut(), rewrite, doubled),
            Coding::Wide(wide) => cells.read(bytes, spans, wide, rewrite, doubled),
            Coding::Shifting(shifting) => cells.read(bytes, spans, shifting, rewrite, doubled),
        }
    }

    fn too_many_columns(&self, found: u32) -> Defect {
        Defect::TooManyColumns {
            found,
            at_most: self.columns_at_most,
        }
    }

    fn ragged(&mut self, found: u32) -> Option<Defect> {
        if self.width.is_none() && found > self.columns_at_most {
            return Some(self.too_many_columns(found));
        }
        let expected = *self.width.get_or_insert(found);
        match found.cmp(&expected) {
            Ordering::Less => Some(Defect::TooFewFields { found, expected }),
            Ordering::Equal => None,
            Ordering::Greater => Some(Defect::TooManyFields { found, expected }),
        }
    }

    fn is_kept_in_part(&self) -> bool {
        self.scanner.current.start == self.scanner.current.end
    }

    fn current_bytes(&self) -> &[u8] {
        if self.is_kept_in_part() {
            &self.scanner.kept
        } else {
            &self.scanner.buffer[self.scanner.current.start..self.scanner.current.end]
        }
    }

    fn record(&self) -> Record<'_> {
        let current = &self.scanner.current;
        let bytes = self.current_bytes();
        Record {
            number: self.record_count,
            position: Position {
                offset: current.offset,
                line: current.line,
            },
            line_count: current.line_count,
            bytes,
            byte_length: current.byte_length,
            text: std::str::from_utf8(bytes).ok(),
            cells: &self.cells,
            spans: &self.scanner.spans,
            encoding: self.encoding,
            defect: self.defect.as_ref(),
        }
    }
}

fn count(fields: usize) -> u32 {
    u32::try_from(fields).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds `start` and then 4 MB of `rest`, and gives the defects with the most that was kept in memory.
    fn defects_and_memory(start: &[u8], rest: &[u8]) -> (Vec<Defect>, usize) {
        let limits = Limits {
            record_bytes: 100_000,
            ..Limits::default()
        };
        let mut reader = Reader::new(&Dialect::default(), limits);
        reader.feed(b"a,b\n");
        reader.feed(start);
        let chunk = rest.repeat(16_000 / rest.len());
        let mut defects = Vec::new();
        let mut memory = 0;
        for round in 0..=250 {
            if round < 250 {
                reader.feed(&chunk);
            } else {
                reader.finish();
            }
            while let Some(record) = reader.next() {
                defects.extend(record.defect().cloned());
            }
            memory = memory.max(reader.scanner.buffer.capacity());
        }
        (defects, memory)
    }

    #[test]
    fn memory_is_bounded_whatever_does_not_end() {
        let too_large = Defect::TooLarge {
            limit_bytes: 100_000,
        };
        let unclosed = Defect::UnclosedQuote {
            opened_at: Position { offset: 6, line: 2 },
        };
        for (start, rest, expected) in [
            (&b"1,x"[..], &b"x"[..], vec![too_large.clone()]),
            (b"1,\"", b"x", vec![too_large.clone()]),
            (b"1,\"", b"1,2\n", vec![unclosed]),
            (b"1,x", b",", vec![too_large]),
        ] {
            let (defects, memory) = defects_and_memory(start, rest);
            assert_eq!(defects, expected);
            assert!(memory < 300_000, "{memory}");
        }
    }
}
