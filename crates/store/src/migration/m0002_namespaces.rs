//! Namespaces, who belongs to them, their datasets, uploads and activity log.

use sea_orm_migration::prelude::*;

use super::table::{check, count, index, number, one_of, optional, references, text, unique, uuid};

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
                    .table("namespaces")
                    .col(uuid("id").primary_key())
                    .col(text("slug"))
                    .col(text("name"))
                    .col(text("time_zone"))
                    .col(number("monthly_row_limit"))
                    .col(number("created_at"))
                    .check(check("namespaces_limit", "monthly_row_limit >= 0"))
                    .take(),
            )
            .await?;
        unique(manager, "namespaces_slug", "namespaces", &["slug"]).await?;

        manager
            .create_table(
                Table::create()
                    .table("memberships")
                    .col(uuid("namespace"))
                    .col(uuid("person"))
                    .col(text("role"))
                    .col(number("created_at"))
                    .primary_key(Index::create().col("namespace").col("person"))
                    .foreign_key(&mut namespace("memberships_namespace"))
                    .foreign_key(&mut references(
                        "memberships_person",
                        ["person"],
                        "people",
                        ["id"],
                    ))
                    .check(one_of(
                        "memberships_role",
                        "role",
                        &["viewer", "editor", "owner"],
                    ))
                    .take(),
            )
            .await?;
        index(
            manager,
            "memberships_person_index",
            "memberships",
            &["person"],
        )
        .await?;

        manager
            .create_table(
                Table::create()
                    .table("datasets")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(text("name"))
                    .col(text("fields"))
                    .col(number("created_at"))
                    .foreign_key(&mut namespace("datasets_namespace"))
                    .take(),
            )
            .await?;
        unique(manager, "datasets_name", "datasets", &["namespace", "name"]).await?;
        unique(
            manager,
            "datasets_of_namespace",
            "datasets",
            &["namespace", "id"],
        )
        .await?;

        manager
            .create_table(
                Table::create()
                    .table("uploads")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(text("file_name"))
                    .col(number("bytes"))
                    .col(count("received"))
                    .col(optional(text("sha256")))
                    .col(uuid("uploaded_by"))
                    .col(number("created_at"))
                    .col(optional(number("completed_at")))
                    .foreign_key(&mut namespace("uploads_namespace"))
                    .foreign_key(&mut references(
                        "uploads_person",
                        ["uploaded_by"],
                        "people",
                        ["id"],
                    ))
                    .check(check(
                        "uploads_received",
                        "received >= 0 AND received <= bytes",
                    ))
                    .check(check(
                        "uploads_complete",
                        "(completed_at IS NULL AND sha256 IS NULL) \
                         OR (completed_at IS NOT NULL AND sha256 IS NOT NULL AND received = bytes)",
                    ))
                    .take(),
            )
            .await?;
        unique(
            manager,
            "uploads_of_namespace",
            "uploads",
            &["namespace", "id"],
        )
        .await?;

        // No keys on jobs and runs: the log outlives them.
        manager
            .create_table(
                Table::create()
                    .table("activities")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(optional(uuid("job")))
                    .col(optional(uuid("run")))
                    .col(optional(uuid("person")))
                    .col(text("kind"))
                    .col(text("detail"))
                    .col(number("at"))
                    .foreign_key(&mut namespace("activities_namespace"))
                    .foreign_key(&mut references(
                        "activities_person",
                        ["person"],
                        "people",
                        ["id"],
                    ))
                    .take(),
            )
            .await?;
        index(
            manager,
            "activities_of_job",
            "activities",
            &["namespace", "job", "at", "id"],
        )
        .await
    }
}

fn namespace(name: &'static str) -> ForeignKeyCreateStatement {
    references(name, ["namespace"], "namespaces", ["id"])
}
