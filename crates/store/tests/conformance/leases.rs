use domain::run::{RunEvent, RunStatus};
use store::runs::{Heartbeat, RunChanges, RunProgress};

use super::{
    Fresh,
    given::{self, LEASE, NOW},
    runs::{step, validated, written},
};

fn lost() -> RunEvent {
    RunEvent::LeaseExpired {
        reference: "abc".to_owned(),
    }
}

pub async fn a_lost_lease_is_found(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    given::active(store, tenant, "Customers").await;
    given::active(store, tenant, "Held").await;
    let run = store
        .claim_run("lost", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    store
        .claim_run("held", NOW, LEASE.plus_seconds(60), &[])
        .await
        .unwrap()
        .unwrap();
    assert!(
        store
            .lapsed_runs(LEASE.plus_seconds(-1), 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.lapsed_runs(LEASE, 10).await.unwrap(),
        std::slice::from_ref(&run)
    );
    assert_eq!(
        store.claim_run("thief", LEASE, LEASE, &[]).await.unwrap(),
        None
    );

    let requeued = run.apply(&lost(), LEASE).unwrap();
    store
        .apply_run(
            tenant.namespace,
            &run,
            &requeued,
            None,
            RunChanges::default(),
            LEASE,
        )
        .await
        .unwrap();
    assert!(store.lapsed_runs(LEASE, 10).await.unwrap().is_empty());
    let again = store
        .claim_run("next", LEASE, LEASE.plus_seconds(60), &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    assert_eq!((again.id, again.fence, again.claims_lost), (run.id, 2, 1));
    assert_eq!(again.started_at, Some(NOW));
    fresh.end().await;
}

pub async fn writes_under_an_old_fence_are_refused(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let namespace = tenant.namespace;
    given::active(store, tenant, "Customers").await;
    let asleep = store
        .claim_run("asleep", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let requeued = asleep.apply(&lost(), LEASE).unwrap();
    store
        .apply_run(
            namespace,
            &asleep,
            &requeued,
            None,
            RunChanges::default(),
            LEASE,
        )
        .await
        .unwrap();

    // While nobody holds it, and when somebody else does.
    for awake in [false, true] {
        if awake {
            store
                .claim_run("awake", LEASE, LEASE.plus_seconds(60), &[])
                .await
                .unwrap()
                .unwrap();
        }
        let kept = store.run(namespace, asleep.id).await.unwrap();
        let beat = store
            .heartbeat(namespace, asleep.id, asleep.fence, LEASE)
            .await
            .unwrap();
        assert_eq!(
            beat,
            Heartbeat {
                held: false,
                cancel_requested: false
            }
        );
        let progress = RunProgress {
            bytes_done: 9,
            ..RunProgress::default()
        };
        let written = store
            .write_progress(namespace, asleep.id, asleep.fence, progress, LEASE)
            .await;
        assert!(!written.unwrap());
        let importing = asleep.apply(&validated(1, 0), LEASE).unwrap();
        let refused = store
            .apply_run(
                namespace,
                &asleep,
                &importing,
                Some(asleep.fence),
                RunChanges::default(),
                LEASE,
            )
            .await
            .unwrap_err();
        assert!(refused.is_conflict(), "{refused}");
        assert_eq!(store.run(namespace, asleep.id).await.unwrap(), kept);
    }

    // Knowing the newest version does not help without the fence.
    let current = store.run(namespace, asleep.id).await.unwrap().run;
    let importing = current.apply(&validated(1, 0), LEASE).unwrap();
    let refused = store
        .apply_run(
            namespace,
            &current,
            &importing,
            Some(asleep.fence),
            RunChanges::default(),
            LEASE,
        )
        .await
        .unwrap_err();
    assert!(refused.is_conflict(), "{refused}");
    fresh.end().await;
}

pub async fn an_unsettled_run_is_claimed_in_processing(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, _) = given::active(store, tenant, "Customers").await;
    given::queue(store, job.id, tenant.namespace, NOW).await;
    let run = store
        .claim_run("first", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    let run = step(store, &run, &validated(3, 1)).await;
    let run = step(store, &run, &written(1)).await;
    assert_eq!(run.status, RunStatus::Processing);
    let unheld = run.apply(&lost(), LEASE).unwrap();
    store
        .apply_run(
            tenant.namespace,
            &run,
            &unheld,
            None,
            RunChanges::default(),
            LEASE,
        )
        .await
        .unwrap();
    let claim = store
        .claim_run("second", LEASE, LEASE.plus_seconds(60), &[])
        .await
        .unwrap()
        .unwrap()
        .run;
    assert_eq!(
        (claim.id, claim.status, claim.fence),
        (run.id, RunStatus::Processing, 2)
    );
    assert_eq!(claim.counts, run.counts);
    fresh.end().await;
}
