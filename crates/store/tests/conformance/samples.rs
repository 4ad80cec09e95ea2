use domain::{
    job::{JobEvent, JobStatus},
    sampling::SampleState,
};
use store::jobs::Changes;

use super::{
    Fresh,
    given::{self, LEASE, NOW},
};

pub async fn a_sample_is_claimed_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    let (job, upload) = given::sampling(&fresh.store, tenant).await;
    given::draft(&fresh.store, tenant, "Not sampling").await;
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let store = fresh.store.clone();
            tokio::spawn(async move {
                store
                    .claim_sampling(&format!("worker {n}"), NOW, LEASE)
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut claims = Vec::new();
    for task in tasks {
        claims.extend(task.await.unwrap());
    }
    let [claim] = claims.as_slice() else {
        panic!("{} claims", claims.len())
    };
    assert_eq!((claim.namespace, &claim.job), (tenant.namespace, &job));
    assert_eq!(claim.upload.as_ref().unwrap().id, upload);
    assert_eq!(claim.dataset.as_ref().unwrap().fields, given::fields());
    assert_eq!(claim.draft, given::settings(tenant, upload));
    assert_eq!(claim.claims, 1);
    fresh.end().await;
}

pub async fn a_lapsed_sample_is_claimed_again(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::sampling(store, tenant).await;
    let first = store
        .claim_sampling("first", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    let later = LEASE.plus_seconds(30);
    assert!(
        store
            .renew_sampling(tenant.namespace, job.id, first.fence, later)
            .await
            .unwrap()
    );
    assert_eq!(
        store.claim_sampling("second", LEASE, later).await.unwrap(),
        None
    );
    let second = store
        .claim_sampling("second", later, later.plus_seconds(60))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(second.claims, 2);
    assert!(second.fence > first.fence);
    assert!(
        !store
            .renew_sampling(tenant.namespace, job.id, first.fence, later)
            .await
            .unwrap()
    );
    fresh.end().await;
}

pub async fn an_outcome_under_an_old_fence_is_refused(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::sampling(store, tenant).await;
    let old = store
        .claim_sampling("old", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    let new = store
        .claim_sampling("new", LEASE, LEASE.plus_seconds(60))
        .await
        .unwrap()
        .unwrap();
    let (after, _) = job.apply(&JobEvent::SampleProcessed, NOW).unwrap();
    let under = |fence| Changes {
        sampling_fence: Some(fence),
        ..Changes::default()
    };
    let refused = store
        .transition(tenant.namespace, &job, &after, under(old.fence), NOW)
        .await
        .unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    store
        .transition(tenant.namespace, &job, &after, under(new.fence), NOW)
        .await
        .unwrap();
    let kept = store.job(tenant.namespace, job.id).await.unwrap().job;
    assert_eq!(
        (kept.status, &kept.sample),
        (JobStatus::Draft, &SampleState::Ready)
    );

    // A new sample is not answered by whoever was busy with the one before.
    given::apply(store, &kept, &JobEvent::SampleProvided, Changes::default()).await;
    let again = store
        .claim_sampling("next", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(again.claims, 1);
    assert!(again.fence > new.fence + 1);
    fresh.end().await;
}
