//! Takes a run's file from a watched folder: chooses it, sees that nobody writes to it any more, and copies it, so that the
//! run, its reruns and its reports read bytes that do not change.

mod clear_up;
mod copy;
mod day;

use std::sync::Arc;
use std::time::Duration;

use connectors::inbox::InboxError;
use domain::folder::{Afterwards, Candidates, FolderSource, FoundFile, Take, candidates, matching};
use domain::month::Day;
use domain::reason::{Reason, StorageFault};
use domain::run::{Run, RunEvent};
use domain::time::Timestamp;
use store::StoreError;
use store::namespaces::Namespace;
use store::runs::RunChanges;
use store::source_files::{FileCopy, FileTake, TakenFile};
use tokio::task::spawn_blocking;

pub(crate) use self::clear_up::clear_up;
use self::copy::{Copied, copy};
use crate::advance::{AdvanceError, advance_with};
use crate::attempt::AttemptError;
use crate::context::Engine;
use crate::pipeline::{Interrupted, Watch};

/// A folder that lies on a machine which is gone may never be listed.
const ANSWERS_WITHIN: Duration = Duration::from_mins(2);

/// The run with its file, or why there is none.
pub(crate) async fn take(
    engine: &Engine,
    run: &Run,
    source: &FolderSource,
    watch: &Arc<Watch>,
) -> Result<Run, AttemptError> {
    copy::remove_leftovers(engine, run).await?;
    let namespace = namespace_of(engine, run)
        .await
        .map_err(AdvanceError::Store)?;
    let place = Place {
        slug: &namespace.slug,
        source,
        day: day::of(engine, run, &namespace)
            .await
            .map_err(AdvanceError::Store)?
            .0,
    };
    let found = look(engine, run, &place).await?;
    let mut is_growing = found.waiting;
    let mut settled = Vec::new();
    if !found.ready.is_empty() {
        let apart = |file: &FoundFile| source.apart(file, engine.now(), engine.settings.settle);
        let apart = found.ready.iter().map(apart).max();
        tokio::time::sleep(apart.unwrap_or(engine.settings.settle)).await;
        watch.check()?;
        settled = list(engine, &place).await?;
    }
    for file in found.ready {
        if !settled.contains(&file) {
            is_growing = true;
            // In order means that no later file goes before it.
            if source.take == Take::AllInOrder {
                break;
            }
            continue;
        }
        match taken(engine, run, &namespace.slug, source, file, watch).await? {
            Some(taken) => return advance_to(engine, run, taken).await,
            None => watch.check()?,
        }
    }
    Err(Interrupted::Reason(if is_growing {
        Reason::FileStillGrowing
    } else {
        Reason::NoFileMatched {
            pattern: source.pattern.on(place.day),
        }
    })
    .into())
}

/// When a job that takes all files in order has another one to take: since when that is due. Where that cannot be found out,
/// the schedule does.
pub(crate) async fn another_waits(
    engine: &Engine,
    run: &Run,
    source: &FolderSource,
) -> Option<Timestamp> {
    if source.take != Take::AllInOrder {
        return None;
    }
    let found = async {
        let namespace = namespace_of(engine, run)
            .await
            .map_err(AdvanceError::Store)?;
        let (day, due_at) = day::of(engine, run, &namespace)
            .await
            .map_err(AdvanceError::Store)?;
        let place = Place {
            slug: &namespace.slug,
            source,
            day,
        };
        let mut fresh = look(engine, run, &place).await?.ready;
        // The run's own file is about to be imported.
        let is_own = |take: &FileTake| Some(take.upload) == run.input.upload;
        let own = engine
            .store
            .files_taken(run.namespace, run.job, source, &fresh, is_own)
            .await
            .map_err(AdvanceError::Store)?;
        fresh.retain(|file| !own.contains(file));
        Ok::<_, AttemptError>((!fresh.is_empty()).then_some(due_at))
    };
    match found.await {
        Ok(waits) => waits,
        Err(error) => {
            tracing::warn!(run = %run.id, error = &error as &dyn std::error::Error, "could not look for the next file");
            None
        }
    }
}

async fn namespace_of(engine: &Engine, run: &Run) -> Result<Namespace, StoreError> {
    engine.store.namespace(run.namespace).await
}

