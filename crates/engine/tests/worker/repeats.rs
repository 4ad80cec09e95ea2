//! Content that comes again, what failed, what is not there, and what was missed.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::time::Duration;

use domain::folder::{Afterwards, FolderSource, NothingNew, RepeatKind, Repeats, Take};
use domain::job::{JobEvent, JobStatus};
use domain::month::Day;
use domain::reason::Reason;
use domain::run::{Run, RunEvent, RunStatus};
use domain::schedule::Recurrence;
use domain::settings::ImportMethod;
use domain::zone::Time;
use store::runs::RunChanges;

use crate::folder::{
    HOUR, history, names, put, reason, recurring, recurring_with, source, work_until_ran,
};
use crate::instance::Instance;

const ADA: &str = "id,age\na,1\n";
const BOB: &str = "id,age\nb,2\n";

pub async fn inserting(instance: &Instance, source: FolderSource) -> domain::id::JobId {
    let hourly = Recurrence::Hourly { minute: 0 };
    recurring_with(instance, source, ImportMethod::Insert, hourly).await
}

pub fn asked(reason: &Reason) -> Option<(&str, RepeatKind, &str)> {
    match reason {
        Reason::RepeatedFile { name, repeat } => Some((name, repeat.kind, &repeat.name)),
        _ => None,
    }
}

/// The answer of a person who does not want the file.
pub async fn pass_over(instance: &Instance, run: &Run) {
    let before = instance.job(run.job).await;
    let event = JobEvent::PassedOver {
        run: run.ended().unwrap(),
    };
    let now = instance.now();
    let (after, _) = before.apply(&event, now).unwrap();
    let passed_over = run.apply(&RunEvent::PassedOver, now).unwrap();
    let transition = store::jobs::JobTransition { before, after };
    let changes = RunChanges {
        job: Some((transition, store::jobs::Changes::default())),
        ..RunChanges::default()
    };
    let store = &instance.store;
    store
        .apply_run(run.namespace, run, &passed_over, None, changes, now)
        .await
        .unwrap();
}

#[tokio::test]
async fn content_under_another_name_is_asked_about_before_it_is_inserted_twice() {
    let instance = Instance::without_key().await;
    let into = Afterwards::Move("done".parse().unwrap());
    let job = inserting(&instance, source(Take::AllInOrder, into)).await;
    put(&instance, "people-1.csv", ADA, HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    put(&instance, "people-copy.csv", ADA, HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 2).await;
    let why = reason(&instance, job).await;
    let expected = ("people-copy.csv", RepeatKind::SameContent, "people-1.csv");
    assert_eq!(asked(&why), Some(expected));
    let halted = instance.job(job).await;
    assert_eq!(halted.status, JobStatus::Halted);
    assert_eq!(instance.rows(), ["a=1"]);

    // The answer that imports it reads the copy, and the job goes on.
    let run = instance.runs(job).await[0].run.clone();
    let event = JobEvent::Retried {
        run: run.ended().unwrap(),
    };
    assert_eq!(
        instance.tell_job(job, event).await.status,
        JobStatus::Active
    );
    work_until_ran(&instance, job, 3).await;
    assert_eq!(instance.rows(), ["a=1", "a=1"]);
    assert_eq!(instance.job(job).await.status, JobStatus::Active);
    instance
        .work_until("worker", async |instance| names(instance) == ["done"])
        .await;
}

#[tokio::test]
async fn what_a_person_passes_over_is_done_and_not_asked_about_again() {
    let instance = Instance::without_key().await;
    let job = inserting(&instance, source(Take::AllInOrder, Afterwards::Delete)).await;
    for (content, name) in [(ADA, "people-1.csv"), (ADA, "people-2.csv")] {
        put(&instance, name, content, HOUR);
        instance.pass(HOUR);
    }
    // A deleted file's content is known all the same.
    work_until_ran(&instance, job, 2).await;
    let run = instance.runs(job).await[0].run.clone();
    pass_over(&instance, &run).await;
    assert_eq!(instance.job(job).await.status, JobStatus::Active);
    assert_eq!(instance.run(run.id).await.run.status, RunStatus::Cancelled);
    put(&instance, "people-3.csv", BOB, HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 3).await;
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
    instance
        .work_until("worker", async |instance| {
            names(instance) == ["people-2.csv"]
        })
        .await;
    instance.pass(HOUR);
    work_until_ran(&instance, job, 4).await;
    assert_eq!(
        reason(&instance, job).await.sentence(),
        "No new file at the source matches “people-*.csv”. “people-2.csv” was passed over, for it repeats what was imported. \
         It has the content of “people-1.csv”, which was imported before."
    );
    assert_eq!(names(&instance), ["people-2.csv"], "it is not deleted");
}

#[tokio::test]
async fn an_older_content_and_a_file_that_grew_are_asked_about() {
    let instance = Instance::without_key().await;
    let job = inserting(&instance, source(Take::Newest, Afterwards::Leave)).await;
    for content in [ADA, BOB] {
        put(&instance, "people-1.csv", content, HOUR);
        instance.pass(HOUR);
    }
    work_until_ran(&instance, job, 1).await;
    assert_eq!(instance.rows(), ["b=2"]);
    put(&instance, "people-1.csv", ADA, HOUR / 2);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 2).await;
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
    put(&instance, "people-1.csv", BOB, HOUR / 2);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 3).await;
    let why = reason(&instance, job).await;
    let older = ("people-1.csv", RepeatKind::OlderContent, "people-1.csv");
    assert_eq!(asked(&why), Some(older));

    let run = instance.runs(job).await[0].run.clone();
    pass_over(&instance, &run).await;
    let path = instance.exports().join("people-1.csv");
    fs::write(&path, ADA).unwrap();
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"c,3\n").unwrap();
    file.set_modified(std::time::UNIX_EPOCH + Duration::from_secs(5))
        .unwrap();
    drop(file);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 4).await;
    let why = reason(&instance, job).await;
    let grown = ("people-1.csv", RepeatKind::Grown, "people-1.csv");
    assert_eq!(asked(&why), Some(grown));
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
}

