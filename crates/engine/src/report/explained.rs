//! The *explained* report: UTF-8 CSV (RFC 4180) for people, a line per rejection.

use std::io::{self, Write};

use domain::reason::Reason;
use domain::report::{EXPLAINED_COLUMNS, RejectedRecord};

/// Spreadsheet programs take a CSV file for UTF-8 when it starts with a byte order mark.
const BYTE_ORDER_MARK: &str = "\u{feff}";

pub(super) struct ExplainedWriter<W> {
    out: W,
    cell: String,
}

impl<W: Write> ExplainedWriter<W> {
    pub(super) fn start(mut out: W) -> io::Result<Self> {
        write!(out, "{BYTE_ORDER_MARK}{}\r\n", EXPLAINED_COLUMNS.join(","))?;
        Ok(Self {
            out,
            cell: String::new(),
        })
    }

    /// A line of its own, without a record: what happened to the file as a whole.
    pub(super) fn push_reason(&mut self, reason: &Reason) -> io::Result<()> {
        self.out.write_all(b",,,")?;
        self.push_cells([reason.code(), &reason.sentence(), &reason.next_step()])
    }

    pub(super) fn push(&mut self, record: &RejectedRecord) -> io::Result<()> {
        for row in record.explained() {
            write!(self.out, "{},{}", record.record, record.line)?;
            self.push_cells(row.texts)?;
        }
        Ok(())
    }

    /// Behind those that the line has already; ends it.
    fn push_cells<const N: usize>(&mut self, cells: [&str; N]) -> io::Result<()> {
        for text in cells {
            self.cell.clear();
            push_cell(&mut self.cell, text);
            write!(self.out, ",{}", self.cell)?;
        }
        self.out.write_all(b"\r\n")
    }

    pub(super) fn into_inner(self) -> W {
        self.out
    }
}

/// A cell that starts like a formula gets an apostrophe in front, which spreadsheets show as text.
fn push_cell(out: &mut String, text: &str) {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let quoted = text.contains([',', '"', '\r', '\n']);
    if quoted {
        out.push('"');
    }
    if formula {
        out.push('\'');
    }
    for character in text.chars() {
        if character == '"' {
            out.push('"');
        }
        out.push(character);
    }
    if quoted {
        out.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::push_cell;

    #[test]
    fn formulas_are_neutralised_and_separators_quoted() {
        for (text, cell) in [
            ("plain", "plain"),
            ("", ""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+49 30", "'+49 30"),
            ("-1,5", "\"'-1,5\""),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a \"b\"", "\"a \"\"b\"\"\""),
            ("two\nlines", "\"two\nlines\""),
        ] {
            let mut out = String::new();
            push_cell(&mut out, text);
            assert_eq!(out, cell, "{text:?}");
        }
    }
}
