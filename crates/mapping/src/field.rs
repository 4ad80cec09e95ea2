//! The fields of a dataset: what a row must look like.

use serde::{Deserialize, Serialize};

/// One typed field (column of the target table).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// A lower-case SQL-friendly identifier: `[a-z_][a-z0-9_]{0,62}`.
    pub name: String,
    #[serde(rename = "type")]
    pub field_type: FieldType,
    #[serde(default)]
    pub required: bool,
    /// Part of the match key: identifies a row for upsert; implies required.
    #[serde(default)]
    pub key: bool,
    /// At most so many characters (Unicode scalar values).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// Closed list of canonical values, if any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// A regular expression (regex-lite syntax) that the whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// Least and greatest value in canonical text, inclusive: numbers, dates and timestamps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<String>,
    /// Other names that a column for this field may have.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub synonyms: Vec<String>,
    /// Of an e-mail address in the key: whether capitals before the `@` tell addresses apart. Behind it they never do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub capitals_matter: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FieldType {
    Text,
    /// The e-mail pattern of the HTML standard.
    Email,
    /// 64-bit signed.
    Integer,
    /// Exact; canonical text with at most `scale` digits after the point, padded to it; 38 digits at most in all.
    Decimal {
        scale: u8,
    },
    Boolean,
    Date,
    /// With a zone (stored in UTC with `Z`) or local (stored without).
    Timestamp {
        zoned: bool,
    },
}
