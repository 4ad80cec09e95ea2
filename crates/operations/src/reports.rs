//! The failure report of a run: which file to hand out under which name.

use std::path::PathBuf;

use domain::id::RunId;
use domain::report;
use domain::role::Action;

use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The rejected records as they were in the file.
    Exact,
    /// A line of CSV for people per rejection.
    Explained,
}

/// A file to hand out.
#[derive(Debug)]
pub struct ReportFile {
    pub path: PathBuf,
    /// Made of the imported file's name, which may hold anything that a file name may.
    pub file_name: String,
}

/// `NotFound` also where the run has not ended, or had nothing to report.
pub async fn file(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    kind: ReportKind,
) -> Result<ReportFile, OperationError> {
    let access = enter(context, actor, slug, Action::DownloadReports).await?;
    let id: RunId = parse_id(run)?;
    let record = context.store.run(access.namespace, id).await?;
    let source = record.file_name.unwrap_or_else(|| "file".to_owned());
    let (stem, extension) = match source.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, extension),
        _ => (source.as_str(), "txt"),
    };
    let (name, file_name) = match kind {
        ReportKind::Exact => (report::EXACT, format!("{stem}.rejected.{extension}")),
        ReportKind::Explained => (report::EXPLAINED, format!("{stem}.explained.csv")),
    };
    Ok(ReportFile { path: context.folder.reports(id).join(name), file_name })
}
