//! Files that repeat what was imported are found by their content, and may be passed over. What failed can be cleared up too: a file
//! waits for what becomes of it by its time alone.

use sea_orm_migration::prelude::*;

use super::table::{boolean, index, number, optional, text};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            boolean("passed_over").default(false).take(),
            optional(text("repeat")),
            optional(number("imported_at")),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("source_files")
                        .add_column(column)
                        .take(),
                )
                .await?;
        }
        index(
            manager,
            "source_files_by_content",
            "source_files",
            &["job", "sha256"],
        )
        .await?;
        manager
            .execute(
                Query::update()
                    .table("source_files")
                    .value("clear_up_at", i64::MAX)
                    .and_where(Expr::cust("done_at IS NULL"))
                    .take(),
            )
            .await?;
        manager
            .execute(
                Query::update()
                    .table("source_files")
                    .value("imported_at", Expr::cust("done_at"))
                    .take(),
            )
            .await?;
        manager
            .drop_index(
                IndexDropStatement::new()
                    .name("source_files_to_clear_up")
                    .table("source_files")
                    .to_owned(),
            )
            .await?;
        manager
            .execute(
                Index::create()
                    .name("source_files_to_clear_up")
                    .table("source_files")
                    .col("clear_up_at")
                    .and_where(Expr::cust("clear_up IS NOT NULL"))
                    .take(),
            )
            .await
    }
}
