use sea_orm::ConnectionTrait;

use super::{Fresh, given};

pub async fn up_from_empty_and_up_again(fresh: Fresh) {
    fresh.store.migrate().await.unwrap();
    let tenant = given::tenant(&fresh.store).await;
    fresh.store.migrate().await.unwrap();
    fresh.store.probe().await.unwrap();
    assert_eq!(
        fresh.store.datasets(tenant.namespace).await.unwrap().len(),
        1
    );
    fresh.end().await;
}

pub async fn many_processes_migrate_at_once(fresh: Fresh) {
    let mut tasks = Vec::new();
    for _ in 0..4 {
        let store = fresh.another().await;
        tasks.push(tokio::spawn(async move {
            let migrated = store.migrate().await;
            store.close().await.unwrap();
            migrated
        }));
    }
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    fresh
        .raw
        .execute_unprepared("SELECT 1 FROM runs")
        .await
        .unwrap();
    fresh.end().await;
}
