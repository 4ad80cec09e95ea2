//! Why a record did not become a row: a closed list of rules with stable codes.

mod wording;

use serde::{Deserialize, Serialize};
use tabular::reader::Defect;

use crate::names::{NAME_LENGTH, cut};
use crate::value::Misfit;

/// How much of a cell a rejection keeps, in characters.
const VALUE_LENGTH: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Required,
    Type,
    Length,
    Allowed,
    Pattern,
    Range,
    Unique,
    TooFewFields,
    TooManyFields,
    Undecodable,
    UnclosedQuote,
    TooLarge,
    Destination,
}

/// One broken rule of one record. A record may have several; it counts once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// 0-based column index and header name, cut; `None` where the rule concerns the whole record.
    pub column: Option<u32>,
    pub column_name: Option<String>,
    pub rule: Rule,
    /// The text of the cell, cut to 200 characters; undecodable bytes as `\xE8`.
    pub value: Option<String>,
    /// What is wrong, naming the thing: "`31.02.1980` is not a date that exists".
    pub message: String,
    /// What to do: "correct the date, or ...".
    pub hint: String,
}

/// What is wrong with one cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    Required,
    Misfit(Misfit),
    Length { most: u32 },
    Allowed,
    Pattern,
    BelowMinimum { minimum: String },
    AboveMaximum { maximum: String },
    Undecodable,
}

impl Rule {
    /// Stable; the same as in its serialised form.
    pub fn code(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Type => "type",
            Self::Length => "length",
            Self::Allowed => "allowed",
            Self::Pattern => "pattern",
            Self::Range => "range",
            Self::Unique => "unique",
            Self::TooFewFields => "too_few_fields",
            Self::TooManyFields => "too_many_fields",
            Self::Undecodable => "undecodable",
            Self::UnclosedQuote => "unclosed_quote",
            Self::TooLarge => "too_large",
            Self::Destination => "destination",
        }
    }
}

impl Rejection {
    pub(crate) fn of_cell(
        column: usize,
        column_name: &str,
        field: &str,
        text: &str,
        broken: &Broken,
    ) -> Self {
        Self {
            column: u32::try_from(column).ok(),
            column_name: Some(cut(column_name, NAME_LENGTH)),
            rule: broken.rule(),
            value: Some(cut(text, VALUE_LENGTH)),
            message: wording::message(broken, text, column_name, field),
            hint: wording::hint(broken, column_name, field),
        }
    }

    pub fn of_defect(defect: &Defect) -> Self {
        let (rule, message, hint) = wording::defect(defect);
        Self::of_record(rule, message, hint)
    }

    /// For a record that is shorter than the columns that are imported.
    pub(crate) fn of_missing_columns(found: usize, needed: usize) -> Self {
        let (message, hint) = wording::missing_columns(found, needed);
        Self::of_record(Rule::TooFewFields, message, hint)
    }

    fn of_record(rule: Rule, message: String, hint: String) -> Self {
        Self {
            column: None,
            column_name: None,
            rule,
            value: None,
            message,
            hint,
        }
    }
}

impl Broken {
    pub(crate) fn rule(&self) -> Rule {
        match self {
            Self::Required => Rule::Required,
            Self::Misfit(_) => Rule::Type,
            Self::Length { .. } => Rule::Length,
            Self::Allowed => Rule::Allowed,
            Self::Pattern => Rule::Pattern,
            Self::BelowMinimum { .. } | Self::AboveMaximum { .. } => Rule::Range,
            Self::Undecodable => Rule::Undecodable,
        }
    }
}

impl From<Misfit> for Broken {
    fn from(misfit: Misfit) -> Self {
        Self::Misfit(misfit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_at_200_characters() {
        let text = "ä".repeat(5000);
        let broken = Broken::Misfit(Misfit::NotAnInteger);
        let rejection = Rejection::of_cell(0, "a", "a", &text, &broken);
        let value = rejection.value.unwrap();
        assert_eq!(value.chars().count(), 200);
        assert!(value.ends_with('…'));
        assert!(rejection.message.chars().count() < 100);
    }

    #[test]
    fn a_column_name_as_long_as_the_file_does_not_multiply_with_its_rejections() {
        let name = "n".repeat(200_000);
        let every = [
            Broken::Required,
            Broken::Misfit(Misfit::NotADecimal),
            Broken::Length { most: 3 },
            Broken::Allowed,
            Broken::Pattern,
            Broken::Undecodable,
        ];
        for broken in every {
            let rejection = Rejection::of_cell(0, &name, "a", "x", &broken);
            let stored = serde_json::to_string(&rejection).unwrap();
            assert!(stored.len() < 1000, "{broken:?}: {}", stored.len());
        }
    }
}
