use domain::{
    id::RunId,
    job::{Job, JobEvent},
    retry::RerunSettings,
    run::{Run, RunEvent, RunStatus},
};
use store::{
    Store,
    corrections::Corrections,
    error::StoreError,
    jobs::{Changes, JobTransition},
    runs::RunChanges,
};

use super::{
    Fresh,
    given::{self, LEASE, NOW, Tenant},
    runs::{step, validated, written},
};

/// A run that imported eight of ten records, and its job.
async fn partly(store: &Store, tenant: Tenant) -> (Job, Run) {
    given::active(store, tenant, "Customers").await;
    work(store, tenant, 10, 2, Vec::new()).await
}

/// Does the run that is queued; `corrected` are the runs that its rows complete.
async fn work(
    store: &Store,
    tenant: Tenant,
    seen: u64,
    rejected: u64,
    corrected: Vec<(Run, Run)>,
) -> (Job, Run) {
    let claim = store.claim_run("worker", NOW, LEASE, &[]).await.unwrap();
    let run = claim.unwrap().run;
    let run = step(store, &run, &validated(seen, rejected)).await;
    let run = step(store, &run, &written(rejected)).await;
    let merged = RunEvent::Merged {
        imported: seen - rejected,
        rejected,
    };
    let ended = run.apply(&merged, NOW).unwrap();
    let before = store.job(tenant.namespace, run.job).await.unwrap().job;
    let event = JobEvent::RunEnded {
        run: ended.ended().unwrap(),
        reruns: RerunSettings::default(),
    };
    let (after, _) = before.apply(&event, NOW).unwrap();
    let job = JobTransition {
        before,
        after: after.clone(),
    };
    let changes = RunChanges {
        job: Some((job, Changes::default())),
        corrected,
        ..RunChanges::default()
    };
    store
        .apply_run(
            tenant.namespace,
            &run,
            &ended,
            Some(run.fence),
            changes,
            NOW,
        )
        .await
        .unwrap();
    (after, ended)
}

/// Queues a run of two corrected records.
async fn reimport(
    store: &Store,
    tenant: Tenant,
    job: &Job,
    run: &Run,
    corrections: Corrections,
) -> Result<RunId, StoreError> {
    let event = JobEvent::Reimported {
        run: run.ended().unwrap(),
        upload: corrections.upload,
    };
    let (after, effects) = job.apply(&event, NOW).unwrap();
    let runs = given::runs_of(&after, &effects, NOW);
    let child = runs[0].id;
    let changes = Changes {
        runs,
        corrections: Some(corrections),
        ..Changes::default()
    };
    store
        .transition(tenant.namespace, job, &after, changes, NOW)
        .await?;
    Ok(child)
}

async fn corrections(store: &Store, tenant: Tenant, corrects: RunId) -> Corrections {
    Corrections {
        upload: given::upload(store, tenant).await,
        corrects,
        record_count: 2,
        records: Some(vec![(0, 1)]),
    }
}

pub async fn a_run_is_corrected_together_with_its_correction(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = partly(store, tenant).await;
    let corrections = corrections(store, tenant, run.id).await;
    let child = reimport(store, tenant, &job, &run, corrections.clone())
        .await
        .unwrap();
    let correcting = store
        .runs_correcting(tenant.namespace, run.id)
        .await
        .unwrap();
    assert_eq!(correcting.len(), 1);
    assert_eq!(correcting[0].record.run.id, child);
    assert_eq!(correcting[0].corrections, corrections);
    let other = given::tenant(store).await;
    assert!(
        store
            .runs_correcting(other.namespace, run.id)
            .await
            .unwrap()
            .is_empty()
    );

    let seen_at = store.run(tenant.namespace, run.id).await.unwrap().change;
    let completed = run.apply(&RunEvent::Corrected { records: 2 }, NOW).unwrap();
    work(store, tenant, 2, 0, vec![(run.clone(), completed.clone())]).await;
    let record = store.run(tenant.namespace, run.id).await.unwrap();
    assert_eq!(record.run, completed);
    assert_eq!(record.run.status, RunStatus::Completed);
    assert!(record.change > seen_at, "a live page is told");
    fresh.end().await;
}

pub async fn an_upload_corrects_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = partly(store, tenant).await;
    let corrections = corrections(store, tenant, run.id).await;
    reimport(store, tenant, &job, &run, corrections.clone())
        .await
        .unwrap();
    let job = store.job(tenant.namespace, job.id).await.unwrap().job;
    let error = reimport(store, tenant, &job, &run, corrections)
        .await
        .unwrap_err();
    assert!(error.is_conflict(), "{error}");
    assert_eq!(
        store.job(tenant.namespace, job.id).await.unwrap().job,
        job,
        "nothing was written"
    );
    fresh.end().await;
}

pub async fn a_deleted_job_takes_its_corrections_along(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = partly(store, tenant).await;
    let corrections = corrections(store, tenant, run.id).await;
    reimport(store, tenant, &job, &run, corrections)
        .await
        .unwrap();
    let (job, _) = work(store, tenant, 2, 1, Vec::new()).await;
    store
        .delete_job(
            tenant.namespace,
            job.id,
            job.version,
            given::activity(job.id, "deleted"),
            NOW,
        )
        .await
        .unwrap();
    assert!(
        store
            .runs_correcting(tenant.namespace, run.id)
            .await
            .unwrap()
            .is_empty()
    );
    fresh.end().await;
}
