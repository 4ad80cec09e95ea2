//! Server-sent events become signals, for the namespace that the tab shows.

mod person;
mod stream;
mod tab;

use std::collections::BTreeMap;

use domain::job::JobStatus;
use domain::run::RunStatus;
use leptos::prelude::*;

use crate::wire::{JobRow, LiveEvent, RunRow};
pub use person::announce;

/// What the stream has told so far. In context below the namespace's frame.
#[derive(Clone, Copy)]
pub struct Live {
    jobs: RwSignal<BTreeMap<String, JobRow>>,
    runs: RwSignal<BTreeMap<String, LiveRun>>,
    /// True once nothing has come for long.
    pub cut_off: RwSignal<bool>,
    /// Whether what the page shows is still for this person.
    pub access: RwSignal<Access>,
    namespace: StoredValue<String>,
    /// The e-mail address of the person whom the document was drawn for.
    person: StoredValue<Option<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Member,
    SignedOut,
    /// Of the namespace: removed, or it is gone.
    NoMember,
}

/// A run and how fast it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveRun {
    pub row: RunRow,
    /// `None` until two reports of the same stage have come.
    pub pace: Option<Pace>,
}

/// Per second, smoothed over the last reports.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    pub rows: f64,
    pub bytes: f64,
}

impl Live {
    /// The row with the larger version: the loaded one or the one that the stream has sent.
    pub fn job(self, loaded: JobRow) -> JobRow {
        self.jobs.with(|jobs| match jobs.get(&loaded.id) {
            Some(live) if live.version > loaded.version => live.clone(),
            _ => loaded,
        })
    }

    /// The row with the larger version; of equal ones the stream's, which carries the later progress.
    pub fn run(self, loaded: RunRow) -> RunRow {
        self.runs.with(|runs| match runs.get(&loaded.id) {
            Some(live) if live.row.version >= loaded.version => live.row.clone(),
            _ => loaded,
        })
    }

    /// Of a job that the stream tells of.
    pub fn status(self, job: &str) -> Option<JobStatus> {
        self.jobs.with(|jobs| Some(jobs.get(job)?.status))
    }

    pub fn pace(self, run: &str) -> Option<Pace> {
        self.runs.with(|runs| runs.get(run)?.pace)
    }

    /// The run of a job that is under way now.
    pub fn under_way(self, job: &str) -> Option<LiveRun> {
        self.runs.with(|runs| {
            runs.values()
                .find(|run| run.row.job == job && is_under_way(run.row.status))
                .cloned()
        })
    }

    /// Changes whenever a job or a run comes, goes or changes its status: what a list shows may then be another.
    pub fn outline(self) -> Memo<Vec<(String, &'static str)>> {
        Memo::new(move |_| {
            let jobs = self.jobs.with(|jobs| {
                jobs.values()
                    .map(|job| (job.id.clone(), job.status.code()))
                    .collect::<Vec<_>>()
            });
            let runs = self.runs.with(|runs| {
                runs.values()
                    .map(|run| (run.row.id.clone(), run.row.status.code()))
                    .collect::<Vec<_>>()
            });
            [jobs, runs].concat()
        })
    }

    /// All that is known, for a tab that knows nothing yet.
    fn snapshot(self) -> LiveEvent {
        LiveEvent {
            snapshot: true,
            jobs: self
                .jobs
                .with_untracked(|jobs| jobs.values().cloned().collect()),
            runs: self
                .runs
                .with_untracked(|runs| runs.values().map(|run| run.row.clone()).collect()),
            release: None,
        }
    }

    fn take(self, event: LiveEvent) {
        self.jobs.update(|jobs| {
            if event.snapshot {
                jobs.clear();
            }
            for job in event.jobs {
                jobs.insert(job.id.clone(), job);
            }
        });
        self.runs.update(|runs| {
            let mut known = if event.snapshot {
                std::mem::take(runs)
            } else {
                BTreeMap::new()
            };
            for mut row in event.runs {
                let before = runs.remove(&row.id).or_else(|| known.remove(&row.id));
                if before
                    .as_ref()
                    .is_some_and(|before| is_of_earlier_stage(&before.row, &row))
                {
                    row.bytes_done = 0;
                }
                let pace = before
                    .as_ref()
                    .and_then(|before| pace_between(before, &row));
                runs.insert(row.id.clone(), LiveRun { row, pace });
            }
        });
    }
}

