//! The *explained* report as a workbook (XLSX, ECMA-376). Memory does not grow with it: rows go to a scratch file for each
//! sheet as they come, and from there through compression into a file of their own, which is sent when it is whole: the turn to
//! write one is not kept waiting by who reads it.
//!
//! Text is written as text, so no cell becomes a formula, whatever it begins with.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, ErrorKind, Seek as _, Write};
use std::path::{Path, PathBuf};

use domain::reason::Reason;
use domain::report::{self, Breakdown, EXPLAINED_COLUMNS, ExplainedRow, RejectedRecord};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};
use tokio::sync::OwnedSemaphorePermit;

use crate::error::OperationError;

/// What a sheet holds, its header included.
const ROWS_PER_SHEET: u32 = 1_048_576;
/// A part of the archive may have 4 GiB, and escaping makes a character seven times as long at worst.
const TEXT_BYTES_PER_SHEET: usize = 512 << 20;
/// In UTF-16 units. Parts of rejections are shorter by far; a column's name may be anything.
const CELL_LENGTH: usize = 32_767;
const WIDTHS: [u16; 7] = [9, 9, 20, 28, 16, 60, 60];
/// How often it is asked whether somebody still wants the workbook.
const ROWS_BETWEEN_LOOKS: u64 = 1024;

/// Rows that can be written as a workbook: the reason, where nothing of the file went in, and every rejection.
#[derive(Debug)]
pub struct Workbook {
    pub reason: Option<Reason>,
    /// Rejected records as JSON, one per line.
    pub records: Option<PathBuf>,
    /// A folder with room for all rows as XML, until the workbook is written. Nothing in it has a name.
    pub scratch: PathBuf,
    /// Held until the workbook is written: the next one may start then.
    pub turn: OwnedSemaphorePermit,
}

