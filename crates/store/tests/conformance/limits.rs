//! Rows of a month: reserved, used, given back, told of. One file, because every test is made of the same few steps.

use std::sync::Arc;

use domain::{
    id::{ActivityId, JobId, NoticeId},
    job::{Job, JobEvent},
    month::{Day, Month},
    notice::{Happening, MonthlyLimit, NoticeEvent, RefusedFile},
    reason::Reason,
    retry::RerunSettings,
    run::{Run, RunEvent, RunStatus},
    time::Timestamp,
};
use sea_orm::{ConnectionTrait, Statement};
use store::{
    Store, StoreError,
    activity::{ActivityFilter, NewActivity},
    jobs::{Changes, JobTransition},
    limits::{LimitNews, LimitStep, MonthUsage, NamespaceLimits, Reservation},
    runs::RunChanges,
};
use tokio::sync::Barrier;

use super::{
    Fresh,
    given::{self, NOW, Tenant},
    runs::{step, validated, written},
};

const SEPTEMBER: Month = Month {
    year: 2026,
    month: 9,
};
const TODAY: Day = Day {
    month: SEPTEMBER,
    day: 21,
};
const OCTOBER: Day = Day {
    month: Month {
        year: 2026,
        month: 10,
    },
    day: 1,
};
const LONG_AFTER: Timestamp = NOW.plus_seconds(3600);

/// A tenant that may import so many rows in a month.
async fn limited(store: &Store, monthly_rows: u64) -> Tenant {
    let tenant = given::tenant(store).await;
    set_limit(store, tenant, monthly_rows).await;
    tenant
}

async fn set_limit(store: &Store, tenant: Tenant, monthly_rows: u64) {
    let limits = NamespaceLimits {
        monthly_rows,
        concurrent_runs: None,
    };
    let activity = NewActivity {
        id: ActivityId(given::id()),
        job: None,
        run: None,
        person: Some(tenant.person),
        address: None,
        kind: "limits_changed".to_owned(),
        detail: String::new(),
        of_instance: false,
    };
    store
        .set_limits(tenant.namespace, limits, activity, NOW)
        .await
        .unwrap();
}

fn news() -> LimitNews {
    LimitNews {
        activity: ActivityId(given::id()),
        notice: NoticeId(given::id()),
        contact: "limits@example.org".to_owned(),
    }
}

/// A run of a new job that a worker has claimed.
async fn claimed(store: &Store, tenant: Tenant, name: &str) -> Run {
    given::active(store, tenant, name).await;
    claim(store, NOW).await
}

async fn claim(store: &Store, now: Timestamp) -> Run {
    let lease = now.plus_seconds(60);
    let claim = store.claim_run("worker", now, lease, &[]).await.unwrap();
    claim.unwrap().run
}

async fn reserve_on(store: &Store, run: &Run, rows: u64, day: Day) -> Result<Run, StoreError> {
    let now = NOW.plus_seconds(1);
    let after = run.apply(&validated(rows, 0), now).unwrap();
    let changes = RunChanges {
        limit: Some(LimitStep::Reserve(Reservation { rows, day }, news())),
        ..RunChanges::default()
    };
    store
        .apply_run(run.namespace, run, &after, Some(run.fence), changes, now)
        .await
        .map(|()| after)
}

async fn reserve(store: &Store, run: &Run, rows: u64) -> Result<Run, StoreError> {
    reserve_on(store, run, rows, TODAY).await
}

fn rows_left(refused: Result<Run, StoreError>) -> u64 {
    match refused {
        Err(StoreError::OverLimit { rows_left, .. }) => rows_left,
        other => panic!("not over the limit: {other:?}"),
    }
}

/// Asks for more rows than are left, and ends for that.
async fn refuse(store: &Store, run: &Run, rows: u64) {
    let reason = Reason::LimitReached {
        rows_in_file: rows,
        rows_left: rows_left(reserve(store, run, rows).await),
        month: SEPTEMBER,
        contact: String::new(),
    };
    let after = run.apply(&RunEvent::FailedWith(reason), NOW).unwrap();
    let changes = RunChanges {
        limit: Some(LimitStep::Refused(news())),
        ..RunChanges::default()
    };
    store
        .apply_run(run.namespace, run, &after, Some(run.fence), changes, NOW)
        .await
        .unwrap();
}