#[tokio::test]
async fn an_import_is_known_whatever_became_of_its_file_since() {
    let instance = Instance::without_key().await;
    let from = FolderSource {
        repeats: Repeats::PassOver,
        ..source(Take::AllInOrder, Afterwards::Leave)
    };
    let job = inserting(&instance, from).await;
    let old = std::time::UNIX_EPOCH + Duration::from_secs(5);
    // A, B, A with its old time (passed over), A with a new one, A with more behind it; and all of that under another name.
    let grown = format!("{ADA}c,3\n");
    for (runs, (content, is_old)) in [
        (ADA, true),
        (BOB, false),
        (ADA, true),
        (ADA, false),
        (&grown, false),
    ]
    .into_iter()
    .enumerate()
    {
        put(&instance, "people-1.csv", content, HOUR);
        if is_old {
            let path = instance.exports().join("people-1.csv");
            let file = OpenOptions::new().write(true).open(path).unwrap();
            file.set_modified(old).unwrap();
        }
        instance.pass(HOUR);
        work_until_ran(&instance, job, runs + 1).await;
        let expected: &[&str] = if runs == 0 { &["a=1"] } else { &["a=1", "b=2"] };
        assert_eq!(instance.rows(), expected, "{runs}");
    }
    // What was passed over under another name is known when it grows there.
    for (runs, content) in [(6, ADA), (7, grown.as_str())] {
        put(&instance, "people-2.csv", content, HOUR);
        instance.pass(HOUR);
        work_until_ran(&instance, job, runs).await;
    }
    assert_eq!(instance.rows(), ["a=1", "b=2"]);
    assert!(instance.runs(job).await[0].run.found_nothing_new());
}

#[tokio::test]
async fn repeats_are_passed_over_or_imported_where_the_job_says_so() {
    for (repeats, expected) in [
        (Repeats::PassOver, vec!["a=1", "b=2"]),
        (Repeats::Import, vec!["a=1", "a=1", "b=2"]),
    ] {
        let instance = Instance::without_key().await;
        let from = FolderSource {
            repeats,
            ..source(Take::AllInOrder, Afterwards::Leave)
        };
        let job = inserting(&instance, from).await;
        put(&instance, "people-1.csv", ADA, HOUR * 3);
        put(&instance, "people-2.csv", ADA, HOUR * 2);
        put(&instance, "people-3.csv", BOB, HOUR);
        instance.pass(HOUR);
        instance
            .work_until("worker", async |instance| instance.rows() == expected)
            .await;
        let runs = history(&instance, job).await;
        assert!(
            runs.iter()
                .all(|(_, status)| *status == RunStatus::Completed)
        );
    }
}