#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    #[error("the rejected records could not be read, or the workbook not be kept")]
    File(#[from] std::io::Error),
    #[error("a rejected record is not what a run writes")]
    Unreadable(#[from] serde_json::Error),
    #[error("the workbook could not be written")]
    Workbook(#[from] XlsxError),
    #[error("nobody waits for the workbook any more")]
    Unwanted,
}

impl From<WorkbookError> for OperationError {
    fn from(error: WorkbookError) -> Self {
        match error {
            // Also where the disk is full.
            WorkbookError::File(error) | WorkbookError::Workbook(XlsxError::IoError(error)) => {
                error.into()
            }
            error => Self::unavailable(error),
        }
    }
}

impl Workbook {
    /// Blocks. The whole workbook in a file without a name, from its start. `wanted` is asked now and then while the rows are
    /// collected.
    pub fn write(self, wanted: impl Fn() -> bool) -> Result<File, WorkbookError> {
        let mut sheets = Sheets::new(&self.scratch, ROWS_PER_SHEET)?;
        if let Some(reason) = &self.reason {
            let (sentence, next_step) = (reason.sentence(), reason.next_step());
            let texts = ["", "", reason.code(), &sentence, &next_step];
            sheets.push(ExplainedRow { place: None, texts })?;
        }
        if let Some(path) = &self.records {
            push_records(&mut sheets, path, wanted)?;
            push_rest(&mut sheets, &path.with_file_name(report::BREAKDOWN))?;
        }
        let mut file = tempfile::tempfile_in(&self.scratch)?;
        let mut out = BufWriter::new(&mut file);
        sheets.finish(&mut out)?;
        out.flush()?;
        drop(out);
        file.rewind()?;
        Ok(file)
    }
}

fn push_records(
    sheets: &mut Sheets,
    path: &Path,
    wanted: impl Fn() -> bool,
) -> Result<(), WorkbookError> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let mut line = String::new();
    let mut records = 0_u64;
    while file.read_line(&mut line)? > 0 {
        let record: RejectedRecord = serde_json::from_str(&line)?;
        for row in record.explained() {
            sheets.push(row)?;
        }
        line.clear();
        records += 1;
        if records.is_multiple_of(ROWS_BETWEEN_LOOKS) && !wanted() {
            return Err(WorkbookError::Unwanted);
        }
    }
    Ok(())
}

/// How many rejections the run's report had no room for.
fn push_rest(sheets: &mut Sheets, breakdown: &Path) -> Result<(), WorkbookError> {
    let breakdown: Breakdown = match File::open(breakdown) {
        Ok(file) => serde_json::from_reader(BufReader::new(file))?,
        // Of a run of before there was one.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    if breakdown.not_listed > 0 {
        let [code, what, next_step] = report::not_listed(breakdown.not_listed);
        let texts = ["", "", &code, &what, &next_step];
        sheets.push(ExplainedRow { place: None, texts })?;
    }
    Ok(())
}

/// Rows, on as many sheets as they need.
struct Sheets {
    workbook: rust_xlsxwriter::Workbook,
    sheet: Worksheet,
    header: Format,
    /// Of the sheet at hand.
    rows: u32,
    text_bytes: usize,
    rows_per_sheet: u32,
}

impl Sheets {
    fn new(scratch: &Path, rows_per_sheet: u32) -> Result<Self, XlsxError> {
        let mut workbook = rust_xlsxwriter::Workbook::new();
        workbook.set_tempdir(scratch)?;
        let header = Format::new().set_bold();
        let sheet = start_sheet(&mut workbook, &header)?;
        Ok(Self {
            workbook,
            sheet,
            header,
            rows: 1,
            text_bytes: 0,
            rows_per_sheet,
        })
    }

    fn push(&mut self, row: ExplainedRow<'_>) -> Result<(), XlsxError> {
        if self.rows == self.rows_per_sheet || self.text_bytes > TEXT_BYTES_PER_SHEET {
            let next = start_sheet(&mut self.workbook, &self.header)?;
            let full = std::mem::replace(&mut self.sheet, next);
            self.workbook.push_worksheet(full);
            self.rows = 1;
            self.text_bytes = 0;
        }
        if let Some((record, line)) = row.place {
            self.sheet.write_number(self.rows, 0, number(record))?;
            self.sheet.write_number(self.rows, 1, number(line))?;
        }
        for (column, text) in (2..).zip(row.texts) {
            self.sheet.write_string(self.rows, column, cut(text))?;
            self.text_bytes += text.len();
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(mut self, out: impl Write + Send) -> Result<(), XlsxError> {
        self.workbook.push_worksheet(self.sheet);
        self.workbook.save_to_writer(out)
    }
}

fn start_sheet(
    workbook: &mut rust_xlsxwriter::Workbook,
    header: &Format,
) -> Result<Worksheet, XlsxError> {
    let mut sheet = workbook.new_worksheet_with_constant_memory()?;
    sheet.set_freeze_panes(1, 0)?;
    for (column, (name, width)) in (0..).zip(EXPLAINED_COLUMNS.into_iter().zip(WIDTHS)) {
        sheet.set_column_width(column, width)?;
        sheet.write_string_with_format(0, column, name, header)?;
    }
    Ok(sheet)
}

/// Numbers of a workbook are floating-point numbers.
#[expect(
    clippy::cast_precision_loss,
    reason = "a file has fewer than 2^53 records"
)]
fn number(count: u64) -> f64 {
    count as f64
}

/// What a cell can hold.
fn cut(text: &str) -> &str {
    // No text has more UTF-16 units than bytes.
    if text.len() <= CELL_LENGTH {
        return text;
    }
    let mut units = 0;
    let end = text.char_indices().find(|(_, character)| {
        units += character.len_utf16();
        units > CELL_LENGTH
    });
    end.map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read as _};

    use super::*;

    fn sheets_of(rows: &[[&str; 5]], rows_per_sheet: u32) -> Vec<String> {
        let scratch = tempfile::tempdir().unwrap();
        let mut sheets = Sheets::new(scratch.path(), rows_per_sheet).unwrap();
        for (number, texts) in (1..).zip(rows) {
            let place = Some((number, number + 1));
            sheets
                .push(ExplainedRow {
                    place,
                    texts: *texts,
                })
                .unwrap();
        }
        let mut bytes = Vec::new();
        sheets.finish(&mut bytes).unwrap();
        let left = std::fs::read_dir(scratch.path()).unwrap().count();
        assert_eq!(left, 0, "files in the scratch folder");
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        (1..)
            .map_while(|number| {
                let name = format!("xl/worksheets/sheet{number}.xml");
                let mut text = String::new();
                archive
                    .by_name(&name)
                    .ok()?
                    .read_to_string(&mut text)
                    .unwrap();
                Some(text)
            })
            .collect()
    }

    #[test]
    fn what_looks_like_a_formula_is_text() {
        let sheets = sheets_of(&[["=1+1", "@x", "type", "<b>&", "-1"]], ROWS_PER_SHEET);
        let [sheet] = sheets.as_slice() else {
            panic!("{} sheets", sheets.len());
        };
        assert!(!sheet.contains("<f>"), "{sheet}");
        for text in ["=1+1", "@x", "&lt;b&gt;&amp;", "-1"] {
            let cell = format!("t=\"inlineStr\"><is><t>{text}</t></is>");
            assert!(sheet.contains(&cell), "{text} in {sheet}");
        }
        assert!(
            sheet.contains("<v>2</v>"),
            "the line as a number in {sheet}"
        );
    }

    #[test]
    fn a_full_sheet_is_followed_by_another_with_the_same_header() {
        let sheets = sheets_of(&[["a", "b", "c", "d", "e"]; 5], 3);
        assert_eq!(sheets.len(), 3);
        let rows = |sheet: &String| sheet.matches("<row ").count();
        assert_eq!(sheets.iter().map(rows).collect::<Vec<_>>(), [3, 3, 2]);
        assert!(sheets.iter().all(|sheet| sheet.contains("what to do")));
    }

    #[test]
    fn control_characters_and_long_names_do_not_break_the_workbook() {
        let long = "ü".repeat(40_000);
        let sheets = sheets_of(&[[&long, "\0\u{b}\r\n", "c", "d", "e"]], ROWS_PER_SHEET);
        assert!(sheets[0].contains("_x0000_"), "a NUL is escaped");
        assert_eq!(sheets[0].matches('ü').count(), CELL_LENGTH);
    }
}
