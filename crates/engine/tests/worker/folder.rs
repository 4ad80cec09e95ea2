//! Files that arrive in a watched folder.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use connectors::inbox::{Inbox, InboxError, Inboxes};
use domain::folder::{
    Afterwards, EntryName, FolderName, FolderSource, FoundFile, Repeats, Subfolder, Take,
};
use domain::id::JobId;
use domain::job::{JobEvent, JobStatus};
use domain::month::Day;
use domain::reason::Reason;
use domain::run::RunStatus;
use domain::schedule::{Recurrence, Recurring, Schedule};
use domain::settings::{ImportMethod, SourceKind};
use domain::time::Timestamp;

use crate::GATE_OFF;
use crate::instance::{FILE_BYTES_AT_MOST, Instance};
use crate::ledger::bring_in;

pub const HOUR: Duration = Duration::from_hours(1);

pub fn source(take: Take, afterwards: Afterwards) -> FolderSource {
    FolderSource {
        minimum_age_seconds: 60,
        take,
        afterwards,
        ..FolderSource::new("exports".parse().unwrap(), "people-*.csv".parse().unwrap())
    }
}

pub async fn hourly(instance: &Instance, source: FolderSource) -> JobId {
    recurring(instance, source, Recurrence::Hourly { minute: 0 }).await
}

pub async fn recurring(instance: &Instance, source: FolderSource, recurrence: Recurrence) -> JobId {
    recurring_with(instance, source, ImportMethod::Upsert, recurrence).await
}

pub async fn recurring_with(
    instance: &Instance,
    source: FolderSource,
    method: ImportMethod,
    recurrence: Recurrence,
) -> JobId {
    let schedule = Schedule::Recurring(Recurring {
        recurrence,
        time_zone: "UTC".to_owned(),
        start: None,
        end: None,
        jitter_seconds: 0,
    });
    let (job, run) = instance
        .activate_from(SourceKind::Folder(source), None, method, GATE_OFF, schedule)
        .await;
    assert!(run.is_none(), "it is not due yet");
    job
}

/// Writes a file that was changed so long ago.
pub fn put(instance: &Instance, name: &str, content: &str, age: Duration) {
    let path = instance.exports().join(name);
    fs::write(&path, content).unwrap();
    let now = Duration::from_millis(u64::try_from(instance.now().0).unwrap());
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_modified(UNIX_EPOCH + now - age).unwrap();
}

pub fn names(instance: &Instance) -> Vec<String> {
    let entries = fs::read_dir(instance.exports()).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub async fn work_until_ran(instance: &Instance, job: JobId, runs: usize) {
    instance
        .work_until("worker", async |instance| {
            let all = instance.runs(job).await;
            all.len() == runs && all.iter().all(|run| run.run.status.is_final())
        })
        .await;
}

/// Oldest first: the file and how the run ended.
pub async fn history(instance: &Instance, job: JobId) -> Vec<(Option<String>, RunStatus)> {
    let runs = instance.runs(job).await;
    runs.into_iter()
        .rev()
        .map(|run| (run.upload.map(|upload| upload.file_name), run.run.status))
        .collect()
}

pub async fn reason(instance: &Instance, job: JobId) -> Reason {
    instance.runs(job).await[0].run.reason.clone().unwrap()
}

fn pattern_missed(reason: &Reason) -> Option<String> {
    match reason {
        Reason::NoFileMatched { pattern, .. } => Some(pattern.clone()),
        _ => None,
    }
}

/// Why the run of a job ended that looked into the folder, where this file lies: its content, and when it was changed.
pub async fn of_folder(instance: &Instance, file: Option<(&str, Duration)>) -> Reason {
    let job = hourly(instance, source(Take::Newest, Afterwards::Leave)).await;
    instance.pass(HOUR);
    if let Some((content, age)) = file {
        put(instance, "people-1.csv", content, age);
    }
    work_until_ran(instance, job, 1).await;
    reason(instance, job).await
}

/// Why a run ended whose file has the content of one that was imported.
pub async fn of_repeated(instance: &Instance) -> Reason {
    let from = FolderSource {
        repeats: Repeats::Ask,
        ..source(Take::Newest, Afterwards::Leave)
    };
    let job = hourly(instance, from).await;
    for (runs, name) in [(1, "people-1.csv"), (2, "people-2.csv")] {
        put(instance, name, "id,age\na,1\n", HOUR);
        instance.pass(HOUR);
        work_until_ran(instance, job, runs).await;
    }
    reason(instance, job).await
}

#[tokio::test]
async fn the_newest_file_is_imported_once_and_stays() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Leave)).await;
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR * 2);
    put(&instance, "people-2.csv", "id,age\nb,2\n", HOUR);
    put(&instance, "people-3.csv.part", "id,age\nc,3\n", HOUR);
    put(&instance, "orders.csv", "id,age\nd,4\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    let taken = Some("people-2.csv".to_owned());
    assert_eq!(
        history(&instance, job).await,
        [(taken, RunStatus::Completed)]
    );
    assert_eq!(instance.rows(), ["b=2"]);
    assert_eq!(names(&instance).len(), 4);

    instance.pass(HOUR);
    work_until_ran(&instance, job, 2).await;
    assert_eq!(instance.runs(job).await[0].run.status, RunStatus::Failed);
    let reason = reason(&instance, job).await;
    assert_eq!(
        reason.sentence(),
        "No new file at the source matches “people-*.csv”. “people-2.csv” was imported before. \
         “people-1.csv” is passed over: it is not the newest. \
         “people-3.csv.part” has the name of a file that is not whole yet."
    );
}

