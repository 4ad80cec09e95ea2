//! The *explained* report: UTF-8 CSV (RFC 4180) for people, a line per rejection.

use std::io::{self, Write};

use domain::reason::Reason;
use domain::report::{self, EXPLAINED_COLUMNS, RejectedRecord, push_cell};

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

    /// How many rejections there are beside those that are listed.
    pub(super) fn push_rest(&mut self, not_listed: u64) -> io::Result<()> {
        if not_listed == 0 {
            return Ok(());
        }
        let texts = report::not_listed(not_listed);
        self.out.write_all(b",,,")?;
        self.push_cells(texts.each_ref().map(String::as_str))
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
