//! The log of what was done becomes the audit log: with addresses, with what concerns no namespace, and append-only. And
//! what clean-up needs: uploads whose file has gone, and ended runs by their end.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use super::table::{index, number, optional, references, text, uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace_log(manager).await?;
        for (name, columns) in [
            (
                "activities_of_job",
                &["namespace", "job", "at", "id"] as &[_],
            ),
            ("activities_by_age", &["namespace", "at", "id"]),
            ("activities_of_person", &["namespace", "person", "at", "id"]),
        ] {
            index(manager, name, "activities", columns).await?;
        }
        refuse_changes(manager).await?;

        manager
            .alter_table(
                Table::alter()
                    .table("uploads")
                    .add_column(optional(number("removed_at")))
                    .take(),
            )
            .await?;
        index(manager, "uploads_by_age", "uploads", &["created_at", "id"]).await?;
        index(manager, "runs_by_end", "runs", &["ended_at", "id"]).await?;
        index(
            manager,
            "runs_of_version",
            "runs",
            &["job_version", "ended_at"],
        )
        .await?;
        index(
            manager,
            "job_versions_of_dataset",
            "job_versions",
            &["namespace", "dataset"],
        )
        .await
    }
}

/// A new table instead of changed columns: SQLite cannot take back that a column is required.
async fn replace_log(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    const COLUMNS: &str = "id, namespace, job, run, person, kind, detail, at";
    manager
        .create_table(
            Table::create()
                .table("audit_log")
                .col(uuid("id").primary_key())
                // Without one: of the instance.
                .col(optional(uuid("namespace")))
                .col(optional(uuid("job")))
                .col(optional(uuid("run")))
                .col(optional(uuid("person")))
                .col(optional(text("address")))
                .col(text("kind"))
                .col(text("detail"))
                .col(number("at"))
                .foreign_key(&mut references(
                    "audit_log_namespace",
                    ["namespace"],
                    "namespaces",
                    ["id"],
                ))
                .foreign_key(&mut references(
                    "audit_log_person",
                    ["person"],
                    "people",
                    ["id"],
                ))
                .take(),
        )
        .await?;
    let connection = manager.get_connection();
    for statement in [
        &format!("INSERT INTO audit_log ({COLUMNS}) SELECT {COLUMNS} FROM activities"),
        "DROP TABLE activities",
        "ALTER TABLE audit_log RENAME TO activities",
    ] {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}

/// By the database itself: whoever changes the log has to take this away first.
async fn refuse_changes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let statements: &[&str] = match manager.get_database_backend() {
        DbBackend::Postgres => &[
            "CREATE FUNCTION refuse_change_of_activities() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
            "CREATE TRIGGER activities_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON activities \
             FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_activities()",
        ],
        _ => &[
            "CREATE TRIGGER activities_are_not_updated BEFORE UPDATE ON activities \
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
            "CREATE TRIGGER activities_are_not_deleted BEFORE DELETE ON activities \
             BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        ],
    };
    for statement in statements {
        manager
            .get_connection()
            .execute_unprepared(statement)
            .await?;
    }
    Ok(())
}
