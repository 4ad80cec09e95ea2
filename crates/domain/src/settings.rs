//! What a job is set up with. Sealed: a version that a run has used never changes.

use mapping::settings::Mapping;
use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;

use crate::folder::FolderSource;
use crate::id::{DatasetId, UploadId};
pub use crate::schedule::Schedule;

/// The settings of a Draft, filled step by step; `seal` them to get [`JobSettings`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftSettings {
    pub dataset: Option<DatasetId>,
    pub method: Option<ImportMethod>,
    pub source: Option<SourceKind>,
    pub sample: Option<UploadId>,
    /// Size of the whole file that the sample was cut from.
    #[serde(default)]
    pub sample_file_bytes: Option<u64>,
    pub dialect: Option<Dialect>,
    pub mapping: Option<Mapping>,
    pub schedule: Option<Schedule>,
    #[serde(default)]
    pub quality_gate: QualityGate,
}

/// Complete settings of a version.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobSettings {
    pub dataset: DatasetId,
    pub method: ImportMethod,
    pub source: SourceKind,
    /// The sample that format and mapping were made with: an edit begins with it.
    #[serde(default)]
    pub sample: Option<UploadId>,
    #[serde(default)]
    pub sample_file_bytes: Option<u64>,
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub schedule: Schedule,
    pub quality_gate: QualityGate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportMethod {
    Insert,
    Upsert,
    Update,
    Delete,
    ReplaceAll,
}

impl ImportMethod {
    /// Whether it changes fields of rows that are there.
    pub const fn updates_rows(self) -> bool {
        match self {
            Self::Upsert | Self::Update => true,
            Self::Insert | Self::Delete | Self::ReplaceAll => false,
        }
    }
}

/// Where the files of a job come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Upload,
    Folder(FolderSource),
}

/// Halts a run when too many of its records are rejected. Off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityGate {
    /// Per mille of the records seen; `None`: off.
    pub rejected_per_mille_at_most: Option<u16>,
}

/// What a Draft lacks before it can be sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    Dataset,
    Method,
    Source,
    Sample,
    Dialect,
    /// No column fills a field.
    Mapping,
    Schedule,
    /// It recurs, and the source does not.
    RecurringSource,
}

impl DraftSettings {
    /// The complete settings, or everything that is missing, in the order of the set-up.
    pub fn seal(&self) -> Result<JobSettings, Vec<Missing>> {
        let mapping = self
            .mapping
            .as_ref()
            .filter(|mapping| mapping.columns.iter().any(|column| column.field.is_some()));
        match (
            self.dataset,
            self.method,
            &self.source,
            self.sample,
            &self.dialect,
            mapping,
            &self.schedule,
        ) {
            (
                Some(dataset),
                Some(method),
                Some(source),
                Some(_),
                Some(dialect),
                Some(mapping),
                Some(schedule),
            ) if !self.recurs_in_vain() => Ok(JobSettings {
                dataset,
                method,
                source: source.clone(),
                sample: self.sample,
                sample_file_bytes: self.sample_file_bytes,
                dialect: dialect.clone(),
                mapping: mapping.clone(),
                schedule: schedule.clone(),
                quality_gate: self.quality_gate,
            }),
            _ => Err(self.missing()),
        }
    }

    /// In the order of the set-up.
    pub fn missing(&self) -> Vec<Missing> {
        let maps_a_column = self.mapping.as_ref().is_some_and(maps_a_column);
        [
            (self.dataset.is_some(), Missing::Dataset),
            (self.method.is_some(), Missing::Method),
            (self.source.is_some(), Missing::Source),
            (self.sample.is_some(), Missing::Sample),
            (self.dialect.is_some(), Missing::Dialect),
            (maps_a_column, Missing::Mapping),
            (self.schedule.is_some(), Missing::Schedule),
            (!self.recurs_in_vain(), Missing::RecurringSource),
        ]
        .into_iter()
        .filter_map(|(present, missing)| (!present).then_some(missing))
        .collect()
    }

    fn recurs_in_vain(&self) -> bool {
        let recurs = self.schedule.as_ref().is_some_and(Schedule::is_recurring);
        recurs
            && self
                .source
                .as_ref()
                .is_some_and(|source| !source.can_recur())
    }
}

