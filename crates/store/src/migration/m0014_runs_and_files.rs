//! How many runs have brought rows into each dataset: an older destination is noticed too where runs only changed rows. And with
//! which settings a file failed.

use sea_orm_migration::prelude::*;

use super::table::{count, optional, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // From 0: the start takes what the destination's ledger knows.
        manager
            .alter_table(
                Table::alter()
                    .table("datasets")
                    .add_column(count("run_count"))
                    .take(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("source_files")
                    .add_column(optional(uuid("failed_version")))
                    .take(),
            )
            .await
    }
}
