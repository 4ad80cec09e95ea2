//! Why a mapping cannot be used.

use serde::{Deserialize, Serialize};

use crate::names::Names;

/// A problem of the settings, not of a record. Columns and fields are named as a person sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum PlanError {
    #[error("no column is imported")]
    NothingMapped,
    #[error("column `{column}` goes to field `{field}`, which the dataset does not have")]
    UnknownField { column: String, field: String },
    #[error("columns `{first}` and `{second}` both go to field `{field}`")]
    FieldFilledTwice {
        field: String,
        first: String,
        second: String,
    },
    #[error("field `{field}` is required, but no column goes to it")]
    RequiredFieldUnmapped { field: String },
    #[error("the order of day, month and year in column `{column}` is not decided")]
    DateOrderUndecided { column: String, field: String },
    #[error("the decimal mark of column `{column}` is not decided")]
    DecimalMarkUndecided { column: String, field: String },
    /// Mapped columns that are not where the mapping expects them, and the columns that the mapping does not know.
    #[error(
        "the file's header has changed: {}",
        describe_change(missing, moved, unexpected)
    )]
    HeaderChanged {
        missing: Names,
        moved: Names,
        unexpected: Names,
    },
    #[error("the file has {found} columns; a file may have at most {at_most}")]
    TooManyColumns { found: u32, at_most: u32 },
    #[error("the pattern of field `{field}` is not a regular expression: {reason}")]
    BadPattern { field: String, reason: String },
    #[error("`{bound}` is not a limit for values of field `{field}`")]
    BoundDoesNotFit { field: String, bound: String },
    #[error("the default `{default}` of column `{column}` does not fit field `{field}`")]
    DefaultDoesNotFit {
        column: String,
        field: String,
        default: String,
    },
    #[error("`{to}`, which stands for `{from}` in column `{column}`, does not fit field `{field}`")]
    ValueDoesNotFit {
        column: String,
        field: String,
        from: String,
        to: String,
    },
}

impl PlanError {
    /// Stable; the same as in its serialised form.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingMapped => "nothing_mapped",
            Self::UnknownField { .. } => "unknown_field",
            Self::FieldFilledTwice { .. } => "field_filled_twice",
            Self::RequiredFieldUnmapped { .. } => "required_field_unmapped",
            Self::DateOrderUndecided { .. } => "date_order_undecided",
            Self::DecimalMarkUndecided { .. } => "decimal_mark_undecided",
            Self::HeaderChanged { .. } => "header_changed",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::BadPattern { .. } => "bad_pattern",
            Self::BoundDoesNotFit { .. } => "bound_does_not_fit",
            Self::DefaultDoesNotFit { .. } => "default_does_not_fit",
            Self::ValueDoesNotFit { .. } => "value_does_not_fit",
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NothingMapped => "choose a field for at least one column".to_owned(),
            Self::UnknownField { column, .. } => {
                format!("choose another field for column `{column}`, or do not import it")
            }
            Self::FieldFilledTwice { second, .. } => {
                format!("choose another field for column `{second}`, or do not import it")
            }
            Self::RequiredFieldUnmapped { field } => {
                format!("choose the column that holds `{field}`")
            }
            Self::DateOrderUndecided { column, .. } => {
                format!("choose how dates are written in column `{column}`")
            }
            Self::DecimalMarkUndecided { column, .. } => {
                format!("choose whether `.` or `,` is the decimal mark of column `{column}`")
            }
            Self::HeaderChanged { .. } => {
                "map the changed columns again, or restore the header that the job was set up with"
                    .to_owned()
            }
            Self::TooManyColumns { .. } => {
                "export the file with fewer columns; look whether rows and columns were exchanged"
                    .to_owned()
            }
            Self::BadPattern { field, .. } | Self::BoundDoesNotFit { field, .. } => {
                format!("correct field `{field}` of the dataset")
            }
            Self::DefaultDoesNotFit { .. } | Self::ValueDoesNotFit { .. } => {
                "write it as the dataset keeps it: `1234.50`, `2026-05-08`, `true`".to_owned()
            }
        }
    }

    /// Of a single column that a person can repair in the mapping, its name.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::UnknownField { column, .. }
            | Self::DateOrderUndecided { column, .. }
            | Self::DecimalMarkUndecided { column, .. }
            | Self::DefaultDoesNotFit { column, .. }
            | Self::ValueDoesNotFit { column, .. } => Some(column),
            Self::FieldFilledTwice { second, .. } => Some(second),
            Self::NothingMapped
            | Self::RequiredFieldUnmapped { .. }
            | Self::HeaderChanged { .. }
            | Self::TooManyColumns { .. }
            | Self::BadPattern { .. }
            | Self::BoundDoesNotFit { .. } => None,
        }
    }
}

fn describe_change(missing: &Names, moved: &Names, unexpected: &Names) -> String {
    let named = |names: &Names, what: &str| {
        let first = names.first();
        let more = match names.count() - first.len() as u64 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        (!names.is_empty()).then(|| format!("{what} `{}`{more}", first.join("`, `")))
    };
    [
        named(missing, "missing"),
        named(moved, "moved"),
        named(unexpected, "not expected"),
    ]
    .into_iter()
    .flatten()
    .collect::<Vec<_>>()
    .join("; ")
}
