//! What travels between browser and server. Not domain types and not table rows: only the closed vocabularies with
//! stable codes (statuses, rules, roles, settings) are shared. Instants are milliseconds since the Unix epoch.

pub mod admin;
pub mod corrections;
pub mod folders;
pub mod limits;
pub mod notices;
pub mod schedule;

use domain::folder::FilePattern;
use domain::folder::FolderForm;
use domain::job::JobStatus;
use domain::role::Role;
use domain::run::RunStatus;
use domain::schedule::ScheduleForm;
use domain::settings::{DraftSettings, ImportMethod};
use mapping::field::Field;
use mapping::key::KeyForm;
use mapping::rejection::{Rejection, Rule};
use mapping::settings::Mapping;
use serde::{Deserialize, Serialize};
use tabular::dialect::Dialect;

use self::schedule::RerunView;

/// Who is signed in; `None` on the wire where no one is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionView {
    pub person_name: String,
    pub email: String,
    pub operator: bool,
    pub namespaces: Vec<NamespaceView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamespaceView {
    /// In URLs: `/n/{slug}/jobs`.
    pub slug: String,
    pub name: String,
    pub role: Role,
    /// IANA name.
    pub time_zone: String,
}

/// What a one-time link is for, before it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LinkView {
    /// `None`: the instance's first person, who chooses an e-mail address too.
    pub email: Option<String>,
    pub name: Option<String>,
    /// The namespace that invites somebody who has an account, which they accept signed in; `None`: a password is set.
    pub joins: Option<String>,
    /// Who looks at it, where they are signed in.
    pub reader: Option<String>,
    pub expires_at: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct JobsQuery {
    pub search: String,
    pub status: Option<JobStatus>,
    #[serde(default)]
    pub sort: JobsSort,
    /// Opaque; from [`JobsPage::next`] in the same order.
    pub after: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobsSort {
    #[default]
    Name,
    NextRun,
    Newest,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobsPage {
    pub jobs: Vec<JobRow>,
    /// How many jobs of each status the namespace has, whatever the filter.
    pub counts: Vec<(JobStatus, u32)>,
    pub next: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobRow {
    pub id: String,
    pub name: String,
    pub dataset: Option<String>,
    pub method: Option<ImportMethod>,
    pub status: JobStatus,
    /// Why the system paused it; of a Halted job.
    pub halt_reason: Option<ReasonView>,
    /// "Every day at 06:00, Europe/Berlin", "not set".
    pub schedule: String,
    /// The next regular run of an Active job; in the past while it waits for another run to end.
    pub next_run_at: Option<i64>,
    /// The rerun that waits.
    pub rerun: Option<RerunView>,
    /// Newest last.
    pub last_runs: Vec<RunMark>,
    pub rows_this_month: u64,
    /// Run now inserts rows that are in already: it reads the same file again.
    pub would_insert_twice: bool,
    /// Where each day has a file of its own: Run now may be for another day.
    pub dated: Option<DatedFiles>,
    pub actions: Vec<JobAction>,
    /// Compare-and-set version: larger is newer.
    pub version: u64,
}

/// Files that have their day in the name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatedFiles {
    /// "2026-11-28".
    pub today: String,
    pub pattern: FilePattern,
}

/// One icon of *Last 5 runs*.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunMark {
    pub id: String,
    pub status: RunStatus,
    pub reason: Option<ReasonView>,
    pub attempt: u32,
    /// Started, or due where it has not started.
    pub at: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonView {
    pub code: String,
    pub sentence: String,
    pub next_step: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobAction {
    View,
    Edit,
    RunNow,
    RunWithNewFile,
    Pause,
    Reactivate,
    Duplicate,
    Delete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunAction {
    Cancel,
    Retry,
    /// Of a repeated file that the run asks about.
    PassOver,
    DownloadReport,
    /// Fix and re-import.
    Reimport,
}

/// Everything that the set-up pages show of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetupView {
    pub id: String,
    pub name: String,
    pub status: JobStatus,
    pub version: u64,
    pub saved_at: i64,
    /// That the operator allows the namespace.
    pub folders: Vec<String>,
    /// Longest record of a file, and most columns.
    pub record_bytes: u32,
    pub columns_at_most: u32,
    /// Of the namespace.
    pub time_zone: String,
    /// Of a job that has a version: something else is saved here than that version says.
    pub edited: bool,
    pub settings: DraftSettings,
    pub sample: Option<SampleView>,
    /// Of the chosen dataset.
    pub dataset: Option<DatasetView>,
    pub datasets: Vec<DatasetChoice>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleView {
    pub upload: String,
    pub file_name: String,
    /// Of the whole file it was cut from, and of the sample itself.
    pub file_bytes: u64,
    pub sample_bytes: u64,
    pub processed: bool,
    /// Records in the sample and how many of them fit, as the server counted them.
    pub records: Option<u64>,
    pub fitting: Option<u64>,
    /// Why the job is Sampling failed.
    pub problem: Option<ReasonView>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetChoice {
    pub id: String,
    pub name: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DatasetView {
    pub id: String,
    pub name: String,
    pub fields: Vec<Field>,
    pub rows: u64,
    /// "`customers` in namespaces/….sqlite".
    pub location: String,
    /// First rows as text, `None` for null; in field order. Empty where only the definition was asked for.
    pub first_rows: Vec<Vec<Option<String>>>,
    /// What looking for them met.
    pub reach: Reach,
    /// How keys are compared; `None`: nobody looked, or the rows could not be reached.
    pub key_form: Option<KeyForm>,
    /// Whether who asks may change that.
    pub key_form_can_change: bool,
}

/// Rows that would fall together if keys were compared without regard to capitals and blanks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyGroupsView {
    pub groups: u64,
    /// In all groups.
    pub rows: u64,
    /// Rows that would go.
    pub removed: u64,
    pub first: Vec<KeyGroupView>,
}

/// Rows as text, `None` for null, in field order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyGroupView {
    pub rows: u64,
    /// The one that was added last.
    pub stays: Vec<Option<String>>,
    /// The first of those that would go.
    pub goes: Vec<Option<String>>,
}

/// Whether the rows of a dataset can be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    Free,
    BeingWritten,
    Unreachable,
    RowsMissing { found: u64, runs_missing: u64 },
    Damaged,
}

/// A saved part of the set-up; each is one step's form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupStep {
    Basics {
        name: String,
        dataset: Option<String>,
        method: ImportMethod,
    },
    /// `None`: files are uploaded.
    Source(Option<Box<FolderForm>>),
    Sample(Box<SampleStep>),
    Schedule(Box<ScheduleForm>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SampleStep {
    /// A finished upload of the sample; `None` keeps the saved one.
    pub upload: Option<String>,
    /// Size of the whole file that the sample was cut from.
    pub file_bytes: u64,
    pub dialect: Dialect,
    pub mapping: Mapping,
    /// Made with the step, for a set-up that has no dataset yet.
    pub new_dataset: Option<NewDataset>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewDataset {
    pub name: String,
    pub fields: Vec<Field>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JobDetails {
    pub row: JobRow,
    pub settings: DraftSettings,
    pub dataset: Option<DatasetView>,
    /// Regular runs to come.
    pub coming: Vec<i64>,
    /// An edit is begun that no run uses yet.
    pub edited: bool,
    pub version_number: u32,
    pub created_at: i64,
    pub created_by: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunHistory {
    /// Newest first.
    pub runs: Vec<RunRow>,
    /// Where the page with older runs begins.
    pub next: Option<String>,
    /// Where the page with newer runs ends; `None` on the first page.
    pub previous: Option<String>,
}

/// Which page of a run history, where it is not the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HistoryPlace {
    /// From [`RunHistory::next`].
    After(String),
    /// From [`RunHistory::previous`].
    Before(String),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunRow {
    pub id: String,
    pub job: String,
    pub job_name: String,
    pub status: RunStatus,
    pub reason: Option<ReasonView>,
    /// The first attempt's run.
    pub occurrence: String,
    pub attempt: u32,
    pub attempts: u32,
    pub file_name: Option<String>,
    pub file_bytes: Option<u64>,
    pub due_at: i64,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
    pub seen: u64,
    pub imported: u64,
    pub rejected: u64,
    /// Rejected records that went in later, corrected; and those that are still to be corrected.
    pub corrected: u64,
    pub still_missing: u64,
    /// The run whose corrected records it reads.
    pub corrects: Option<String>,
    /// "1.3", "0", "100"; `None` while the run is under way.
    pub failed_per_cent: Option<String>,
    /// Of `file_bytes`, in the stage under way.
    pub bytes_done: u64,
    /// When `bytes_done` and the counts were written.
    pub progress_at: Option<i64>,
    pub cancel_requested: bool,
    pub actions: Vec<RunAction>,
    /// Larger is newer.
    pub version: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunDetails {
    pub row: RunRow,
    pub dataset: String,
    /// Rows that were new and rows that were already there, for upsert.
    pub inserted: Option<u64>,
    pub updated: Option<u64>,
    pub stages: Vec<StageView>,
    /// How many records broke which rule in which column, largest first.
    pub breakdown: Vec<RejectionCount>,
    /// The first rejected records.
    pub rejections: Vec<RejectedRecord>,
    /// Runs that read corrected records of this one, oldest first.
    pub corrected_by: Vec<RunRow>,
    /// Rows of the same file that are in, by whichever run.
    pub rows_in: u64,
    /// It has asked what becomes of its file, and somebody has had that imported.
    pub is_answered: bool,
    /// Its file was passed over.
    pub is_passed_over: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StageView {
    /// Validating, Importing or Processing.
    pub status: RunStatus,
    pub started_at: Option<i64>,
    pub ended_at: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RejectionCount {
    pub rule: Rule,
    pub column_name: Option<String>,
    pub count: u64,
    pub example: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RejectedRecord {
    pub record: u64,
    pub line: u64,
    /// The record's cells as text, cut for display; undecodable bytes as `\xE8`.
    pub cells: Vec<String>,
    pub rejections: Vec<Rejection>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivityView {
    pub at: i64,
    pub who: String,
    pub sentence: String,
}

/// What `GET /n/{slug}/events` sends: the first event holds everything that the page may show, later ones what changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// True for the first event of a connection: what is not in it is gone.
    pub snapshot: bool,
    pub jobs: Vec<JobRow>,
    pub runs: Vec<RunRow>,
    /// The server's build, with a snapshot.
    #[serde(default)]
    pub release: Option<String>,
}

/// `POST /n/{slug}/uploads` takes this and answers an [`UploadState`]; `PUT /n/{slug}/uploads/{id}` takes a chunk's bytes with
/// the header `Upload-Offset` and answers one too; `GET` tells where to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewUpload {
    pub file_name: String,
    pub bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UploadState {
    pub id: String,
    pub bytes: u64,
    pub received_bytes: u64,
    pub complete: bool,
}
