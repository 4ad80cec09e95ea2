use std::collections::BTreeSet;

use domain::{id::JobId, job::JobEvent};
use store::jobs::Changes;

use super::{
    Fresh,
    given::{self, LEASE, NOW},
};

pub async fn every_change_is_told_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (tenant, other) = (given::tenant(store).await, given::tenant(store).await);
    let before = store.current_change().await.unwrap();
    assert_eq!(
        store
            .changes_after(tenant.namespace, before, 10)
            .await
            .unwrap()
            .change,
        before
    );

    let (job, run) = given::active(store, tenant, "Customers").await;
    let changed = store
        .changes_after(tenant.namespace, before, 10)
        .await
        .unwrap();
    assert_eq!(
        (changed.jobs.as_slice(), changed.runs.as_slice()),
        ([job.id].as_slice(), [run.id].as_slice())
    );
    assert_eq!(changed.change, store.current_change().await.unwrap());

    let next = store
        .changes_after(tenant.namespace, changed.change, 10)
        .await
        .unwrap();
    assert!(next.jobs.is_empty() && next.runs.is_empty());
    given::active(store, other, "Foreign").await;
    let foreign = store
        .changes_after(tenant.namespace, changed.change, 10)
        .await
        .unwrap();
    assert!(foreign.jobs.is_empty() && foreign.runs.is_empty());
    assert!(foreign.change > changed.change);

    store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    let claimed = store
        .changes_after(tenant.namespace, foreign.change, 10)
        .await
        .unwrap();
    assert_eq!(
        (claimed.jobs.len(), claimed.runs.as_slice()),
        (0, [run.id].as_slice())
    );
    fresh.end().await;
}

pub async fn a_page_of_changes_loses_none(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let mut expected = BTreeSet::new();
    for n in 0..7 {
        expected.insert(given::active(store, tenant, &format!("Job {n}")).await.0.id);
    }
    let (mut told, mut after) = (BTreeSet::new(), 0);
    loop {
        let changed = store
            .changes_after(tenant.namespace, after, 3)
            .await
            .unwrap();
        if changed.jobs.is_empty() {
            break;
        }
        assert_eq!(
            changed.jobs.len(),
            changed.runs.len(),
            "a job and its run come together"
        );
        assert!(
            changed.jobs.iter().all(|job| told.insert(*job)),
            "told twice"
        );
        after = changed.change;
    }
    assert_eq!(told, expected);
    fresh.end().await;
}

pub async fn changes_under_load_are_all_told(fresh: Fresh) {
    const RENAMES: u64 = 12;
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let mut jobs = Vec::new();
    for n in 0..4 {
        jobs.push(given::draft(store, tenant, &format!("Job {n}")).await);
    }
    let start = store.current_change().await.unwrap();
    let writers: Vec<_> = jobs
        .into_iter()
        .map(|mut job| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..RENAMES {
                    let name = format!("Name {n}").parse().unwrap();
                    job = given::apply(
                        &store,
                        &job,
                        &JobEvent::Renamed { name },
                        Changes::default(),
                    )
                    .await;
                }
                job
            })
        })
        .collect();

    // A page that polls meanwhile: what it was told last of each job must be the job's last version.
    let mut known: Vec<(JobId, u64)> = Vec::new();
    let mut after = start;
    loop {
        let finished = writers.iter().all(tokio::task::JoinHandle::is_finished);
        let changed = store
            .changes_after(tenant.namespace, after, 100)
            .await
            .unwrap();
        assert!(changed.change >= after);
        after = changed.change;
        for id in changed.jobs {
            let version = store.job(tenant.namespace, id).await.unwrap().job.version;
            known.retain(|(job, _)| *job != id);
            known.push((id, version));
        }
        if finished {
            break;
        }
    }
    let mut last = Vec::new();
    for writer in writers {
        let job = writer.await.unwrap();
        last.push((job.id, job.version));
    }
    known.sort();
    last.sort();
    assert_eq!(known, last);
    assert_eq!(after, start + 4 * RENAMES);
    fresh.end().await;
}
