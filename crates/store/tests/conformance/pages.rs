use domain::{
    id::{ActivityId, NoticeId},
    job::{Job, JobEvent, JobStatus, Timing},
    month::{Day, Month},
    name::JobName,
    run::RunEvent,
};
use store::{
    Store,
    jobs::{Changes, JobSummary, JobsFilter, JobsOrder},
    limits::{LimitNews, LimitStep, Reservation},
    runs::RunChanges,
};

use super::{
    Fresh,
    given::{self, LEASE, NOW, Tenant},
    runs::{step, validated, written},
};

const MONTH: Month = Month {
    year: 2026,
    month: 9,
};

fn names(page: &[JobSummary]) -> Vec<&str> {
    page.iter()
        .map(|summary| summary.job.name.as_str())
        .collect()
}

pub async fn jobs_are_paged_by_name_and_by_age(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    for name in ["beta", "Alpha", "gamma", "alpha", "Delta"] {
        given::draft(store, tenant, name).await;
    }
    let all = JobsFilter::default();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let order = JobsOrder::Name { after };
        let page = store
            .jobs_page(tenant.namespace, &all, &order, 2, MONTH)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.after_name());
        paged.extend(names(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(paged, ["Alpha", "alpha", "beta", "Delta", "gamma"]);

    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let order = JobsOrder::Newest { after };
        let page = store
            .jobs_page(tenant.namespace, &all, &order, 2, MONTH)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.after_newest());
        paged.extend(names(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(paged, ["Delta", "alpha", "gamma", "Alpha", "beta"]);
    fresh.end().await;
}

pub async fn jobs_are_paged_by_their_next_run(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    given::draft(store, tenant, "draft").await;
    for (name, seconds) in [("paused", 50), ("late", 300), ("later", 300), ("soon", 100)] {
        let (job, _) = given::active(store, tenant, name).await;
        let edited = JobEvent::Edited {
            version: job.current.unwrap(),
            timing: Some(Timing::Recurring {
                next: NOW.plus_seconds(seconds),
            }),
        };
        let job = given::apply(store, &job, &edited, Changes::default()).await;
        if name == "paused" {
            given::apply(store, &job, &JobEvent::Paused, Changes::default()).await;
        }
    }
    given::active(store, tenant, "once").await;
    // A page ends between two jobs of one instant, and another between two of none.
    let all = JobsFilter::default();
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let order = JobsOrder::NextRun { after };
        let page = store
            .jobs_page(tenant.namespace, &all, &order, 2, MONTH)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some(last.after_next_run());
        paged.extend(names(&page).into_iter().map(str::to_owned));
    }
    assert_eq!(paged, ["soon", "late", "later", "draft", "paused", "once"]);
    let active = JobsFilter {
        search: Some("e".to_owned()),
        status: Some(JobStatus::Active),
    };
    let order = JobsOrder::NextRun { after: None };
    let page = store
        .jobs_page(tenant.namespace, &active, &order, 3, MONTH)
        .await
        .unwrap();
    assert_eq!(names(&page), ["soon", "late", "later"]);
    fresh.end().await;
}

pub async fn jobs_are_searched_and_filtered(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    assert!(!store.any_job(tenant.namespace).await.unwrap());
    for name in ["100 % ÄRGER", "100 percent", "a_b", "axb", "back\\slash"] {
        given::draft(store, tenant, name).await;
    }
    given::active(store, tenant, "Active").await;
    let order = JobsOrder::Name { after: None };
    for (search, found) in [
        ("100", vec!["100 % ÄRGER", "100 percent"]),
        ("0 %", vec!["100 % ÄRGER"]),
        ("ärger", vec!["100 % ÄRGER"]),
        ("A_B", vec!["a_b"]),
        ("k\\s", vec!["back\\slash"]),
        // Of its dataset, which is called `customers`.
        ("STOM", vec!["Active"]),
        ("cust_mers", vec![]),
        ("nothing", vec![]),
    ] {
        let filter = JobsFilter {
            search: Some(search.to_owned()),
            status: None,
        };
        let page = store
            .jobs_page(tenant.namespace, &filter, &order, 10, MONTH)
            .await
            .unwrap();
        assert_eq!(names(&page), found, "searched for {search}");
    }
    let active = JobsFilter {
        search: None,
        status: Some(JobStatus::Active),
    };
    let page = store
        .jobs_page(tenant.namespace, &active, &order, 10, MONTH)
        .await
        .unwrap();
    assert_eq!(names(&page), ["Active"]);
    let counts = store.job_counts_by_status(tenant.namespace).await.unwrap();
    assert_eq!(counts, [(JobStatus::Active, 1), (JobStatus::Draft, 5)]);
    assert!(store.any_job(tenant.namespace).await.unwrap());
    fresh.end().await;
}

/// A run that imported so many rows of the month.
async fn import(store: &Store, imported: u64) {
    let run = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let reserved = Reservation {
        rows: imported,
        day: Day {
            month: MONTH,
            day: 21,
        },
    };
    let news = LimitNews {
        activity: ActivityId(given::id()),
        notice: NoticeId(given::id()),
        contact: String::new(),
    };
    let changes = RunChanges {
        limit: Some(LimitStep::Reserve(reserved, news)),
        ..RunChanges::default()
    };
    let now = NOW.plus_seconds(5);
    let importing = run.apply(&validated(imported, 0), now).unwrap();
    store
        .apply_run(
            run.namespace,
            &run,
            &importing,
            Some(run.fence),
            changes,
            now,
        )
        .await
        .unwrap();
    let run = step(store, &importing, &written(0)).await;
    step(
        store,
        &run,
        &RunEvent::Merged {
            imported,
            rejected: 0,
        },
    )
    .await;
}

/// Lets the job hear of its last run, and queues another.
async fn again(store: &Store, tenant: Tenant, job: &Job) {
    let before = store.job(tenant.namespace, job.id).await.unwrap().job;
    let last = store
        .runs_page(tenant.namespace, job.id, None, 1)
        .await
        .unwrap()
        .remove(0)
        .run;
    let ended = JobEvent::RunEnded {
        run: last.ended().unwrap(),
        reruns: domain::retry::RerunSettings::default(),
    };
    given::apply(store, &before, &ended, Changes::default()).await;
    given::queue(store, job.id, tenant.namespace, NOW).await;
}

pub async fn a_summary_has_the_last_five_runs_and_the_months_rows(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    for imported in 1..=6 {
        import(store, imported).await;
        if imported < 6 {
            again(store, tenant, &job).await;
        }
    }
    let summary = store
        .job_summary(tenant.namespace, job.id, MONTH)
        .await
        .unwrap();
    let imported: Vec<_> = summary
        .last_runs
        .iter()
        .map(|record| record.run.counts.imported)
        .collect();
    assert_eq!(imported, [6, 5, 4, 3, 2]);
    assert_eq!(
        summary.last_runs[0].upload.as_ref().unwrap().file_name,
        "customers.csv"
    );
    assert_eq!(summary.rows_this_month, 21);
    assert_eq!(summary.dataset_name.as_deref(), Some("customers"));
    let next_month = store
        .job_summary(tenant.namespace, job.id, MONTH.next())
        .await
        .unwrap();
    assert_eq!(next_month.rows_this_month, 0);
    fresh.end().await;
}

pub async fn runs_are_paged_newest_first(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, first) = given::active(store, tenant, "Customers").await;
    import(store, 1).await;
    again(store, tenant, &job).await;
    let second = store
        .unfinished_runs(tenant.namespace, job.id)
        .await
        .unwrap()
        .remove(0);
    let third = given::queue(store, job.id, tenant.namespace, NOW.plus_seconds(9)).await;
    let (mut paged, mut after) = (Vec::new(), None);
    loop {
        let page = store
            .runs_page(tenant.namespace, job.id, after, 1)
            .await
            .unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.run.queued_at, last.run.id));
        paged.extend(page.iter().map(|record| record.run.id));
    }
    assert_eq!(paged, [third.id, second.id, first.id]);
    for (limit, newer) in [(1, vec![second.id]), (2, vec![third.id, second.id])] {
        let before = (first.queued_at, first.id);
        let page = store
            .runs_page_before(tenant.namespace, job.id, before, limit)
            .await
            .unwrap();
        let ids: Vec<_> = page.iter().map(|record| record.run.id).collect();
        assert_eq!(ids, newer);
    }
    fresh.end().await;
}