/// Where a run looks for its file.
struct Place<'run> {
    slug: &'run str,
    source: &'run FolderSource,
    day: Day,
}

async fn look(engine: &Engine, run: &Run, place: &Place<'_>) -> Result<Candidates, AttemptError> {
    let listing = list(engine, place).await?;
    let files = matching(place.source, place.day, &listing);
    let version = Some(run.job_version);
    let known = engine
        .store
        .known_files(run.namespace, run.job, version, place.source, &files)
        .await
        .map_err(AdvanceError::Store)?;
    let known = |file: &FoundFile| known.get(file).copied();
    Ok(candidates(
        place.source,
        place.day,
        engine.now(),
        &listing,
        known,
    ))
}

async fn list(engine: &Engine, place: &Place<'_>) -> Result<Vec<FoundFile>, AttemptError> {
    let inboxes = Arc::clone(&engine.inboxes);
    let (slug, source, day) = (place.slug.to_owned(), place.source.clone(), place.day);
    let listing = spawn_blocking(move || {
        let wanted = |name: &str| source.may_concern(name, day);
        inboxes.open(&slug, &source)?.list(&wanted)
    });
    let listing = tokio::time::timeout(ANSWERS_WITHIN, listing)
        .await
        .map_err(|_| Interrupted::Reason(Reason::SourceUnreachable))?;
    Ok(listing?.map_err(Interrupted::from)?)
}

/// `None`: the very bytes were imported last under this name.
async fn taken(
    engine: &Engine,
    run: &Run,
    slug: &str,
    source: &FolderSource,
    file: FoundFile,
    watch: &Arc<Watch>,
) -> Result<Option<TakenFile>, AttemptError> {
    let known = engine
        .store
        .file_takes(run.namespace, run.job, &[source.address(&file.name)])
        .await
        .map_err(AdvanceError::Store)?;
    let taken = |sha256: &str, copy| TakenFile {
        id: (engine.new_id)(),
        address: source.address(&file.name),
        file: file.clone(),
        sha256: sha256.to_owned(),
        copy,
        clear_up: (source.afterwards != Afterwards::Leave).then(|| source.clone()),
    };
    let is_copied = |take: &&FileTake| take.file == file && take.has_copy;
    if let Some(take) = known.iter().find(is_copied) {
        return Ok(Some(taken(&take.sha256, FileCopy::Known(take.upload))));
    }
    let copied: Copied = copy(engine, run, slug, source, &file, watch).await?;
    let imported = known.iter().filter(|take| take.done_at.is_some());
    let last = imported.max_by_key(|take| take.done_at);
    if let Some(take) = last.filter(|take| take.sha256 == copied.sha256) {
        let again = taken(&take.sha256, FileCopy::Known(take.upload));
        copied.discard();
        engine
            .store
            .remember_done_file(run.namespace, run.job, again, engine.now())
            .await
            .map_err(AdvanceError::Store)?;
        return Ok(None);
    }
    let record = engine
        .store
        .job(run.namespace, run.job)
        .await
        .map_err(AdvanceError::Store)?;
    let new = FileCopy::New {
        upload: copied.upload,
        bytes: copied.bytes,
        by: record.created_by,
    };
    Ok(Some(taken(&copied.sha256, new)))
}

async fn advance_to(engine: &Engine, run: &Run, taken: TakenFile) -> Result<Run, AttemptError> {
    let event = RunEvent::FileTaken {
        upload: taken.copy.upload(),
    };
    let also = RunChanges {
        taken: Some(taken),
        ..RunChanges::default()
    };
    Ok(advance_with(engine, run, &event, also).await?)
}

impl From<InboxError> for Interrupted {
    fn from(error: InboxError) -> Self {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the folder gave no file"
        );
        match error {
            InboxError::NotAllowed { .. } | InboxError::LeadsOut { .. } => {
                Self::Reason(Reason::SourceUnreachable)
            }
            InboxError::Unreachable(error) => {
                let fault = StorageFault::of_server(&error);
                Self::Reason(fault.map_or(Reason::SourceUnreachable, |fault| {
                    Reason::StorageUnavailable { fault }
                }))
            }
            InboxError::Changed => Self::Reason(Reason::FileStillGrowing),
        }
    }
}
