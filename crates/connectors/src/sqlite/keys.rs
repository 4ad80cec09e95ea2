//! The canonical form of keys: told to SQLite as a function, and put into tables that were made before there was one.

use domain::id::NamespaceId;
use mapping::field::Field;
use mapping::key::{CanonicalKey, KeyForm};
use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;

use super::read::{Rows, as_texts, open_for_table, select};
use super::{SqliteDestination, classified, open, schema};
use crate::batch::Cell;
use crate::destination::{DestinationError, KeyChange, KeyGroup, KeyGroups, Keys};
use crate::identifier::{KEY_COLUMN, is_own_table, quoted};

/// Appends a cell's part of the key, if its field is one. Numbers and booleans are their digits.
pub(super) fn append(canonical: &CanonicalKey, field: usize, cell: Cell<'_>, key: &mut String) {
    if !canonical.has(field) {
        return;
    }
    match cell {
        Cell::Text(text) => canonical.append(field, text, key),
        Cell::Integer(value) => canonical.append(field, &value.to_string(), key),
        Cell::Boolean(value) => canonical.append(field, &i64::from(value).to_string(), key),
        // No part of a key is null.
        Cell::Null => canonical.append(field, "", key),
    }
}

impl Keys for SqliteDestination {
    fn form(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
    ) -> Result<KeyForm, DestinationError> {
        let file = &self.file(namespace);
        match open_for_table(Rows { namespace, file }, dataset)? {
            Some(connection) => schema::key_form(&connection, dataset, fields),
            None => Ok(KeyForm::Canonical),
        }
    }

    fn look(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        groups_shown: u32,
    ) -> Result<KeyGroups, DestinationError> {
        let file = &self.file(namespace);
        match open_for_table(Rows { namespace, file }, dataset)? {
            Some(connection) => look(&connection, dataset, fields, groups_shown),
            None => Ok(KeyGroups::default()),
        }
    }

    fn begin_canonical(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
    ) -> Result<Option<Box<dyn KeyChange>>, DestinationError> {
        if is_own_table(dataset) {
            return Err(DestinationError::OwnTable {
                dataset: dataset.to_owned(),
            });
        }
        let file = &self.file(namespace);
        if open_for_table(Rows { namespace, file }, dataset)?.is_none() {
            return Ok(None);
        }
        begin_canonical(open(file)?, namespace, dataset, fields)
    }
}

fn look(
    connection: &Connection,
    dataset: &str,
    fields: &[Field],
    groups_shown: u32,
) -> Result<KeyGroups, DestinationError> {
    let exact = schema::key_form(connection, dataset, fields)? == KeyForm::Exact;
    let Some(canonical) = CanonicalKey::of(fields).filter(|_| exact) else {
        return Ok(KeyGroups::default());
    };
    // One state of the rows in all of what follows.
    connection.execute_batch("BEGIN").map_err(classified)?;
    let key = define_key(connection, canonical, fields)?;
    let table = quoted(dataset);
    let mut groups = connection
        .prepare(&format!(
            "SELECT count(*), max(rowid), min(rowid) FROM {table} GROUP BY {key} HAVING count(*) > 1 ORDER BY {key}"
        ))
        .map_err(classified)?;
    let mut row = connection
        .prepare(&format!("{} WHERE rowid = ?1", select(dataset, fields)))
        .map_err(classified)?;
    let mut row = |rowid: i64| row.query_row([rowid], as_texts).map_err(classified);
    let mut found = KeyGroups::default();
    let mut groups = groups.query([]).map_err(classified)?;
    while let Some(group) = groups.next().map_err(classified)? {
        let rows: u64 = group.get(0).map_err(classified)?;
        found.groups += 1;
        found.rows += rows;
        if found.groups <= u64::from(groups_shown) {
            found.first.push(KeyGroup {
                rows,
                stays: row(group.get(1).map_err(classified)?)?,
                goes: row(group.get(2).map_err(classified)?)?,
            });
        }
    }
    Ok(found)
}

struct CanonicalKeys {
    connection: Connection,
    removed: u64,
}

impl KeyChange for CanonicalKeys {
    fn removed(&self) -> u64 {
        self.removed
    }

    fn commit(&mut self) -> Result<(), DestinationError> {
        self.connection.execute_batch("COMMIT").map_err(classified)
    }
}

/// The file's write lock keeps runs out; rows that one of them has brought in are seen.
fn begin_canonical(
    connection: Connection,
    namespace: NamespaceId,
    dataset: &str,
    fields: &[Field],
) -> Result<Option<Box<dyn KeyChange>>, DestinationError> {
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(classified)?;
    schema::ensure_ledger(&connection, namespace)?;
    let exact = schema::ensure_table(&connection, dataset, fields)? == KeyForm::Exact;
    let Some(canonical) = CanonicalKey::of(fields).filter(|_| exact) else {
        return Ok(None);
    };
    let key = define_key(&connection, canonical, fields)?;
    let (table, column) = (quoted(dataset), quoted(KEY_COLUMN));
    let removed = connection
        .execute(
            &format!(
                "DELETE FROM {table} WHERE rowid NOT IN (SELECT max(rowid) FROM {table} GROUP BY {key})"
            ),
            [],
        )
        .map_err(classified)?;
    let index = quoted(&format!("{KEY_COLUMN} of {dataset}"));
    connection
        .execute_batch(&format!(
            "ALTER TABLE {table} ADD COLUMN {column} TEXT;
             UPDATE {table} SET {column} = {key};
             CREATE UNIQUE INDEX {index} ON {table} ({column});"
        ))
        .map_err(classified)?;
    let removed = removed as u64;
    connection
        .execute(
            "INSERT INTO weir_removed (dataset, rows) VALUES (?1, ?2)
             ON CONFLICT (dataset) DO UPDATE SET rows = rows + excluded.rows",
            (dataset, removed),
        )
        .map_err(classified)?;
    Ok(Some(Box::new(CanonicalKeys {
        connection,
        removed,
    })))
}

/// Lets the connection compute the canonical form; answers the SQL of it for a row.
fn define_key(
    connection: &Connection,
    canonical: CanonicalKey,
    fields: &[Field],
) -> Result<String, DestinationError> {
    let parts: Vec<usize> = (0..fields.len())
        .filter(|field| canonical.has(*field))
        .collect();
    let names: Vec<String> = parts
        .iter()
        .map(|&field| quoted(&fields[field].name))
        .collect();
    let arguments = i32::try_from(parts.len()).expect("a dataset has at most some hundred fields");
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection
        .create_scalar_function("weir_key", arguments, flags, move |values| {
            let mut key = String::new();
            for (argument, &field) in parts.iter().enumerate() {
                let value = values.get_raw(argument);
                let cell = match value {
                    ValueRef::Null => Cell::Null,
                    ValueRef::Integer(value) => Cell::Integer(value),
                    ValueRef::Text(_) => Cell::Text(value.as_str()?),
                    // Nothing that a run has written.
                    ValueRef::Real(_) | ValueRef::Blob(_) => {
                        let found = value.data_type();
                        return Err(rusqlite::Error::InvalidFunctionParameterType(
                            argument, found,
                        ));
                    }
                };
                append(&canonical, field, cell, &mut key);
            }
            Ok(key)
        })
        .map_err(classified)?;
    Ok(format!("weir_key({})", names.join(", ")))
}
