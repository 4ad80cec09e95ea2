use domain::{counts::Brought, id::DatasetId, run::RunEvent, settings::QualityGate};
use store::{
    Store,
    runs::{RunChanges, RunClaim},
};

use super::{
    Fresh,
    given::{self, LEASE, NOW, Tenant},
};

pub async fn what_is_probed_is_written(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let another = fresh.another().await;
    let probes = (0..8).map(|number| {
        let store = if number % 2 == 0 {
            &fresh.store
        } else {
            &another
        };
        store.probe()
    });
    for probed in futures::future::join_all(probes).await {
        probed.unwrap();
    }
    another.close().await.unwrap();
    fresh.end().await;
}

pub async fn a_database_has_one_instance_id(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    assert!(fresh.store.is_unused().await.unwrap());
    let another = fresh.another().await;
    let (first, second) = (given::id(), given::id());
    let ids = tokio::join!(fresh.store.instance_id(first), another.instance_id(second));
    let id = ids.0.unwrap();
    assert!(id == first || id == second);
    assert_eq!(ids.1.unwrap(), id);
    assert_eq!(another.instance_id(given::id()).await.unwrap(), id);
    given::tenant(&fresh.store).await;
    assert!(!another.is_unused().await.unwrap());
    another.close().await.unwrap();
    fresh.end().await;
}

pub async fn rows_of_a_dataset_are_not_unlearnt(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let (tenant, other) = (
        given::tenant(&fresh.store).await,
        given::tenant(&fresh.store).await,
    );
    for (told, known) in [(10, 10), (7, 10), (12, 12)] {
        fresh
            .store
            .note_brought(tenant.namespace, "customers", brought(told, told / 2))
            .await
            .unwrap();
        let dataset = fresh
            .store
            .dataset(tenant.namespace, tenant.dataset)
            .await
            .unwrap();
        assert_eq!(dataset.brought, brought(known, known / 2));
    }
    let dataset = fresh
        .store
        .dataset(other.namespace, other.dataset)
        .await
        .unwrap();
    assert_eq!(dataset.brought, Brought::default());
    fresh.end().await;
}

pub async fn missing_rows_stay_known_until_they_are_accepted(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let note = |rows, runs| store.note_brought(tenant.namespace, "customers", brought(rows, runs));
    note(100, 7).await.unwrap();
    // An older file was put back; one run brings in more than it lacks.
    let first = claim(store, tenant).await;
    end(store, tenant, &first, 95).await;
    assert_eq!(known(store, tenant).await, brought(195, 8));

    // Whoever looks at the destination sees rows of runs that have not ended here.
    let (one, other) = (claim(store, tenant).await, claim(store, tenant).await);
    note(300, 10).await.unwrap();
    assert_eq!(
        known(store, tenant).await,
        brought(195, 8),
        "the runs will tell"
    );
    end(store, tenant, &one, 1).await;
    let entry = || given::instance_activity("rows_accepted");
    let found = brought(3, 1);
    let accept = || store.accept_rows(tenant.namespace, tenant.dataset, found, entry(), NOW);
    assert!(accept().await.unwrap_err().is_conflict());
    end(store, tenant, &other, 2).await;
    assert_eq!(known(store, tenant).await, brought(198, 10));
    accept().await.unwrap();
    assert_eq!(known(store, tenant).await, found);
    note(3, 2).await.unwrap();
    assert_eq!(known(store, tenant).await, brought(3, 2));
    fresh.end().await;
}

pub async fn rows_that_go_are_counted_once_and_not_while_others_come(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (tenant, other) = (given::tenant(store).await, given::tenant(store).await);
    let note = store.note_brought(tenant.namespace, "customers", brought(10, 1));
    note.await.unwrap();
    let entry = || given::instance_activity("keys_changed");
    let remove = |of: Tenant, dataset: DatasetId, rows| {
        store.remove_rows(of.namespace, dataset, rows, entry(), NOW)
    };
    remove(tenant, tenant.dataset, 3).await.unwrap();
    assert_eq!(known(store, tenant).await, brought(7, 1));
    let back = store.put_rows_back(tenant.namespace, tenant.dataset, 3);
    back.await.unwrap();
    assert_eq!(known(store, tenant).await, brought(10, 1));
    assert!(
        remove(other, tenant.dataset, 1)
            .await
            .unwrap_err()
            .is_conflict()
    );

    let claim = claim(store, tenant).await;
    let checked = RunEvent::ValidationFinished {
        seen: 1,
        rejected: 0,
        gate: QualityGate::default(),
    };
    let importing = claim.run.apply(&checked, NOW).unwrap();
    let changes = RunChanges::default();
    let applied = store.apply_run(tenant.namespace, &claim.run, &importing, None, changes, NOW);
    applied.await.unwrap();
    assert!(
        remove(tenant, tenant.dataset, 1)
            .await
            .unwrap_err()
            .is_conflict()
    );
    assert_eq!(known(store, tenant).await, brought(10, 1));
    let claim = RunClaim {
        run: importing,
        ..claim
    };
    end(store, tenant, &claim, 2).await;
    remove(tenant, tenant.dataset, 20).await.unwrap();
    assert_eq!(known(store, tenant).await, brought(0, 2));
    fresh.end().await;
}

fn brought(rows: u64, runs: u64) -> Brought {
    Brought { rows, runs }
}

async fn known(store: &Store, tenant: Tenant) -> Brought {
    let dataset = store.dataset(tenant.namespace, tenant.dataset).await;
    dataset.unwrap().brought
}

async fn claim(store: &Store, tenant: Tenant) -> RunClaim {
    given::active(store, tenant, &given::id().to_string()).await;
    let claim = store.claim_run("worker", NOW, LEASE, &[]).await;
    claim.unwrap().expect("a run is due")
}

async fn end(store: &Store, tenant: Tenant, claim: &RunClaim, added: u64) {
    let merged = RunEvent::Merged {
        imported: 1,
        rejected: 0,
    };
    let after = claim.run.apply(&merged, NOW).unwrap();
    let changes = RunChanges {
        rows_added: Some(added),
        ..RunChanges::default()
    };
    store
        .apply_run(tenant.namespace, &claim.run, &after, None, changes, NOW)
        .await
        .unwrap();
}
