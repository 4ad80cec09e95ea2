//! Runs: the queue of what is to be done, and the history of what was.

use sea_orm_migration::prelude::*;

use super::table::{
    boolean, check, count, index, number, one_of, optional, references, small_count, text, unique,
    uuid,
};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(runs()).await?;
        unique(manager, "runs_of_namespace", "runs", &["namespace", "id"]).await?;
        index(
            manager,
            "runs_of_job",
            "runs",
            &["namespace", "job", "queued_at", "id"],
        )
        .await?;
        index(manager, "runs_by_change", "runs", &["namespace", "change"]).await?;
        index(
            manager,
            "runs_ended_of_job",
            "runs",
            &["namespace", "job", "ended_at"],
        )
        .await?;
        // Not a partial index: SQLite takes those for literal statuses only, and statuses are parameters.
        index(
            manager,
            "runs_by_status",
            "runs",
            &["status", "due_at", "id"],
        )
        .await?;
        manager
            .execute(runs_where(
                "runs_held",
                &["namespace", "lease_until"],
                "claimed_by IS NOT NULL",
            ))
            .await?;
        // Two runs of one job are never under way at once, whoever claims them.
        manager
            .execute(
                runs_where(
                    "runs_one_in_work_per_job",
                    &["job"],
                    "status IN ('validating', 'importing', 'processing')",
                )
                .unique()
                .take(),
            )
            .await
    }
}

fn runs_where(
    name: &'static str,
    columns: &[&'static str],
    rule: &'static str,
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table("runs");
    for column in columns {
        index.col(*column);
    }
    index.and_where(Expr::cust(rule)).take()
}

fn runs() -> TableCreateStatement {
    const STATUSES: &[&str] = &[
        "queued",
        "validating",
        "importing",
        "processing",
        "completed",
        "partially_completed",
        "failed",
        "halted",
        "cancelled",
    ];
    Table::create()
        .table("runs")
        .col(uuid("id").primary_key())
        .col(uuid("namespace"))
        .col(uuid("job"))
        .col(uuid("job_version"))
        .col(text("status"))
        .col(number("version"))
        .col(small_count("attempt"))
        .col(uuid("occurrence"))
        .col(optional(uuid("parent")))
        .col(text("origin"))
        .col(optional(uuid("upload")))
        .col(optional(uuid("corrects")))
        .col(number("due_at"))
        .col(number("fence"))
        .col(optional(text("claimed_by")))
        .col(optional(number("lease_until")))
        .col(small_count("claims_lost"))
        .col(count("seen"))
        .col(count("imported"))
        .col(count("rejected"))
        .col(count("corrected"))
        .col(optional(text("reason")))
        .col(boolean("cancel_requested"))
        .col(number("queued_at"))
        .col(optional(number("started_at")))
        .col(optional(number("importing_at")))
        .col(optional(number("processing_at")))
        .col(optional(number("ended_at")))
        .col(count("bytes_done"))
        .col(optional(number("progress_at")))
        .col(optional(number("rows_inserted")))
        .col(optional(number("rows_updated")))
        .col(optional(number("exact_bytes")))
        .col(optional(number("explained_bytes")))
        .col(number("change"))
        .foreign_key(&mut references(
            "runs_job",
            ["namespace", "job"],
            "jobs",
            ["namespace", "id"],
        ))
        .foreign_key(&mut references(
            "runs_job_version",
            ["job", "job_version"],
            "job_versions",
            ["job", "id"],
        ))
        .foreign_key(&mut references(
            "runs_upload",
            ["namespace", "upload"],
            "uploads",
            ["namespace", "id"],
        ))
        .check(one_of("runs_status", "status", STATUSES))
        .check(one_of(
            "runs_origin",
            "origin",
            &["scheduled", "manual", "retry", "rerun", "child"],
        ))
        .check(check(
            "runs_numbers",
            "version >= 0 AND fence >= 0 AND attempt >= 1 AND claims_lost >= 0 AND bytes_done >= 0",
        ))
        .check(check(
            "runs_counts",
            "seen >= 0 AND imported >= 0 AND rejected >= 0 AND imported + rejected <= seen \
             AND corrected >= 0 AND corrected <= rejected",
        ))
        .check(check(
            "runs_account_closes",
            "status NOT IN ('completed', 'partially_completed') OR imported + rejected = seen",
        ))
        .check(check(
            "runs_something_went_in",
            "(status <> 'completed' OR (imported + corrected > 0 AND corrected = rejected)) \
             AND (status <> 'partially_completed' OR (imported + corrected > 0 AND corrected < rejected))",
        ))
        .check(check(
            "runs_nothing_went_in",
            "(status NOT IN ('failed', 'halted', 'cancelled') OR imported = 0) \
             AND (status IN ('completed', 'partially_completed') OR corrected = 0)",
        ))
        .check(check(
            "runs_ended",
            "(ended_at IS NOT NULL) = (status IN \
             ('completed', 'partially_completed', 'failed', 'halted', 'cancelled'))",
        ))
        .check(check(
            "runs_reason",
            "(reason IS NOT NULL) = (status IN ('failed', 'halted'))",
        ))
        .check(check(
            "runs_lease",
            "(claimed_by IS NULL) = (lease_until IS NULL) \
             AND (claimed_by IS NULL OR status IN ('validating', 'importing', 'processing')) \
             AND (claimed_by IS NOT NULL OR status NOT IN ('validating', 'importing'))",
        ))
        .check(check(
            "runs_started",
            "started_at IS NOT NULL OR status NOT IN \
             ('validating', 'importing', 'processing', 'completed', 'partially_completed')",
        ))
        .take()
}
