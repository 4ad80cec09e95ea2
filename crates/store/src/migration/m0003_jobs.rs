//! Jobs, their sealed versions, and the numbers of changes.

use sea_orm_migration::prelude::*;

use super::table::{
    boolean, check, count, index, number, one_of, optional, references, small_count, text, unique,
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
        manager.create_table(jobs()).await?;
        unique(manager, "jobs_of_namespace", "jobs", &["namespace", "id"]).await?;
        // Behind the order stands what lists are searched and filtered by, so that SQLite reads no row that is left out: of
        // 100,000 jobs it finds the few that match in 20 ms instead of 200.
        for (name, columns) in [
            (
                "jobs_by_name",
                &["namespace", "name_key", "id", "status", "dataset"] as &[_],
            ),
            (
                "jobs_by_age",
                &[
                    "namespace",
                    "created_at",
                    "id",
                    "name_key",
                    "status",
                    "dataset",
                ],
            ),
            (
                "jobs_by_next_run",
                &[
                    "namespace",
                    "next_run_key",
                    "id",
                    "name_key",
                    "status",
                    "dataset",
                ],
            ),
        ] {
            index(manager, name, "jobs", columns).await?;
        }
        index(manager, "jobs_by_change", "jobs", &["namespace", "change"]).await?;
        index(manager, "jobs_to_wake", "jobs", &["wakes_at"]).await?;
        index(
            manager,
            "jobs_to_sample",
            "jobs",
            &["sample_state", "updated_at"],
        )
        .await?;

        manager
            .create_table(
                Table::create()
                    .table("job_versions")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(uuid("job"))
                    .col(small_count("number"))
                    .col(uuid("dataset"))
                    .col(text("settings"))
                    .col(number("sealed_at"))
                    .foreign_key(&mut references(
                        "job_versions_job",
                        ["namespace", "job"],
                        "jobs",
                        ["namespace", "id"],
                    ))
                    .foreign_key(&mut references(
                        "job_versions_dataset",
                        ["namespace", "dataset"],
                        "datasets",
                        ["namespace", "id"],
                    ))
                    .check(check("job_versions_number_from_1", "number >= 1"))
                    .take(),
            )
            .await?;
        unique(
            manager,
            "job_versions_number",
            "job_versions",
            &["job", "number"],
        )
        .await?;
        unique(
            manager,
            "job_versions_of_job",
            "job_versions",
            &["job", "id"],
        )
        .await?;

        manager
            .create_table(
                Table::create()
                    .table("change_counter")
                    .col(ColumnDef::new("id").integer().not_null().primary_key())
                    .col(number("change"))
                    .check(check("change_counter_has_one_row", "id = 1"))
                    .take(),
            )
            .await?;
        manager
            .execute(
                Query::insert()
                    .into_table("change_counter")
                    .columns(["id", "change"])
                    .values_panic([1.into(), 0.into()])
                    .take(),
            )
            .await?;

        // Without a key on jobs: it stands for one that is gone.
        manager
            .create_table(
                Table::create()
                    .table("deleted_jobs")
                    .col(uuid("id").primary_key())
                    .col(uuid("namespace"))
                    .col(number("change"))
                    .col(number("deleted_at"))
                    .foreign_key(&mut references(
                        "deleted_jobs_namespace",
                        ["namespace"],
                        "namespaces",
                        ["id"],
                    ))
                    .take(),
            )
            .await?;
        index(
            manager,
            "deleted_jobs_by_change",
            "deleted_jobs",
            &["namespace", "change"],
        )
        .await
    }
}

fn jobs() -> TableCreateStatement {
    const STATUSES: &[&str] = &[
        "draft",
        "sampling",
        "sampling_failed",
        "active",
        "paused",
        "halted",
        "completed",
    ];
    Table::create()
        .table("jobs")
        .col(uuid("id").primary_key())
        .col(uuid("namespace"))
        .col(text("name"))
        .col(text("name_key"))
        .col(text("status"))
        .col(number("version"))
        .col(optional(uuid("current")))
        .col(boolean("recurring"))
        .col(optional(number("next_due")))
        .col(number("next_run_key"))
        .col(text("sample_state"))
        .col(optional(text("sample_problem")))
        .col(optional(text("unsettled")))
        .col(optional(text("last_whole_input")))
        .col(optional(text("rerun")))
        .col(small_count("unfinished_whole_file"))
        .col(small_count("unfinished_corrections"))
        .col(optional(text("halt_reason")))
        .col(optional(number("wakes_at")))
        .col(text("draft"))
        .col(optional(uuid("dataset")))
        .col(count("sampling_fence"))
        .col(optional(text("sampling_by")))
        .col(optional(number("sampling_until")))
        .col(small_count("sampling_claims"))
        .col(uuid("created_by"))
        .col(number("created_at"))
        .col(number("updated_at"))
        .col(number("change"))
        .foreign_key(&mut references(
            "jobs_namespace",
            ["namespace"],
            "namespaces",
            ["id"],
        ))
        .foreign_key(&mut references(
            "jobs_person",
            ["created_by"],
            "people",
            ["id"],
        ))
        .foreign_key(&mut references(
            "jobs_dataset",
            ["namespace", "dataset"],
            "datasets",
            ["namespace", "id"],
        ))
        .check(one_of("jobs_status", "status", STATUSES))
        .check(one_of(
            "jobs_sample_state",
            "sample_state",
            &["missing", "processing", "failed", "ready"],
        ))
        .check(check(
            "jobs_set_up_has_version",
            "(current IS NULL) = (status IN ('draft', 'sampling', 'sampling_failed'))",
        ))
        .check(check(
            "jobs_sampling_has_sample",
            "(status <> 'sampling' OR sample_state = 'processing') \
             AND (status <> 'sampling_failed' OR sample_state = 'failed')",
        ))
        .check(check(
            "jobs_sample_problem",
            "(sample_problem IS NOT NULL) = (sample_state = 'failed')",
        ))
        .check(check(
            "jobs_sampling_lease",
            "(sampling_by IS NULL) = (sampling_until IS NULL) \
             AND (sampling_by IS NULL OR sample_state = 'processing')",
        ))
        .check(check(
            "jobs_halt_reason",
            "halt_reason IS NULL OR status = 'halted'",
        ))
        .check(check(
            "jobs_wake_when_active",
            "wakes_at IS NULL OR status = 'active'",
        ))
        .check(check(
            "jobs_counts",
            "version >= 0 AND unfinished_whole_file >= 0 AND unfinished_corrections >= 0 \
             AND sampling_fence >= 0 AND sampling_claims >= 0",
        ))
        .take()
}
