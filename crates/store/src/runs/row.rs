//! Between a run and its row.

use domain::{
    counts::Counts,
    id::{JobId, JobVersionId, NamespaceId, RunId, UploadId},
    run::{Corrects, Input, Run, RunStatus},
    time::Timestamp,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    Iterable,
};

use crate::{
    column::{
        from_code, from_count, from_optional_json, to_count, to_instant, to_optional_json,
        unreadable,
    },
    entities::run,
    error::StoreError,
};

impl TryFrom<&run::Model> for Run {
    type Error = StoreError;

    fn try_from(row: &run::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: RunId(row.id),
            job: JobId(row.job),
            job_version: JobVersionId(row.job_version),
            namespace: NamespaceId(row.namespace),
            status: from_code("runs.status", &row.status)?,
            version: to_count(row.version),
            attempt: small("runs.attempt", row.attempt)?,
            occurrence: RunId(row.occurrence),
            parent: row.parent.map(RunId),
            origin: from_code("runs.origin", &row.origin)?,
            input: Input {
                upload: row.upload.map(UploadId),
                corrects: row.corrects.map(|run| Corrects {
                    run: RunId(run),
                    job_version: JobVersionId(row.job_version),
                }),
            },
            due_at: Timestamp(row.due_at),
            fence: to_count(row.fence),
            claimed_by: row.claimed_by.clone(),
            lease_until: to_instant(row.lease_until),
            claims_lost: small("runs.claims_lost", row.claims_lost)?,
            counts: Counts {
                seen: to_count(row.seen),
                imported: to_count(row.imported),
                rejected: to_count(row.rejected),
            },
            corrected: to_count(row.corrected),
            reason: from_optional_json("runs.reason", row.reason.as_deref())?,
            cancel_requested: row.cancel_requested,
            queued_at: Timestamp(row.queued_at),
            started_at: to_instant(row.started_at),
            ended_at: to_instant(row.ended_at),
        })
    }
}

/// The columns that a [`Run`] decides.
pub(super) fn columns(run: &Run) -> Result<run::ActiveModel, StoreError> {
    Ok(run::ActiveModel {
        id: Set(run.id.0),
        namespace: Set(run.namespace.0),
        job: Set(run.job.0),
        job_version: Set(run.job_version.0),
        status: Set(run.status.code().to_owned()),
        version: Set(from_count(run.version)),
        attempt: Set(i32::from(run.attempt)),
        occurrence: Set(run.occurrence.0),
        parent: Set(run.parent.map(|parent| parent.0)),
        origin: Set(run.origin.code().to_owned()),
        upload: Set(run.input.upload.map(|upload| upload.0)),
        corrects: Set(run.input.corrects.map(|corrects| corrects.run.0)),
        due_at: Set(run.due_at.0),
        fence: Set(from_count(run.fence)),
        claimed_by: Set(run.claimed_by.clone()),
        lease_until: Set(run.lease_until.map(|at| at.0)),
        claims_lost: Set(i32::from(run.claims_lost)),
        seen: Set(from_count(run.counts.seen)),
        imported: Set(from_count(run.counts.imported)),
        rejected: Set(from_count(run.counts.rejected)),
        corrected: Set(from_count(run.corrected)),
        reason: Set(to_optional_json("runs.reason", run.reason.as_ref())?),
        cancel_requested: Set(run.cancel_requested),
        queued_at: Set(run.queued_at.0),
        started_at: Set(run.started_at.map(|at| at.0)),
        ended_at: Set(run.ended_at.map(|at| at.0)),
        ..Default::default()
    })
}

/// The columns of `after` that differ from those of `before`, and the instants of stages that were entered.
///
/// The three counts are written together or not at all: progress may have been written since `before` was read.
pub(super) fn changed_columns(
    before: &Run,
    after: &Run,
    now: Timestamp,
) -> Result<run::ActiveModel, StoreError> {
    let (old, mut new) = (columns(before)?, columns(after)?);
    let counts_changed = before.counts != after.counts || after.status.is_final();
    for column in run::Column::iter() {
        let is_count = matches!(
            column,
            run::Column::Seen | run::Column::Imported | run::Column::Rejected
        );
        let kept = if is_count {
            !counts_changed
        } else {
            old.get(column).into_value() == new.get(column).into_value()
        };
        if kept {
            new.not_set(column);
        }
    }
    if before.status != after.status {
        enter(&mut new, after.status, now);
    }
    Ok(new)
}

fn enter(columns: &mut run::ActiveModel, status: RunStatus, now: Timestamp) {
    match status {
        // A run that begins again has no stages yet.
        RunStatus::Queued | RunStatus::Validating => {
            columns.importing_at = Set(None);
            columns.processing_at = Set(None);
            columns.bytes_done = Set(0);
            columns.progress_at = Set(None);
        }
        RunStatus::Importing => {
            columns.importing_at = Set(Some(now.0));
            columns.bytes_done = Set(0);
        }
        RunStatus::Processing => columns.processing_at = Set(Some(now.0)),
        RunStatus::Completed
        | RunStatus::PartiallyCompleted
        | RunStatus::Failed
        | RunStatus::Halted
        | RunStatus::Cancelled => columns.progress_at = NotSet,
    }
}

fn small(column: &'static str, stored: i32) -> Result<u8, StoreError> {
    u8::try_from(stored).map_err(|error| unreadable(column, error))
}
