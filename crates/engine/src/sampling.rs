//! Processes the saved sample of a set-up, with the same code as the page.

use std::io::Read;
use std::sync::Arc;

use connectors::source::ChosenFile;
use domain::job::JobEvent;
use domain::run::CLAIMS_LOST_AT_MOST;
use domain::sampling::SamplingProblem;
use mapping::field::Field;
use mapping::plan::{PlanError, RowPlan};
use mapping::sample::{self, SampleProblem};
use mapping::settings::Mapping;
use store::StoreError;
use store::jobs::{Changes, SamplingClaim};
use tabular::dialect::Dialect;
use tokio::task::spawn_blocking;

use crate::advance::decide;
use crate::context::Engine;
use crate::notices::of_sampling_failed;

/// Of a sample no more is looked at.
const SAMPLE_BYTES: u64 = 8 << 20;

pub(crate) async fn work(engine: &Engine, claim: SamplingClaim) {
    let job = claim.job.id;
    tracing::info!(%job, "processing the sample");
    let problem = if claim.claims > u32::from(CLAIMS_LOST_AT_MOST) {
        Some(SamplingProblem::InternalError {
            reference: job.to_string(),
        })
    } else {
        problem(engine, &claim).await
    };
    let notices = problem
        .iter()
        .map(|problem| of_sampling_failed(engine, &claim.job, problem))
        .collect();
    let event = problem.map_or(JobEvent::SampleProcessed, |problem| {
        JobEvent::SampleRejected { problem }
    });
    let (after, changes) = match decide(engine, &claim.job, &event) {
        Ok(decided) => decided,
        Err(error) => {
            return tracing::error!(%job, error = &error as &dyn std::error::Error, "the sample's outcome was refused");
        }
    };
    let changes = Changes {
        sampling_fence: Some(claim.fence),
        notices,
        ..changes
    };
    match engine
        .store
        .transition(claim.namespace, &claim.job, &after, changes, engine.now())
        .await
    {
        Ok(()) => (engine.changed)(),
        // The settings were changed meanwhile: the sample is, or will be, processed with the new ones.
        Err(StoreError::Conflict { .. }) => {}
        Err(error) => {
            tracing::error!(%job, error = &error as &dyn std::error::Error, "the sample's outcome was not written");
        }
    }
}

async fn problem(engine: &Engine, claim: &SamplingClaim) -> Option<SamplingProblem> {
    let reference = claim.job.id.to_string();
    let upload = claim.upload.as_ref().filter(|upload| upload.is_complete());
    let (Some(upload), Some(dialect), Some(mapping)) = (
        upload,
        claim.draft.dialect.clone(),
        claim.draft.mapping.clone(),
    ) else {
        return Some(SamplingProblem::InternalError { reference });
    };
    let complete = claim
        .draft
        .sample_file_bytes
        .is_none_or(|bytes| bytes == upload.bytes);
    let file = ChosenFile {
        namespace: claim.namespace,
        upload: upload.id,
        bytes: upload.bytes,
    };
    let fields = claim
        .dataset
        .as_ref()
        .map(|dataset| dataset.fields.clone())
        .unwrap_or_default();
    let source = Arc::clone(&engine.source);
    let looked_at = spawn_blocking(move || {
        let mut bytes = Vec::new();
        let read = source
            .open(file)
            .map_err(std::io::Error::other)?
            .take(SAMPLE_BYTES)
            .read_to_end(&mut bytes)?;
        let complete = complete && (read as u64) < SAMPLE_BYTES;
        Ok::<_, std::io::Error>(judge(&bytes, complete, &dialect, &mapping, &fields))
    });
    match looked_at.await {
        Ok(Ok(problem)) => problem,
        Ok(Err(error)) => {
            tracing::error!(job = %reference, error = &error as &dyn std::error::Error, "the sample could not be read");
            Some(SamplingProblem::InternalError { reference })
        }
        Err(error) => {
            tracing::error!(job = %reference, error = &error as &dyn std::error::Error, "processing the sample broke down");
            Some(SamplingProblem::InternalError { reference })
        }
    }
}

fn judge(
    bytes: &[u8],
    complete: bool,
    dialect: &Dialect,
    mapping: &Mapping,
    fields: &[Field],
) -> Option<SamplingProblem> {
    if let Some(problem) = sample::sample_problem(bytes, complete, dialect, mapping, fields) {
        return Some(match problem {
            SampleProblem::Empty => SamplingProblem::Empty,
            SampleProblem::NotDecodable { encoding, .. } => {
                SamplingProblem::Undecodable { encoding }
            }
            SampleProblem::OtherKind { kind } => SamplingProblem::NotInFormat {
                line: None,
                kind: Some(kind),
            },
            SampleProblem::Ragged { .. } | SampleProblem::SingleColumn { .. } => {
                SamplingProblem::NotInFormat {
                    line: None,
                    kind: None,
                }
            }
            SampleProblem::TooManyColumns { found, at_most } => {
                SamplingProblem::TooManyColumns { found, at_most }
            }
            SampleProblem::Mapping { .. } => {
                mapping_problem(bytes, complete, dialect, mapping, fields)
            }
        });
    }
    let check = sample::check(bytes, complete, dialect, mapping, fields);
    (check.fitting == 0).then_some(SamplingProblem::NoRecordFits {
        seen: check.records,
    })
}

fn mapping_problem(
    bytes: &[u8],
    complete: bool,
    dialect: &Dialect,
    mapping: &Mapping,
    fields: &[Field],
) -> SamplingProblem {
    let header = sample::inspect(bytes, complete, dialect, 0).header;
    let (mut unfilled_fields, mut undecided_columns) = (Vec::new(), Vec::new());
    for problem in RowPlan::problems(fields, mapping, header.as_deref()) {
        match problem {
            PlanError::RequiredFieldUnmapped { field } => unfilled_fields.push(field),
            PlanError::DateOrderUndecided { column, .. }
            | PlanError::DecimalMarkUndecided { column, .. } => {
                undecided_columns.push(column);
            }
            _ => {}
        }
    }
    SamplingProblem::Mapping {
        unfilled_fields: unfilled_fields.iter().collect(),
        undecided_columns: undecided_columns.iter().collect(),
    }
}
