//! Takes a run's file from a watched folder: chooses it, sees that nobody writes to it any more, and copies it, so that the
//! run, its reruns and its reports read bytes that do not change.

mod clear_up;
mod copy;
mod day;
mod looks;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use connectors::inbox::InboxError;
use domain::folder::{
    Candidates, EarlierImport, FileVerdict, FolderSource, FoundFile, OnRepeat, Repeat,
    TOLD_AT_MOST, Take, Verdict, candidates, matching,
};
use domain::name::shown_file_name;
use domain::reason::{Reason, StorageFault};
use domain::run::{Run, RunEvent};
use domain::settings::ImportMethod;
use domain::time::Timestamp;
use store::namespaces::Namespace;
use store::runs::RunChanges;
use store::source_files::{FileCopy, FileTake, TakenFile};
use tokio::task::spawn_blocking;

pub(crate) use self::clear_up::clear_up;
use self::copy::copy;
use self::day::Occurrence;
pub use self::looks::Looks;
use crate::advance::{AdvanceError, advance_with};
use crate::attempt::AttemptError;
use crate::context::Engine;
use crate::pipeline::{Interrupted, Watch};

/// A folder that lies on a machine which is gone may never be listed.
const ANSWERS_WITHIN: Duration = Duration::from_mins(2);
/// Contents that a file had, of which it may be seen that it has grown.
const BEGINNINGS_AT_MOST: usize = 100;
/// Names that are looked through for what a pattern may have meant.
const NAMES_AT_MOST: usize = 10_000;

/// What a look for a file comes to, where that is no failure.
pub(crate) enum Pickup {
    /// The run with its file.
    Taken(Box<Run>),
    /// There is none, and the job takes that for well, or has passed over these.
    NothingNew { passed_over: Vec<FileVerdict> },
}

pub(crate) async fn take(
    engine: &Engine,
    run: &Run,
    source: &FolderSource,
    method: ImportMethod,
    watch: &Arc<Watch>,
) -> Result<Pickup, AttemptError> {
    copy::remove_leftovers(engine, run).await?;
    let place = place(engine, run, source).await?;
    let found = look(engine, run, &place).await?;
    let mut is_growing = found.waiting;
    let mut passed_over = Vec::new();
    for file in found.ready {
        if !stays_as_it_is(engine, &place, &file, watch).await? {
            is_growing = true;
            // In order means that no later file goes before it.
            if source.take == Take::AllInOrder {
                break;
            }
            continue;
        }
        match taken(engine, run, &place, file, method, watch).await? {
            Taken::Nothing => watch.check()?,
            Taken::PassedOver(verdict) => {
                passed_over.push(verdict);
                watch.check()?;
            }
            Taken::ToImport(taken) => {
                let run = advance_to(engine, run, taken).await?;
                return Ok(Pickup::Taken(Box::new(run)));
            }
            Taken::ToAsk(taken, repeat) => {
                let name = shown_file_name(&taken.file.name);
                // A retry, which is the answer that imports it, reads the copy.
                advance_to(engine, run, taken).await?;
                return Err(Interrupted::Reason(Reason::RepeatedFile { name, repeat }).into());
            }
        }
    }
    if is_growing {
        return Err(Interrupted::Reason(Reason::FileStillGrowing).into());
    }
    if !passed_over.is_empty() || nothing_new_is_well(engine, run, source).await? {
        return Ok(Pickup::NothingNew { passed_over });
    }
    let reason = Reason::NoFileMatched {
        pattern: source.pattern.on(place.occurrence.day),
        others: others(engine, run, &place).await?,
        expected_by: source.nothing_new.expected_by(),
    };
    Err(Interrupted::Reason(reason).into())
}

/// Whether the run may end well without a new record.
pub(crate) async fn nothing_new_is_well(
    engine: &Engine,
    run: &Run,
    source: &FolderSource,
) -> Result<bool, AttemptError> {
    let place = place(engine, run, source).await?;
    let Occurrence { day, at, zone, .. } = &place.occurrence;
    let has_imported = match day.start(zone) {
        Some(start) => engine
            .store
            .has_imported_since(run.namespace, run.job, start)
            .await
            .map_err(AdvanceError::Store)?,
        None => false,
    };
    Ok(source.nothing_new.is_well(*at, has_imported))
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
        let place = place(engine, run, source).await?;
        let mut fresh = look(engine, run, &place).await?.ready;
        // The run's own file is about to be imported.
        let is_own = |take: &FileTake| Some(take.upload) == run.input.upload;
        let own = engine
            .store
            .files_taken(run.namespace, run.job, source, &fresh, is_own)
            .await
            .map_err(AdvanceError::Store)?;
        fresh.retain(|file| !own.contains(file));
        Ok::<_, AttemptError>((!fresh.is_empty()).then_some(place.occurrence.due_at))
    };
    match found.await {
        Ok(waits) => waits,
        Err(error) => {
            tracing::warn!(run = %run.id, error = &error as &dyn std::error::Error, "could not look for the next file");
            None
        }
    }
}

