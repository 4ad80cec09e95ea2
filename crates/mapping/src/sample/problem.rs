//! Why a sample cannot be processed: the server's Sampling step fails with one of these.

use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;
use tabular::kind::FileKind;

use super::{Inspection, inspect};
use crate::field::Field;
use crate::plan::{PlanError, RowPlan};
use crate::settings::Mapping;

/// Of so many records at most one may have bytes that are not text in the encoding.
const DECODABLE_TENTH: u64 = 10;

/// Why a sample cannot be processed with its settings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum SampleProblem {
    #[error("the file has no records")]
    Empty,
    #[error("{undecodable} of {records} records are not text in {encoding}")]
    NotDecodable {
        /// WHATWG label.
        encoding: String,
        undecodable: u64,
        records: u64,
    },
    #[error("{unfit} of {records} records do not have the fields that the header has")]
    Ragged { unfit: u64, records: u64 },
    #[error("the file is {kind}, not text with delimiters")]
    OtherKind { kind: FileKind },
    #[error("the file has {found} columns; a file may have at most {at_most}")]
    TooManyColumns { found: u32, at_most: u32 },
    #[error("with the delimiter {} the file has a single column", shown(*delimiter))]
    SingleColumn { delimiter: char },
    #[error("{problem}")]
    Mapping { problem: PlanError },
}

impl SampleProblem {
    /// Stable; the same as in its serialised form.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotDecodable { .. } => "not_decodable",
            Self::Ragged { .. } => "ragged",
            Self::OtherKind { .. } => "other_kind",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::SingleColumn { .. } => "single_column",
            Self::Mapping { .. } => "mapping",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Empty => {
                "give a file with records, or change header and preamble rows".to_owned()
            }
            Self::NotDecodable { .. } => "choose another encoding, or give a new file".to_owned(),
            Self::Ragged { .. } => {
                "change the delimiter, the quote or the preamble rows, or give a new file"
                    .to_owned()
            }
            Self::OtherKind { .. } => {
                "export the data as CSV or another text file with delimiters".to_owned()
            }
            Self::TooManyColumns { .. } => {
                "export the file with fewer columns; look whether rows and columns were exchanged"
                    .to_owned()
            }
            Self::SingleColumn { .. } => "choose another delimiter, or none".to_owned(),
            Self::Mapping { problem } => problem.hint(),
        }
    }
}

/// The first thing that keeps a sample from being processed; `None`: it can be.
pub fn sample_problem(
    sample: &[u8],
    complete: bool,
    dialect: &Dialect,
    mapping: &Mapping,
    fields: &[Field],
) -> Option<SampleProblem> {
    if let Some(kind) = FileKind::of_signature(sample) {
        return Some(SampleProblem::OtherKind { kind });
    }
    let inspection = inspect(sample, complete, dialect, 0);
    format_problem(&inspection, dialect, mapping).or_else(|| {
        RowPlan::compile(fields, mapping, inspection.header.as_deref())
            .err()
            .map(|problem| SampleProblem::Mapping { problem })
    })
}

fn format_problem(
    inspection: &Inspection,
    dialect: &Dialect,
    mapping: &Mapping,
) -> Option<SampleProblem> {
    if let Some((found, at_most)) = inspection.too_many_columns {
        return Some(SampleProblem::TooManyColumns { found, at_most });
    }
    let records = inspection.records;
    if records == 0 {
        return Some(SampleProblem::Empty);
    }
    if inspection.undecodable_records * DECODABLE_TENTH > records {
        return Some(SampleProblem::NotDecodable {
            encoding: dialect.encoding.label(),
            undecodable: inspection.undecodable_records,
            records,
        });
    }
    let unfit: u64 = inspection.defects.iter().map(|defect| defect.count).sum();
    if unfit * 2 > records {
        return Some(SampleProblem::Ragged { unfit, records });
    }
    // A file may really have one column; then a person has mapped it.
    let one_is_mapped = mapping.columns.len() == 1 && mapping.columns[0].field.is_some();
    match dialect.delimiter {
        Some(delimiter) if inspection.columns.len() == 1 && !one_is_mapped => {
            Some(SampleProblem::SingleColumn { delimiter })
        }
        _ => None,
    }
}

fn shown(delimiter: char) -> String {
    match delimiter {
        '\t' => "tab".to_owned(),
        ' ' => "blank".to_owned(),
        other => format!("`{other}`"),
    }
}
