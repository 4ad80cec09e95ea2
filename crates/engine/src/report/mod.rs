//! The failure report: written beside the passes over the file, published whole before any row becomes visible.

mod breakdown;
mod exact;
mod explained;
mod journal;

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use connectors::source::SourceRead;
use domain::id::RunId;
use domain::reason::Reason;
use domain::report;

pub(crate) use journal::{JournalReader, JournalWriter};

use journal::Kept;

/// Where failure reports go, and how long they get.
#[derive(Clone, Debug)]
pub struct Reports {
    /// Folder of all failure reports.
    pub folder: PathBuf,
    /// Of a run, the rejections with all that is told of them. What is beyond is counted; the *exact* report is always whole.
    pub bytes_at_most: u64,
}

/// Where a report grows: a folder for each claim of the run, so that a worker that lost it disturbs nobody.
#[derive(Debug)]
pub(crate) struct ReportDraft {
    partial: PathBuf,
    published: PathBuf,
    kept: Arc<Mutex<Kept>>,
}

/// What earlier claims of the run have left half written.
pub(crate) fn remove_leftovers(reports: &Path, run: RunId, fence: u64) {
    let published = report::folder(reports, run);
    for earlier in 0..fence {
        remove_or_warn(&partial(&published, earlier));
    }
}

/// Bytes of the two files that people download.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportSizes {
    pub(crate) exact_bytes: u64,
    pub(crate) explained_bytes: u64,
}

impl ReportSizes {
    /// Of a report that was published before. `None`: there is none.
    pub(crate) fn published(reports: &Path, run: RunId) -> Option<Self> {
        Self::of(&report::folder(reports, run)).ok()
    }

    fn of(published: &Path) -> io::Result<Self> {
        Ok(Self {
            exact_bytes: fs::metadata(published.join(report::EXACT))?.len(),
            explained_bytes: fs::metadata(published.join(report::EXPLAINED))?.len(),
        })
    }
}

impl ReportDraft {
    pub(crate) fn start(reports: &Reports, run: RunId, fence: u64) -> io::Result<Self> {
        let published = report::folder(&reports.folder, run);
        let partial = partial(&published, fence);
        remove_if_there(&partial)?;
        fs::create_dir_all(&partial)?;
        Ok(Self {
            partial,
            published,
            kept: Arc::new(Mutex::new(Kept::new(reports.bytes_at_most))),
        })
    }

    /// The rejections that one pass over the file finds, in file order.
    pub(crate) fn journal(&self, name: &str) -> io::Result<JournalWriter> {
        JournalWriter::create(&self.partial.join(name), Arc::clone(&self.kept))
    }

    /// Writes both reports from the journals and puts them in place, durably. `reason`: why nothing of the file went in.
    pub(crate) fn publish(
        self,
        journals: &[&str],
        header: &[String],
        source: &mut dyn SourceRead,
        body_offset: u64,
        reason: Option<&Reason>,
    ) -> io::Result<ReportSizes> {
        let mut readers = Vec::new();
        for name in journals {
            readers.push(JournalReader::open(&self.partial.join(name))?);
        }
        let mut records = self.create(report::RECORDS)?;
        let mut exact =
            exact::ExactWriter::start(source, body_offset, self.create(report::EXACT)?)?;
        let mut explained = explained::ExplainedWriter::start(self.create(report::EXPLAINED)?)?;
        if let Some(reason) = reason {
            explained.push_reason(reason)?;
        }
        for record in journal::merged(readers)? {
            let record = record?;
            exact.push(&record)?;
            // Beyond the budget only the place of a record was kept.
            if !record.rejections.is_empty() {
                journal::write(&mut records, &record)?;
                explained.push(&record)?;
            }
        }
        let breakdown = self
            .kept
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .breakdown(header);
        explained.push_rest(breakdown.not_listed)?;
        finish(records)?;
        finish(exact.into_inner())?;
        finish(explained.into_inner())?;
        let mut summary = self.create(report::BREAKDOWN)?;
        serde_json::to_writer(&mut summary, &breakdown)?;
        finish(summary)?;
        for name in journals {
            fs::remove_file(self.partial.join(name))?;
        }
        // The names in it have to be on the disk before the name of the folder is.
        File::open(&self.partial)?.sync_all()?;
        remove_if_there(&self.published)?;
        fs::rename(&self.partial, &self.published)?;
        let parent = self
            .published
            .parent()
            .expect("a run's folder lies in the folder of all reports");
        File::open(parent)?.sync_all()?;
        ReportSizes::of(&self.published)
    }

    fn create(&self, name: &str) -> io::Result<BufWriter<File>> {
        File::create(self.partial.join(name)).map(BufWriter::new)
    }
}

impl Drop for ReportDraft {
    /// A report that was not published leaves nothing behind; what a crash leaves, the next claim removes.
    fn drop(&mut self) {
        remove_or_warn(&self.partial);
    }
}

fn remove_or_warn(partial: &Path) {
    if let Err(error) = remove_if_there(partial) {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "a report was left half written"
        );
    }
}

fn partial(published: &Path, fence: u64) -> PathBuf {
    published.with_extension(format!("{fence}.partial"))
}

fn finish(writer: BufWriter<File>) -> io::Result<()> {
    let file = writer
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