#[tokio::test]
async fn a_failed_file_goes_where_the_job_says_and_a_repeated_one_waits_where_it_is() {
    let instance = Instance::new().await;
    let from = FolderSource {
        failed_into: Some("failed".parse().unwrap()),
        ..source(Take::Newest, Afterwards::Delete)
    };
    let job = inserting(&instance, from).await;
    put(&instance, "people-1.csv", "id,age\na,ten\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 1).await;
    instance
        .work_until("worker", async |instance| names(instance) == ["failed"])
        .await;
    let moved = instance.exports().join("failed/people-1.csv");
    assert_eq!(fs::read_to_string(moved).unwrap(), "id,age\na,ten\n");
}

#[tokio::test]
async fn nothing_new_is_no_failure_where_the_job_says_so() {
    let instance = Instance::new().await;
    // The clock of the tests starts at 22:13.
    let by_midnight = NothingNew::Completes {
        expected_by: Some(Time::constant(1, 30, 0, 0)),
    };
    let from = FolderSource {
        nothing_new: by_midnight,
        ..source(Take::Newest, Afterwards::Leave)
    };
    let hourly = Recurrence::Hourly { minute: 0 };
    let job = recurring(&instance, from, hourly).await;
    // At 23 it is too late for the day that ends; at 0 and 1 there is time yet.
    for (runs, expected) in [
        (1, RunStatus::Failed),
        (2, RunStatus::Completed),
        (3, RunStatus::Completed),
        (4, RunStatus::Failed),
    ] {
        instance.pass(HOUR);
        work_until_ran(&instance, job, runs).await;
        let run = &instance.runs(job).await[0].run;
        assert_eq!(run.status, expected, "run {runs}");
        assert_eq!(run.found_nothing_new(), expected == RunStatus::Completed);
        // That nothing was there ends no failures: whoever heard of them still waits to hear of a file.
        let before = instance.store.run_before(run).await.unwrap();
        assert_eq!(
            before.is_some_and(|run| run.status == RunStatus::Failed),
            runs > 1
        );
    }
    // By hand for a day that is over, it is too late as well.
    let event = JobEvent::RunRequested {
        new_file: None,
        day: Some(instance.now().plus_seconds(-3 * 24 * 3600)),
    };
    instance.tell_job(job, event).await;
    work_until_ran(&instance, job, 5).await;
    assert_eq!(instance.runs(job).await[0].run.status, RunStatus::Failed);
    put(&instance, "people-1.csv", ADA, HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 6).await;
    // What was expected has come: nothing more is.
    put(&instance, "people-2.csv", "id,age\n", HOUR);
    instance.pass(HOUR);
    work_until_ran(&instance, job, 7).await;
    let run = &instance.runs(job).await[0].run;
    assert!(run.found_nothing_new() && run.input.upload.is_some());
    assert_eq!(instance.rows(), ["a=1"]);
    assert_eq!(instance.job(job).await.status, JobStatus::Active);
}

#[tokio::test]
async fn a_file_without_records_is_no_import_that_another_repeats_or_grows_from() {
    let instance = Instance::without_key().await;
    let from = FolderSource {
        nothing_new: NothingNew::Completes { expected_by: None },
        ..source(Take::AllInOrder, Afterwards::Leave)
    };
    let job = inserting(&instance, from).await;
    for (runs, name, content) in [
        (1, "people-1.csv", "id,age\n"),
        (2, "people-2.csv", "id,age\n"),
        (3, "people-1.csv", ADA),
    ] {
        put(&instance, name, content, HOUR);
        instance.pass(HOUR);
        work_until_ran(&instance, job, runs).await;
        let run = &instance.runs(job).await[0].run;
        assert_eq!(run.status, RunStatus::Completed, "{runs}: {:?}", run.reason);
        assert!(run.input.upload.is_some());
    }
    assert_eq!(instance.rows(), ["a=1"]);
    // Neither is taken again as it is.
    instance.pass(HOUR);
    work_until_ran(&instance, job, 4).await;
    let run = &instance.runs(job).await[0].run;
    assert!(run.found_nothing_new() && run.input.upload.is_none());
    let today = instance.now().plus_seconds(-24 * 3600);
    let imported = instance
        .store
        .has_imported_since(instance.namespace, job, today);
    assert!(imported.await.unwrap());
}

#[tokio::test]
async fn days_that_were_missed_while_a_job_was_halted_are_made_up() {
    let instance = Instance::new().await;
    let dated = FolderSource {
        pattern: "people-{mm}{dd}.csv".parse().unwrap(),
        ..source(Take::Newest, Afterwards::Leave)
    };
    let at = Time::constant(6, 0, 0, 0);
    let job = recurring(&instance, dated, Recurrence::Daily { at }).await;
    let due = instance.job(job).await.next_due.unwrap();
    put(&instance, "people-1115.csv", "id,years\na,1\n", HOUR);
    instance.pass(HOUR * 8);
    work_until_ran(&instance, job, 1).await;
    assert_eq!(instance.job(job).await.status, JobStatus::Halted);
    for (day, row) in [(15, "a,1"), (16, "b,2"), (17, "c,3")] {
        let name = format!("people-11{day}.csv");
        put(&instance, &name, &format!("id,age\n{row}\n"), HOUR);
    }
    instance.pass(HOUR * 48);
    let last = instance.store.last_scheduled_run(instance.namespace, job);
    let missed = last.await.unwrap().unwrap().due_at;
    assert_eq!(missed, due);
    let reactivated = JobEvent::Reactivated { next: Some(missed) };
    instance.tell_job(job, reactivated).await;
    work_until_ran(&instance, job, 4).await;
    assert_eq!(instance.rows(), ["a=1", "b=2", "c=3"]);
    assert!(instance.now() < instance.job(job).await.next_due.unwrap());
}

/// Until nothing is under way, and nothing more comes due now.
async fn come_to_rest(instance: &Instance, job: domain::id::JobId) {
    instance
        .work_until("worker", async |instance| {
            let job = instance.job(job).await;
            let rests = job.wakes_at().is_none_or(|at| instance.now() < at);
            job.unfinished.total() == 0 && rests
        })
        .await;
}

#[tokio::test]
async fn over_a_month_with_an_outage_a_halt_and_a_repeat_no_day_is_lost_and_none_comes_twice() {
    let instance = Instance::without_key().await;
    let dated = FolderSource {
        pattern: "people-{mm}{dd}.csv".parse().unwrap(),
        ..source(Take::Newest, Afterwards::Leave)
    };
    let at = Time::constant(6, 0, 0, 0);
    let daily = Recurrence::Daily { at };
    let job = recurring_with(&instance, dated, ImportMethod::Insert, daily).await;
    let name = |instance: &Instance, days_ago: i64| {
        let at = instance.now().plus_seconds(-days_ago * 24 * 3600);
        let day = Day::of(at, &domain::zone::TimeZone::UTC);
        format!("people-{:02}{:02}.csv", day.month.month, day.day)
    };
    let content = |day: i64| format!("id,age\nday{day:02},{day}\n");
    let mut expected = Vec::new();
    for day in 0..30 {
        instance.pass(HOUR * 24);
        let today = name(&instance, 0);
        match day {
            10 => put(&instance, &today, "id,years\nday10,10\n", HOUR),
            15 => put(&instance, &today, &content(14), HOUR),
            20 => {}
            _ => put(&instance, &today, &content(day), HOUR),
        }
        let row = if day == 15 { 14 } else { day };
        if day != 20 {
            expected.push(format!("day{row:02}={row}"));
        }
        // Nobody looks: Weir is down.
        if (3..7).contains(&day) {
            continue;
        }
        come_to_rest(&instance, job).await;
        match day {
            10 => assert_eq!(instance.job(job).await.status, JobStatus::Halted),
            12 => {
                put(&instance, &name(&instance, 2), &content(10), HOUR);
                let last = instance.store.last_scheduled_run(instance.namespace, job);
                let missed = last.await.unwrap().unwrap().due_at;
                let reactivated = JobEvent::Reactivated { next: Some(missed) };
                instance.tell_job(job, reactivated).await;
            }
            15 => {
                let run = instance.runs(job).await[0].run.clone();
                let event = JobEvent::Retried {
                    run: run.ended().unwrap(),
                };
                instance.tell_job(job, event).await;
            }
            20 => assert!(matches!(
                reason(&instance, job).await,
                Reason::NoFileMatched { .. }
            )),
            _ => {}
        }
        come_to_rest(&instance, job).await;
    }
    expected.sort();
    assert_eq!(instance.rows(), expected);
    assert_eq!(instance.job(job).await.status, JobStatus::Active);
}

#[tokio::test]
async fn run_now_for_a_day_looks_for_the_file_of_that_day() {
    let instance = Instance::new().await;
    let dated = FolderSource {
        pattern: "people-{mm-1d}{dd-1d}.csv".parse().unwrap(),
        ..source(Take::Newest, Afterwards::Leave)
    };
    let at = Time::constant(6, 0, 0, 0);
    let job = recurring(&instance, dated, Recurrence::Daily { at }).await;
    put(&instance, "people-1109.csv", ADA, HOUR);
    put(&instance, "people-1113.csv", BOB, HOUR);
    let day = instance.now().plus_seconds(-4 * 24 * 3600);
    let event = JobEvent::RunRequested {
        new_file: None,
        day: Some(day),
    };
    instance.tell_job(job, event).await;
    work_until_ran(&instance, job, 1).await;
    assert_eq!(instance.rows(), ["a=1"]);
}

#[tokio::test]
async fn what_another_run_has_looked_at_is_not_waited_for() {
    let instance = Instance::new().await;
    let job = recurring(
        &instance,
        source(Take::AllInOrder, Afterwards::Leave),
        Recurrence::Hourly { minute: 0 },
    )
    .await;
    let file = |number: usize| format!("people-{number:03}.csv");
    for number in 0..20 {
        let content = format!("id,age\n{number:03},1\n");
        put(&instance, &file(number), &content, HOUR);
    }
    instance.pass(HOUR);
    work_until_ran(&instance, job, 20).await;
    assert_eq!(instance.rows().len(), 20);
    let runs = instance.runs(job).await;
    assert!(
        runs.iter()
            .all(|run| run.run.status == RunStatus::Completed)
    );
}
