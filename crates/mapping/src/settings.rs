//! What a person decides about columns: which field each fills, and how its text is read. Sealed into a job's version.

use serde::{Deserialize, Serialize};

/// All columns of the file in order; a column without a field is not imported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub columns: Vec<ColumnMapping>,
    /// In columns that do not say it themselves.
    #[serde(default)]
    pub empty_cells: EmptyCells,
}

/// What an empty cell does to the field of a row that is there. One that has a default never gets so far, and in a new row the
/// field is null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmptyCells {
    #[default]
    EmptyTheField,
    LeaveTheField,
}

impl Mapping {
    pub fn empty_cells_of(&self, column: &ColumnMapping) -> EmptyCells {
        column.empty_cells.unwrap_or(self.empty_cells)
    }
}

impl EmptyCells {
    pub const ALL: [Self; 2] = [Self::EmptyTheField, Self::LeaveTheField];

    /// Stable; the same as in its serialised form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::EmptyTheField => "empty_the_field",
            Self::LeaveTheField => "leave_the_field",
        }
    }

    /// "Empty cells …".
    pub const fn words(self) -> &'static str {
        match self {
            Self::EmptyTheField => "empty the field",
            Self::LeaveTheField => "leave the field as it is",
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnMapping {
    /// The header text as in the sample (`Column 3` where there is no header). Two columns may have the same name.
    pub name: String,
    /// Field name; `None`: not imported.
    pub field: Option<String>,
    #[serde(default)]
    pub format: ColumnFormat,
    /// Canonical text instead of the text in the file, compared exactly and before everything else (`Y` to `true`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<ValueMapping>,
    /// Texts that a person accepted as null besides empty text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub null_tokens: Vec<String>,
    /// Taken where the value is null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// `None`: as the mapping says for all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub empty_cells: Option<EmptyCells>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValueMapping {
    pub from: String,
    pub to: String,
}

/// How typed text of a column is written. `None`: the sample does not prove it and a person has not said it yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnFormat {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_mark: Option<DecimalMark>,
    /// For a zoned timestamp field: offset from UTC in minutes of text that states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_minutes: Option<i16>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    YearMonthDay,
    DayMonthYear,
    MonthDayYear,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecimalMark {
    Point,
    Comma,
}
