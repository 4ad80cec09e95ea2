use domain::id::UploadId;
use store::uploads::NewUpload;

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
