//! What the scanner finds: records, and the places of their fields.

use std::ops::Range;

use super::Defect;

/// A field's place, in bytes from the start of its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) form: Form,
    /// The shift state of the encoding at `start`.
    pub(super) shift: u8,
}

impl Span {
    /// Of a record that is no longer than the limit, which fits.
    #[inline]
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a record's limit leaves room below u32::MAX"
    )]
    pub(super) fn new(start: usize, end: usize, form: Form, shift: u8) -> Self {
        Self {
            start: start as u32,
            end: end as u32,
            form,
            shift,
        }
    }

    #[inline]
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// The bytes are the field.
    Plain,
    /// From the opening quote on, with quotes and escapes that have to be taken away.
    Quoted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Record,
    /// More bytes are needed.
    Nothing,
    End,
}

/// The record that was found last.
#[derive(Debug, Default)]
pub(super) struct Current {
    /// In the buffer; empty where the record is too large.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) offset: u64,
    pub(super) line: u64,
    pub(super) line_count: u64,
    pub(super) byte_length: u64,
    pub(super) defect: Option<Defect>,
    /// Nothing stands between two line ends.
    pub(super) blank: bool,
}
