//! Watched folders, as the set-up shows them: which there are, what lies in them, and the beginning of a file as a sample.

use std::io::Read as _;
use std::sync::Arc;

use connectors::inbox::InboxError;
use domain::folder::{
    FileVerdict, FolderForm, FolderFormProblem, FolderName, FolderSource, FoundFile, Take, Verdict,
};
use domain::job::Job;
use domain::month::Day;
use domain::name::shown_file_name;
use domain::role::Action;
use domain::settings::{JobSettings, Schedule, SourceKind};
use domain::zone;
use store::jobs::JobRecord;
use tokio::task::spawn_blocking;

use crate::access::{Access, Actor, enter, parse_id};
use crate::context::Context;
use crate::error::OperationError;
use crate::uploads::FileHead;

/// Files that a preview names.
const SHOWN: usize = 20;
/// Names that the pattern may have meant, of so many that are looked through.
const NEAR_SHOWN: usize = 5;
const NAMES_AT_MOST: usize = 10_000;

/// What lies in a folder, as the next run would see it.
#[derive(Clone, Debug)]
pub struct FolderPreview {
    /// `exports/daily`.
    pub place: String,
    /// With the parts of today's date filled in.
    pub pattern: String,
    /// Those that match, in the order in which they are taken.
    pub files: Vec<(FoundFile, FileVerdict)>,
    /// Matching files that are not named.
    pub more: u64,
    /// Names that the pattern may have meant.
    pub near: Vec<FileVerdict>,
}

/// Folders that the operator allows the namespace.
pub(crate) fn folders(context: &Context, access: &Access) -> Vec<FolderName> {
    context.inboxes.folders(&access.slug)
}

pub async fn preview(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    form: &FolderForm,
) -> Result<FolderPreview, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let job = parse_id(job)?;
    let record = context.store.job(access.namespace, job).await?;
    let source = parse(context, &access, form)?;
    let day = today(context, &access, record.draft.schedule.as_ref())?;
    let files = look(context, &access, &record.job, &source, day).await?;
    let mut near = near_misses(context, &access, &source, day).await?;
    near.truncate(NEAR_SHOWN);
    Ok(FolderPreview {
        place: source.place(),
        pattern: source.pattern.on(day),
        more: files.len().saturating_sub(SHOWN) as u64,
        files: files.into_iter().take(SHOWN).collect(),
        near,
    })
}

async fn near_misses(
    context: &Context,
    access: &Access,
    source: &FolderSource,
    day: Day,
) -> Result<Vec<FileVerdict>, OperationError> {
    let (inboxes, slug, of_job) = (
        Arc::clone(&context.inboxes),
        access.slug.clone(),
        source.clone(),
    );
    let names = spawn_blocking(move || inboxes.open(&slug, &of_job)?.names(NAMES_AT_MOST)).await;
    let names = names.map_err(OperationError::unavailable)??;
    Ok(source.near_misses(day, &names))
}

/// Files that lie where a new job would find them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Present {
    pub count: u64,
    /// Another job that has imported files from there.
    pub imported_by: Option<String>,
}

/// What a job that is set up would begin with; where days have files of their own, those of all days.
pub async fn present(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
) -> Result<Present, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let record = context.store.job(access.namespace, parse_id(job)?).await?;
    let files = present_files(context, &access, &record).await?;
    let others = match (&record.draft.source, files.first()) {
        (Some(SourceKind::Folder(source)), Some(_)) => {
            context
                .store
                .job_with_imports_of(access.namespace, record.job.id, source, &files)
                .await?
        }
        _ => None,
    };
    Ok(Present {
        count: files.len() as u64,
        imported_by: others,
    })
}

pub(crate) async fn present_files(
    context: &Context,
    access: &Access,
    record: &JobRecord,
) -> Result<Vec<FoundFile>, OperationError> {
    let Some(SourceKind::Folder(source)) = record.draft.source.clone() else {
        return Ok(Vec::new());
    };
    let (inboxes, slug) = (Arc::clone(&context.inboxes), access.slug.clone());
    let listing = move || {
        let wanted = |name: &str| source.means_on_some_day(name);
        inboxes.open(&slug, &source)?.list(&wanted)
    };
    let listing = spawn_blocking(listing).await;
    Ok(listing.map_err(OperationError::unavailable)??)
}

/// Whether another file than this one may be taken now.
pub(crate) async fn another_waits(
    context: &Context,
    access: &Access,
    job: &Job,
    settings: &JobSettings,
    but: &str,
) -> Result<bool, OperationError> {
    let SourceKind::Folder(source) = &settings.source else {
        return Ok(false);
    };
    let day = today(context, access, Some(&settings.schedule))?;
    let files = look(context, access, job, source, day).await?;
    let waits = |verdict: &FileVerdict| {
        verdict.name != but && matches!(verdict.verdict, Verdict::Next | Verdict::Later)
    };
    Ok(source.take == Take::AllInOrder && files.iter().any(|(_, verdict)| waits(verdict)))
}

