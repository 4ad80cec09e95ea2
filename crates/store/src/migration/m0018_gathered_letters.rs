//! What a letter still takes in more of: the runs of a job that end alike within a short while are one letter.

use sea_orm_migration::prelude::*;

use super::table::{optional, text, unique};

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
            .alter_table(
                Table::alter()
                    .table("deliveries")
                    .add_column(optional(text("gathers")))
                    .take(),
            )
            .await?;
        // Rows that gather nothing are all different.
        unique(
            manager,
            "deliveries_gathering",
            "deliveries",
            &["namespace", "recipient", "gathers"],
        )
        .await
    }
}