/// Takes part in the stream of the namespace until the frame goes.
pub fn provide_live(namespace: Memo<String>) {
    let live = Live {
        jobs: RwSignal::default(),
        runs: RwSignal::default(),
        cut_off: RwSignal::new(false),
        access: RwSignal::new(Access::Member),
        namespace: StoredValue::new(String::new()),
        person: StoredValue::new(None),
    };
    provide_context(live);
    // Only in the browser: effects do not run on the server.
    Effect::new(move || {
        let namespace = namespace.get();
        live.jobs.set(BTreeMap::new());
        live.runs.set(BTreeMap::new());
        live.access.set(Access::Member);
        live.namespace.set_value(namespace.clone());
        tab::join(live, namespace);
        on_cleanup(tab::leave);
    });
    person::watch(live);
}

pub fn use_live() -> Live {
    expect_context::<Live>()
}

/// Runs `changed` when what the stream outlines changes. Its first state counts as well: it is newer than what the server has
/// drawn, and may tell of more.
pub fn on_change(changed: impl Fn() + 'static) {
    let outline = use_live().outline();
    Effect::new(move |before: Option<bool>| {
        let known = outline.with(|outline| !outline.is_empty()) || before == Some(true);
        if known && before.is_some() {
            changed();
        }
        known
    });
}

pub const fn is_under_way(status: RunStatus) -> bool {
    matches!(
        status,
        RunStatus::Validating | RunStatus::Importing | RunStatus::Processing
    )
}

/// Rows that the stage under way has done.
pub const fn rows_done(row: &RunRow) -> u64 {
    match row.status {
        RunStatus::Importing | RunStatus::Processing => row.imported,
        _ => row.seen,
    }
}

/// A stage begins before it first reports: until then the progress is that of the stage before.
fn is_of_earlier_stage(before: &RunRow, row: &RunRow) -> bool {
    before.status != row.status && before.progress_at == row.progress_at
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a pace is shown with two digits"
)]
fn pace_between(before: &LiveRun, row: &RunRow) -> Option<Pace> {
    let (from, to) = (before.row.progress_at?, row.progress_at?);
    if before.row.status != row.status {
        return None;
    }
    if to <= from {
        return before.pace;
    }
    let seconds = (to - from) as f64 / 1000.0;
    let now = Pace {
        rows: rows_done(row).saturating_sub(rows_done(&before.row)) as f64 / seconds,
        bytes: row.bytes_done.saturating_sub(before.row.bytes_done) as f64 / seconds,
    };
    Some(match before.pace {
        Some(earlier) => Pace {
            rows: earlier.rows.midpoint(now.rows),
            bytes: earlier.bytes.midpoint(now.bytes),
        },
        None => now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(status: RunStatus, seen: u64, bytes_done: u64, progress_at: i64) -> RunRow {
        RunRow {
            id: "r".to_owned(),
            job: "j".to_owned(),
            job_name: String::new(),
            status,
            reason: None,
            occurrence: "r".to_owned(),
            attempt: 1,
            attempts: 6,
            corrected: 0,
            still_missing: 0,
            corrects: None,
            file_name: None,
            file_bytes: Some(1000),
            due_at: 0,
            started_at: Some(0),
            ended_at: None,
            seen,
            imported: 0,
            rejected: 0,
            failed_per_cent: None,
            bytes_done,
            progress_at: Some(progress_at),
            cancel_requested: false,
            actions: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn pace_is_what_two_reports_of_one_stage_differ_by() {
        let before = LiveRun {
            row: row(RunStatus::Validating, 100, 400, 1000),
            pace: None,
        };
        let pace = pace_between(&before, &row(RunStatus::Validating, 300, 800, 3000));
        assert_eq!(
            pace,
            Some(Pace {
                rows: 100.0,
                bytes: 200.0
            })
        );
    }

    #[test]
    fn progress_of_the_stage_before_is_no_progress() {
        let validated = row(RunStatus::Validating, 100, 900, 1000);
        assert!(is_of_earlier_stage(
            &validated,
            &row(RunStatus::Importing, 100, 900, 1000)
        ));
        assert!(!is_of_earlier_stage(
            &validated,
            &row(RunStatus::Importing, 100, 10, 1500)
        ));
    }

    #[test]
    fn a_new_stage_has_no_pace_yet() {
        let before = LiveRun {
            row: row(RunStatus::Validating, 100, 400, 1000),
            pace: Some(Pace {
                rows: 1.0,
                bytes: 1.0,
            }),
        };
        assert_eq!(
            pace_between(&before, &row(RunStatus::Importing, 300, 0, 3000)),
            None
        );
    }
}