pub async fn due_jobs_are_found(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = given::active(store, tenant, "Customers").await;
    let version = job.current.unwrap();
    let next = NOW.plus_seconds(100);
    let edited = JobEvent::Edited {
        version,
        timing: Some(Timing::Recurring { next }),
    };
    let job = given::apply(store, &job, &edited, Changes::default()).await;
    // While a run is unfinished nothing else comes due.
    assert!(store.due_jobs(next, 10).await.unwrap().is_empty());
    let cancelled = run.apply(&RunEvent::CancelRequested, NOW).unwrap();
    let ended = JobEvent::RunEnded {
        run: cancelled.ended().unwrap(),
        reruns: domain::retry::RerunSettings::default(),
    };
    let (after, _) = job.apply(&ended, NOW).unwrap();
    let transition = store::jobs::JobTransition {
        before: job,
        after: after.clone(),
    };
    let changes = RunChanges {
        job: Some((transition, Changes::default())),
        ..RunChanges::default()
    };
    store
        .apply_run(tenant.namespace, &run, &cancelled, None, changes, NOW)
        .await
        .unwrap();
    assert!(
        store
            .due_jobs(next.plus_seconds(-1), 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.due_jobs(next, 10).await.unwrap(),
        std::slice::from_ref(&after)
    );

    let renamed = JobEvent::Renamed {
        name: "Other".parse::<JobName>().unwrap(),
    };
    let renamed = given::apply(store, &after, &renamed, Changes::default()).await;
    given::apply(store, &renamed, &JobEvent::Paused, Changes::default()).await;
    assert!(store.due_jobs(next, 10).await.unwrap().is_empty());
    fresh.end().await;
}
