//! The failure report of a run: what its files are called, and what is kept for the run's page.

use std::path::{Path, PathBuf};

use mapping::rejection::{Rejection, Rule};
use serde::{Deserialize, Serialize};

use crate::id::RunId;

/// Bytes of the source before its first record, and every rejected record, as they were.
pub const EXACT: &str = "exact";
/// UTF-8 CSV for people: a line per rejection.
pub const EXPLAINED: &str = "explained.csv";
/// A [`RejectedRecord`] as JSON per line, in file order.
pub const RECORDS: &str = "rejections.jsonl";
/// A [`Breakdown`] as JSON.
pub const BREAKDOWN: &str = "breakdown.json";

/// The columns of the *explained* report, whatever the format it is written in.
pub const EXPLAINED_COLUMNS: [&str; 7] = [
    "record",
    "line",
    "column",
    "value",
    "rule",
    "reason",
    "what to do",
];

/// The folder of a run's report below the folder of all reports.
pub fn folder(reports: &Path, run: RunId) -> PathBuf {
    reports.join(run.to_string())
}

/// A record that did not become a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// 1-based data record, and the 1-based physical line that it starts on.
    pub record: u64,
    pub line: u64,
    /// Where its bytes lie in the source, with its line end.
    pub offset: u64,
    pub length_bytes: u64,
    /// Its first cells as text, cut for display; undecodable bytes as `\xE8`.
    pub cells: Vec<String>,
    pub rejections: Vec<Rejection>,
}

/// A line of the *explained* report: one rejection, or why a run without rejections stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainedRow<'a> {
    /// Record and line; `None`: the whole file is meant.
    pub place: Option<(u64, u64)>,
    /// Column, value, rule, reason and what to do.
    pub texts: [&'a str; 5],
}

impl RejectedRecord {
    /// A line for each rejection.
    pub fn explained(&self) -> impl Iterator<Item = ExplainedRow<'_>> {
        self.rejections.iter().map(|rejection| ExplainedRow {
            place: Some((self.record, self.line)),
            texts: [
                rejection.column_name.as_deref().unwrap_or_default(),
                rejection.value.as_deref().unwrap_or_default(),
                rejection.rule.code(),
                &rejection.message,
                &rejection.hint,
            ],
        })
    }
}

/// How often which rule was broken in which column, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    pub header: Vec<String>,
    pub counts: Vec<RuleCount>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    pub rule: Rule,
    pub column_name: Option<String>,
    pub count: u64,
    /// The first value that broke it.
    pub example: Option<String>,
}
