//! Fix and re-import: the rejected records of a run, to be corrected.

use mapping::field::Field;
use mapping::settings::Mapping;
use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;

use super::RunRow;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToFixView {
    pub run: RunRow,
    /// How the report is written, and how its records become rows.
    pub dialect: Dialect,
    pub mapping: Mapping,
    pub fields: Vec<Field>,
    /// First and last of places in the *exact* report that were given back.
    pub given: Vec<(u64, u64)>,
    /// Of the corrected file.
    pub file_name: String,
}
