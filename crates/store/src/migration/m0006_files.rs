//! Files that jobs have taken from their sources, so that none is imported twice and each is cleared up.

use sea_orm_migration::prelude::*;

use super::table::{check, number, optional, references, text, unique, uuid};

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
                    .table("source_files")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(uuid("job"))
                    .col(text("address"))
                    .col(text("file_name"))
                    .col(number("size_bytes"))
                    .col(number("modified_at"))
                    .col(text("sha256"))
                    .col(uuid("upload"))
                    .col(number("taken_at"))
                    .col(optional(number("done_at")))
                    .col(optional(text("clear_up")))
                    .col(number("clear_up_at"))
                    .foreign_key(&mut references(
                        "source_files_job",
                        ["namespace", "job"],
                        "jobs",
                        ["namespace", "id"],
                    ))
                    .check(check("source_files_size", "size_bytes >= 0"))
                    .take(),
            )
            .await?;
        unique(
            manager,
            "source_files_of_job",
            "source_files",
            &["job", "address", "size_bytes", "modified_at"],
        )
        .await?;
        manager
            .execute(
                Index::create()
                    .name("source_files_to_clear_up")
                    .table("source_files")
                    .col("clear_up_at")
                    .and_where(Expr::cust("clear_up IS NOT NULL AND done_at IS NOT NULL"))
                    .take(),
            )
            .await
    }
}
