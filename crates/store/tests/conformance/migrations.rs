use sea_orm::{ConnectionTrait, Statement};

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

pub async fn long_reasons_of_before_are_cut(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    let (_, run) = given::active(&fresh.store, tenant, "Customers").await;
    let names: Vec<String> = (0..5000).map(|number| format!("c{number}")).collect();
    let long = serde_json::json!({
        "code": "header_changed", "missing": ["email"], "moved": [], "unexpected": names
    });
    let written = format!(
        "UPDATE runs SET status = 'halted', reason = '{long}', ended_at = 1, lease_until = NULL"
    );
    fresh.raw.execute_unprepared(&written).await.unwrap();
    let forgotten = "DELETE FROM seaql_migrations WHERE version = 'm0013_short_reasons'";
    fresh.raw.execute_unprepared(forgotten).await.unwrap();
    fresh.store.migrate().await.unwrap();
    let record = fresh.store.run(tenant.namespace, run.id).await.unwrap();
    let reason = serde_json::to_string(&record.run.reason).unwrap();
    assert!(reason.contains("\"count\":5000"), "{reason}");
    let is_short = "SELECT 1 FROM runs WHERE length(reason) < 1000";
    let found = Statement::from_string(fresh.raw.get_database_backend(), is_short);
    assert!(fresh.raw.query_one_raw(found).await.unwrap().is_some());
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
