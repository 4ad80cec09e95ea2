//! A record and its cells, borrowed from the reader.

use std::borrow::Cow;

use super::cells::Cells;
use super::found::{Form, Span};
use super::{Defect, Position};
use crate::encoding::Encoding;

/// The content of one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    Text(&'a str),
    /// The field's bytes (quotes and escapes taken away) are not text in the dialect's encoding. Shown by
    /// [`Record::display`].
    Undecodable(&'a [u8]),
}

/// Which part of a field stands in quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quoting {
    None,
    Whole,
    /// Text follows the closing quote.
    Part,
}

/// One data record. It borrows the reader's buffers and is gone with the next call of the reader.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    pub(super) number: u64,
    pub(super) position: Position,
    pub(super) line_count: u64,
    pub(super) bytes: &'a [u8],
    pub(super) byte_length: u64,
    /// The whole record, where all of it is UTF-8.
    pub(super) text: Option<&'a str>,
    pub(super) cells: &'a Cells,
    pub(super) spans: &'a [Span],
    pub(super) encoding: Encoding,
    pub(super) defect: Option<&'a Defect>,
}

impl<'a> Record<'a> {
    /// 1-based number among the data records.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Where the record starts.
    pub fn position(&self) -> Position {
        self.position
    }

    /// How many physical lines the record takes, at least 1.
    pub fn line_count(&self) -> u64 {
        self.line_count
    }

    /// The bytes as they are in the file, with the line end. Of a record that is too large only the first 4 KiB, or
    /// as many as the limit allows.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How many bytes the record takes in the file, with the line end; true for records that are too large as well.
    pub fn byte_length(&self) -> u64 {
        self.byte_length
    }

    /// How many fields the record has; 0 where it is too large.
    pub fn field_count(&self) -> usize {
        self.spans.len()
    }

    /// The field with this 0-based index; empty text beyond the last.
    #[inline]
    pub fn field(&self, index: usize) -> Cell<'a> {
        self.cells.cell(index, self.spans, self.bytes, self.text)
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = Cell<'a>> + use<'a> {
        let record = *self;
        (0..record.field_count()).map(move |index| record.field(index))
    }

    /// The field as text to show: bytes that cannot be decoded as `\xE8`.
    pub fn display(&self, index: usize) -> Cow<'a, str> {
        match self.field(index) {
            Cell::Text(text) => Cow::Borrowed(text),
            Cell::Undecodable(bytes) => Cow::Owned(self.encoding.display(bytes)),
        }
    }

    /// How the field is quoted, for a quote of one byte.
    pub(crate) fn quoting(&self, index: usize, quote: u8) -> Quoting {
        let Some(span) = self.spans.get(index) else {
            return Quoting::None;
        };
        match span.form {
            // Before an unquoted field stands a delimiter or nothing.
            Form::Plain if self.bytes[..span.range().start].last() == Some(&quote) => {
                Quoting::Whole
            }
            Form::Plain => Quoting::None,
            Form::Quoted if self.bytes[..span.range().end].last() == Some(&quote) => Quoting::Whole,
            Form::Quoted => Quoting::Part,
        }
    }

    /// What makes the whole record unfit to become a row.
    pub fn defect(&self) -> Option<&'a Defect> {
        self.defect
    }
}