/// Where a run looks for its file, and for which day.
struct Place<'run> {
    slug: String,
    source: &'run FolderSource,
    occurrence: Occurrence,
}

impl Place<'_> {
    /// What it asks for when it lists files.
    fn question(&self) -> String {
        let pattern = self.source.pattern.on(self.occurrence.day);
        format!("{}:{}:{pattern}", self.slug, self.source.place())
    }
}

async fn place<'run>(
    engine: &Engine,
    run: &Run,
    source: &'run FolderSource,
) -> Result<Place<'run>, AdvanceError> {
    let found = async {
        let namespace: Namespace = engine.store.namespace(run.namespace).await?;
        let occurrence = day::of(engine, run, &namespace).await?;
        Ok(Place {
            slug: namespace.slug,
            source,
            occurrence,
        })
    };
    found.await.map_err(AdvanceError::Store)
}

async fn look(engine: &Engine, run: &Run, place: &Place<'_>) -> Result<Candidates, AttemptError> {
    let listing = list(engine, place).await?;
    let (source, day) = (place.source, place.occurrence.day);
    let files = matching(source, day, &listing);
    let version = Some(run.job_version);
    let known = engine
        .store
        .known_files(run.namespace, run.job, version, source, &files)
        .await
        .map_err(AdvanceError::Store)?;
    let known = |file: &FoundFile| known.get(file).map(|file| file.known);
    Ok(candidates(source, day, engine.now(), &listing, known))
}

async fn list(engine: &Engine, place: &Place<'_>) -> Result<Vec<FoundFile>, AttemptError> {
    let inboxes = Arc::clone(&engine.inboxes);
    let (slug, source, day) = (
        place.slug.clone(),
        place.source.clone(),
        place.occurrence.day,
    );
    let listing = spawn_blocking(move || {
        let wanted = |name: &str| source.may_concern(name, day);
        inboxes.open(&slug, &source)?.list(&wanted)
    });
    let listing = tokio::time::timeout(ANSWERS_WITHIN, listing)
        .await
        .map_err(|_| Interrupted::Reason(Reason::SourceUnreachable))?;
    let listing = listing?.map_err(Interrupted::from)?;
    engine.looks.note(&place.question(), &listing);
    Ok(listing)
}

/// Whether two looks, long enough apart, find the file the same. The last look, which has found it, is the second where somebody has
/// looked before.
async fn stays_as_it_is(
    engine: &Engine,
    place: &Place<'_>,
    file: &FoundFile,
    watch: &Watch,
) -> Result<bool, AttemptError> {
    let apart = place
        .source
        .apart(file, engine.now(), engine.settings.settle);
    let left = apart.saturating_sub(engine.looks.seen_for(&place.question(), file));
    if left.is_zero() {
        return Ok(true);
    }
    tokio::time::sleep(left).await;
    watch.check()?;
    Ok(list(engine, place).await?.contains(file))
}

/// What lies in the folder instead of a file to take, the first of it.
async fn others(
    engine: &Engine,
    run: &Run,
    place: &Place<'_>,
) -> Result<Vec<FileVerdict>, AttemptError> {
    let listing = list(engine, place).await?;
    let (source, day) = (place.source, place.occurrence.day);
    let version = Some(run.job_version);
    let known = engine
        .store
        .known_files(run.namespace, run.job, version, source, &listing)
        .await
        .map_err(AdvanceError::Store)?;
    let verdicts = source.verdicts(day, engine.now(), &listing, |file| known.get(file));
    let mut others: Vec<_> = verdicts.into_iter().map(|(_, verdict)| verdict).collect();
    if others.len() < TOLD_AT_MOST {
        let inboxes = Arc::clone(&engine.inboxes);
        let (slug, of_job) = (place.slug.clone(), source.clone());
        let names = spawn_blocking(move || inboxes.open(&slug, &of_job)?.names(NAMES_AT_MOST));
        let names = names.await?.map_err(Interrupted::from)?;
        others.extend(source.near_misses(day, &names));
    }
    others.truncate(TOLD_AT_MOST);
    Ok(others)
}

