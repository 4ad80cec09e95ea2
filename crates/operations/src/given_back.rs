//! A corrected failure report, or a corrected whole file, that is given back: compared with what is missing, shown, and taken.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use domain::id::{RunId, UploadId};
use domain::reason::counted;
use domain::report;
use domain::run::RunAction;
use mapping::given_back::{ChangedCells, Comparison, GivenBack, Lookup, NotComparable, Settings};
use tokio::task::spawn_blocking;

use crate::access::{Actor, enter, parse_id};
use crate::context::Context;
use crate::corrections::{self, Submission, ToFix, brings_in, file_name, whole_upload};
use crate::error::OperationError;
use crate::uploads::{self, Opening};

/// Longest file that is compared, and longest report: both are in memory.
const MOST_BYTES: u64 = 64 << 20;
const CHUNK_BYTES: usize = 256 << 10;

/// What a file that is given back would bring in, to be looked at before anything goes in.
#[derive(Debug)]
pub struct Compared {
    pub comparison: Comparison,
    /// Whether a run of corrected records has not ended yet.
    pub is_under_way: bool,
}

/// The word of who has seen a [`Compared`].
#[derive(Clone, Debug)]
pub struct GiveBack {
    /// A whole upload.
    pub upload: String,
    pub changed: ChangedCells,
    /// Records that go in, and cells that were not at fault and are others now, as they were shown.
    pub records: u64,
    pub changed_cells: u64,
}

/// Where everything lies that is compared.
struct Sources {
    to_fix: ToFix,
    report: PathBuf,
    given: PathBuf,
    /// What was given back before, as far as it is kept.
    before: Vec<PathBuf>,
    /// The run's own file.
    original: Option<PathBuf>,
}

/// Compares an upload with the records that are missing. What is not the run's is refused.
pub async fn compare(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    upload: &str,
) -> Result<Compared, OperationError> {
    compared(context, actor, slug, run, upload, ChangedCells::Keep).await
}

/// Compares anew, and queues a run of the records that were shown, where they are still the same; answers it.
pub async fn give_back(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    word: GiveBack,
) -> Result<RunId, OperationError> {
    let compared = compared(context, actor, slug, run, &word.upload, word.changed).await?;
    let Comparison {
        taken,
        taken_count,
        change_count,
        file,
        ..
    } = compared.comparison;
    if (taken_count, change_count) != (word.records, word.changed_cells) {
        return Err(OperationError::conflict(
            "It changed meanwhile: other records are missing than those that were shown.",
            "Look at the summary again.",
        ));
    }
    let to_fix = corrections::show(context, actor, slug, run).await?;
    let upload = store(context, actor, slug, &file_name(&to_fix.run), &file).await?;
    let submission = Submission {
        upload: upload.to_string(),
        records: taken,
    };
    let queued = corrections::submit(context, actor, slug, run, submission).await;
    let used_up = match &queued {
        Ok(_) => &word.upload,
        Err(_) => &upload.to_string(),
    };
    // What stays is deleted when uploads that nothing reads are.
    if let Err(error) = uploads::discard(context, actor, slug, used_up).await {
        error.log();
    }
    queued
}

async fn compared(
    context: &Context,
    actor: &Actor,
    slug: &str,
    run: &str,
    upload: &str,
    changed: ChangedCells,
) -> Result<Compared, OperationError> {
    let access = enter(context, actor, slug, RunAction::Reimport.needs()).await?;
    let to_fix = corrections::show(context, actor, slug, run).await?;
    let id = parse_id(run)?;
    let given = whole_upload(context, access.namespace, upload).await?;
    if given.bytes > MOST_BYTES {
        return Err(OperationError::invalid(
            "upload",
            format!(
                "The file is larger than {} MiB, more than is compared.",
                MOST_BYTES >> 20
            ),
            "Give the corrected records back in parts.",
        ));
    }
    let record = context.store.run(access.namespace, id).await?;
    let correcting = context.store.runs_correcting(access.namespace, id).await?;
    let folder = &context.folder;
    let before = correcting
        .iter()
        .filter(|other| brings_in(other.record.run.status))
        .map(|other| folder.upload(other.corrections.upload));
    let sources = Sources {
        report: folder.reports(id).join(report::EXACT),
        given: folder.upload(given.id),
        before: before.collect(),
        original: record.upload.map(|original| folder.upload(original.id)),
        to_fix,
    };
    // Held until the end of the comparison, also where nobody waits for it any more.
    let turn = context.comparisons.clone().acquire_owned().await;
    let turn = turn.map_err(OperationError::unavailable)?;
    let work = move || {
        let compared = sources.compare(changed);
        drop(turn);
        compared
    };
    let compared = spawn_blocking(work).await;
    let (comparison, is_original_kept) = compared.map_err(OperationError::unavailable)??;
    refuse_unknown(&comparison, is_original_kept)?;
    Ok(Compared {
        comparison,
        is_under_way: correcting
            .iter()
            .any(|other| !other.record.run.status.is_final()),
    })
}

