//! How a file of records is written down (the words of RFC 4180 and W3C's CSV dialect).

use serde::{Deserialize, Serialize};

use crate::encoding::Encoding;

/// Everything that is needed to read a file; detected, changed by a person, sealed into a job's version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    pub encoding: Encoding,
    /// `None`: one column, a record is a line.
    pub delimiter: Option<char>,
    pub quote: Option<char>,
    pub escape: Escape,
    pub header: HeaderRow,
    /// Records (lines, blank ones too) before the header, or before the first record where there is no header.
    pub preamble_rows: u32,
    /// Longest record in bytes of the file, its line end not counted; a longer one is rejected. The operator's to say.
    #[serde(
        default = "usual_record_bytes",
        skip_serializing_if = "is_usual_record_bytes"
    )]
    pub record_bytes: u32,
    /// Most columns that a file may have; one with more is not read. The operator's to say.
    #[serde(default = "usual_columns", skip_serializing_if = "is_usual_columns")]
    pub columns_at_most: u32,
}

/// How a quote character is written inside quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Escape {
    Doubled,
    Backslash,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeaderRow {
    Present,
    Absent,
}

impl Default for Dialect {
    /// RFC 4180 in UTF-8 with a header row.
    fn default() -> Self {
        Self {
            encoding: Encoding::UTF_8,
            delimiter: Some(','),
            quote: Some('"'),
            escape: Escape::Doubled,
            header: HeaderRow::Present,
            preamble_rows: 0,
            record_bytes: usual_record_bytes(),
            columns_at_most: usual_columns(),
        }
    }
}

/// 1 MiB.
const fn usual_record_bytes() -> u32 {
    1 << 20
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_usual_record_bytes(bytes: &u32) -> bool {
    *bytes == usual_record_bytes()
}

const fn usual_columns() -> u32 {
    10_000
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
const fn is_usual_columns(columns: &u32) -> bool {
    *columns == usual_columns()
}
