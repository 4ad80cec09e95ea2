//! Fix and re-import: the rejected records of a run, to be corrected.

use mapping::field::Field;
use mapping::given_back::ChangedCells;
use mapping::rejection::Rejection;
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

/// What a file that is given back would bring in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GivenBackView {
    pub missing: u64,
    /// Records that go in.
    pub taken: u64,
    /// Given records that still do not fit; and the line in the file and a rejection of the first.
    pub unfit: u64,
    pub first_unfit: Option<(u64, Rejection)>,
    pub in_already: u64,
    pub given_before: u64,
    /// A run of corrected records has not ended yet.
    pub is_under_way: bool,
    /// Records that might be others by what can be known.
    pub by_likeness: u64,
    /// Cells that were not at fault and are others now, and the first of them.
    pub changed_cells: u64,
    pub changes: Vec<ChangeView>,
    /// How the file was saved, where that is not how the run's file was.
    pub saved: Option<Dialect>,
    pub forms: Vec<FormView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangeView {
    /// In the file that is given back.
    pub line: u64,
    pub column: String,
    pub was: String,
    pub is: String,
}

/// A column whose cells are read in another form: an example as it is given, and as it goes in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormView {
    pub column: String,
    pub given: String,
    pub original: String,
}

/// The word of who has seen a [`GivenBackView`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GiveBackForm {
    pub upload: String,
    pub changed: ChangedCells,
    /// As they were shown.
    pub taken: u64,
    pub changed_cells: u64,
}
