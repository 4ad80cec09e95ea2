//! What a job is set up with. Sealed: a version that a run has used never changes.

use mapping::settings::Mapping;
use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;

use crate::id::{DatasetId, UploadId};

/// The settings of a Draft, filled step by step; `seal` them to get [`JobSettings`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DraftSettings {
    pub dataset: Option<DatasetId>,
    pub method: Option<ImportMethod>,
    pub source: Option<SourceKind>,
    pub sample: Option<UploadId>,
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    Upload,
}

/// When a job runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// One-time, as soon as it is activated.
    Now,
}

/// Halts a run when too many of its records are rejected. Off by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityGate {
    /// Per mille of the records seen; `None`: off.
    pub rejected_per_mille_at_most: Option<u16>,
}
