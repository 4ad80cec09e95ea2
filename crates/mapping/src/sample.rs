//! What the set-up page and the Sampling step know about a sample, and the check of a whole file; the same answer
//! natively and in wasm.

mod file_check;
mod inspect;
mod problem;
mod tally;

use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;

use crate::field::Field;
use crate::plan::PlanError;
use crate::rejection::{Rejection, Rule};
use crate::settings::Mapping;

pub use file_check::{FileCheck, FileProgress, FileReport, RejectedRecord};
pub use inspect::{Inspection, PreviewCell, PreviewRow, RecordDefects, inspect};
pub use problem::{SampleProblem, sample_problem};

/// A sample or a file held against a dataset's fields.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleCheck {
    /// `fitting` and `rejected` together.
    pub records: u64,
    pub fitting: u64,
    pub rejected: u64,
    /// Columns with rejections, in the order of the file.
    pub columns: Vec<ColumnCheck>,
    /// Rules that concern whole records.
    pub whole_records: Vec<RuleCount>,
    /// Over all columns, in the order of [`Rule`].
    pub rules: Vec<RuleTotal>,
    /// Columns that have empty cells in records that fit, in the order of the file: null, and without a default.
    pub empty: Vec<EmptyColumn>,
    /// What keeps the settings from being used; where there is any, the counts are only a preview.
    pub problems: Vec<PlanError>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnCheck {
    /// 0-based.
    pub column: u32,
    pub name: String,
    pub rules: Vec<RuleCount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmptyColumn {
    /// 0-based.
    pub column: u32,
    pub cells: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    pub rule: Rule,
    pub count: u64,
    /// The first few.
    pub examples: Vec<Example>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTotal {
    pub rule: Rule,
    /// Rejections; a record may have several.
    pub count: u64,
}

/// One rejection with its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// 1-based.
    pub record: u64,
    /// 1-based physical line where the record starts.
    pub line: u64,
    pub value: Option<String>,
    pub message: String,
    pub hint: String,
}

/// Holds a sample against a mapping. Of an incomplete sample the last, cut record is not counted.
pub fn check(
    sample: &[u8],
    complete: bool,
    dialect: &Dialect,
    mapping: &Mapping,
    fields: &[Field],
) -> SampleCheck {
    let mut check = FileCheck::new(dialect, mapping, fields, 0);
    check.feed(sample);
    if complete {
        check.finish().check
    } else {
        check.finish_cut().check
    }
}

impl Example {
    fn new(record: u64, line: u64, rejection: &Rejection) -> Self {
        Self {
            record,
            line,
            value: rejection.value.clone(),
            message: rejection.message.clone(),
            hint: rejection.hint.clone(),
        }
    }
}
