//! Tables of datasets, and the ledger of runs.

use domain::counts::Brought;
use domain::id::NamespaceId;
use mapping::field::{Field, FieldType};
use mapping::key::{CanonicalKey, KeyForm};
use rusqlite::{Connection, OptionalExtension};

use super::classified;
use crate::destination::{DestinationError, LedgerEntry};
use crate::identifier::{KEY_COLUMN, LEDGER, NAMESPACE, REMOVED, quoted};

/// Makes the dataset's table where it is missing, and sees that an existing one has all of its columns. Answers how it compares
/// keys.
pub(super) fn ensure_table(
    connection: &Connection,
    dataset: &str,
    fields: &[Field],
) -> Result<KeyForm, DestinationError> {
    connection
        .execute_batch(&create_table(dataset, fields))
        .map_err(classified)?;
    let columns = columns(connection, dataset)?;
    for field in fields {
        if !columns.contains(&field.name) {
            return Err(DestinationError::DatasetChanged {
                dataset: dataset.to_owned(),
                column: field.name.clone(),
            });
        }
    }
    Ok(form(&columns, fields))
}

/// Of a table that exists.
pub(super) fn key_form(
    connection: &Connection,
    dataset: &str,
    fields: &[Field],
) -> Result<KeyForm, DestinationError> {
    Ok(form(&columns(connection, dataset)?, fields))
}

fn columns(connection: &Connection, dataset: &str) -> Result<Vec<String>, DestinationError> {
    let statement = connection
        .prepare(&format!("SELECT * FROM {} LIMIT 0", quoted(dataset)))
        .map_err(classified)?;
    let names = statement.column_names();
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// Tables that were made before there was a canonical form have no column for it, and compare the key as it is written.
fn form(columns: &[String], fields: &[Field]) -> KeyForm {
    let needs_column = CanonicalKey::of(fields).is_some();
    if needs_column && !columns.iter().any(|column| column == KEY_COLUMN) {
        KeyForm::Exact
    } else {
        KeyForm::Canonical
    }
}

pub(super) fn ensure_ledger(
    connection: &Connection,
    namespace: NamespaceId,
) -> Result<(), DestinationError> {
    check_namespace(connection, namespace)?;
    connection
        .execute_batch(
            "CREATE TABLE IF NOT EXISTS weir_ledger (
                run TEXT PRIMARY KEY, dataset TEXT NOT NULL, seen INTEGER NOT NULL, imported INTEGER NOT NULL,
                rejected INTEGER NOT NULL, inserted INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS weir_given_up (run TEXT PRIMARY KEY) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS weir_removed (dataset TEXT PRIMARY KEY, rows INTEGER NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS weir_namespace (id TEXT PRIMARY KEY) WITHOUT ROWID",
        )
        .map_err(classified)?;
    connection
        .execute(
            "INSERT OR IGNORE INTO weir_namespace (id) VALUES (?1)",
            [namespace.to_string()],
        )
        .map_err(classified)?;
    Ok(())
}

/// Without a ledger no run has ever written here.
pub(super) fn has_ledger(connection: &Connection) -> Result<bool, DestinationError> {
    connection.table_exists(None, LEDGER).map_err(classified)
}

pub(super) fn merged(
    connection: &Connection,
    run: &str,
) -> Result<Option<LedgerEntry>, DestinationError> {
    connection
        .query_row(
            "SELECT seen, imported, rejected, inserted FROM weir_ledger WHERE run = ?1",
            [run],
            |row| {
                Ok(LedgerEntry {
                    seen: row.get(0)?,
                    imported: row.get(1)?,
                    rejected: row.get(2)?,
                    inserted: row.get(3)?,
                })
            },
        )
        .optional()
        .map_err(classified)
}

pub(super) fn is_given_up(connection: &Connection, run: &str) -> Result<bool, DestinationError> {
    connection
        .query_row(
            "SELECT EXISTS (SELECT 1 FROM weir_given_up WHERE run = ?1)",
            [run],
            |row| row.get(0),
        )
        .map_err(classified)
}

pub(super) fn brought(connection: &Connection) -> Result<Vec<(String, Brought)>, DestinationError> {
    // A file that no run has written to for long does not know the table yet.
    let removed = if connection.table_exists(None, REMOVED).map_err(classified)? {
        "coalesce((SELECT rows FROM weir_removed removed WHERE removed.dataset = ledger.dataset), 0)"
    } else {
        "0"
    };
    let mut statement = connection
        .prepare(&format!(
            "SELECT dataset, max(sum(inserted) - {removed}, 0), count(*) FROM weir_ledger ledger GROUP BY dataset ORDER BY dataset"
        ))
        .map_err(classified)?;
    let datasets = statement
        .query_map([], |row| {
            let brought = Brought {
                rows: row.get(1)?,
                runs: row.get(2)?,
            };
            Ok((row.get(0)?, brought))
        })
        .map_err(classified)?;
    datasets.collect::<Result<_, _>>().map_err(classified)
}

/// The file says whose rows are in it: one that was put into another namespace's place is told from its own.
pub(super) fn check_namespace(
    connection: &Connection,
    namespace: NamespaceId,
) -> Result<(), DestinationError> {
    if !connection
        .table_exists(None, NAMESPACE)
        .map_err(classified)?
    {
        return Ok(());
    }
    let of: String = connection
        .query_row("SELECT id FROM weir_namespace", [], |row| row.get(0))
        .map_err(classified)?;
    if of == namespace.to_string() {
        return Ok(());
    }
    Err(DestinationError::Damaged(
        format!("the rows are those of the namespace {of}").into(),
    ))
}

fn create_table(dataset: &str, fields: &[Field]) -> String {
    let mut definitions: Vec<String> = fields
        .iter()
        .map(|field| {
            let not_null = if field.required || field.key {
                " NOT NULL"
            } else {
                ""
            };
            format!(
                "{} {}{not_null}",
                quoted(&field.name),
                column_type(field.field_type)
            )
        })
        .collect();
    let key: Vec<String> = fields
        .iter()
        .filter(|field| field.key)
        .map(|field| quoted(&field.name))
        .collect();
    if CanonicalKey::of(fields).is_some() {
        definitions.push(format!("{} TEXT NOT NULL UNIQUE", quoted(KEY_COLUMN)));
    } else if !key.is_empty() {
        definitions.push(format!("UNIQUE ({})", key.join(", ")));
    }
    format!(
        "CREATE TABLE IF NOT EXISTS {} ({})",
        quoted(dataset),
        definitions.join(", ")
    )
}

const fn column_type(field_type: FieldType) -> &'static str {
    match field_type {
        FieldType::Integer | FieldType::Boolean => "INTEGER",
        FieldType::Text
        | FieldType::Email
        | FieldType::Decimal { .. }
        | FieldType::Date
        | FieldType::Timestamp { .. } => "TEXT",
    }
}