#[tokio::test]
async fn all_files_are_imported_in_order_and_moved_away() {
    let instance = Instance::new().await;
    let into = Afterwards::Move("done".parse().unwrap());
    let job = hourly(&instance, source(Take::AllInOrder, into)).await;
    for (name, age, row) in [
        ("people-c.csv", 2, "a,3"),
        ("people-a.csv", 3, "a,2"),
        ("people-b.csv", 4, "a,1"),
    ] {
        put(&instance, name, &format!("id,age\n{row}\n"), HOUR * age);
    }
    fs::create_dir(instance.exports().join("done")).unwrap();
    fs::write(instance.exports().join("done/people-a.csv"), "older").unwrap();
    instance.pass(HOUR);
    work_until_ran(&instance, job, 3).await;
    let files: Vec<_> = history(&instance, job)
        .await
        .into_iter()
        .map(|(file, status)| (file.unwrap(), status))
        .collect();
    let completed = |name: &str| (name.to_owned(), RunStatus::Completed);
    assert_eq!(
        files,
        [
            completed("people-b.csv"),
            completed("people-a.csv"),
            completed("people-c.csv")
        ]
    );
    assert_eq!(instance.rows(), ["a=3"], "the last one wins");
    instance
        .work_until("worker", async |instance| names(instance) == ["done"])
        .await;
    let older = fs::read_to_string(instance.exports().join("done/people-a.csv")).unwrap();
    assert_eq!(older, "older", "nothing is written over");
    assert!(instance.exports().join("done/people-a (2).csv").exists());
}

#[tokio::test]
async fn a_file_that_could_not_be_imported_stays_and_holds_back_the_next() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::AllInOrder, Afterwards::Delete)).await;
    put(&instance, "people-1.csv", "id,years\na,1\n", HOUR * 2);
    put(&instance, "people-2.csv", "id,age\nb,2\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    let taken = Some("people-1.csv".to_owned());
    assert_eq!(history(&instance, job).await, [(taken, RunStatus::Halted)]);
    assert_eq!(names(&instance), ["people-1.csv", "people-2.csv"]);

    // Written anew it is another file.
    assert_eq!(instance.job(job).await.status, JobStatus::Halted);
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR * 2);
    let next = instance.now().plus_seconds(3600);
    instance
        .tell_job(job, JobEvent::Reactivated { next: Some(next) })
        .await;
    instance.pass(HOUR);
    work_until_ran(&instance, job, 3).await;
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
    instance
        .work_until("worker", async |instance| names(instance).is_empty())
        .await;
}

#[tokio::test]
async fn the_same_bytes_under_the_same_name_are_not_imported_again() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Leave)).await;
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR / 2);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 2).await;
    assert!(matches!(
        reason(&instance, job).await,
        Reason::NoFileMatched { .. }
    ));
}

