//! What the months' row limits are held against, and how many runs of a namespace may be under way at once.

use sea_orm_migration::prelude::*;

use super::table::{check, index, number, one_of, optional, references, small_count, text, uuid};

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
                    .table("namespaces")
                    .add_column(
                        ColumnDef::new("concurrent_runs")
                            .integer()
                            .null()
                            .check(Expr::cust("concurrent_runs >= 1"))
                            .take(),
                    )
                    .take(),
            )
            .await?;
        manager.create_table(months()).await?;
        // No keys on jobs and runs: what was imported counts, also when its job is deleted.
        manager.create_table(reservations()).await?;
        index(
            manager,
            "reservations_of_month",
            "reservations",
            &["namespace", "month", "job"],
        )
        .await?;
        manager
            .execute(
                Index::create()
                    .name("reservations_held")
                    .table("reservations")
                    .col("namespace")
                    .col("job")
                    .col("occurrence")
                    .and_where(Expr::cust("state = 'held'"))
                    .unique()
                    .take(),
            )
            .await
    }
}

/// `taken` is the sum of the month's reservations, kept so that a reservation reads one row and locks it.
fn months() -> TableCreateStatement {
    Table::create()
        .table("quota_months")
        .col(uuid("namespace"))
        .col(number("month"))
        .col(number("taken"))
        .col(optional(number("near_at")))
        .col(optional(number("reached_at")))
        .col(optional(number("refused_at")))
        .primary_key(Index::create().col("namespace").col("month"))
        .foreign_key(&mut references(
            "quota_months_namespace",
            ["namespace"],
            "namespaces",
            ["id"],
        ))
        .check(check("quota_months_taken", "taken >= 0"))
        .take()
}

fn reservations() -> TableCreateStatement {
    Table::create()
        .table("reservations")
        .col(uuid("run").primary_key())
        .col(uuid("namespace"))
        .col(uuid("job"))
        .col(uuid("occurrence"))
        .col(number("month"))
        .col(small_count("day"))
        .col(number("row_count"))
        .col(text("state"))
        .foreign_key(&mut references(
            "reservations_month",
            ["namespace", "month"],
            "quota_months",
            ["namespace", "month"],
        ))
        .check(one_of("reservations_state", "state", &["held", "used"]))
        .check(check(
            "reservations_numbers",
            "row_count >= 0 AND day >= 1 AND day <= 31",
        ))
        .take()
}
