use domain::{
    id::{RunId, UploadId},
    job::{Job, JobEvent},
    retry::RerunSettings,
    run::{Input, Origin, Run, RunEvent, RunStatus},
};
use store::{
    Store,
    jobs::{Changes, JobTransition},
    metrics::QueueLength,
    runs::RunChanges,
    uploads::NewUpload,
};

use sea_orm::ConnectionTrait as _;

use super::{
    Fresh,
    given::{self, NOW, Tenant},
    runs::{step, validated, written},
};

/// Ends the run that nobody has begun, and tells its job.
async fn cancel(store: &Store, job: &Job, run: &Run) {
    let cancelled = run.apply(&RunEvent::CancelRequested, NOW).unwrap();
    let ended = JobEvent::RunEnded {
        run: cancelled.ended().unwrap(),
        reruns: RerunSettings::default(),
    };
    let (after, _) = job.apply(&ended, NOW).unwrap();
    let transition = JobTransition {
        before: job.clone(),
        after,
    };
    let changes = RunChanges {
        job: Some((transition, Changes::default())),
        ..RunChanges::default()
    };
    store
        .apply_run(run.namespace, run, &cancelled, None, changes, NOW)
        .await
        .unwrap();
}

async fn old_uploads(store: &Store) -> Vec<UploadId> {
    let old = store
        .old_uploads(NOW.plus_seconds(1), None, 9)
        .await
        .unwrap();
    old.into_iter().map(|(_, id)| id).collect()
}

fn upload_of(run: &Run) -> UploadId {
    run.input.upload.unwrap()
}

async fn announced(store: &Store, tenant: Tenant) -> UploadId {
    let id = UploadId(given::id());
    let new = NewUpload {
        id,
        file_name: "customers.csv".to_owned(),
        bytes: 10,
        by: tenant.person,
    };
    store
        .create_upload(tenant.namespace, new, NOW)
        .await
        .unwrap();
    id
}

pub async fn uploads_in_use_are_known(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (_, sample) = given::sampling(store, tenant).await;
    let (_, run) = given::active(store, tenant, "Customers").await;
    let unused = given::upload(store, tenant).await;
    let in_use = store.uploads_in_use(tenant.namespace).await.unwrap();
    assert_eq!(in_use, [sample, upload_of(&run)].into());
    assert_eq!(
        old_uploads(store).await,
        [sample, upload_of(&run), unused],
        "those in use are old too"
    );
    assert!(store.old_uploads(NOW, None, 9).await.unwrap().is_empty());
    let rest = store
        .old_uploads(NOW.plus_seconds(1), Some(sample), 1)
        .await
        .unwrap();
    assert_eq!(rest, [(tenant.namespace, upload_of(&run))]);
    fresh.end().await;
}

pub async fn removed_uploads_are_forgotten_with_their_last_run(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = given::active(store, tenant, "Customers").await;
    cancel(store, &job, &run).await;
    let upload = upload_of(&run);
    let goes = store.note_removed_upload(tenant.namespace, upload, NOW);
    assert!(!goes.await.unwrap(), "it is the job's sample");
    assert_eq!(old_uploads(store).await, [upload]);
    let removed = "UPDATE uploads SET removed_at = 1";
    fresh.raw.execute_unprepared(removed).await.unwrap();
    assert!(old_uploads(store).await.is_empty());
    let removed = store.upload(tenant.namespace, upload).await.unwrap();
    assert!(removed.is_removed());
    assert!(store.uploads_with_file(&[upload]).await.unwrap().is_empty());
    assert_eq!(store.forget_removed_uploads().await.unwrap(), 0);
    store.forget_run(tenant.namespace, run.id).await.unwrap();
    assert_eq!(store.forget_removed_uploads().await.unwrap(), 1);
    let gone = store.upload(tenant.namespace, upload).await;
    assert!(gone.unwrap_err().is_not_found());
    fresh.end().await;
}

pub async fn an_upload_that_was_taken_up_meanwhile_stays(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let unused = given::upload(store, tenant).await;
    let known = store.uploads_in_use(tenant.namespace).await.unwrap();
    assert!(known.is_empty());
    // After the look of clean-up.
    let (job, run) = given::active(store, tenant, "Customers").await;
    for (upload, expected) in [(upload_of(&run), false), (unused, true)] {
        let goes = store.note_removed_upload(tenant.namespace, upload, NOW);
        assert_eq!(goes.await.unwrap(), expected);
        let upload = store.upload(tenant.namespace, upload).await.unwrap();
        assert_eq!(upload.is_removed(), expected);
    }
    // Who removed it was first. A person hears so at once; what the system queues says so by its end.
    for (origin, is_refused) in [(Origin::Manual, true), (Origin::Rerun, false)] {
        let late = Run {
            id: RunId(given::id()),
            input: Input {
                upload: Some(unused),
                corrects: None,
            },
            origin,
            ..run.clone()
        };
        let after = Job {
            version: job.version + 1,
            ..job.clone()
        };
        let changes = Changes {
            runs: vec![late],
            ..Changes::default()
        };
        let queued = store.transition(tenant.namespace, &job, &after, changes, NOW);
        let queued = queued.await.map_err(|error| error.is_conflict());
        assert_eq!(queued, if is_refused { Err(true) } else { Ok(()) });
    }
    fresh.end().await;
}

