//! What the cells of a column say about its type and about how its text is written, with evidence.

mod observer;
mod suggestion;

use serde::{Deserialize, Serialize};

use crate::field::FieldType;
use crate::settings::{ColumnFormat, DateOrder, DecimalMark};

pub use observer::ColumnObserver;

/// A column over the sample. Cells of records with a defect of the whole record are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnStats {
    pub name: String,
    pub count: u64,
    pub empty: u64,
    pub undecodable: u64,
    /// The first distinct texts that are not empty, each cut to 200 characters.
    pub examples: Vec<String>,
    pub distinct: Distinct,
    /// Texts that usually stand for "no value", to be accepted as null by a person.
    pub null_tokens: Vec<CountedText>,
    pub fits: Fits,
    /// Characters of the longest text.
    pub longest: u32,
    pub date_order: Evidence<DateOrder>,
    pub decimal_mark: Evidence<DecimalMark>,
    pub suggestion: Suggestion,
}

/// The distinct texts of a column that are not empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Distinct {
    /// All of them, the most frequent first, then by text.
    Few { values: Vec<CountedText> },
    /// More than 100, or texts longer than 200 characters.
    Many,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedText {
    pub text: String,
    pub count: u64,
}

/// How many of the texts fit a type, each in its best format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fits {
    pub integer: u64,
    pub decimal: u64,
    pub boolean: u64,
    pub date: u64,
    pub timestamp: u64,
    pub email: u64,
}

/// What the sample says about one of several ways to write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Evidence<T> {
    /// No text depends on the answer.
    Unseen,
    /// So many texts can be read in several ways, and no other decides.
    Ambiguous { values: u64 },
    /// So many texts can be read in this way only; `against` is at most a fiftieth of them.
    Proven { answer: T, by: u64, against: u64 },
    /// Some texts can be read in one way only, others in another way only.
    Contradictory { values: u64 },
}

/// The type that a new dataset's field for this column should have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub field_type: FieldType,
    pub format: ColumnFormat,
    /// "kept as text: leading zeros".
    pub reason: String,
}

impl<T: Copy> Evidence<T> {
    /// The answer, where the sample proves one.
    pub fn proven(&self) -> Option<T> {
        match self {
            Self::Proven { answer, .. } => Some(*answer),
            Self::Unseen | Self::Ambiguous { .. } | Self::Contradictory { .. } => None,
        }
    }
}

impl ColumnStats {
    /// Texts that say something: neither empty nor a usual word for "no value".
    pub fn telling(&self) -> u64 {
        let tokens: u64 = self.null_tokens.iter().map(|token| token.count).sum();
        (self.count - self.empty - self.undecodable).saturating_sub(tokens)
    }

    /// How many of the texts fit this type.
    pub fn fitting(&self, field_type: FieldType) -> u64 {
        match field_type {
            FieldType::Text => self.count - self.undecodable - self.empty,
            FieldType::Email => self.fits.email,
            FieldType::Integer => self.fits.integer,
            FieldType::Decimal { .. } => self.fits.decimal,
            FieldType::Boolean => self.fits.boolean,
            FieldType::Date => self.fits.date,
            FieldType::Timestamp { .. } => self.fits.timestamp,
        }
    }

    /// The format of a field of this type, as far as the sample proves it.
    pub fn format_for(&self, field_type: FieldType) -> ColumnFormat {
        let mut format = ColumnFormat::default();
        match field_type {
            FieldType::Date | FieldType::Timestamp { .. } => {
                format.date_order = self.date_order.proven();
            }
            FieldType::Integer | FieldType::Decimal { .. } => {
                format.decimal_mark = self.decimal_mark.proven();
            }
            FieldType::Text | FieldType::Email | FieldType::Boolean => {}
        }
        format
    }
}
