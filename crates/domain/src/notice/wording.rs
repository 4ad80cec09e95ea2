//! What a notice says: in mails, on the page, in webhooks.
//!
//! Nothing here quotes a user's file. A file whose header is missing has values where names are expected, so that even
//! the columns of a file are counted, not named; their names stand on the run's page.

use mapping::names::Names;

use super::{Happening, MonthlyLimit, NoticeEvent, RefusedFile, RunEnded};
use crate::job::JobStatus;
use crate::reason::{Reason, counted, grouped};
use crate::run::RunStatus;
use crate::sampling::SamplingProblem;
use crate::time::Timestamp;

/// What [`super::of_ended_run`] makes of the runs that follow.
const HEARD_OF_AGAIN: &str = "You hear of it again when it works, when it fails for another reason, or when Weir gives up; \
    otherwise once a day at most.";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// One line: a subject.
    pub title: String,
    /// What happened.
    pub what: String,
    /// Why; empty where there is no more to say.
    pub why: String,
    /// What to do, and what Weir does by itself; empty where nothing is to be done.
    pub next: String,
}

/// `instant` writes an instant in the reader's zone.
pub fn words(
    event: NoticeEvent,
    happening: &Happening,
    instant: &dyn Fn(Timestamp) -> String,
) -> Words {
    match happening {
        Happening::RunEnded(run) => of_run(event, run, instant),
        Happening::SamplingFailed { job_name, problem } => Words {
            title: format!("{job_name}: the sample file could not be processed"),
            what: "The set-up of the job waits: its sample file could not be processed.".to_owned(),
            why: sampling_sentence(problem),
            next: problem.next_step().to_owned(),
        },
        Happening::Limit(limit) => of_limit(event, limit),
        Happening::Test { asked_by } => Words {
            title: "A test from Weir".to_owned(),
            what: format!("{asked_by} has sent this to see whether notices arrive. They do."),
            why: String::new(),
            next: String::new(),
        },
    }
}

/// `1,234,567`: the same everywhere, since nobody knows who reads a letter.
pub fn grouped_digits(number: u64) -> String {
    grouped(number)
}

fn of_limit(event: NoticeEvent, limit: &MonthlyLimit) -> Words {
    let month = limit.month;
    let used = format!(
        "{} of the {} that may be imported in {month} are used.",
        grouped(limit.used),
        counted(limit.limit, "row", "rows"),
    );
    let reason = |file: &RefusedFile| Reason::LimitReached {
        rows_in_file: file.rows_in_file,
        rows_left: file.rows_left,
        month,
        contact: limit.contact.clone(),
    };
    let ask = if limit.contact.is_empty() {
        "ask your operator for a higher limit.".to_owned()
    } else {
        format!("ask for a higher limit: {}", limit.contact)
    };
    match &limit.refused {
        Some(file) => Words {
            title: format!(
                "{}: the file has more rows than are left in {month}",
                file.job_name
            ),
            what: reason(file).sentence(),
            why: used,
            next: reason(file).next_step().into_owned(),
        },
        None if event == NoticeEvent::LimitReached => Words {
            title: format!("The rows of {month} are used up"),
            what: used,
            why: "A file that does not fit is refused whole: nothing of it is imported.".to_owned(),
            next: format!("Import fewer rows, wait for the next month, or {ask}"),
        },
        None => Words {
            title: format!("More than 80 % of the rows of {month} are used"),
            what: used,
            why: String::new(),
            next: format!("See on the usage page which jobs import most, or {ask}"),
        },
    }
}