#[tokio::test]
async fn what_was_imported_is_remembered_when_its_run_and_its_copy_are_gone() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Leave)).await;
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    instance.tell_job(job, JobEvent::Paused).await;
    instance.pass(HOUR * 24 * 401);
    let removed =
        engine::clean_up::round(&instance.clean_up(), engine::clean_up::Strays::SetAside).await;
    assert_eq!((removed.uploads, removed.runs), (1, 1), "{removed:?}");
    let next = instance.now();
    instance
        .tell_job(job, JobEvent::Reactivated { next: Some(next) })
        .await;
    work_until_ran(&instance, job, 1).await;
    assert!(matches!(
        reason(&instance, job).await,
        Reason::NoFileMatched { .. }
    ));
}

#[tokio::test]
async fn a_file_that_is_still_written_is_left_for_the_next_attempt() {
    let mut instance = Instance::new().await;
    instance.inboxes = Arc::new(Growing {
        inner: Arc::clone(&instance.inboxes),
        path: instance.exports().join("people-1.csv"),
    });
    let job = hourly(&instance, source(Take::Newest, Afterwards::Leave)).await;
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(reason(&instance, job).await, Reason::FileStillGrowing);
    assert_eq!(instance.rows(), [""; 0]);
    assert!(instance.job(job).await.rerun.is_some());
}

#[tokio::test]
async fn a_file_without_its_marker_or_too_young_waits() {
    let instance = Instance::new().await;
    let marked = FolderSource {
        done_marker: Some(".done".parse().unwrap()),
        ..source(Take::Newest, Afterwards::Delete)
    };
    let job = hourly(&instance, marked).await;
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(reason(&instance, job).await, Reason::FileStillGrowing);

    put(&instance, "people-1.csv.done", "", HOUR);
    instance.pass(Duration::from_mins(15));
    work_until_ran(&instance, job, 2).await;
    assert_eq!(instance.rows(), ["a=1"]);
    instance
        .work_until("worker", async |instance| names(instance).is_empty())
        .await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_tried_again() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Leave)).await;
    fs::remove_dir(instance.exports()).unwrap();
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(reason(&instance, job).await, Reason::SourceUnreachable);
    assert_eq!(instance.job(job).await.status, JobStatus::Active);

    fs::create_dir(instance.exports()).unwrap();
    put(&instance, "people-1.csv", "id,age\na,1\n", HOUR);
    instance.pass(Duration::from_mins(15));
    work_until_ran(&instance, job, 2).await;
    assert_eq!(instance.rows(), ["a=1"]);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_even_copied() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Delete)).await;
    let content = format!("id,age\n{}", "a,1\n".repeat(250));
    put(&instance, "people-1.csv", &content, HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(
        reason(&instance, job).await,
        Reason::FileTooLarge {
            size_bytes: content.len() as u64,
            at_most_bytes: FILE_BYTES_AT_MOST
        }
    );
    assert_eq!(names(&instance), ["people-1.csv"]);
    assert_eq!(instance.runs(job).await[0].run.input.upload, None);
}

#[tokio::test]
async fn the_day_in_a_name_is_that_of_the_occurrence_however_late_its_files_are() {
    let instance = Instance::new().await;
    let source = FolderSource {
        pattern: "people-{mm}{dd}-*.csv".parse().unwrap(),
        ..source(Take::AllInOrder, Afterwards::Delete)
    };
    let at = "23:50".parse().unwrap();
    let job = recurring(&instance, source, Recurrence::Daily { at }).await;
    let due_at = instance.job(job).await.next_due.unwrap();
    let until_due = due_at.0 - instance.now().0;
    instance.pass(Duration::from_millis(until_due.try_into().unwrap()));
    work_until_ran(&instance, job, 1).await;
    let name = |at: Timestamp, rest: &str| {
        let day = Day::of(at, &domain::zone::TimeZone::UTC);
        format!("people-{:02}{:02}-{rest}.csv", day.month.month, day.day)
    };
    assert_eq!(
        pattern_missed(&reason(&instance, job).await),
        Some(name(due_at, "*"))
    );

    // The rerun comes on the next day.
    instance.pass(Duration::from_mins(15));
    let today = name(instance.now(), "c");
    assert_ne!(today, name(due_at, "c"));
    put(&instance, &name(due_at, "a"), "id,age\na,1\n", HOUR * 2);
    put(&instance, &name(due_at, "b"), "id,age\nb,2\n", HOUR);
    put(&instance, &today, "id,age\nc,3\n", HOUR);
    work_until_ran(&instance, job, 3).await;
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
    instance
        .work_until("worker", async |instance| {
            names(instance) == [today.as_str()]
        })
        .await;
}

