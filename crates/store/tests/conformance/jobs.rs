use domain::{
    id::{JobId, JobVersionId},
    job::{JobEvent, JobStatus},
    sampling::{SampleState, SamplingProblem},
    settings::{DraftSettings, JobSettings},
};
use store::{
    activity::ActivityFilter,
    jobs::{Changes, NewJob},
};

use super::{
    Fresh,
    given::{self, LEASE, NOW},
};

pub async fn a_job_is_kept_as_it_was_written(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (sampling, upload) = given::sampling(store, tenant).await;
    let record = store.job(tenant.namespace, sampling.id).await.unwrap();
    assert_eq!(record.job, sampling);
    assert_eq!(record.draft, given::settings(tenant, upload));
    assert_eq!(record.sample.unwrap().id, upload);
    assert_eq!(
        (record.dataset, record.version_number),
        (Some(tenant.dataset), None)
    );

    let problem = SamplingProblem::NotInFormat {
        line: Some(3),
        kind: None,
    };
    let failed = given::apply(
        store,
        &sampling,
        &JobEvent::SampleRejected {
            problem: problem.clone(),
        },
        Changes::default(),
    )
    .await;
    let kept = store.job(tenant.namespace, sampling.id).await.unwrap().job;
    assert_eq!(kept, failed);
    assert_eq!(kept.sample, SampleState::Failed(problem));

    let (active, run) = given::active(store, tenant, "Größe ß").await;
    let record = store.job(tenant.namespace, active.id).await.unwrap();
    assert_eq!(record.job, active);
    assert_eq!(record.version_number, Some(1));
    let settings = store
        .job_version(tenant.namespace, run.job_version)
        .await
        .unwrap();
    assert_eq!(Some(settings.dataset), record.dataset);
    fresh.end().await;
}

pub async fn of_two_transitions_at_one_version_one_wins(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    let (job, _) = given::active(&fresh.store, tenant, "Customers").await;
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let (store, before) = (fresh.store.clone(), job.clone());
            let name = format!("Renamed {n}").parse().unwrap();
            let (after, _) = before.apply(&JobEvent::Renamed { name }, NOW).unwrap();
            tokio::spawn(async move {
                let changes = Changes {
                    activity: vec![given::activity(before.id, "renamed")],
                    ..Changes::default()
                };
                let outcome = store
                    .transition(before.namespace, &before, &after, changes, NOW)
                    .await;
                (outcome, after)
            })
        })
        .collect();
    let mut winner = None;
    for task in tasks {
        match task.await.unwrap() {
            (Ok(()), after) => assert_eq!(winner.replace(after), None),
            (Err(error), _) => assert!(error.is_conflict(), "{error}"),
        }
    }
    let kept = fresh.store.job(tenant.namespace, job.id).await.unwrap().job;
    assert_eq!(Some(kept), winner);
    assert_eq!(
        fresh
            .store
            .activity_page(tenant.namespace, &ActivityFilter::of_job(job.id), None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    fresh.end().await;
}

pub async fn a_draft_is_saved_at_its_version_only(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let job = given::draft(store, tenant, "First").await;
    let draft = DraftSettings {
        dataset: Some(tenant.dataset),
        ..DraftSettings::default()
    };
    let name: domain::name::JobName = "Second".parse().unwrap();
    let save =
        |version| store.save_draft(tenant.namespace, job.id, version, name.clone(), &draft, NOW);
    assert_eq!(save(job.version).await.unwrap(), job.version + 1);
    assert!(save(job.version).await.unwrap_err().is_conflict());
    assert!(save(job.version + 7).await.unwrap_err().is_conflict());
    let record = store.job(tenant.namespace, job.id).await.unwrap();
    assert_eq!(
        (record.job.name, record.draft),
        (name.clone(), draft.clone())
    );
    assert_eq!(record.job.status, JobStatus::Draft);
    assert_eq!(record.dataset, Some(tenant.dataset));
    fresh.end().await;
}

pub async fn versions_are_numbered(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    let upload = given::upload(store, tenant).await;
    let version = JobVersionId(given::id());
    let changes = Changes {
        seal: Some((version, given::sealed(tenant, upload))),
        ..Changes::default()
    };
    given::apply(
        store,
        &job,
        &JobEvent::Edited {
            version,
            timing: None,
        },
        changes,
    )
    .await;
    let record = store.job(tenant.namespace, job.id).await.unwrap();
    assert_eq!(
        (record.version_number, record.job.current),
        (Some(2), Some(version))
    );
    let first = store
        .job_version(tenant.namespace, job.current.unwrap())
        .await
        .unwrap();
    let expected = JobSettings {
        sample: first.sample,
        ..given::sealed(tenant, upload)
    };
    assert_eq!(first, expected);
    assert_ne!(first.sample, Some(upload));
    fresh.end().await;
}

pub async fn a_deleted_job_leaves_its_activity(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = given::active(store, tenant, "Customers").await;
    let before = store.current_change().await.unwrap();
    let stale = store
        .delete_job(
            tenant.namespace,
            job.id,
            job.version + 1,
            given::activity(job.id, "deleted"),
            NOW,
        )
        .await
        .unwrap_err();
    assert!(stale.is_conflict(), "{stale}");
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
            .job(tenant.namespace, job.id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        store
            .run(tenant.namespace, run.id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        store
            .job_version(tenant.namespace, run.job_version)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert_eq!(store.claim_run("a", NOW, LEASE, &[]).await.unwrap(), None);
    let log = store
        .activity_page(tenant.namespace, &ActivityFilter::of_job(job.id), None, 10)
        .await
        .unwrap();
    assert_eq!(
        log.iter()
            .map(|entry| entry.kind.as_str())
            .collect::<Vec<_>>(),
        ["deleted"]
    );
    let changed = store
        .changes_after(tenant.namespace, before, 10)
        .await
        .unwrap();
    assert_eq!(changed.jobs, [job.id]);
    fresh.end().await;
}

pub async fn a_failed_transition_writes_nothing(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = given::active(store, tenant, "Customers").await;
    let (after, _) = job.apply(&JobEvent::Paused, NOW).unwrap();
    // The run exists already, which is found out after the job was written.
    let changes = Changes {
        runs: vec![run],
        activity: vec![given::activity(job.id, "paused")],
        ..Changes::default()
    };
    let refused = store
        .transition(tenant.namespace, &job, &after, changes, NOW)
        .await
        .unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    assert_eq!(store.job(tenant.namespace, job.id).await.unwrap().job, job);
    assert!(
        store
            .activity_page(tenant.namespace, &ActivityFilter::of_job(job.id), None, 10)
            .await
            .unwrap()
            .is_empty()
    );

    let new = NewJob {
        id: job.id,
        name: "Again".parse().unwrap(),
        created_by: tenant.person,
    };
    assert!(
        store
            .create_job(tenant.namespace, new, Vec::new(), NOW)
            .await
            .unwrap_err()
            .is_conflict()
    );
    let nobody = NewJob {
        id: JobId(given::id()),
        name: "Nobody's".parse().unwrap(),
        created_by: domain::id::PersonId(given::id()),
    };
    assert!(
        store
            .create_job(tenant.namespace, nobody, Vec::new(), NOW)
            .await
            .unwrap_err()
            .is_not_found()
    );
    fresh.end().await;
}
