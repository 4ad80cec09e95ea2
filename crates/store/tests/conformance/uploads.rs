use domain::id::UploadId;
use store::uploads::{Announced, NewUpload, UploadLimits};

use super::{
    Fresh,
    given::{self, NOW},
};

pub async fn bytes_are_received_by_compare_and_set(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let id = UploadId(given::id());
    let new = NewUpload {
        id,
        file_name: "../\"a\".csv\n".to_owned(),
        bytes: 10,
        by: tenant.person,
    };
    store
        .create_upload(tenant.namespace, new, NOW)
        .await
        .unwrap();
    store
        .set_received(tenant.namespace, id, 0, 4)
        .await
        .unwrap();
    let stale = store
        .set_received(tenant.namespace, id, 0, 6)
        .await
        .unwrap_err();
    assert!(stale.is_conflict(), "{stale}");
    let too_many = store
        .set_received(tenant.namespace, id, 4, 11)
        .await
        .unwrap_err();
    assert!(too_many.is_conflict(), "{too_many}");
    let upload = store.upload(tenant.namespace, id).await.unwrap();
    assert_eq!((upload.received, upload.bytes), (4, 10));
    assert_eq!(upload.file_name, "\"a\".csv");
    fresh.end().await;
}

pub async fn an_upload_is_complete_when_all_bytes_are_here(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let id = UploadId(given::id());
    let new = NewUpload {
        id,
        file_name: "a.csv".to_owned(),
        bytes: 3,
        by: tenant.person,
    };
    store
        .create_upload(tenant.namespace, new, NOW)
        .await
        .unwrap();
    let early = store
        .complete_upload(tenant.namespace, id, "ab", NOW)
        .await
        .unwrap_err();
    assert!(early.is_conflict(), "{early}");
    store
        .set_received(tenant.namespace, id, 0, 3)
        .await
        .unwrap();
    store
        .complete_upload(tenant.namespace, id, "ab", NOW)
        .await
        .unwrap();
    let upload = store.upload(tenant.namespace, id).await.unwrap();
    assert!(upload.is_complete());
    assert_eq!(
        (upload.sha256.as_deref(), upload.completed_at),
        (Some("ab"), Some(NOW))
    );
    assert!(
        store
            .complete_upload(tenant.namespace, id, "cd", NOW)
            .await
            .unwrap_err()
            .is_conflict()
    );
    assert!(
        store
            .set_received(tenant.namespace, id, 3, 2)
            .await
            .unwrap_err()
            .is_conflict()
    );
    fresh.end().await;
}

pub async fn uploads_at_once_do_not_pass_the_limits_together(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let limits = UploadLimits { bytes: 35, open: 9 };
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let store = store.clone();
            let new = NewUpload {
                id: UploadId(given::id()),
                file_name: "customers.csv".to_owned(),
                bytes: 10,
                by: tenant.person,
            };
            tokio::spawn(async move {
                store
                    .announce_upload(tenant.namespace, new, limits, NOW)
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Announced::Made => made += 1,
            Announced::OverQuota { stored } => assert_eq!(stored, 30),
            Announced::TooManyOpen => panic!("nine may be open"),
        }
    }
    let stored = store.stored_files(tenant.namespace).await.unwrap();
    assert_eq!((made, stored.bytes, stored.open), (3, 30, 3));
    fresh.end().await;
}
