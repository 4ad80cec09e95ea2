//! What tells that storage is whole: the instance that a database belongs to, a row to write for a probe, and how many rows
//! each dataset has, so that no page counts them and an emptied destination is noticed.

use sea_orm_migration::prelude::*;

use super::table::{check, count, number, uuid};

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
                    .table("instances")
                    .col(number("id").primary_key())
                    .col(uuid("instance"))
                    .check(check("instances_one_row", "id = 1"))
                    .take(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("probes")
                    .col(number("id").primary_key())
                    .col(count("count"))
                    .check(check("probes_one_row", "id = 1"))
                    .take(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("datasets")
                    .add_column(count("row_count"))
                    .take(),
            )
            .await?;
        let connection = manager.get_connection();
        for statement in [
            "INSERT INTO probes (id, count) VALUES (1, 0)",
            // At most: runs of deleted jobs are not known any more. The start compares with the destination's ledger.
            "UPDATE datasets SET row_count = COALESCE((SELECT SUM(runs.rows_inserted) FROM runs \
             JOIN job_versions ON job_versions.id = runs.job_version \
             WHERE job_versions.dataset = datasets.id AND runs.status IN ('completed', 'partially_completed')), 0)",
        ] {
            connection.execute_unprepared(statement).await?;
        }
        Ok(())
    }
}
