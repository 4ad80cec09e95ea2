//! A run may be Completed without a record: where nothing new was there.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

const BEFORE: &str =
    "(status <> 'completed' OR (imported + corrected > 0 AND corrected = rejected))";
const AFTER: &str =
    "(status <> 'completed' OR ((imported + corrected > 0 OR seen = 0) AND corrected = rejected))";
const PARTLY: &str =
    "(status <> 'partially_completed' OR (imported + corrected > 0 AND corrected < rejected))";

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        if manager.get_database_backend() == DbBackend::Postgres {
            let rule = format!("{AFTER} AND {PARTLY}");
            for statement in [
                "ALTER TABLE runs DROP CONSTRAINT runs_something_went_in".to_owned(),
                format!("ALTER TABLE runs ADD CONSTRAINT runs_something_went_in CHECK ({rule})"),
            ] {
                connection.execute_unprepared(&statement).await?;
            }
            return Ok(());
        }
        // What a CHECK says is no matter of the rows on the disk: https://www.sqlite.org/lang_altertable.html names this way, where
        // a copy of the table would take as long as the history is.
        let version = connection
            .query_one_raw(sea_orm_migration::sea_orm::Statement::from_string(
                DbBackend::Sqlite,
                "PRAGMA schema_version",
            ))
            .await?
            .map_or(Ok(0), |row| row.try_get::<i64>("", "schema_version"))?;
        let quoted = |text: &str| text.replace('\'', "''");
        let replace = format!(
            "UPDATE sqlite_schema SET sql = replace(sql, '{}', '{}') \
             WHERE type = 'table' AND name = 'runs' AND instr(sql, '{0}') > 0",
            quoted(BEFORE),
            quoted(AFTER),
        );
        for (statement, expected) in [
            ("PRAGMA writable_schema = ON".to_owned(), None),
            (replace, Some(1)),
            (format!("PRAGMA schema_version = {}", version + 1), None),
            ("PRAGMA writable_schema = OFF".to_owned(), None),
        ] {
            let done = connection.execute_unprepared(&statement).await?;
            if expected.is_some_and(|rows| rows != done.rows_affected()) {
                return Err(DbErr::Migration(
                    "the table of runs is not as it was made".to_owned(),
                ));
            }
        }
        Ok(())
    }
}