/// Somebody writes to the file after each look at it.
#[derive(Debug)]
struct Growing {
    inner: Arc<dyn Inboxes>,
    path: PathBuf,
}

struct GrowingInbox {
    inner: Box<dyn Inbox>,
    path: PathBuf,
}

impl Inboxes for Growing {
    fn folders(&self, namespace_slug: &str) -> Vec<FolderName> {
        self.inner.folders(namespace_slug)
    }

    fn open(
        &self,
        namespace_slug: &str,
        source: &FolderSource,
    ) -> Result<Box<dyn Inbox>, InboxError> {
        Ok(Box::new(GrowingInbox {
            inner: self.inner.open(namespace_slug, source)?,
            path: self.path.clone(),
        }))
    }
}

impl Inbox for GrowingInbox {
    fn list(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FoundFile>, InboxError> {
        let listed = self.inner.list(wanted);
        let mut file = File::options().append(true).open(&self.path).unwrap();
        file.write_all(b"b,2\n").unwrap();
        listed
    }

    fn open(&mut self, file: &FoundFile) -> Result<Box<dyn Read + Send>, InboxError> {
        self.inner.open(file)
    }

    fn names(&mut self, at_most: usize) -> Result<Vec<EntryName>, InboxError> {
        self.inner.names(at_most)
    }

    fn set_aside(&mut self, file: &FoundFile, into: &Subfolder) -> Result<(), InboxError> {
        self.inner.set_aside(file, into)
    }

    fn delete(&mut self, file: &FoundFile) -> Result<(), InboxError> {
        self.inner.delete(file)
    }
}

/// The database was put back from a copy made before the run, and what the run had moved away is not at the source any more.
#[tokio::test]
async fn rows_that_are_in_are_found_though_their_file_was_moved_away() {
    let instance = Instance::new().await;
    let into = Afterwards::Move("done".parse().unwrap());
    let job = hourly(&instance, source(Take::Newest, into)).await;
    instance
        .tell_job(
            job,
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
        )
        .await;
    let run = instance.runs(job).await[0].run.id;
    bring_in(&*instance.destination, &instance.target(run));
    let record = instance.work_until_ended(run).await;
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(instance.runs(job).await.len(), 1);
}

#[tokio::test]
async fn a_file_that_returns_to_what_it_was_is_imported_again() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Leave)).await;
    let first = instance.now();
    for (runs, age) in [10, 12, 10, 10].into_iter().enumerate() {
        put(
            &instance,
            "people-1.csv",
            &format!("id,age\na,{age}\n"),
            HOUR,
        );
        // The third time with its old time, as a copy keeps it, and unchanged then.
        if runs >= 2 {
            let then = UNIX_EPOCH + Duration::from_millis(u64::try_from(first.0).unwrap()) - HOUR;
            let path = instance.exports().join("people-1.csv");
            let file = OpenOptions::new().write(true).open(path).unwrap();
            file.set_modified(then).unwrap();
        }
        instance.pass(HOUR);
        work_until_ran(&instance, job, runs + 1).await;
        assert_eq!(instance.rows(), [format!("a={age}")]);
    }
    let statuses: Vec<_> = history(&instance, job).await;
    let statuses: Vec<_> = statuses.into_iter().map(|(_, status)| status).collect();
    let completed = RunStatus::Completed;
    assert_eq!(
        statuses,
        [completed, completed, completed, RunStatus::Failed]
    );
}

