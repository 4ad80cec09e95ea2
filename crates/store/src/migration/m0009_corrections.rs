//! Corrected records: which upload holds which records of a run's failure report.

use sea_orm_migration::prelude::*;

use super::table::{check, index, number, optional, references, text, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("corrections")
                    .col(uuid("upload").primary_key())
                    .col(uuid("namespace"))
                    .col(uuid("corrects"))
                    .col(number("record_count"))
                    .col(optional(text("records")))
                    .foreign_key(&mut references(
                        "corrections_upload",
                        ["namespace", "upload"],
                        "uploads",
                        ["namespace", "id"],
                    ))
                    .foreign_key(&mut references(
                        "corrections_run",
                        ["namespace", "corrects"],
                        "runs",
                        ["namespace", "id"],
                    ))
                    .check(check("corrections_not_empty", "record_count > 0"))
                    .take(),
            )
            .await?;
        index(
            manager,
            "corrections_of_run",
            "corrections",
            &["namespace", "corrects"],
        )
        .await?;
        index(
            manager,
            "runs_correcting",
            "runs",
            &["namespace", "corrects", "queued_at"],
        )
        .await
    }
}
