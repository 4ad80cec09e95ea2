//! The sample that a job is set up with, and why it could not be processed.

use mapping::names::Names;
use serde::{Deserialize, Serialize};
use tabular::kind::FileKind;

use crate::reason::names_in_words;

/// Where the sample of a set-up (or of an edit) stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "state", content = "problem")]
pub enum SampleState {
    #[default]
    Missing,
    Processing,
    Failed(SamplingProblem),
    Ready,
}

/// Shown on the Provide Sample File page of a job that is Sampling failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum SamplingProblem {
    /// No record of the sample decodes in the encoding (its WHATWG label).
    Undecodable {
        encoding: String,
    },
    /// No record after the preamble and the header.
    Empty,
    /// The declared delimiters and quotes do not give records; `line` (1-based) is where a quote was opened and never closed,
    /// `kind`: it is no text at all.
    NotInFormat {
        line: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<FileKind>,
    },
    TooManyColumns {
        found: u32,
        at_most: u32,
    },
    /// The mapping cannot make rows.
    Mapping {
        /// Required fields that no column fills.
        #[serde(default)]
        unfilled_fields: Names,
        /// Columns whose date order, decimal mark or zone the sample does not prove and nobody has said.
        #[serde(default)]
        undecided_columns: Names,
    },
    /// Every record of the sample is rejected.
    NoRecordFits {
        seen: u64,
    },
    /// The processing itself broke down.
    InternalError {
        reference: String,
    },
}

impl SamplingProblem {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Undecodable { .. } => "undecodable",
            Self::Empty => "empty",
            Self::NotInFormat { .. } => "not_in_format",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::Mapping { .. } => "mapping",
            Self::NoRecordFits { .. } => "no_record_fits",
            Self::InternalError { .. } => "internal_error",
        }
    }

    /// What is wrong, for the person who gave the sample.
    pub fn sentence(&self) -> String {
        match self {
            Self::Undecodable { encoding } => format!("The sample file is not text in {encoding}."),
            Self::Empty => "The sample file has no records.".to_owned(),
            Self::NotInFormat {
                kind: Some(kind), ..
            } => format!("The sample file is {kind}, not text with delimiters."),
            Self::NotInFormat {
                line: Some(line), ..
            } => {
                format!("A quote that is opened in line {line} of the sample file is never closed.")
            }
            Self::NotInFormat { .. } => "The sample file is not in the declared format.".to_owned(),
            Self::TooManyColumns { found, at_most } => {
                format!("The sample file has {found} columns; at most {at_most} are allowed.")
            }
            Self::Mapping {
                unfilled_fields,
                undecided_columns,
            } => mapping_sentence(unfilled_fields, undecided_columns),
            Self::NoRecordFits { seen } => {
                format!("None of the {seen} records of the sample file fits the dataset.")
            }
            Self::InternalError { reference } => {
                format!(
                    "The sample file could not be processed because of an error in Weir. The reference is {reference}."
                )
            }
        }
    }

    /// What the person can do about it.
    pub const fn next_step(&self) -> &'static str {
        match self {
            Self::Undecodable { .. } => "Choose another encoding, or give a new sample file.",
            Self::Empty => {
                "Give a sample file with at least one record, or change the rows before the header."
            }
            Self::NotInFormat { kind: Some(_), .. } => {
                "Export the data as CSV or another text file with delimiters, and give that file."
            }
            Self::NotInFormat { .. } => {
                "Change the column delimiter, the row delimiter or the quote, or give a new sample file."
            }
            Self::TooManyColumns { .. } => {
                "Export the file with fewer columns, or look whether rows and columns were exchanged."
            }
            Self::Mapping { .. } => {
                "Change the mapping: fill every required field, and say how dates and numbers are written."
            }
            Self::NoRecordFits { .. } => {
                "Look at the problems of each column, and change the mapping or the formats."
            }
            Self::InternalError { .. } => {
                "Try again. If it happens again, give the reference to your operator."
            }
        }
    }
}

fn mapping_sentence(unfilled_fields: &Names, undecided_columns: &Names) -> String {
    let mut sentences = Vec::new();
    if !unfilled_fields.is_empty() {
        sentences.push(format!(
            "No column fills the required {}.",
            names_in_words("field", unfilled_fields)
        ));
    }
    if !undecided_columns.is_empty() {
        sentences.push(format!(
            "It is open how to read the {}.",
            names_in_words("column", undecided_columns)
        ));
    }
    if sentences.is_empty() {
        sentences.push("The mapping does not make rows.".to_owned());
    }
    sentences.join(" ")
}