fn of_run(event: NoticeEvent, run: &RunEnded, instant: &dyn Fn(Timestamp) -> String) -> Words {
    let job = &run.job_name;
    let (attempt, attempts) = (run.attempt, run.attempts);
    let why = run.reason.as_ref().map(reason_sentence).unwrap_or_default();
    let next = run
        .reason
        .as_ref()
        .map(Reason::next_step)
        .unwrap_or_default();
    let next = next.as_ref();
    if event == NoticeEvent::JobHalted {
        return Words {
            title: format!("{job}: the job is halted"),
            what: format!(
                "Weir has paused the job{}. It does not run again until somebody reactivates it.",
                if has_attempts(run) {
                    format!(" after attempt {attempt} of {attempts}")
                } else {
                    String::new()
                }
            ),
            why,
            next: if next.contains("reactivate") || goes_on_when_answered(run) {
                next.to_owned()
            } else {
                format!("{next} Then reactivate the job.").trim().to_owned()
            },
        };
    }
    let imported = grouped(run.counts.imported);
    let seen = if run.corrections {
        counted(run.counts.seen, "corrected record", "corrected records")
    } else {
        counted(run.counts.seen, "record", "records")
    };
    let after_failures = match attempt {
        0 | 1 if run.recovered => " The run before had failed.".to_owned(),
        0 | 1 => String::new(),
        2 => " One attempt before had failed.".to_owned(),
        more => format!(" {} attempts before had failed.", more - 1),
    };
    let told_as = if run.recovered {
        format!("{job} works again")
    } else {
        job.to_string()
    };
    match run.status {
        RunStatus::Completed => Words {
            title: format!("{told_as}: {} imported", counted(run.counts.imported, "record", "records")),
            what: format!("All of {seen} went in.{after_failures}"),
            why: String::new(),
            next: String::new(),
        },
        RunStatus::PartiallyCompleted => Words {
            title: format!("{told_as}: {imported} of {} imported", counted(run.counts.seen, "record", "records")),
            what: format!(
                "{imported} of {seen} went in, {} rejected.{after_failures}",
                match run.counts.rejected {
                    1 => "1 was".to_owned(),
                    many => format!("{} were", grouped(many)),
                }
            ),
            why: String::new(),
            next: "Open the run, look at the reasons, correct the rejected records, and import only those."
                .to_owned(),
        },
        RunStatus::Failed | RunStatus::Halted => unsuccessful(run, why, next, instant),
        // Nobody is told of these.
        RunStatus::Queued
        | RunStatus::Validating
        | RunStatus::Importing
        | RunStatus::Processing
        | RunStatus::Cancelled => Words {
            title: format!("{job}: run {}", run.status.label().to_lowercase()),
            what: String::new(),
            why,
            next: next.to_owned(),
        },
    }
}

/// Whether the system runs it again by itself, so that attempts are counted.
fn has_attempts(run: &RunEnded) -> bool {
    run.reason.as_ref().is_some_and(Reason::rerun)
}

fn unsuccessful(
    run: &RunEnded,
    why: String,
    next: &str,
    instant: &dyn Fn(Timestamp) -> String,
) -> Words {
    let status = run.status.label().to_lowercase();
    let reason = run
        .reason
        .as_ref()
        .map(|reason| format!(" ({})", reason.title().to_lowercase()))
        .unwrap_or_default();
    let rerun = match run.rerun_at {
        Some(at) => format!(
            " Weir tries again by itself: attempt {} of {} is at {}. {HEARD_OF_AGAIN}",
            run.attempt.saturating_add(1),
            run.attempts,
            instant(at),
        ),
        None if run.job_status == JobStatus::Active => {
            format!(" The job goes on with its schedule. {HEARD_OF_AGAIN}")
        }
        None if has_attempts(run) => " No further attempt follows by itself.".to_owned(),
        None => String::new(),
    };
    Words {
        title: format!("{}: run {status}{reason}", run.job_name),
        what: format!(
            "{} {}. Nothing was imported.",
            if has_attempts(run) {
                format!("Attempt {} of {}", run.attempt, run.attempts)
            } else {
                "The run".to_owned()
            },
            if run.status == RunStatus::Halted {
                "was halted"
            } else {
                "failed"
            },
        ),
        why,
        next: format!("{next}{rerun}").trim().to_owned(),
    }
}

fn reason_sentence(reason: &Reason) -> String {
    match reason {
        Reason::HeaderChanged {
            missing,
            moved,
            unexpected,
        } => {
            let parts = [
                (missing, "missing"),
                (unexpected, "new"),
                (moved, "at another place"),
            ];
            let found = parts.iter().filter(|(names, _)| !names.is_empty());
            let said: Vec<String> = found
                .map(|(names, what)| format!("{} {what}", columns_are(names.count())))
                .collect();
            format!(
                "The header of the file is not that of the sample: {}. The run names them.",
                said.join(", ")
            )
        }
        other => other.sentence(),
    }
}

fn sampling_sentence(problem: &SamplingProblem) -> String {
    match problem {
        SamplingProblem::Mapping {
            unfilled_fields,
            undecided_columns,
        } if !undecided_columns.is_empty() => {
            let fields = SamplingProblem::Mapping {
                unfilled_fields: unfilled_fields.clone(),
                undecided_columns: Names::default(),
            };
            let of_fields = if unfilled_fields.is_empty() {
                String::new()
            } else {
                format!("{} ", fields.sentence())
            };
            format!(
                "{of_fields}It is open how to read {}.",
                counted(undecided_columns.count(), "column", "columns")
            )
        }
        other => other.sentence(),
    }
}

fn columns_are(count: u64) -> String {
    match count {
        1 => "1 column is".to_owned(),
        many => format!("{many} columns are"),
    }
}

/// Whether the answer to the run's question lets the job go on.
const fn goes_on_when_answered(run: &RunEnded) -> bool {
    matches!(run.reason, Some(Reason::RepeatedFile { .. }))
}