/// What is told of the limit, in no order: all is told at one instant.
async fn notices(store: &Store) -> Vec<(NoticeEvent, MonthlyLimit)> {
    let notices = store.unplanned_notices(10).await.unwrap();
    let limits = notices.into_iter().map(|notice| match notice.happening {
        Happening::Limit(limit) => (notice.event, limit),
        other => panic!("{other:?}"),
    });
    limits.collect()
}

/// Ends the run, and lets its job hear of it.
async fn end(store: &Store, run: &Run, event: &RunEvent) -> Job {
    let after = run.apply(event, NOW).unwrap();
    let before = store.job(run.namespace, run.job).await.unwrap().job;
    let event = JobEvent::RunEnded {
        run: after.ended().unwrap(),
        reruns: RerunSettings::default(),
    };
    let (job, _) = before.apply(&event, NOW).unwrap();
    let transition = JobTransition {
        before,
        after: job.clone(),
    };
    let changes = RunChanges {
        job: Some((transition, Changes::default())),
        ..RunChanges::default()
    };
    store
        .apply_run(run.namespace, run, &after, Some(run.fence), changes, NOW)
        .await
        .unwrap();
    job
}

/// From Importing to the end: so many of its rows went in.
async fn import(store: &Store, run: &Run, imported: u64) -> Job {
    let rejected = run.counts.seen - imported;
    let run = step(store, run, &written(rejected)).await;
    end(store, &run, &RunEvent::Merged { imported, rejected }).await
}

async fn queue_rerun(store: &Store, job: &Job, now: Timestamp) {
    let before = store.job(job.namespace, job.id).await.unwrap().job;
    let (after, effects) = before
        .apply(&JobEvent::CameDue { next: None }, now)
        .unwrap();
    let changes = Changes {
        runs: given::runs_of(&after, &effects, now),
        ..Changes::default()
    };
    store
        .transition(job.namespace, &before, &after, changes, now)
        .await
        .unwrap();
}

async fn taken(store: &Store, tenant: Tenant) -> u64 {
    let taken = store.rows_taken(tenant.namespace, SEPTEMBER).await.unwrap();
    let usage = store.usage(tenant.namespace, SEPTEMBER, 100).await.unwrap();
    assert_eq!(
        taken,
        usage.imported + usage.reserved,
        "the month is the sum of its reservations"
    );
    taken
}

async fn told(store: &Store, tenant: Tenant, job: JobId) -> Vec<String> {
    let log = store
        .activity_page(tenant.namespace, &ActivityFilter::of_job(job), None, 100)
        .await
        .unwrap();
    log.into_iter()
        .filter(|entry| entry.kind.starts_with("limit_"))
        .map(|entry| format!("{} {}", entry.kind, entry.detail))
        .collect()
}

