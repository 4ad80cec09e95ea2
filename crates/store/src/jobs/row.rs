//! Between a job and its row.

use domain::{
    id::{DatasetId, JobId, JobVersionId, NamespaceId},
    job::{Job, JobStatus, UnfinishedRuns},
    sampling::SampleState,
    time::Timestamp,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, Iterable};

use crate::{
    column::{
        from_code, from_count, from_json, from_optional_json, from_small_count, to_count,
        to_instant, to_json, to_optional_json, to_small_count, unreadable,
    },
    entities::job,
    error::StoreError,
};

impl TryFrom<&job::Model> for Job {
    type Error = StoreError;

    fn try_from(row: &job::Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: JobId(row.id),
            namespace: NamespaceId(row.namespace),
            name: row
                .name
                .clone()
                .try_into()
                .map_err(|error| unreadable("jobs.name", error))?,
            status: from_code("jobs.status", &row.status)?,
            version: to_count(row.version),
            current: row.current.map(JobVersionId),
            recurring: row.recurring,
            next_due: to_instant(row.next_due),
            sample: sample(row)?,
            unsettled: from_optional_json("jobs.unsettled", row.unsettled.as_deref())?,
            last_whole_input: from_optional_json(
                "jobs.last_whole_input",
                row.last_whole_input.as_deref(),
            )?,
            rerun: from_optional_json("jobs.rerun", row.rerun.as_deref())?,
            unfinished: UnfinishedRuns {
                whole_file: to_small_count(
                    "jobs.unfinished_whole_file",
                    row.unfinished_whole_file,
                )?,
                corrections: to_small_count(
                    "jobs.unfinished_corrections",
                    row.unfinished_corrections,
                )?,
            },
            halt_reason: from_optional_json("jobs.halt_reason", row.halt_reason.as_deref())?,
        })
    }
}

/// The columns that a [`Job`] decides.
pub(super) fn columns(job: &Job) -> Result<job::ActiveModel, StoreError> {
    let (sample_state, sample_problem) = sample_columns(&job.sample)?;
    Ok(job::ActiveModel {
        id: Set(job.id.0),
        namespace: Set(job.namespace.0),
        name: Set(job.name.to_string()),
        name_key: Set(job.name.as_str().to_lowercase()),
        status: Set(job.status.code().to_owned()),
        version: Set(from_count(job.version)),
        current: Set(job.current.map(|version| version.0)),
        recurring: Set(job.recurring),
        next_due: Set(job.next_due.map(|at| at.0)),
        next_run_key: Set(next_run_key(next_run(job))),
        sample_state: Set(sample_state.to_owned()),
        sample_problem: Set(sample_problem),
        unsettled: Set(to_optional_json("jobs.unsettled", job.unsettled.as_ref())?),
        last_whole_input: Set(to_optional_json(
            "jobs.last_whole_input",
            job.last_whole_input.as_ref(),
        )?),
        rerun: Set(to_optional_json("jobs.rerun", job.rerun.as_ref())?),
        unfinished_whole_file: Set(from_small_count(job.unfinished.whole_file)),
        unfinished_corrections: Set(from_small_count(job.unfinished.corrections)),
        halt_reason: Set(to_optional_json(
            "jobs.halt_reason",
            job.halt_reason.as_ref(),
        )?),
        wakes_at: Set(job.wakes_at().map(|at| at.0)),
        ..Default::default()
    })
}

/// The columns of `after` that differ from those of `before`.
pub(super) fn changed_columns(before: &Job, after: &Job) -> Result<job::ActiveModel, StoreError> {
    let (before, mut after) = (columns(before)?, columns(after)?);
    for column in job::Column::iter() {
        if before.get(column).into_value() == after.get(column).into_value() {
            after.not_set(column);
        }
    }
    Ok(after)
}

/// The next regular run; a job that is not Active keeps its instant and does not run then.
pub(super) fn next_run(job: &Job) -> Option<Timestamp> {
    job.next_due.filter(|_| job.status == JobStatus::Active)
}

pub(super) fn next_run_key(at: Option<Timestamp>) -> i64 {
    at.map_or(i64::MAX, |at| at.0)
}

pub(super) fn dataset_column(dataset: Option<DatasetId>) -> Option<sea_orm::prelude::Uuid> {
    dataset.map(|dataset| dataset.0)
}

fn sample(row: &job::Model) -> Result<SampleState, StoreError> {
    match (row.sample_state.as_str(), &row.sample_problem) {
        ("missing", None) => Ok(SampleState::Missing),
        ("processing", None) => Ok(SampleState::Processing),
        ("ready", None) => Ok(SampleState::Ready),
        ("failed", Some(problem)) => Ok(SampleState::Failed(from_json(
            "jobs.sample_problem",
            problem,
        )?)),
        (state, _) => Err(unreadable(
            "jobs.sample_state",
            format!("unexpected `{state}`"),
        )),
    }
}

fn sample_columns(sample: &SampleState) -> Result<(&'static str, Option<String>), StoreError> {
    Ok(match sample {
        SampleState::Missing => ("missing", None),
        SampleState::Processing => (PROCESSING, None),
        SampleState::Ready => ("ready", None),
        SampleState::Failed(problem) => ("failed", Some(to_json("jobs.sample_problem", problem)?)),
    })
}

/// The code of [`SampleState::Processing`].
pub(super) const PROCESSING: &str = "processing";