/// The file that the job's saved source would take next; of files that were all taken before, the newest.
pub async fn newest_head(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    at_most: u64,
) -> Result<FileHead, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let job = parse_id(job)?;
    let record = context.store.job(access.namespace, job).await?;
    let day = today(context, &access, record.draft.schedule.as_ref())?;
    let Some(SourceKind::Folder(source)) = record.draft.source else {
        return Err(OperationError::conflict(
            "The job takes no files from a folder.",
            "Choose the folder in the step Source first.",
        ));
    };
    let mut files = look(context, &access, &record.job, &source, day).await?;
    let next = files
        .iter()
        .position(|(_, verdict)| verdict.verdict == Verdict::Next);
    let chosen = match next {
        Some(next) => files.swap_remove(next).0,
        None => {
            files
                .into_iter()
                .max_by_key(|(file, _)| file.modified_at)
                .ok_or_else(|| nothing_matches(&source, day))?
                .0
        }
    };
    let inboxes = Arc::clone(&context.inboxes);
    let reading = move || {
        let mut bytes = Vec::new();
        let mut inbox = inboxes.open(&access.slug, &source)?;
        inbox.open(&chosen)?.take(at_most).read_to_end(&mut bytes)?;
        Ok::<_, InboxError>(FileHead {
            file_name: shown_file_name(&chosen.name),
            file_bytes: chosen.size_bytes,
            bytes,
        })
    };
    let head = spawn_blocking(reading).await;
    Ok(head.map_err(OperationError::unavailable)??)
}

/// The day that a run of now would look for: in the zone of the schedule, where it has one.
pub(crate) fn today(
    context: &Context,
    access: &Access,
    schedule: Option<&Schedule>,
) -> Result<Day, OperationError> {
    let zone = zone_of(access, schedule)?;
    Ok(Day::of(context.now(), &zone))
}

/// The zone that days are counted in.
pub(crate) fn zone_of(
    access: &Access,
    schedule: Option<&Schedule>,
) -> Result<zone::TimeZone, OperationError> {
    match schedule.and_then(Schedule::time_zone) {
        Some(name) => zone::find(name).map_err(OperationError::unavailable),
        None => access.zone(),
    }
}

/// The source that a form says, in a folder that is allowed.
pub(crate) fn parse(
    context: &Context,
    access: &Access,
    form: &FolderForm,
) -> Result<FolderSource, OperationError> {
    let source = form.parse()?;
    if folders(context, access).contains(&source.folder) {
        Ok(source)
    } else {
        Err(OperationError::invalid(
            "folder",
            format!(
                "There is no folder `{}` that may be used here.",
                source.folder
            ),
            "Choose one of the list, or ask your operator to allow it.",
        ))
    }
}

async fn look(
    context: &Context,
    access: &Access,
    job: &Job,
    source: &FolderSource,
    day: Day,
) -> Result<Vec<(FoundFile, FileVerdict)>, OperationError> {
    let (inboxes, slug, of_job) = (
        Arc::clone(&context.inboxes),
        access.slug.clone(),
        source.clone(),
    );
    let listing = move || {
        let wanted = |name: &str| of_job.may_concern(name, day);
        inboxes.open(&slug, &of_job)?.list(&wanted)
    };
    let listing = spawn_blocking(listing)
        .await
        .map_err(OperationError::unavailable)??;
    let known = context
        .store
        .known_files(access.namespace, job.id, job.current, source, &listing)
        .await?;
    Ok(source.verdicts(day, context.now(), &listing, |file| known.get(file)))
}

fn nothing_matches(source: &FolderSource, day: Day) -> OperationError {
    OperationError::conflict(
        format!(
            "No file in {} matches `{}`.",
            source.place(),
            source.pattern.on(day)
        ),
        "Put one there, change the pattern in the step Source, or choose a file of your computer as the sample.",
    )
}

impl From<FolderFormProblem> for OperationError {
    fn from(problem: FolderFormProblem) -> Self {
        Self::invalid(problem.field.code(), problem.sentence, problem.hint)
    }
}

impl From<InboxError> for OperationError {
    fn from(error: InboxError) -> Self {
        match error {
            InboxError::NotAllowed { .. } => Self::invalid(
                "folder",
                "The operator no longer allows this folder.",
                "Choose another one.",
            ),
            InboxError::LeadsOut { .. } => Self::invalid(
                "subfolder",
                "This subfolder leads out of the folder that is allowed.",
                "Choose one that lies in it.",
            ),
            InboxError::Changed => Self::conflict(
                "The file changed while it was read.",
                "Try again when nobody writes to it any more.",
            ),
            InboxError::Unreachable(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "a folder could not be read"
                );
                Self::invalid(
                    "folder",
                    "The folder cannot be read: it is not there, or the server may not read it.",
                    "Check its name, or ask your operator.",
                )
            }
        }
    }
}
