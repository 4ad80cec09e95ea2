//! The failure report of a run: which file to hand out under which name.

mod workbook;

use std::path::PathBuf;

use domain::id::RunId;
use domain::reason::Reason;
use domain::report;
use domain::role::Action;
use tokio::sync::OwnedSemaphorePermit;

use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;

pub use self::workbook::{Workbook, WorkbookError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The rejected records as they were in the file.
    Exact,
    /// A line of CSV for people per rejection.
    Explained,
    /// The same lines as a workbook of spreadsheet programs (XLSX).
    Workbook,
}

/// What to hand out, under a name made of the imported file's, which may hold anything that a file name may.
#[derive(Debug)]
pub struct Report {
    pub file_name: String,
    pub content: ReportContent,
}

#[derive(Debug)]
pub enum ReportContent {
    File(PathBuf),
    /// To be written, and sent then.
    Workbook(Workbook),
    /// Of a run that stopped before there was a report: its reason.
    Text(String),
}

/// `NotFound` also where the run has not ended, or nothing of it is missing in the dataset.
pub async fn report(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    kind: ReportKind,
) -> Result<Report, OperationError> {
    let access = enter(context, actor, slug, Action::DownloadReports).await?;
    let id: RunId = parse_id(run)?;
    let record = context.store.run(access.namespace, id).await?;
    let source = record
        .upload
        .map_or_else(|| "file".to_owned(), |upload| upload.file_name);
    let (stem, extension) = match source.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (source.as_str(), "txt"),
    };
    let (name, file_name) = match kind {
        ReportKind::Exact => (report::EXACT, format!("{stem}.rejected.{extension}")),
        ReportKind::Explained => (report::EXPLAINED, format!("{stem}.explained.csv")),
        ReportKind::Workbook => (report::RECORDS, format!("{stem}.explained.xlsx")),
    };
    let path = context.folder.reports(id).join(name);
    let is_there = record.run.status.is_final() && tokio::fs::try_exists(&path).await?;
    let reason = record.run.reason;
    let to_send = match kind {
        ReportKind::Workbook if is_there || reason.is_some() => ReportContent::Workbook(Workbook {
            reason,
            records: is_there.then_some(path),
            scratch: context.folder.all_reports(),
            turn: turn(context).await?,
        }),
        ReportKind::Exact | ReportKind::Explained if is_there => ReportContent::File(path),
        ReportKind::Explained => {
            ReportContent::Text(explain(&reason.ok_or(OperationError::NotFound)?))
        }
        ReportKind::Exact | ReportKind::Workbook => return Err(OperationError::NotFound),
    };
    Ok(Report {
        file_name,
        content: to_send,
    })
}

/// Leave to write a workbook; the others wait until it is dropped.
async fn turn(context: &Context) -> Result<OwnedSemaphorePermit, OperationError> {
    let permit = context.workbooks.clone().acquire_owned().await;
    permit.map_err(OperationError::unavailable)
}

/// The explained report of a run without rejections: one line, its reason.
fn explain(reason: &Reason) -> String {
    let mut text = format!("\u{feff}{}\r\n,,,", report::EXPLAINED_COLUMNS.join(","));
    for cell in [reason.code(), &reason.sentence(), &reason.next_step()] {
        text.push(',');
        report::push_cell(&mut text, cell);
    }
    text.push_str("\r\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line() {
        let reason = Reason::NoFileMatched {
            pattern: "a\"b,c".to_owned(),
            others: Vec::new(),
            expected_by: None,
        };
        let text = explain(&reason);
        assert_eq!(text.lines().count(), 2);
        assert!(text.contains(",,,,\"no_file_matched\",\""), "{text}");
    }
}
