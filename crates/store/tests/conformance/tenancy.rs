use domain::{
    id::{DatasetId, JobId, JobVersionId, NamespaceId, RunId, UploadId},
    job::JobEvent,
    month::Month,
    run::{Input, RunEvent},
    time::Timestamp,
};
use store::{
    activity::ActivityFilter,
    datasets::NewDataset,
    jobs::{Changes, JobsFilter, JobsOrder, NewJob},
    runs::{RunChanges, RunProgress},
    uploads::NewUpload,
};

use super::{
    Fresh,
    given::{self, LEASE, NOW},
};

const MONTH: Month = Month {
    year: 2026,
    month: 9,
};

/// Every function with the rows of one namespace under another one, and under one that does not exist.
pub async fn foreign_rows_are_not_found(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (mine, other) = (given::tenant(store).await, given::tenant(store).await);
    let (job, _) = given::active(store, mine, "Customers").await;
    let run = store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    given::logged(store, mine, given::activity(job.id, "seen"), NOW).await;
    let upload = UploadId(given::id());
    let new = NewUpload {
        id: upload,
        file_name: "a.csv".to_owned(),
        bytes: 0,
        by: mine.person,
    };
    store.create_upload(mine.namespace, new, NOW).await.unwrap();

    for namespace in [other.namespace, NamespaceId(given::id())] {
        macro_rules! not_found {
            ($($call:expr),+ $(,)?) => {$(
                let error = $call.await.expect_err(stringify!($call));
                assert!(error.is_not_found(), "{}: {error}", stringify!($call));
            )+};
        }
        let (renamed, _) = job
            .apply(
                &JobEvent::Renamed {
                    name: "Mine".parse().unwrap(),
                },
                NOW,
            )
            .unwrap();
        let cancelling = run.apply(&RunEvent::CancelRequested, NOW).unwrap();
        not_found!(
            store.dataset(namespace, mine.dataset),
            store.upload(namespace, upload),
            store.set_received(namespace, upload, 0, 0),
            store.complete_upload(namespace, upload, "ab", NOW),
            store.job(namespace, job.id),
            store.job_summary(namespace, job.id, MONTH),
            store.job_version(namespace, job.current.unwrap()),
            store.save_draft(
                namespace,
                job.id,
                job.version,
                job.name.clone(),
                &given::settings(mine, upload),
                NOW
            ),
            store.transition(namespace, &job, &renamed, Changes::default(), NOW),
            store.delete_job(
                namespace,
                job.id,
                job.version,
                given::activity(job.id, "deleted"),
                NOW
            ),
            store.run(namespace, run.id),
            store.apply_run(
                namespace,
                &run,
                &cancelling,
                None,
                RunChanges::default(),
                NOW
            ),
        );
        assert_eq!(
            store
                .dataset_by_name(NamespaceId(given::id()), "customers")
                .await
                .unwrap(),
            None
        );
        assert_eq!(store.role_in(namespace, mine.person).await.unwrap(), None);
        assert!(
            !store
                .heartbeat(namespace, run.id, run.fence, LEASE)
                .await
                .unwrap()
                .held
        );
        let progress = RunProgress::default();
        assert!(
            !store
                .write_progress(namespace, run.id, run.fence, progress, NOW)
                .await
                .unwrap()
        );
        assert!(
            !store
                .renew_sampling(namespace, job.id, 0, LEASE)
                .await
                .unwrap()
        );
        assert!(!store.any_job(namespace).await.unwrap());
        let order = JobsOrder::Name { after: None };
        let page = store
            .jobs_page(namespace, &JobsFilter::default(), &order, 10, MONTH)
            .await
            .unwrap();
        assert!(page.is_empty());
        assert!(
            store
                .job_counts_by_status(namespace)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .runs_page(namespace, job.id, None, 10)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .runs_page_before(namespace, job.id, (Timestamp(0), run.id), 10)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .runs_of_jobs(namespace, &[job.id], 5)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .unfinished_runs(namespace, job.id)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .activity_page(namespace, &ActivityFilter::of_job(job.id), None, 10)
                .await
                .unwrap()
                .is_empty()
        );
        assert!(
            store
                .datasets(namespace)
                .await
                .unwrap()
                .iter()
                .all(|found| found.id != mine.dataset)
        );
        let changed = store.changes_after(namespace, 0, 10).await.unwrap();
        assert!(changed.jobs.is_empty() && changed.runs.is_empty());
    }
    assert_eq!(store.job(mine.namespace, job.id).await.unwrap().job, job);
    assert_eq!(store.run(mine.namespace, run.id).await.unwrap().run, run);
    fresh.end().await;
}

/// New rows in a namespace that does not exist, and rows that point into another one.
pub async fn foreign_rows_cannot_be_referred_to(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (mine, other) = (given::tenant(store).await, given::tenant(store).await);
    let nowhere = NamespaceId(given::id());
    let dataset = NewDataset {
        id: DatasetId(given::id()),
        name: "a".to_owned(),
        fields: Vec::new(),
    };
    assert!(
        store
            .create_dataset(nowhere, dataset, Vec::new(), NOW)
            .await
            .unwrap_err()
            .is_not_found()
    );
    let upload = NewUpload {
        id: UploadId(given::id()),
        file_name: "a".to_owned(),
        bytes: 1,
        by: mine.person,
    };
    assert!(
        store
            .create_upload(nowhere, upload, NOW)
            .await
            .unwrap_err()
            .is_not_found()
    );
    let id = JobId(given::id());
    let job = NewJob {
        id,
        name: "a".parse().unwrap(),
        created_by: mine.person,
    };
    assert!(
        store
            .create_job(nowhere, job, Vec::new(), NOW)
            .await
            .unwrap_err()
            .is_not_found()
    );

    let (job, run) = given::active(store, mine, "Customers").await;
    let mine_too = given::upload(store, mine).await;
    let foreign_upload = given::upload(store, other).await;
    let (renamed, _) = job
        .apply(
            &JobEvent::Renamed {
                name: "Mine".parse().unwrap(),
            },
            NOW,
        )
        .unwrap();
    let version = JobVersionId(given::id());
    let foreign_run = domain::run::Run {
        id: RunId(given::id()),
        input: Input {
            upload: Some(foreign_upload),
            corrects: None,
        },
        ..run.clone()
    };
    let wrong_namespace = domain::run::Run {
        id: RunId(given::id()),
        namespace: other.namespace,
        ..run
    };
    for changes in [
        Changes {
            seal: Some((version, given::sealed(other, mine_too))),
            ..Changes::default()
        },
        Changes {
            runs: vec![foreign_run],
            ..Changes::default()
        },
        Changes {
            runs: vec![wrong_namespace],
            ..Changes::default()
        },
    ] {
        let error = store
            .transition(mine.namespace, &job, &renamed, changes, NOW)
            .await
            .unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
    let draft = given::draft(store, mine, "Draft").await;
    let foreign = given::settings(other, foreign_upload);
    let error = store
        .save_draft(
            mine.namespace,
            draft.id,
            draft.version,
            draft.name,
            &foreign,
            NOW,
        )
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    fresh.end().await;
}
