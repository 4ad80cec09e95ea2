//! Reasons of before a header's names were cut may be as long as the file: a page of the jobs list read all of them. They are
//! cut as they are when they are made now: a list of names becomes its first ones and how many it has.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{DbBackend, Statement},
};
use serde_json::{Value, json};
use uuid::Uuid;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Where a reason, or the problem of a sample, is stored as JSON.
const COLUMNS: [(&str, &str); 4] = [
    ("runs", "reason"),
    ("jobs", "halt_reason"),
    ("jobs", "sample_problem"),
    ("notices", "happening"),
];
/// A shorter one does no harm, and is read as it is.
const LONG: u32 = 4000;
const NAMES_KEPT: usize = 10;
const NAME_LENGTH: usize = 200;

#[expect(
    elided_lifetimes_in_paths,
    reason = "the trait elides them, and async_trait would make others of named ones"
)]
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        let parameters = match manager.get_database_backend() {
            DbBackend::Postgres => ["$1", "$2"],
            _ => ["?", "?"],
        };
        for (table, column) in COLUMNS {
            let long = format!("SELECT id FROM {table} WHERE length({column}) > {LONG}");
            for row in connection
                .query_all_raw(statement(manager, &long, []))
                .await?
            {
                // One at a time: all of them together are what this is about.
                let id: Uuid = row.try_get("", "id")?;
                let one = format!("SELECT {column} FROM {table} WHERE id = {}", parameters[0]);
                let one = statement(manager, &one, [id.into()]);
                let Some(row) = connection.query_one_raw(one).await? else {
                    continue;
                };
                let text: String = row.try_get("", column)?;
                let [first, second] = parameters;
                let update = format!("UPDATE {table} SET {column} = {first} WHERE id = {second}");
                let values = [shortened(&text).into(), id.into()];
                connection
                    .execute_raw(statement(manager, &update, values))
                    .await?;
            }
        }
        Ok(())
    }
}

fn statement<const N: usize>(
    manager: &SchemaManager<'_>,
    sql: &str,
    values: [sea_orm_migration::sea_orm::Value; N],
) -> Statement {
    Statement::from_sql_and_values(manager.get_database_backend(), sql, values)
}

/// What is no JSON is left as it is, for whoever reads it to tell.
fn shortened(text: &str) -> String {
    serde_json::from_str(text).map_or_else(|_| text.to_owned(), |value| cut(value).to_string())
}

fn cut(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > NAME_LENGTH => {
            let kept: String = text.chars().take(NAME_LENGTH - 1).collect();
            Value::String(format!("{kept}…"))
        }
        // Every long list is one of names.
        Value::Array(names) if names.len() > NAMES_KEPT => {
            let count = names.len();
            let first: Vec<Value> = names.into_iter().take(NAMES_KEPT).map(cut).collect();
            json!({ "first": first, "count": count })
        }
        Value::Array(items) => Value::Array(items.into_iter().map(cut).collect()),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, cut(value)))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use domain::reason::Reason;

    use super::*;

    #[test]
    fn a_reason_with_a_whole_header_becomes_one_that_is_read() {
        let names: Vec<String> = (0..170_000).map(|number| format!("c{number}")).collect();
        let long = "n".repeat(200_000);
        let old = json!({
            "code": "header_changed", "missing": ["a", long], "moved": [], "unexpected": names
        });
        let new = shortened(&old.to_string());
        assert!(new.len() < 1000, "{}", new.len());
        let Ok(Reason::HeaderChanged {
            missing,
            unexpected,
            ..
        }) = serde_json::from_str(&new)
        else {
            panic!("{new}");
        };
        assert_eq!((missing.count(), unexpected.count()), (2, 170_000));
        assert_eq!(unexpected.first()[..2], ["c0", "c1"]);
    }
}