pub async fn abandoned_uploads_are_forgotten(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let whole = given::upload(store, tenant).await;
    let abandoned = announced(store, tenant).await;
    let later = NOW.plus_seconds(1);
    assert_eq!(
        store.abandoned_uploads(later, 9).await.unwrap(),
        [(tenant.namespace, abandoned)]
    );
    assert!(store.abandoned_uploads(NOW, 9).await.unwrap().is_empty());
    assert!(
        store
            .forget_upload(tenant.namespace, abandoned)
            .await
            .unwrap()
    );
    assert!(!store.forget_upload(tenant.namespace, whole).await.unwrap());
    assert_eq!(
        store.uploads_with_file(&[whole, abandoned]).await.unwrap(),
        [whole].into()
    );
    fresh.end().await;
}

pub async fn old_runs_of_idle_jobs_are_found(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, ended) = given::active(store, tenant, "Customers").await;
    cancel(store, &job, &ended).await;
    let (_, queued) = given::active(store, tenant, "Orders").await;
    let later = NOW.plus_seconds(1);
    assert_eq!(
        store.old_runs(later, None, 9).await.unwrap(),
        [(tenant.namespace, ended.id)]
    );
    let rest = store.old_runs(later, Some(ended.id), 9).await.unwrap();
    assert!(rest.is_empty());
    assert!(store.old_runs(NOW, None, 9).await.unwrap().is_empty());

    store.forget_run(tenant.namespace, queued.id).await.unwrap();
    store.forget_run(tenant.namespace, ended.id).await.unwrap();
    assert_eq!(
        store.known_runs(&[ended.id, queued.id]).await.unwrap(),
        [queued.id].into(),
        "only what has ended is forgotten"
    );

    let (job, ended) = given::active(store, tenant, "Articles").await;
    cancel(store, &job, &ended).await;
    let reactivated = JobEvent::Reactivated { next: None };
    let paused = store.job(tenant.namespace, job.id).await.unwrap().job;
    let (after, effects) = paused.apply(&reactivated, NOW).unwrap();
    let changes = Changes {
        runs: given::runs_of(&after, &effects, NOW),
        ..Changes::default()
    };
    store
        .transition(tenant.namespace, &paused, &after, changes, NOW)
        .await
        .unwrap();
    assert!(
        store.old_runs(later, None, 9).await.unwrap().is_empty(),
        "the job has something under way"
    );
    fresh.end().await;
}

pub async fn runs_of_a_dataset_and_of_the_queue_are_counted(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let into = async || {
        let runs = store
            .runs_into_dataset(tenant.namespace, tenant.dataset, 9)
            .await
            .unwrap();
        runs.into_iter()
            .map(|record| record.run.id)
            .collect::<Vec<_>>()
    };
    let (_, first) = given::active_at(store, tenant, "Customers", NOW.plus_seconds(-60)).await;
    let (_, second) = given::active(store, tenant, "Orders").await;
    assert!(into().await.is_empty(), "nothing has gone in");
    assert_eq!(
        store.queue_length(NOW).await.unwrap(),
        QueueLength {
            runs: 2,
            oldest_due_at: Some(NOW.plus_seconds(-60)),
        }
    );
    let claim = store
        .claim_run("worker", NOW, given::LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    let mut run = claim.run;
    for event in [
        validated(10, 2),
        written(2),
        RunEvent::Merged {
            imported: 8,
            rejected: 2,
        },
    ] {
        run = step(store, &run, &event).await;
    }
    assert_eq!(into().await, [run.id]);
    assert!([first.id, second.id].contains(&run.id));
    let mut counts = store.run_counts_by_status().await.unwrap();
    counts.sort_unstable();
    assert_eq!(
        counts,
        [(RunStatus::Queued, 1), (RunStatus::PartiallyCompleted, 1)]
    );
    assert_eq!(store.queue_length(NOW).await.unwrap().runs, 1);
    fresh.end().await;
}
