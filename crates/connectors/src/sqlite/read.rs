//! Looking into a dataset.

use std::path::Path;
use std::time::Duration;

use domain::id::NamespaceId;
use mapping::field::Field;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Row};

use super::{BUSY_TIMEOUT, classified, schema};
use crate::destination::{DestinationError, Inspection, LedgerEntry};
use crate::identifier::quoted;

/// A person waits for the page, and is told that rows are being written.
const PAGE_TIMEOUT: Duration = Duration::from_millis(250);

/// The file of a namespace.
#[derive(Clone, Copy)]
pub(super) struct Rows<'path> {
    pub(super) namespace: NamespaceId,
    pub(super) file: &'path Path,
}

pub(super) fn merged(of: Rows<'_>, run: &str) -> Result<Option<LedgerEntry>, DestinationError> {
    match open(of, BUSY_TIMEOUT)? {
        Some(connection) if schema::has_ledger(&connection)? => schema::merged(&connection, run),
        _ => Ok(None),
    }
}

/// SQLite itself compares the length of the file with what its header says, whenever it opens one.
pub(super) fn inspect(of: Rows<'_>) -> Result<Inspection, DestinationError> {
    match open(of, PAGE_TIMEOUT)? {
        Some(connection) if schema::has_ledger(&connection)? => {
            schema::brought(&connection).map(Inspection::Brought)
        }
        _ => Ok(Inspection::Nothing),
    }
}

pub(super) fn first_rows(
    of: Rows<'_>,
    dataset: &str,
    fields: &[Field],
    limit: u32,
) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
    let Some(connection) = open_for_table(of, dataset)? else {
        return Ok(Vec::new());
    };
    let sql = format!("{} ORDER BY rowid LIMIT {limit}", select(dataset, fields));
    let mut statement = connection.prepare(&sql).map_err(classified)?;
    let rows = statement.query_map([], as_texts).map_err(classified)?;
    rows.collect::<Result<_, _>>().map_err(classified)
}

pub(super) fn select(dataset: &str, fields: &[Field]) -> String {
    let columns: Vec<String> = fields.iter().map(|field| quoted(&field.name)).collect();
    format!("SELECT {} FROM {}", columns.join(", "), quoted(dataset))
}

/// A row of what [`select`] selects.
pub(super) fn as_texts(row: &Row<'_>) -> rusqlite::Result<Vec<Option<String>>> {
    (0..row.as_ref().column_count())
        .map(|index| row.get_ref(index).map(as_text))
        .collect()
}

/// `None` where the file or the table has not been made yet.
pub(super) fn open_for_table(
    of: Rows<'_>,
    dataset: &str,
) -> Result<Option<Connection>, DestinationError> {
    let Some(connection) = open(of, PAGE_TIMEOUT)? else {
        return Ok(None);
    };
    let exists = connection.table_exists(None, dataset).map_err(classified)?;
    Ok(exists.then_some(connection))
}

/// `None` where there is no file. What a killed process left half written is undone first, for which the file has to be opened
/// for writing: <https://www.sqlite.org/rescode.html#readonly_rollback>.
fn open(
    Rows { namespace, file }: Rows<'_>,
    busy_timeout: Duration,
) -> Result<Option<Connection>, DestinationError> {
    if !file.exists() {
        return Ok(None);
    }
    let open = |flags| {
        let connection = Connection::open_with_flags(file, flags)?;
        connection.busy_timeout(busy_timeout)?;
        // Reads the file, and so finds a journal that is to be rolled back.
        connection.query_row("PRAGMA schema_version", [], |row| row.get::<_, i64>(0))?;
        Ok(connection)
    };
    let read_only = || open(OpenFlags::SQLITE_OPEN_READ_ONLY);
    let opened = match read_only() {
        Err(rusqlite::Error::SqliteFailure(error, _))
            if error.extended_code == rusqlite::ffi::SQLITE_READONLY_ROLLBACK =>
        {
            open(OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(|_| read_only())
        }
        opened => opened,
    };
    let connection = opened.map_err(classified)?;
    schema::check_namespace(&connection, namespace)?;
    Ok(Some(connection))
}

fn as_text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(value) => Some(value.to_string()),
        ValueRef::Real(value) => Some(value.to_string()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}
