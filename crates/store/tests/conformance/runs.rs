use domain::{
    counts::Counts,
    job::{JobEvent, JobStatus},
    reason::Reason,
    retry::RerunSettings,
    run::{Run, RunEvent, RunStatus},
    settings::QualityGate,
};
use store::{
    Store,
    activity::ActivityFilter,
    jobs::{Changes, JobTransition},
    runs::{Heartbeat, RunChanges, RunFacts, RunProgress},
};

use super::{
    Fresh,
    given::{self, LEASE, NOW},
};

/// Applies and writes an event of the worker that holds the run.
pub async fn step(store: &Store, before: &Run, event: &RunEvent) -> Run {
    let after = before.apply(event, NOW.plus_seconds(5)).unwrap();
    store
        .apply_run(
            before.namespace,
            before,
            &after,
            Some(before.fence),
            RunChanges::default(),
            NOW.plus_seconds(5),
        )
        .await
        .unwrap();
    after
}

pub fn validated(seen: u64, rejected: u64) -> RunEvent {
    RunEvent::ValidationFinished {
        seen,
        rejected,
        gate: QualityGate::default(),
    }
}

pub fn written(rejected: u64) -> RunEvent {
    RunEvent::ImportFinished {
        rejected,
        gate: QualityGate::default(),
    }
}

pub async fn a_run_is_kept_as_it_was_written(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, queued) = given::active(store, tenant, "Customers").await;
    let record = store.run(tenant.namespace, queued.id).await.unwrap();
    assert_eq!(record.run, queued);
    assert_eq!(record.upload.unwrap().file_name, "customers.csv");
    assert_eq!(
        store
            .unfinished_runs(tenant.namespace, job.id)
            .await
            .unwrap(),
        std::slice::from_ref(&queued)
    );

    let claim = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    let expected = queued
        .apply(
            &RunEvent::Claimed {
                worker: "worker".to_owned(),
                lease_until: LEASE,
            },
            NOW,
        )
        .unwrap();
    assert_eq!(claim.run, expected);
    assert_eq!(
        claim.settings,
        store
            .job_version(tenant.namespace, queued.job_version)
            .await
            .unwrap()
    );
    assert_eq!(claim.dataset.id, tenant.dataset);
    assert_eq!(claim.upload.unwrap().bytes, 10);

    let reason = Reason::HeaderChanged {
        missing: mapping::names::Names::from_iter(["email"]),
        moved: mapping::names::Names::default(),
        unexpected: mapping::names::Names::default(),
    };
    let halted = step(store, &claim.run, &RunEvent::HaltedWith(reason)).await;
    let record = store.run(tenant.namespace, queued.id).await.unwrap();
    assert_eq!(record.run, halted);
    assert_eq!(record.facts, RunFacts::default());
    assert!(
        store
            .unfinished_runs(tenant.namespace, job.id)
            .await
            .unwrap()
            .is_empty()
    );
    fresh.end().await;
}

