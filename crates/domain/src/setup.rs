//! The steps of the set-up: which is complete, and what each has decided.

use mapping::settings::Mapping;
use tabular::dialect::Dialect;

use crate::code::coded_enum;
use crate::id::{DatasetId, UploadId};
use crate::sampling::SampleState;
use crate::settings::{DraftSettings, ImportMethod, Missing, QualityGate, Schedule, SourceKind};

coded_enum! {
    /// In their order.
    pub enum Step as "step of the set-up" {
        Basics = "basics", "Basics";
        Source = "source", "Source";
        Sample = "sample", "Provide Sample File";
        Schedule = "schedule", "Schedule";
        Review = "review", "Review";
    }
}

/// One setting that a step has decided, for a summary beside the steps.
#[derive(Clone, Debug, PartialEq)]
pub enum Decision<'draft> {
    Dataset(DatasetId),
    Method(ImportMethod),
    Source(&'draft SourceKind),
    Sample(UploadId),
    Dialect(&'draft Dialect),
    /// Columns that fill a field, of all columns.
    Columns {
        mapped: usize,
        all: usize,
    },
    Schedule(&'draft Schedule),
    QualityGate(QualityGate),
}

impl Missing {
    /// The step that decides it.
    pub const fn step(self) -> Step {
        match self {
            Self::Dataset | Self::Method => Step::Basics,
            Self::Source => Step::Source,
            Self::Sample | Self::Dialect | Self::Mapping => Step::Sample,
            Self::Schedule | Self::RecurringSource => Step::Schedule,
        }
    }
}

impl Step {
    /// Whether the step needs nothing more. Review is complete when the job can be activated.
    pub fn is_complete(self, draft: &DraftSettings, sample: &SampleState) -> bool {
        let sample_is_ready = *sample == SampleState::Ready;
        let nothing_missing = |step: Self| {
            draft
                .missing()
                .into_iter()
                .all(|missing| missing.step() != step)
        };
        match self {
            Self::Basics | Self::Source | Self::Schedule => nothing_missing(self),
            Self::Sample => sample_is_ready && nothing_missing(self),
            Self::Review => sample_is_ready && draft.missing().is_empty(),
        }
    }

    /// The step to go on with: the first that is not complete.
    pub fn to_go_on_with(draft: &DraftSettings, sample: &SampleState) -> Self {
        Self::ALL
            .iter()
            .copied()
            .find(|step| !step.is_complete(draft, sample))
            .unwrap_or(Self::Review)
    }

    /// What the step has decided so far.
    pub fn decisions(self, draft: &DraftSettings) -> Vec<Decision<'_>> {
        match self {
            Self::Basics => [
                draft.dataset.map(Decision::Dataset),
                draft.method.map(Decision::Method),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Self::Source => draft
                .source
                .as_ref()
                .map(Decision::Source)
                .into_iter()
                .collect(),
            Self::Sample => [
                draft.sample.map(Decision::Sample),
                draft.dialect.as_ref().map(Decision::Dialect),
                draft.mapping.as_ref().map(columns),
            ]
            .into_iter()
            .flatten()
            .collect(),
            Self::Schedule => draft
                .schedule
                .as_ref()
                .map(Decision::Schedule)
                .into_iter()
                .collect(),
            Self::Review => vec![Decision::QualityGate(draft.quality_gate)],
        }
    }
}

fn columns(mapping: &Mapping) -> Decision<'static> {
    Decision::Columns {
        mapped: mapping
            .columns
            .iter()
            .filter(|column| column.field.is_some())
            .count(),
        all: mapping.columns.len(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[track_caller]
    fn check(draft: &DraftSettings, sample: &SampleState, complete: &[Step], next: Step) {
        let found: Vec<Step> = Step::ALL
            .iter()
            .copied()
            .filter(|step| step.is_complete(draft, sample))
            .collect();
        assert_eq!(found, complete);
        assert_eq!(Step::to_go_on_with(draft, sample), next);
    }

    #[test]
    fn the_set_up_goes_on_at_the_first_step_that_is_not_complete() {
        let mut draft = DraftSettings::default();
        check(&draft, &SampleState::Missing, &[], Step::Basics);
        draft.dataset = Some(DatasetId(Uuid::from_u128(1)));
        check(&draft, &SampleState::Missing, &[], Step::Basics);
        draft.method = Some(ImportMethod::Insert);
        draft.schedule = Some(Schedule::Now);
        let complete = [Step::Basics, Step::Schedule];
        check(&draft, &SampleState::Missing, &complete, Step::Source);
    }

    #[test]
    fn the_sample_step_is_complete_only_with_a_processed_sample() {
        let draft = DraftSettings {
            dataset: Some(DatasetId(Uuid::from_u128(1))),
            method: Some(ImportMethod::Insert),
            source: Some(SourceKind::Upload),
            sample: Some(UploadId(Uuid::from_u128(2))),
            sample_file_bytes: Some(1000),
            dialect: Some(Dialect::default()),
            mapping: Some(Mapping {
                columns: vec![mapping::settings::ColumnMapping {
                    field: Some("email".to_owned()),
                    ..Default::default()
                }],
                ..Default::default()
            }),
            schedule: Some(Schedule::Now),
            quality_gate: QualityGate::default(),
        };
        check(&draft, &SampleState::Ready, Step::ALL, Step::Review);
        let complete = [Step::Basics, Step::Source, Step::Schedule];
        check(&draft, &SampleState::Processing, &complete, Step::Sample);
        let columns = Decision::Columns { mapped: 1, all: 1 };
        assert!(Step::Sample.decisions(&draft).contains(&columns));
        assert_eq!(
            Step::Source.decisions(&draft),
            [Decision::Source(&SourceKind::Upload)]
        );
    }
}