/// What became of a file that is to be taken.
enum Taken {
    ToImport(TakenFile),
    /// Its content was imported before, and the job asks.
    ToAsk(TakenFile, Repeat),
    /// Its content was imported before, and the job does not want it again.
    PassedOver(FileVerdict),
    /// Its bytes were imported last under its name.
    Nothing,
}

async fn taken(
    engine: &Engine,
    run: &Run,
    place: &Place<'_>,
    file: FoundFile,
    method: ImportMethod,
    watch: &Arc<Watch>,
) -> Result<Taken, AttemptError> {
    let source = place.source;
    let address = source.address(&file.name);
    let known = engine
        .store
        .file_takes(run.namespace, run.job, std::slice::from_ref(&address))
        .await
        .map_err(AdvanceError::Store)?;
    let taken = |sha256: &str, copy, repeat| TakenFile {
        id: (engine.new_id)(),
        address: address.clone(),
        file: file.clone(),
        sha256: sha256.to_owned(),
        copy,
        clear_up: source.clears_up().then(|| source.clone()),
        repeat,
    };
    let imported = known.iter().filter(|take| take.imported_at.is_some());
    let last = imported.max_by_key(|take| take.imported_at);
    let is_copied = |take: &&FileTake| take.file == file && take.has_copy;
    // A new copy, or the take that has one.
    let (sha256, new, grown) = if let Some(take) = known.iter().find(is_copied) {
        (take.sha256.clone(), Err(take), take.is_grown())
    } else {
        // What was imported under its name, or was imported already when it was passed over.
        let was_in = |take: &&FileTake| take.imported_at.is_some() || take.repeat.is_some();
        let earlier: HashMap<&str, u64> = known
            .iter()
            .filter(was_in)
            .map(|take| (take.sha256.as_str(), take.file.size_bytes))
            .filter(|(_, bytes)| (1..file.size_bytes).contains(bytes))
            .take(BEGINNINGS_AT_MOST)
            .collect();
        let beginnings = earlier.values().copied().collect();
        let copied = copy(engine, run, place, &file, &beginnings, watch).await?;
        let mut found = copied.beginnings_sha256.iter();
        let grown = found.any(|sha256| earlier.contains_key(sha256.as_str()));
        (copied.sha256.clone(), Ok(copied), grown)
    };
    let discard = |new: &Result<copy::Copied, &FileTake>| {
        if let Ok(copied) = new {
            copied.discard();
        }
    };
    if let Some(last) = last.filter(|last| last.sha256 == sha256) {
        discard(&new);
        let again = taken(&sha256, FileCopy::Known(last.upload), None);
        remember(engine, run, again).await?;
        return Ok(Taken::Nothing);
    }
    let earlier = engine
        .store
        .imports_of_content(run.namespace, run.job, &sha256)
        .await
        .map_err(AdvanceError::Store)?;
    let same = earlier.iter().map(|take| EarlierImport {
        name: &take.file.name,
        is_of_this_name: take.address == address,
    });
    let repeat = Repeat::of(&file.name, same, grown);
    let policy = source.repeats.with(method);
    if let (Some(repeat), OnRepeat::PassOver) = (&repeat, policy) {
        let copy = match &new {
            Err(take) => take.upload,
            // Of a beginning there is no copy with these bytes, and none is kept.
            Ok(copied) => earlier.first().map_or(copied.upload, |take| take.upload),
        };
        discard(&new);
        let passed_over = taken(&sha256, FileCopy::Known(copy), Some(repeat.clone()));
        remember(engine, run, passed_over).await?;
        return Ok(Taken::PassedOver(FileVerdict {
            name: shown_file_name(&file.name),
            verdict: Verdict::Repeated,
            repeat: Some(repeat.clone()),
        }));
    }
    let repeat = repeat.filter(|_| policy == OnRepeat::Ask);
    let copy = match new {
        Err(take) => FileCopy::Known(take.upload),
        Ok(copied) => {
            let record = engine
                .store
                .job(run.namespace, run.job)
                .await
                .map_err(AdvanceError::Store)?;
            FileCopy::New {
                upload: copied.upload,
                bytes: copied.bytes,
                by: record.created_by,
            }
        }
    };
    let taken = taken(&sha256, copy, repeat.clone());
    Ok(match repeat {
        Some(repeat) => Taken::ToAsk(taken, repeat),
        None => Taken::ToImport(taken),
    })
}

async fn remember(engine: &Engine, run: &Run, taken: TakenFile) -> Result<(), AdvanceError> {
    engine
        .store
        .remember_done_file(run.namespace, run.job, taken, engine.now())
        .await
        .map_err(AdvanceError::Store)
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
