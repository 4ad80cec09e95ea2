//! Looking into a dataset.

use std::path::Path;
use std::time::Duration;

use mapping::field::Field;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

use super::classified;
use crate::destination::DestinationError;
use crate::identifier::quoted;

/// A person waits for the page, so an import under way is not waited for long.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) fn row_count(file: &Path, dataset: &str) -> Result<u64, DestinationError> {
    let Some(connection) = open_for_table(file, dataset)? else {
        return Ok(0);
    };
    connection
        .query_row(
            &format!("SELECT count(*) FROM {}", quoted(dataset)),
            [],
            |row| row.get(0),
        )
        .map_err(classified)
}

pub(super) fn first_rows(
    file: &Path,
    dataset: &str,
    fields: &[Field],
    limit: u32,
) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
    let Some(connection) = open_for_table(file, dataset)? else {
        return Ok(Vec::new());
    };
    let columns: Vec<String> = fields.iter().map(|field| quoted(&field.name)).collect();
    let sql = format!(
        "SELECT {} FROM {} ORDER BY rowid LIMIT {limit}",
        columns.join(", "),
        quoted(dataset)
    );
    let mut statement = connection.prepare(&sql).map_err(classified)?;
    let rows = statement
        .query_map([], |row| {
            (0..fields.len())
                .map(|index| row.get_ref(index).map(as_text))
                .collect()
        })
        .map_err(classified)?;
    rows.collect::<Result<_, _>>().map_err(classified)
}

/// `None` where the file or the table has not been made yet.
fn open_for_table(file: &Path, dataset: &str) -> Result<Option<Connection>, DestinationError> {
    if !file.exists() {
        return Ok(None);
    }
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(classified)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(classified)?;
    let exists = connection.table_exists(None, dataset).map_err(classified)?;
    Ok(exists.then_some(connection))
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
