use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use domain::{
    id::{ActivityId, JobId, RunId},
    reason::Reason,
    run::RunEvent,
};
use store::{Store, activity::NewActivity, limits::NamespaceLimits};

use super::{
    Fresh,
    given::{self, LEASE, NOW},
    runs::step,
};

const JOBS: usize = 25;
const RUNS: usize = 2 * JOBS;

#[derive(Default)]
struct Seen {
    claimed: HashSet<RunId>,
    in_work: HashSet<JobId>,
}

/// Claims and ends runs until all have been claimed by somebody.
async fn work(store: Store, worker: String, seen: Arc<Mutex<Seen>>) {
    loop {
        match store.claim_run(&worker, NOW, LEASE, &[]).await.unwrap() {
            Some(claim) => {
                {
                    let mut seen = seen.lock().unwrap();
                    assert!(
                        seen.claimed.insert(claim.run.id),
                        "claimed twice: {}",
                        claim.run.id
                    );
                    assert!(
                        seen.in_work.insert(claim.run.job),
                        "two runs at once: {}",
                        claim.run.job
                    );
                }
                assert_eq!(
                    (claim.run.fence, claim.run.claimed_by.as_ref()),
                    (1, Some(&worker))
                );
                tokio::task::yield_now().await;
                // Before the run ends: after that another worker may claim the job's next run at once.
                seen.lock().unwrap().in_work.remove(&claim.run.job);
                step(&store, &claim.run, &RunEvent::FailedWith(Reason::EmptyFile)).await;
            }
            None if seen.lock().unwrap().claimed.len() == RUNS => return,
            None => tokio::task::yield_now().await,
        }
    }
}

pub async fn eight_workers_claim_fifty_runs_once_each(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let stores = vec![fresh.store.clone(); 8];
    claim_all(&fresh, stores).await;
    fresh.end().await;
}

pub async fn two_processes_claim_each_run_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let other = fresh.another().await;
    let mut stores = vec![fresh.store.clone(); 2];
    stores.extend([other.clone(), other.clone()]);
    claim_all(&fresh, stores).await;
    other.close().await.unwrap();
    fresh.end().await;
}

async fn claim_all(fresh: &Fresh, stores: Vec<Store>) {
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    for n in 0..JOBS {
        let (job, _) = given::active(store, tenant, &format!("Job {n}")).await;
        given::queue(store, job.id, tenant.namespace, NOW).await;
    }
    let seen = Arc::new(Mutex::new(Seen::default()));
    let workers: Vec<_> = stores
        .into_iter()
        .enumerate()
        .map(|(n, store)| tokio::spawn(work(store, format!("worker {n}"), Arc::clone(&seen))))
        .collect();
    for worker in workers {
        worker.await.unwrap();
    }
    assert_eq!(seen.lock().unwrap().claimed.len(), RUNS);
    assert_eq!(
        store.claim_run("late", NOW, LEASE, &[]).await.unwrap(),
        None
    );
}

pub async fn two_runs_of_a_job_are_never_under_way_at_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, first) = given::active(store, tenant, "Customers").await;
    let second = given::queue(store, job.id, tenant.namespace, NOW).await;
    let workers: Vec<_> = (0..8)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .claim_run(&format!("worker {n}"), NOW, LEASE, &[])
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut claims = Vec::new();
    for worker in workers {
        claims.extend(worker.await.unwrap());
    }
    let [claim] = claims.as_slice() else {
        panic!("{} claims", claims.len())
    };
    assert!([first.id, second.id].contains(&claim.run.id));
    step(store, &claim.run, &RunEvent::FailedWith(Reason::EmptyFile)).await;
    let other = store
        .claim_run("next", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    assert_ne!(other.id, claim.run.id);
    assert_eq!(other.job, job.id);
    fresh.end().await;
}

pub async fn a_run_that_is_not_due_waits(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (_, run) = given::active_at(store, tenant, "Customers", NOW.plus_seconds(10)).await;
    assert_eq!(
        store
            .claim_run("early", NOW.plus_seconds(9), LEASE, &[])
            .await
            .unwrap(),
        None
    );
    let claim = store
        .claim_run("in time", NOW.plus_seconds(10), LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claim.run.id, run.id);
    fresh.end().await;
}

pub async fn the_namespace_with_fewest_under_way_comes_first(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (flooding, modest) = (given::tenant(store).await, given::tenant(store).await);
    for n in 0..4 {
        given::active(store, flooding, &format!("Job {n}")).await;
    }
    let (_, late) = given::active_at(store, modest, "Late", NOW.plus_seconds(30)).await;
    let now = NOW.plus_seconds(30);
    let first = store
        .claim_run("a", now, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(first.run.namespace, flooding.namespace);
    let second = store
        .claim_run("b", now, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(second.run.id, late.id);
    let third = store
        .claim_run("c", now, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(third.run.namespace, flooding.namespace);
    fresh.end().await;
}

/// However many of one namespace's runs wait, and for however long, another's is the second at the latest.
pub async fn a_hundred_jobs_do_not_starve_anothers_one(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (flooding, modest) = (given::tenant(store).await, given::tenant(store).await);
    for n in 0..100 {
        given::active(store, flooding, &format!("Job {n}")).await;
    }
    let now = NOW.plus_seconds(3600);
    let mut mine = Vec::new();
    for n in 0..4 {
        let (_, run) = given::active_at(store, modest, &format!("Mine {n}"), now).await;
        mine.push(run.id);
    }
    let mut order = Vec::new();
    for _ in 0..8 {
        let claim = store.claim_run("worker", now, LEASE, &[]).await.unwrap();
        order.push(claim.unwrap().run.namespace);
    }
    let share = order.iter().filter(|of| **of == modest.namespace).count();
    assert_eq!(share, mine.len(), "{order:?}");
    fresh.end().await;
}

pub async fn a_namespace_has_no_more_under_way_than_it_may(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (limited, free) = (given::tenant(store).await, given::tenant(store).await);
    let limits = NamespaceLimits {
        monthly_rows: 1000,
        concurrent_runs: Some(3),
    };
    let activity = NewActivity {
        id: ActivityId(given::id()),
        job: None,
        run: None,
        person: None,
        address: None,
        kind: "limits_changed".to_owned(),
        detail: String::new(),
        of_instance: false,
    };
    store
        .set_limits(limited.namespace, limits, activity, NOW)
        .await
        .unwrap();
    for n in 0..12 {
        given::active(store, limited, &format!("Job {n}")).await;
    }
    let other = fresh.another().await;
    let workers: Vec<_> = [store, &other]
        .into_iter()
        .cycle()
        .take(10)
        .enumerate()
        .map(|(n, store)| {
            let store = store.clone();
            tokio::spawn(async move {
                store
                    .claim_run(&format!("worker {n}"), NOW, LEASE, &[])
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut claims = Vec::new();
    for worker in workers {
        claims.extend(worker.await.unwrap());
    }
    assert_eq!(claims.len(), 3);
    let (_, run) = given::active(store, free, "Free").await;
    let claim = store
        .claim_run("free", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claim.run.id, run.id, "others go on");
    assert_eq!(
        store.claim_run("idle", NOW, LEASE, &[]).await.unwrap(),
        None
    );
    step(
        store,
        &claims[0].run,
        &RunEvent::FailedWith(Reason::EmptyFile),
    )
    .await;
    let next = store
        .claim_run("next", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    assert_eq!(next.run.namespace, limited.namespace);
    other.close().await.unwrap();
    fresh.end().await;
}
