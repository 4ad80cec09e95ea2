//! Notices: what is to be told, who wants to hear of what, and what was delivered to whom.

use sea_orm_migration::prelude::*;

use super::table::{
    boolean, check, hash, index, number, one_of, optional, references, small_count, text, unique,
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
        // No keys on jobs and runs: what was told outlives them.
        manager
            .create_table(
                Table::create()
                    .table("notices")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(optional(uuid("job")))
                    .col(optional(uuid("run")))
                    .col(text("event"))
                    .col(text("announcements"))
                    .col(text("happening"))
                    .col(boolean("attention"))
                    .col(number("at"))
                    .col(optional(number("planned_at")))
                    .foreign_key(&mut namespace("notices_namespace"))
                    .take(),
            )
            .await?;
        index(
            manager,
            "notices_of_namespace",
            "notices",
            &["namespace", "at", "id"],
        )
        .await?;
        index(
            manager,
            "notices_of_attention",
            "notices",
            &["namespace", "attention", "at"],
        )
        .await?;
        index(
            manager,
            "notices_unplanned",
            "notices",
            &["planned_at", "at", "id"],
        )
        .await?;
        unique(manager, "notices_key", "notices", &["namespace", "id"]).await?;

        manager
            .create_table(
                Table::create()
                    .table("webhooks")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(text("url"))
                    .col(hash("sealed_key"))
                    .col(uuid("created_by"))
                    .col(number("created_at"))
                    .foreign_key(&mut namespace("webhooks_namespace"))
                    .foreign_key(&mut references(
                        "webhooks_person",
                        ["created_by"],
                        "people",
                        ["id"],
                    ))
                    .take(),
            )
            .await?;
        unique(manager, "webhooks_key", "webhooks", &["namespace", "id"]).await?;

        // `subscriber`: a person or a webhook; `scope`: a job, or the namespace itself.
        manager
            .create_table(
                Table::create()
                    .table("subscriptions")
                    .col(uuid("namespace"))
                    .col(uuid("subscriber"))
                    .col(uuid("scope"))
                    .col(text("channel"))
                    .col(text("events"))
                    .primary_key(
                        Index::create()
                            .col("namespace")
                            .col("subscriber")
                            .col("scope"),
                    )
                    .foreign_key(&mut namespace("subscriptions_namespace"))
                    .check(channel("subscriptions_channel"))
                    .take(),
            )
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("notice_preferences")
                    .col(uuid("namespace"))
                    .col(uuid("person"))
                    .col(optional(small_count("digest_minute")))
                    .col(number("seen_until"))
                    .col(number("tested_at"))
                    .primary_key(Index::create().col("namespace").col("person"))
                    .foreign_key(&mut namespace("notice_preferences_namespace"))
                    .foreign_key(&mut references(
                        "notice_preferences_person",
                        ["person"],
                        "people",
                        ["id"],
                    ))
                    .check(check(
                        "notice_preferences_digest",
                        "digest_minute IS NULL OR (digest_minute >= 0 AND digest_minute < 1440)",
                    ))
                    .take(),
            )
            .await?;

        manager.create_table(deliveries()).await?;
        unique(
            manager,
            "deliveries_key",
            "deliveries",
            &["namespace", "id"],
        )
        .await?;
        // Rows without a digest are all different.
        unique(
            manager,
            "deliveries_digest",
            "deliveries",
            &["namespace", "recipient", "digest_at"],
        )
        .await?;
        index(
            manager,
            "deliveries_due",
            "deliveries",
            &["state", "due_at", "id"],
        )
        .await?;
        index(
            manager,
            "deliveries_of_namespace",
            "deliveries",
            &["namespace", "state", "created_at", "id"],
        )
        .await?;
        index(manager, "deliveries_ended", "deliveries", &["ended_at"]).await?;
        manager
            .execute(
                Index::create()
                    .name("deliveries_held")
                    .table("deliveries")
                    .col("namespace")
                    .col("lease_until")
                    .and_where(Expr::cust("claimed_by IS NOT NULL"))
                    .take(),
            )
            .await?;

        manager
            .create_table(
                Table::create()
                    .table("delivery_notices")
                    .col(uuid("namespace"))
                    .col(uuid("delivery"))
                    .col(uuid("notice"))
                    .col(text("event"))
                    .primary_key(Index::create().col("delivery").col("notice"))
                    .foreign_key(&mut references(
                        "delivery_notices_delivery",
                        ["namespace", "delivery"],
                        "deliveries",
                        ["namespace", "id"],
                    ))
                    .foreign_key(&mut references(
                        "delivery_notices_notice",
                        ["namespace", "notice"],
                        "notices",
                        ["namespace", "id"],
                    ))
                    .take(),
            )
            .await?;
        // Whoever forgets a notice asks whether something still tells of it.
        index(
            manager,
            "deliveries_of_notice",
            "delivery_notices",
            &["notice"],
        )
        .await
    }
}

fn deliveries() -> TableCreateStatement {
    Table::create()
        .table("deliveries")
        .col(uuid("id").primary_key())
        .col(uuid("namespace"))
        .col(text("channel"))
        .col(uuid("recipient"))
        .col(optional(number("digest_at")))
        .col(text("state"))
        .col(small_count("attempts"))
        .col(number("due_at"))
        .col(number("fence"))
        .col(optional(text("claimed_by")))
        .col(optional(number("lease_until")))
        .col(optional(text("error")))
        .col(number("created_at"))
        .col(optional(number("ended_at")))
        .foreign_key(&mut namespace("deliveries_namespace"))
        .check(channel("deliveries_channel"))
        .check(one_of("deliveries_state", "state", &["waiting", "sent", "dead"]))
        .check(check("deliveries_numbers", "attempts >= 0 AND fence >= 0"))
        .check(check(
            "deliveries_lease",
            "(claimed_by IS NULL) = (lease_until IS NULL) AND (claimed_by IS NULL OR state = 'waiting')",
        ))
        .check(check(
            "deliveries_ended",
            "(ended_at IS NULL) = (state = 'waiting')",
        ))
        .check(check(
            "deliveries_error",
            "error IS NOT NULL OR state <> 'dead'",
        ))
        .take()
}

fn channel(name: &'static str) -> sea_orm_migration::sea_query::Check {
    one_of(name, "channel", &["mail", "webhook"])
}

fn namespace(name: &'static str) -> ForeignKeyCreateStatement {
    references(name, ["namespace"], "namespaces", ["id"])
}
