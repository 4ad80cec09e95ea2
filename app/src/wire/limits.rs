//! The monthly row limit and what a month's rows came from.

use serde::{Deserialize, Serialize};

/// What the present month has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsLeftView {
    /// "November 2026".
    pub month: String,
    /// IANA name.
    pub time_zone: String,
    pub limit: u64,
    /// Imported or reserved.
    pub taken: u64,
    pub left: u64,
    /// Whom to ask for more; may be empty.
    pub contact: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsageView {
    pub left: RowsLeftView,
    /// `2026-11`
    pub month: String,
    /// Newest first.
    pub months: Vec<MonthChoice>,
    pub imported: u64,
    /// By runs under way and waiting reruns.
    pub reserved: u64,
    /// Every day of the month.
    pub days: Vec<DayView>,
    /// `None`: another month is shown.
    pub today: Option<u8>,
    pub forecast: Option<ForecastView>,
    /// Most rows first.
    pub jobs: Vec<JobUsageView>,
    /// What is not in `jobs`.
    pub other_jobs: u64,
    pub other_rows: u64,
    /// `None`: as many as there are workers.
    pub concurrent_runs: Option<u32>,
    pub may_change_limits: bool,
    /// Bytes of files that are stored or announced.
    pub file_bytes: u64,
    pub file_bytes_at_most: u64,
    /// Files on their way.
    pub open_uploads: u32,
    pub open_uploads_at_most: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthChoice {
    pub code: String,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayView {
    pub day: u8,
    pub imported: u64,
    pub reserved: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobUsageView {
    pub id: String,
    /// `None`: the job was deleted.
    pub name: Option<String>,
    pub runs: u64,
    pub imported: u64,
    pub reserved: u64,
}

/// What the rows so far let expect of the month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ForecastView {
    TooLittleData,
    Reached,
    /// "21 November".
    ReachedOn(String),
    /// So many rows at the end of it.
    NotThisMonth(u64),
}

/// What an operator sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewLimits {
    pub monthly_rows: u64,
    pub concurrent_runs: Option<u32>,
}