impl Sources {
    /// Whether the run's own file was there, too.
    fn compare(&self, changed: ChangedCells) -> Result<(Comparison, bool), OperationError> {
        let settings = Settings {
            dialect: &self.to_fix.dialect,
            mapping: &self.to_fix.mapping,
            fields: &self.to_fix.fields,
        };
        let report = open_kept(&self.report)?.ok_or_else(report_is_gone)?;
        if report.metadata()?.len() > MOST_BYTES {
            return Err(OperationError::conflict(
                format!(
                    "The failure report is larger than {} MiB, more than is compared.",
                    MOST_BYTES >> 20
                ),
                "Correct the records on this page, or the whole file, and import it anew.",
            ));
        }
        let report = read_whole(report)?;
        let given = read_whole(File::open(&self.given)?)?;
        let given = GivenBack::open(settings, &report, &self.to_fix.given, &given)
            .map_err(not_comparable)?;
        let mut before = given.lookup();
        for path in &self.before {
            look_into(path, &mut before, &settings)?;
        }
        let mut original = given.lookup();
        let is_kept = match &self.original {
            Some(path) => look_into(path, &mut original, &settings)?,
            None => false,
        };
        let original = is_kept.then_some(original);
        Ok((given.compare(before, original, changed), is_kept))
    }
}

/// `false`: the file is no longer kept.
fn look_into(
    path: &Path,
    lookup: &mut Lookup,
    settings: &Settings<'_>,
) -> Result<bool, OperationError> {
    let Some(mut file) = open_kept(path)? else {
        return Ok(false);
    };
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        match file.read(&mut chunk)? {
            0 => break,
            length => lookup.feed(&chunk[..length]),
        }
    }
    lookup.finish(settings);
    Ok(true)
}

fn open_kept(path: &Path) -> std::io::Result<Option<File>> {
    match File::open(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

fn read_whole(mut file: File) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file of the server's own making, as an upload.
async fn store(
    context: &Context,
    actor: &Actor,
    slug: &str,
    name: &str,
    file: &[u8],
) -> Result<UploadId, OperationError> {
    let bytes = file.len() as u64;
    let id = uploads::create(context, actor, slug, name, bytes).await?.id;
    let opening = uploads::open(context, actor, slug, &id.to_string(), 0, Some(bytes)).await?;
    let Opening::Ready(mut receiver) = opening else {
        return Err(OperationError::unavailable(
            "a new upload was written by somebody else",
        ));
    };
    receiver.write(file).await?;
    receiver.finish().await?;
    Ok(id)
}

fn refuse_unknown(comparison: &Comparison, is_original_kept: bool) -> Result<(), OperationError> {
    if let Some(line) = comparison.first_unknown_line {
        let unknown = counted(
            comparison.unknown_count,
            "record that is not of this run’s failure report",
            "records that are not of this run’s failure report",
        );
        let missing = counted(
            comparison.missing,
            "record is missing",
            "records are missing",
        );
        let original = if is_original_kept {
            "Records of the run’s file that are in already would be left out by themselves, as long as they are unchanged."
        } else {
            "The run’s own file is not kept, so that records that are in already are not known: give back the corrected ones alone."
        };
        return Err(OperationError::invalid(
            "upload",
            format!(
                "The file has {unknown} (the first in line {line}). {missing}; each of them may be given back once."
            ),
            format!("Take the others out, and choose the file again. {original}"),
        ));
    }
    if comparison.taken_count > 0 {
        return Ok(());
    }
    Err(match &comparison.first_unfit {
        Some(unfit) => OperationError::invalid(
            "upload",
            format!(
                "None of the records in this file fits yet. The first is in line {}: {}",
                unfit.line,
                sentence(&unfit.rejection.message)
            ),
            sentence(&unfit.rejection.hint),
        ),
        None if comparison.in_already + comparison.given_before > 0 => OperationError::invalid(
            "upload",
            "All records of this file were given back before, or are in already.",
            "Choose a file with some of those that are still missing.",
        ),
        None => OperationError::invalid(
            "upload",
            "The file has no records.",
            "Choose the corrected failure report.",
        ),
    })
}

fn not_comparable(reason: NotComparable) -> OperationError {
    match reason {
        NotComparable::Settings(problem) => OperationError::conflict(
            format!(
                "The records cannot be corrected here, because the dataset has changed since: {problem}."
            ),
            sentence(&problem.hint()),
        ),
        NotComparable::OtherColumns { expected, found } => OperationError::invalid(
            "upload",
            format!(
                "This is not the failure report of this run: the file has {}.",
                columns(&found)
            ),
            format!("Choose a file with {}.", columns(&expected)),
        ),
        NotComparable::TooManyRecords { at_most } => OperationError::invalid(
            "upload",
            format!("There are more than {at_most} records, more than are compared."),
            "Give the corrected records back in parts.",
        ),
    }
}

/// Rejections and problems are parts of sentences.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    let sentence: String = first.chain(characters.clone()).collect();
    if sentence.is_empty() || sentence.ends_with(['.', '?']) {
        sentence
    } else {
        sentence + "."
    }
}

fn columns(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => "no columns".to_owned(),
        [name] => format!("the column {name}"),
        names => format!("the columns {}, in this order", names.join(", ")),
    }
}

fn report_is_gone() -> OperationError {
    OperationError::conflict(
        "The failure report of this run is no longer kept.",
        "Give the corrected records to the job as a new file.",
    )
}