/// Forty runs of 70 rows each, on two processes, where fourteen fit.
pub async fn runs_at_once_never_pass_the_limit_together(fresh: Fresh) {
    const RUNS: usize = 40;
    let fresh = fresh.migrated().await;
    let tenant = limited(&fresh.store, 1000).await;
    let mut runs = Vec::new();
    for number in 0..RUNS {
        runs.push(claimed(&fresh.store, tenant, &format!("Job {number}")).await);
    }
    let other = fresh.another().await;
    let start = Arc::new(Barrier::new(RUNS));
    let tasks: Vec<_> = runs
        .into_iter()
        .zip([&fresh.store, &other].into_iter().cycle())
        .map(|(run, store)| {
            let (store, start) = (store.clone(), Arc::clone(&start));
            tokio::spawn(async move {
                start.wait().await;
                reserve(&store, &run, 70).await
            })
        })
        .collect();
    let (mut reserved, mut refused) = (Vec::new(), 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(run) => reserved.push(run),
            Err(StoreError::OverLimit { rows_left, month }) => {
                assert_eq!((rows_left, month), (20, SEPTEMBER));
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((reserved.len(), refused), (14, 26));
    assert_eq!(taken(&fresh.store, tenant).await, 980);

    // All of them end at once, each with fewer rows than it reserved.
    let tasks: Vec<_> = reserved
        .into_iter()
        .zip([&fresh.store, &other].into_iter().cycle())
        .map(|(run, store)| {
            let store = store.clone();
            tokio::spawn(async move { import(&store, &run, 50).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(taken(&fresh.store, tenant).await, 14 * 50);
    other.close().await.unwrap();
    fresh.end().await;
}

pub async fn a_file_that_does_not_fit_reserves_nothing(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let first = claimed(store, tenant, "First").await;
    reserve(store, &first, 60).await.unwrap();
    let second = claimed(store, tenant, "Second").await;
    assert_eq!(rows_left(reserve(store, &second, 41).await), 40);
    let unchanged = store.run(tenant.namespace, second.id).await.unwrap().run;
    assert_eq!(unchanged, second);
    assert_eq!(taken(store, tenant).await, 60);
    // Another month and another tenant have their own rows.
    reserve_on(store, &second, 41, OCTOBER).await.unwrap();
    let neighbour = limited(store, 100).await;
    let third = claimed(store, neighbour, "Third").await;
    reserve(store, &third, 100).await.unwrap();
    assert_eq!(taken(store, tenant).await, 60);
    fresh.end().await;
}

pub async fn rows_that_were_not_used_go_back(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let fewer = claimed(store, tenant, "Fewer than reserved").await;
    let fewer = reserve(store, &fewer, 100).await.unwrap();
    import(store, &fewer, 30).await;
    assert_eq!(taken(store, tenant).await, 30);

    let cancelled = claimed(store, tenant, "Cancelled").await;
    let cancelled = reserve(store, &cancelled, 70).await.unwrap();
    let asked = step(store, &cancelled, &RunEvent::CancelRequested).await;
    assert_eq!(taken(store, tenant).await, 100);
    end(store, &asked, &RunEvent::Cancelled).await;
    assert_eq!(taken(store, tenant).await, 30);

    // An internal error is not rerun: it halts for good.
    let halted = claimed(store, tenant, "Halted").await;
    let halted = reserve(store, &halted, 70).await.unwrap();
    let reason = Reason::InternalError {
        reference: String::new(),
    };
    end(store, &halted, &RunEvent::HaltedWith(reason)).await;
    assert_eq!(taken(store, tenant).await, 30);
    fresh.end().await;
}

pub async fn a_rerun_has_the_rows_of_its_occurrence(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let first = claimed(store, tenant, "Customers").await;
    let first = reserve(store, &first, 90).await.unwrap();
    let unreachable = RunEvent::FailedWith(Reason::DestinationUnreachable);
    let job = end(store, &first, &unreachable).await;
    assert!(job.rerun.is_some());
    assert_eq!(taken(store, tenant).await, 90, "the rerun will need them");
    let other = claimed(store, tenant, "Other").await;
    assert_eq!(rows_left(reserve(store, &other, 20).await), 10);
    end(store, &other, &RunEvent::FailedWith(Reason::EmptyFile)).await;

    queue_rerun(store, &job, LONG_AFTER).await;
    let rerun = claim(store, LONG_AFTER).await;
    assert_eq!((rerun.occurrence, rerun.attempt), (first.id, 2));
    // The month is that of the reservation, whenever the rerun comes.
    let rerun = reserve_on(store, &rerun, 90, OCTOBER).await.unwrap();
    assert_eq!(taken(store, tenant).await, 90);
    import(store, &rerun, 80).await;
    assert_eq!(taken(store, tenant).await, 80);
    let next = store
        .rows_taken(tenant.namespace, OCTOBER.month)
        .await
        .unwrap();
    assert_eq!(next, 0);
    fresh.end().await;
}

pub async fn a_rerun_that_is_given_up_gives_its_rows_back(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let unreachable = RunEvent::FailedWith(Reason::DestinationUnreachable);
    let mut jobs = Vec::new();
    for name in ["Paused", "Deleted", "Run now"] {
        let run = claimed(store, tenant, name).await;
        let run = reserve(store, &run, 30).await.unwrap();
        jobs.push(end(store, &run, &unreachable).await);
    }
    assert_eq!(taken(store, tenant).await, 90);
    given::apply(store, &jobs[0], &JobEvent::Paused, Changes::default()).await;
    assert_eq!(taken(store, tenant).await, 60);
    let deleted = given::activity(jobs[1].id, "deleted");
    store
        .delete_job(tenant.namespace, jobs[1].id, jobs[1].version, deleted, NOW)
        .await
        .unwrap();
    assert_eq!(taken(store, tenant).await, 30);
    given::queue(store, jobs[2].id, tenant.namespace, NOW).await;
    assert_eq!(taken(store, tenant).await, 0);
    fresh.end().await;
}

/// A worker that is killed after it has reserved: the run begins again under another fence.
pub async fn a_killed_worker_leaves_one_reservation(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let run = claimed(store, tenant, "Customers").await;
    let reserved = reserve(store, &run, 60).await.unwrap();
    let lost = RunEvent::LeaseExpired {
        reference: String::new(),
    };
    let queued = reserved.apply(&lost, LONG_AFTER).unwrap();
    assert_eq!(queued.status, RunStatus::Queued);
    store
        .apply_run(
            tenant.namespace,
            &reserved,
            &queued,
            None,
            RunChanges::default(),
            LONG_AFTER,
        )
        .await
        .unwrap();
    assert_eq!(taken(store, tenant).await, 60);
    let again = claim(store, LONG_AFTER).await;
    // It was not dead: what it writes under its old fence is refused whole.
    assert!(reserve(store, &run, 90).await.unwrap_err().is_conflict());
    assert_eq!(taken(store, tenant).await, 60);
    let again = reserve(store, &again, 60).await.unwrap();
    assert_eq!(taken(store, tenant).await, 60);
    import(store, &again, 60).await;
    assert_eq!(taken(store, tenant).await, 60);
    fresh.end().await;
}

pub async fn a_limit_that_is_lowered_takes_nothing_back(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let run = claimed(store, tenant, "Customers").await;
    let run = reserve(store, &run, 60).await.unwrap();
    set_limit(store, tenant, 10).await;
    import(store, &run, 60).await;
    assert_eq!(taken(store, tenant).await, 60);
    let next = claimed(store, tenant, "Next").await;
    assert_eq!(rows_left(reserve(store, &next, 1).await), 0);
    set_limit(store, tenant, 61).await;
    reserve(store, &next, 1).await.unwrap();
    fresh.end().await;
}

pub async fn the_limit_is_told_once_a_month(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let below = claimed(store, tenant, "Below").await;
    reserve(store, &below, 79).await.unwrap();
    assert!(told(store, tenant, below.job).await.is_empty());
    let near = claimed(store, tenant, "Near").await;
    reserve(store, &near, 1).await.unwrap();
    assert_eq!(told(store, tenant, near.job).await, ["limit_80 2026-09"]);
    let nearer = claimed(store, tenant, "Nearer").await;
    reserve(store, &nearer, 10).await.unwrap();
    assert!(told(store, tenant, nearer.job).await.is_empty());

    for name in ["Refused", "Refused too"] {
        let run = claimed(store, tenant, name).await;
        refuse(store, &run, 11).await;
        assert!(told(store, tenant, run.job).await.is_empty());
    }
    let full = claimed(store, tenant, "Full").await;
    reserve(store, &full, 10).await.unwrap();
    assert_eq!(
        told(store, tenant, full.job).await,
        ["limit_reached 2026-09"]
    );
    let late = claimed(store, tenant, "Late").await;
    refuse(store, &late, 1).await;
    let limit = |used, refused| MonthlyLimit {
        used,
        limit: 100,
        month: SEPTEMBER,
        contact: "limits@example.org".to_owned(),
        refused,
    };
    let file = RefusedFile {
        job_name: "Refused".parse().unwrap(),
        rows_in_file: 11,
        rows_left: 10,
    };
    let notices = notices(store).await;
    for expected in [
        (NoticeEvent::LimitNear, limit(80, None)),
        (NoticeEvent::LimitReached, limit(90, Some(file))),
        (NoticeEvent::LimitReached, limit(100, None)),
    ] {
        assert!(notices.contains(&expected), "{expected:?} in {notices:?}");
    }
    assert_eq!(notices.len(), 3);
    fresh.end().await;
}

pub async fn a_file_that_does_not_fit_leaves_the_marks_to_come(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let small = claimed(store, tenant, "Small").await;
    reserve(store, &small, 10).await.unwrap();
    let large = claimed(store, tenant, "Large").await;
    refuse(store, &large, 1000).await;
    for (name, rows, entry) in [
        ("Near", 70, "limit_80 2026-09"),
        ("Full", 20, "limit_reached 2026-09"),
    ] {
        let run = claimed(store, tenant, name).await;
        reserve(store, &run, rows).await.unwrap();
        assert_eq!(told(store, tenant, run.job).await, [entry], "{name}");
    }
    assert_eq!(notices(store).await.len(), 3);
    fresh.end().await;
}

pub async fn another_limit_is_told_of_anew(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    for (limit, name, rows, entries) in [
        (100, "Near", 80, vec!["limit_80 2026-09"]),
        (100, "The same limit", 5, vec![]),
        (200, "Below the new one", 15, vec![]),
        (200, "Near the new one", 60, vec!["limit_80 2026-09"]),
        (200, "Full", 40, vec!["limit_reached 2026-09"]),
    ] {
        set_limit(store, tenant, limit).await;
        let run = claimed(store, tenant, name).await;
        reserve(store, &run, rows).await.unwrap();
        assert_eq!(told(store, tenant, run.job).await, entries, "{name}");
    }
    fresh.end().await;
}

pub async fn usage_is_told_by_day_and_by_job(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 1000).await;
    let day = |day| Day { day, ..TODAY };
    let mut jobs = Vec::new();
    for (name, on, rows) in [("Small", 2, 5), ("Large", 2, 70), ("Gone", 30, 20)] {
        let run = claimed(store, tenant, name).await;
        let run = reserve_on(store, &run, rows, day(on)).await.unwrap();
        jobs.push(import(store, &run, rows).await);
    }
    let held = claimed(store, tenant, "Held").await;
    reserve_on(store, &held, 7, day(30)).await.unwrap();
    let gone = &jobs[2];
    let activity = given::activity(gone.id, "deleted");
    store
        .delete_job(tenant.namespace, gone.id, gone.version, activity, NOW)
        .await
        .unwrap();

    let usage = store.usage(tenant.namespace, SEPTEMBER, 3).await.unwrap();
    assert_eq!((usage.imported, usage.reserved), (95, 7));
    let days: Vec<_> = usage
        .days
        .iter()
        .map(|day| (day.day, day.imported, day.reserved))
        .collect();
    assert_eq!(days, [(2, 75, 0), (30, 20, 7)]);
    let listed: Vec<_> = usage
        .jobs
        .iter()
        .map(|job| (job.name.as_deref(), job.runs, job.imported, job.reserved))
        .collect();
    assert_eq!(
        listed,
        [
            (Some("Large"), 1, 70, 0),
            (None, 1, 20, 0),
            (Some("Small"), 1, 5, 0)
        ]
    );
    assert_eq!(usage.job_count, 4);
    let months = store.usage_months(tenant.namespace, 10).await.unwrap();
    assert_eq!(months, [SEPTEMBER]);
    let summary = store
        .job_summary(tenant.namespace, jobs[1].id, SEPTEMBER)
        .await
        .unwrap();
    assert_eq!(summary.rows_this_month, 70, "the jobs list agrees");

    let stranger = given::tenant(store).await.namespace;
    assert_eq!(store.rows_taken(stranger, SEPTEMBER).await.unwrap(), 0);
    assert_eq!(
        store.usage(stranger, SEPTEMBER, 3).await.unwrap(),
        MonthUsage::default()
    );
    assert!(store.usage_months(stranger, 10).await.unwrap().is_empty());
    fresh.end().await;
}

/// What the database itself refuses.
pub async fn an_occurrence_holds_one_reservation(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = limited(store, 100).await;
    let run = claimed(store, tenant, "Customers").await;
    reserve(store, &run, 10).await.unwrap();
    let backend = fresh.raw.get_database_backend();
    let second = |columns: &str| {
        Statement::from_string(
            backend,
            format!(
                "INSERT INTO reservations (run, namespace, job, occurrence, month, day, row_count, state) \
                 SELECT {columns} FROM reservations"
            ),
        )
    };
    // The id of the namespace serves as that of another run.
    for columns in [
        "namespace, namespace, job, occurrence, month, day, row_count, state",
        "namespace, namespace, job, namespace, month, day, -1, state",
        "namespace, namespace, job, namespace, month, 32, row_count, state",
        "namespace, namespace, job, namespace, month + 1, day, row_count, state",
        "namespace, namespace, job, namespace, month, day, row_count, 'lost'",
    ] {
        assert!(
            fresh.raw.execute_raw(second(columns)).await.is_err(),
            "{columns}"
        );
    }
    let used = "namespace, namespace, job, occurrence, month, day, row_count, 'used'";
    fresh.raw.execute_raw(second(used)).await.unwrap();
    fresh.end().await;
}