impl Missing {
    /// What to do about it.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Dataset => "Choose the dataset that the rows go to.",
            Self::Method => "Choose the import method.",
            Self::Source => "Choose where the files come from.",
            Self::Sample => "Provide a sample file.",
            Self::Dialect => "Say how the file is written: encoding and delimiters.",
            Self::Mapping => "Choose a field for at least one column.",
            Self::Schedule => "Choose when the job runs.",
            Self::RecurringSource => {
                "An uploaded file is chosen by hand: let the job run once, or take its files from a source that gives new ones."
            }
        }
    }
}

impl QualityGate {
    /// The limit, if so many rejected records are more than it allows.
    pub fn exceeded_by(self, rejected: u64, seen: u64) -> Option<u16> {
        self.rejected_per_mille_at_most
            .filter(|at_most| u128::from(rejected) * 1000 > u128::from(seen) * u128::from(*at_most))
    }
}

impl SourceKind {
    /// Whether the source gives files by itself. An upload is chosen by hand, so it does not recur.
    pub const fn can_recur(&self) -> bool {
        match self {
            Self::Upload => false,
            Self::Folder(_) => true,
        }
    }
}

impl JobSettings {
    /// The settings of an edit that has changed nothing yet.
    pub fn draft(&self) -> DraftSettings {
        DraftSettings {
            dataset: Some(self.dataset),
            method: Some(self.method),
            source: Some(self.source.clone()),
            sample: self.sample,
            sample_file_bytes: self.sample_file_bytes,
            dialect: Some(self.dialect.clone()),
            mapping: Some(self.mapping.clone()),
            schedule: Some(self.schedule.clone()),
            quality_gate: self.quality_gate,
        }
    }
}

fn maps_a_column(mapping: &Mapping) -> bool {
    mapping.columns.iter().any(|column| column.field.is_some())
}

#[cfg(test)]
mod tests {
    use mapping::settings::ColumnMapping;
    use uuid::Uuid;

    use super::*;

    fn complete() -> DraftSettings {
        let column = ColumnMapping {
            name: "E-Mail".to_owned(),
            field: Some("email".to_owned()),
            ..ColumnMapping::default()
        };
        DraftSettings {
            dataset: Some(DatasetId(Uuid::from_u128(1))),
            method: Some(ImportMethod::Upsert),
            source: Some(SourceKind::Upload),
            sample: Some(UploadId(Uuid::from_u128(2))),
            sample_file_bytes: Some(1000),
            dialect: Some(Dialect::default()),
            mapping: Some(Mapping {
                columns: vec![ColumnMapping::default(), column],
                ..Mapping::default()
            }),
            schedule: Some(Schedule::Now),
            quality_gate: QualityGate::default(),
        }
    }

    #[test]
    fn a_complete_draft_is_sealed_as_it_is() {
        let draft = complete();
        let sealed = draft.seal().unwrap();
        assert_eq!(Some(sealed.dataset), draft.dataset);
        assert_eq!(Some(sealed.mapping), draft.mapping);
        assert_eq!(sealed.quality_gate, draft.quality_gate);
    }

    #[test]
    fn an_empty_draft_lacks_everything_in_the_order_of_the_set_up() {
        let missing = DraftSettings::default().seal().unwrap_err();
        assert_eq!(
            missing,
            [
                Missing::Dataset,
                Missing::Method,
                Missing::Source,
                Missing::Sample,
                Missing::Dialect,
                Missing::Mapping,
                Missing::Schedule,
            ]
        );
        assert!(missing.is_sorted_by_key(|missing| missing.step()));
    }

    #[test]
    fn a_mapping_that_fills_no_field_is_missing() {
        let mut draft = complete();
        draft.mapping = Some(Mapping {
            columns: vec![ColumnMapping::default()],
            ..Mapping::default()
        });
        assert_eq!(draft.seal(), Err(vec![Missing::Mapping]));
    }

    #[test]
    fn the_gate_is_exceeded_only_above_its_limit() {
        let gate = QualityGate {
            rejected_per_mille_at_most: Some(50),
        };
        assert_eq!(gate.exceeded_by(5, 100), None);
        assert_eq!(gate.exceeded_by(6, 100), Some(50));
        assert_eq!(gate.exceeded_by(u64::MAX, u64::MAX), Some(50));
        assert_eq!(QualityGate::default().exceeded_by(100, 100), None);
    }
}
