use super::{Fresh, given};

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
            .note_rows(tenant.namespace, "customers", told)
            .await
            .unwrap();
        let dataset = fresh
            .store
            .dataset(tenant.namespace, tenant.dataset)
            .await
            .unwrap();
        assert_eq!(dataset.rows, known);
    }
    let dataset = fresh
        .store
        .dataset(other.namespace, other.dataset)
        .await
        .unwrap();
    assert_eq!(dataset.rows, 0);
    fresh.end().await;
}