#[tokio::test]
async fn a_file_of_which_nothing_fitted_stays_and_is_taken_once_the_job_is_mended() {
    let instance = Instance::new().await;
    let job = hourly(&instance, source(Take::Newest, Afterwards::Delete)).await;
    put(&instance, "people-1.csv", "id,age\na,ten\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    assert!(matches!(
        reason(&instance, job).await,
        Reason::NoRecordFits { seen: 1 }
    ));
    assert_eq!(names(&instance), ["people-1.csv"]);
    // The same bytes would fail again.
    instance.pass(HOUR);
    work_until_ran(&instance, job, 2).await;
    assert!(matches!(
        reason(&instance, job).await,
        Reason::NoFileMatched { .. }
    ));

    let version = instance.job(job).await.current.unwrap();
    let settings = instance.store.job_version(instance.namespace, version);
    instance.edit(job, settings.await.unwrap().schedule).await;
    instance
        .tell_job(
            job,
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
        )
        .await;
    work_until_ran(&instance, job, 3).await;
    assert!(matches!(
        reason(&instance, job).await,
        Reason::NoRecordFits { seen: 1 }
    ));
    put(&instance, "people-1.csv", "id,age\na,10\n", HOUR);
    instance
        .tell_job(
            job,
            JobEvent::RunRequested {
                new_file: None,
                day: None,
            },
        )
        .await;
    work_until_ran(&instance, job, 4).await;
    assert_eq!(instance.rows(), ["a=10"]);
    instance
        .work_until("worker", async |instance| names(instance).is_empty())
        .await;
}

#[tokio::test]
async fn after_an_outage_every_day_has_its_file() {
    let instance = Instance::new().await;
    let dated = FolderSource {
        pattern: "people-{mm}{dd}.csv".parse().unwrap(),
        ..source(Take::Newest, Afterwards::Leave)
    };
    let daily = Recurrence::Daily {
        at: "06:00".parse().unwrap(),
    };
    let job = recurring(&instance, dated, daily).await;
    // From 15 November on, of which the 17th had no file. The clock of the tests starts on the 14th.
    for (day, row) in [(15, "a,1"), (16, "b,2"), (18, "c,3"), (19, "d,4")] {
        let name = format!("people-11{day}.csv");
        put(&instance, &name, &format!("id,age\n{row}\n"), HOUR);
    }
    instance.pass(HOUR * 24 * 5);
    work_until_ran(&instance, job, 5).await;
    let files: Vec<_> = history(&instance, job).await;
    let files: Vec<_> = files.into_iter().map(|(file, _)| file).collect();
    let file = |day| Some(format!("people-11{day}.csv"));
    assert_eq!(files, [file(15), file(16), None, file(18), file(19)]);
    let missing = instance.runs(job).await[2].run.reason.clone().unwrap();
    assert_eq!(
        pattern_missed(&missing).as_deref(),
        Some("people-1117.csv"),
        "the day that is missing is told by name"
    );
    assert_eq!(instance.rows(), ["a=1", "b=2", "c=3", "d=4"]);
    let next = instance.job(job).await.next_due.unwrap();
    assert!(instance.now() < next);
}

#[tokio::test]
async fn what_runs_more_often_than_its_files_come_makes_each_file_up_once() {
    let instance = Instance::new().await;
    let dated = FolderSource {
        pattern: "people-{mm}{dd}.csv".parse().unwrap(),
        ..source(Take::Newest, Afterwards::Leave)
    };
    let job = recurring(&instance, dated, Recurrence::Hourly { minute: 30 }).await;
    for (day, row) in [(14, "a,1"), (15, "b,2"), (16, "c,3")] {
        let name = format!("people-11{day}.csv");
        put(&instance, &name, &format!("id,age\n{row}\n"), HOUR);
    }
    // From 22:13 on the 14th to 22:13 on the 16th: 48 instants, of three days.
    instance.pass(HOUR * 48);
    work_until_ran(&instance, job, 3).await;
    assert_eq!(instance.rows(), ["a=1", "b=2", "c=3"]);
    let now = instance.now();
    let next = instance.job(job).await.next_due.unwrap();
    assert!(now < next && next <= now.plus_seconds(3600));
}

#[tokio::test]
async fn a_time_in_the_future_delays_no_file() {
    let instance = Instance::new().await;
    let aged = FolderSource {
        minimum_age_seconds: 1,
        ..source(Take::Newest, Afterwards::Leave)
    };
    let job = hourly(&instance, aged).await;
    instance.pass(HOUR);
    put(&instance, "people-1.csv", "id,age\na,1\n", Duration::ZERO);
    let path = instance.exports().join("people-1.csv");
    let file = OpenOptions::new().write(true).open(path).unwrap();
    let now = Duration::from_millis(u64::try_from(instance.now().0).unwrap());
    file.set_modified(UNIX_EPOCH + now + 2 * HOUR).unwrap();
    work_until_ran(&instance, job, 1).await;
    assert_eq!(instance.rows(), ["a=1"]);
}
