//! The incremental record reader: fed with chunks of any size, it gives records with their positions in the original bytes.

use serde::{Deserialize, Serialize};

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
    TooFewFields { found: u32, expected: u32 },
    TooManyFields { found: u32, expected: u32 },
    /// A quote that is not closed, or closed lines later in the middle of a field. The record is cut at the end of
    /// the line where the quote opened, and reading goes on with the next line.
    UnclosedQuote { opened_at: Position },
    /// Longer than the limit; skipped to the end of its line.
    TooLarge { limit_bytes: u32 },
}