pub async fn stages_are_dated(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    given::active(store, tenant, "Customers").await;
    let run = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let run = step(store, &run, &validated(10, 2)).await;
    let stages = store.run(tenant.namespace, run.id).await.unwrap().stages;
    assert_eq!(
        (stages.importing_at, stages.processing_at),
        (Some(NOW.plus_seconds(5)), None)
    );
    let run = step(store, &run, &written(2)).await;
    let merged = run
        .apply(
            &RunEvent::Merged {
                imported: 8,
                rejected: 2,
            },
            NOW.plus_seconds(9),
        )
        .unwrap();
    let facts = RunFacts {
        rows_inserted: Some(5),
        rows_updated: Some(3),
        exact_bytes: Some(100),
        explained_bytes: Some(200),
    };
    let changes = RunChanges {
        facts: Some(facts),
        activity: vec![given::activity(run.job, "run_ended")],
        ..RunChanges::default()
    };
    store
        .apply_run(
            tenant.namespace,
            &run,
            &merged,
            Some(run.fence),
            changes,
            NOW.plus_seconds(9),
        )
        .await
        .unwrap();
    let record = store.run(tenant.namespace, run.id).await.unwrap();
    assert_eq!(record.run.status, RunStatus::PartiallyCompleted);
    assert_eq!(record.run, merged);
    assert_eq!(record.facts, facts);
    assert_eq!(record.stages.processing_at, Some(NOW.plus_seconds(5)));
    assert_eq!(
        store
            .activity_page(tenant.namespace, &ActivityFilter::of_job(run.job), None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    fresh.end().await;
}

pub async fn a_run_and_its_job_change_together(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    let run = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let halted = run
        .apply(&RunEvent::HaltedWith(Reason::DatasetChanged), NOW)
        .unwrap();
    let no_reruns = RerunSettings {
        at_most: 0,
        interval_seconds: 0,
    };
    let ended = JobEvent::RunEnded {
        run: halted.ended().unwrap(),
        reruns: no_reruns,
    };
    let (after, _) = job.apply(&ended, NOW).unwrap();
    let changes = |before| RunChanges {
        job: Some((
            JobTransition {
                before,
                after: after.clone(),
            },
            Changes::default(),
        )),
        ..RunChanges::default()
    };

    let mut stale = job.clone();
    stale.version += 1;
    let refused = store
        .apply_run(
            tenant.namespace,
            &run,
            &halted,
            Some(run.fence),
            changes(stale),
            NOW,
        )
        .await
        .unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    assert_eq!(store.run(tenant.namespace, run.id).await.unwrap().run, run);

    store
        .apply_run(
            tenant.namespace,
            &run,
            &halted,
            Some(run.fence),
            changes(job.clone()),
            NOW,
        )
        .await
        .unwrap();
    let kept = store.job(tenant.namespace, job.id).await.unwrap().job;
    assert_eq!(kept, after);
    assert_eq!(
        (kept.status, kept.halt_reason),
        (JobStatus::Halted, Some(Reason::DatasetChanged))
    );
    fresh.end().await;
}

pub async fn progress_and_heartbeat_leave_the_version(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    given::active(store, tenant, "Customers").await;
    let run = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let before = store.current_change().await.unwrap();
    let progress = RunProgress {
        bytes_done: 7,
        counts: Counts {
            seen: 20,
            imported: 0,
            rejected: 5,
        },
    };
    assert!(
        store
            .write_progress(tenant.namespace, run.id, run.fence, progress, NOW)
            .await
            .unwrap()
    );
    let changed = store
        .changes_after(tenant.namespace, before, 10)
        .await
        .unwrap();
    assert_eq!(changed.runs, [run.id]);
    let later = LEASE.plus_seconds(60);
    let beat = store
        .heartbeat(tenant.namespace, run.id, run.fence, later)
        .await
        .unwrap();
    assert_eq!(
        beat,
        Heartbeat {
            held: true,
            cancel_requested: false
        }
    );
    let record = store.run(tenant.namespace, run.id).await.unwrap();
    assert_eq!((record.bytes_done, record.progress_at), (7, Some(NOW)));
    assert_eq!(
        (record.run.counts, record.run.lease_until),
        (progress.counts, Some(later))
    );

    // The worker decides on the run as it claimed it; what was written since stays.
    let importing = step(store, &run, &validated(30, 6)).await;
    let record = store.run(tenant.namespace, run.id).await.unwrap();
    assert_eq!(record.bytes_done, 0, "nothing of the new stage is done");
    let kept = record.run;
    assert_eq!((kept.counts.seen, kept.counts.rejected), (30, 6));
    assert_eq!(kept.lease_until, Some(later));
    assert_eq!(
        (kept.status, kept.version),
        (RunStatus::Importing, importing.version)
    );

    // Read once more after its worker was lost in Processing, it must not lose its counts.
    step(store, &importing, &written(6)).await;
    let told = store
        .write_progress(tenant.namespace, run.id, run.fence, progress, later)
        .await
        .unwrap();
    assert!(!told);
    let decided = store.run(tenant.namespace, run.id).await.unwrap().run;
    assert_eq!((decided.counts.seen, decided.counts.rejected), (30, 6));
    fresh.end().await;
}

pub async fn a_cancel_request_reaches_the_worker(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    given::active(store, tenant, "Customers").await;
    let run = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let progress = RunProgress {
        bytes_done: 7,
        counts: Counts {
            seen: 20,
            imported: 0,
            rejected: 5,
        },
    };
    assert!(
        store
            .write_progress(tenant.namespace, run.id, run.fence, progress, NOW)
            .await
            .unwrap()
    );
    let asked = run.apply(&RunEvent::CancelRequested, NOW).unwrap();
    store
        .apply_run(
            tenant.namespace,
            &run,
            &asked,
            None,
            RunChanges::default(),
            NOW,
        )
        .await
        .unwrap();
    let beat = store
        .heartbeat(tenant.namespace, run.id, run.fence, LEASE)
        .await
        .unwrap();
    assert_eq!(
        beat,
        Heartbeat {
            held: true,
            cancel_requested: true
        }
    );
    let kept = store.run(tenant.namespace, run.id).await.unwrap().run;
    assert_eq!(
        kept.counts, progress.counts,
        "what the worker told meanwhile stays"
    );

    // Whoever does not know of the request cannot go on.
    let importing = run.apply(&validated(3, 0), NOW).unwrap();
    let refused = store
        .apply_run(
            tenant.namespace,
            &run,
            &importing,
            Some(run.fence),
            RunChanges::default(),
            NOW,
        )
        .await
        .unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    let cancelled = step(store, &asked, &RunEvent::Cancelled).await;
    assert_eq!(cancelled.status, RunStatus::Cancelled);
    fresh.end().await;
}

pub async fn a_run_may_be_completed_without_a_record(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    given::active(store, tenant, "Customers").await;
    let claim = store.claim_run("worker", NOW, LEASE, &[]).await;
    let run = step(store, &claim.unwrap().unwrap().run, &RunEvent::NothingNew).await;
    let kept = store.run(tenant.namespace, run.id).await.unwrap().run;
    assert_eq!((kept.status, kept.counts.seen), (RunStatus::Completed, 0));
    // What was checked before still is.
    let impossible = Run {
        version: run.version + 1,
        counts: Counts {
            seen: 2,
            imported: 0,
            rejected: 2,
        },
        ..run.clone()
    };
    let written = store.apply_run(
        tenant.namespace,
        &run,
        &impossible,
        None,
        RunChanges::default(),
        NOW,
    );
    assert!(written.await.is_err());
    fresh.end().await;
}
