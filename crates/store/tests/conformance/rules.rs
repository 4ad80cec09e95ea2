use sea_orm::{ConnectionTrait, DatabaseConnection};

use super::{
    Fresh,
    given::{self, LEASE, NOW},
};

/// Each statement breaks one rule of the table, and changes a row if the rule is not there.
async fn refused(raw: &DatabaseConnection, table: &str, statements: &[&str]) {
    for change in statements {
        let sql = format!("UPDATE {table} SET {change}");
        match raw.execute_unprepared(&sql).await {
            Ok(done) => panic!("{sql} changed {} rows", done.rows_affected()),
            Err(error) => assert!(
                error.to_string().to_lowercase().contains("check"),
                "{sql}: {error}"
            ),
        }
    }
}

pub async fn illegal_runs_are_refused(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    given::active(&fresh.store, tenant, "Customers").await;
    let queued = [
        "status = 'sleeping'",
        "origin = 'nowhere'",
        "status = 'validating'",
        "claimed_by = 'worker'",
        "claimed_by = 'worker', lease_until = 1",
        "lease_until = 1",
        "ended_at = 1",
        "reason = '{}'",
        "status = 'completed'",
        "status = 'cancelled'",
        "status = 'failed', ended_at = 1",
        "status = 'completed', ended_at = 1",
        "status = 'completed', ended_at = 1, started_at = 1, reason = '{}'",
        "status = 'completed', ended_at = 1, started_at = 1, seen = 2, imported = 1",
        "status = 'completed', ended_at = 1, started_at = 1, seen = 2, imported = 1, rejected = 1",
        "status = 'partially_completed', ended_at = 1, started_at = 1, seen = 2, imported = 2",
        "status = 'partially_completed', ended_at = 1, started_at = 1, seen = 2, rejected = 2",
        "status = 'failed', ended_at = 1, reason = '{}', seen = 1, imported = 1",
        "status = 'cancelled', ended_at = 1, seen = 1, imported = 1",
        "seen = 1, imported = 1, rejected = 1",
        "seen = 2, rejected = 2, corrected = 1",
        "status = 'completed', ended_at = 1, started_at = 1, seen = 2, imported = 1, rejected = 1, corrected = 2",
        "status = 'partially_completed', ended_at = 1, started_at = 1, seen = 2, imported = 1, rejected = 1, corrected = 1",
        "status = 'failed', ended_at = 1, reason = '{}', seen = 2, rejected = 2, corrected = 1",
        "seen = -1",
        "attempt = 0",
        "fence = -1",
        "version = -1",
        "bytes_done = -1",
    ];
    refused(&fresh.raw, "runs", &queued).await;
    fresh
        .store
        .claim_run("worker", NOW, LEASE, &[])
        .await
        .unwrap()
        .unwrap();
    let validating = [
        "claimed_by = NULL",
        "claimed_by = NULL, lease_until = NULL",
        "started_at = NULL",
        "status = 'queued'",
        "status = 'cancelled', ended_at = 1",
    ];
    refused(&fresh.raw, "runs", &validating).await;
    fresh.end().await;
}

pub async fn illegal_jobs_are_refused(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    given::draft(&fresh.store, tenant, "Customers").await;
    let draft = [
        "status = 'sleeping'",
        "status = 'active'",
        "status = 'sampling'",
        "status = 'sampling_failed'",
        "sample_state = 'odd'",
        "sample_state = 'failed'",
        "sample_problem = '{}'",
        "sampling_by = 'worker'",
        "sampling_by = 'worker', sampling_until = 1",
        "halt_reason = '{}'",
        "wakes_at = 1",
        "version = -1",
        "unfinished_whole_file = -1",
        "unfinished_corrections = -1",
    ];
    refused(&fresh.raw, "jobs", &draft).await;
    fresh.end().await;
}

pub async fn illegal_rows_of_other_tables_are_refused(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    given::upload(&fresh.store, tenant).await;
    refused(
        &fresh.raw,
        "uploads",
        &[
            "received = 11",
            "received = -1",
            "received = 9",
            "sha256 = NULL",
            "completed_at = NULL",
        ],
    )
    .await;
    refused(&fresh.raw, "people", &["email = 'ADA@example.org'"]).await;
    refused(&fresh.raw, "memberships", &["role = 'king'"]).await;
    refused(&fresh.raw, "namespaces", &["monthly_row_limit = -1"]).await;
    refused(&fresh.raw, "change_counter", &["id = 2"]).await;
    fresh.end().await;
}
