//! Activating a job: its settings are sealed into a version, and its first run is queued in the same transaction, if it is due.

use domain::folder::{FolderSource, FoundFile};
use domain::id::{JobVersionId, RunId, UploadId};
use domain::job::JobEvent;
use domain::role::Action;
use domain::settings::{JobSettings, SourceKind};
use store::jobs::{Changes, JobRecord};
use store::source_files::{FileCopy, TakenFile};

use crate::access::{Access, Actor, enter, parse_id};
use crate::change;
use crate::context::Context;
use crate::error::OperationError;
use crate::schedule;
use crate::uploads::require_readable;
use crate::watched;

/// `upload`: the whole file of an upload job; `None` where the sample is the whole file. `leave_out`: so many files lie in the job's
/// folder, and are not imported. Answers the first run of a job that runs at once.
pub async fn activate(
    context: &Context,
    actor: &Actor,
    slug: &str,
    job: &str,
    version: u64,
    upload: Option<&str>,
    leave_out: Option<u64>,
) -> Result<Option<RunId>, OperationError> {
    let access = enter(context, actor, slug, Action::EditJobs).await?;
    let record = context.store.job(access.namespace, parse_id(job)?).await?;
    if record.job.version != version {
        return Err(OperationError::ChangedMeanwhile);
    }
    let settings = sealed(&record)?;
    let upload = match &settings.source {
        SourceKind::Upload => Some(whole_file(context, &access, &record, upload).await?),
        SourceKind::Folder(_) => None,
    };
    let version = JobVersionId(context.ids.next());
    let event = JobEvent::Activated {
        version,
        timing: schedule::timing(record.job.id, &settings.schedule, context.now())?,
        upload,
    };
    let left_out = match &settings.source {
        SourceKind::Folder(source) if leave_out.is_some() => {
            let files = watched::present_files(context, &access, &record).await?;
            // Nobody has said so of one that has arrived since.
            if leave_out != Some(files.len() as u64) {
                return Err(OperationError::conflict(
                    "Files have come into the folder, or have gone, since you looked.",
                    "Load the page again, and say what becomes of those that lie there.",
                ));
            }
            let left_out = |file| left_out(context, source, file);
            files.into_iter().map(left_out).collect()
        }
        SourceKind::Folder(_) | SourceKind::Upload => Vec::new(),
    };
    let changes = Changes {
        seal: Some((version, settings)),
        left_out,
        ..Changes::default()
    };
    Ok(change::write(context, &access, actor, &record, &[event], changes).await?)
}

/// Nobody has looked into it.
fn left_out(context: &Context, source: &FolderSource, file: FoundFile) -> TakenFile {
    TakenFile {
        id: context.ids.next(),
        address: source.address(&file.name),
        file,
        sha256: String::new(),
        copy: FileCopy::Known(UploadId(context.ids.next())),
        clear_up: None,
        repeat: None,
    }
}

/// The complete settings of a set-up or an edit.
pub(crate) fn sealed(record: &JobRecord) -> Result<JobSettings, OperationError> {
    record.draft.seal().map_err(|missing| {
        let sentences: Vec<_> = missing.iter().map(|missing| missing.sentence()).collect();
        OperationError::invalid(
            "setup",
            sentences.join(" "),
            "Go back to the steps that are not complete.",
        )
    })
}

/// The file must be the one that the sample was cut from, as far as its size tells.
async fn whole_file(
    context: &Context,
    access: &Access,
    record: &JobRecord,
    upload: Option<&str>,
) -> Result<UploadId, OperationError> {
    let choose_again = "Choose the file that the sample was cut from, or start with a new sample.";
    let upload = match upload {
        Some(upload) => {
            context
                .store
                .upload(access.namespace, parse_id(upload)?)
                .await?
        }
        None => record.sample.clone().ok_or_else(|| {
            OperationError::invalid("upload", "The file is missing.", choose_again)
        })?,
    };
    require_readable(&upload)?;
    match record.draft.sample_file_bytes {
        Some(expected) if expected != upload.bytes => Err(OperationError::invalid(
            "upload",
            format!(
                "The file has {} bytes; the one that the sample was cut from has {expected}.",
                upload.bytes
            ),
            choose_again,
        )),
        _ => Ok(upload.id),
    }
}
