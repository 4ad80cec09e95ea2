//! The embedded destination: one SQLite file per namespace, one table per dataset.
//!
//! Decimals are canonical text, booleans 0 or 1, dates and timestamps ISO 8601 text. A run's rows go straight into the
//! table inside one transaction: nobody sees them before its commit, and a crash rolls it back.
//!
//! Keys with text in them are compared in their canonical form, for which the table has the column `weir key`. A table without
//! it was made before there was that form, and compares them as they are written.

mod keys;
mod load;
mod read;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::id::{NamespaceId, RunId};
use domain::reason::StorageFault;
use mapping::field::Field;
use rusqlite::Connection;

use self::read::Rows;
use crate::destination::{
    Begun, Destination, DestinationError, Inspection, Keys, LedgerEntry, Target,
};

/// How long another run, or a reader, is waited for before the caller hears that it is busy.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub struct SqliteDestination {
    folder: PathBuf,
}

impl SqliteDestination {
    /// The files are `folder/NAMESPACE_ID.sqlite`; the folder is made when the first is.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, namespace: NamespaceId) -> PathBuf {
        self.folder.join(format!("{namespace}.sqlite"))
    }
}

impl Destination for SqliteDestination {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        std::fs::create_dir_all(&self.folder)
            .map_err(|error| DestinationError::Unreachable(Box::new(error)))?;
        let file = self.file(target.namespace);
        let is_empty = || std::fs::metadata(&file).is_ok_and(|file| file.len() == 0);
        if target.runs_known > 0 && (!file.exists() || is_empty()) {
            return Err(DestinationError::Gone);
        }
        load::begin(open(&file)?, target)
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        let file = &self.file(namespace);
        read::merged(Rows { namespace, file }, &run.to_string())
    }

    fn inspect(&self, namespace: NamespaceId) -> Result<Inspection, DestinationError> {
        let file = &self.file(namespace);
        read::inspect(Rows { namespace, file })
    }

    fn first_rows(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        limit: u32,
    ) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
        let file = &self.file(namespace);
        read::first_rows(Rows { namespace, file }, dataset, fields, limit)
    }

    fn location(&self, namespace: NamespaceId, dataset: &str) -> String {
        format!("table {dataset} in {}", self.file(namespace).display())
    }

    fn keys(&self) -> &dyn Keys {
        self
    }
}

/// Bulk loading measured fastest, and as safe as a write-ahead log, with a rollback journal, pages of 16 KiB and a full
/// synchronisation at the commit.
fn open(file: &Path) -> Result<Connection, DestinationError> {
    let connection = Connection::open(file).map_err(classified)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(classified)?;
    connection
        .execute_batch("PRAGMA page_size = 16384; PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;")
        .map_err(classified)?;
    Ok(connection)
}

fn classified(error: rusqlite::Error) -> DestinationError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => {
            DestinationError::Busy(Box::new(error))
        }
        Some(rusqlite::ErrorCode::DiskFull) => storage(StorageFault::Full, error),
        Some(rusqlite::ErrorCode::ReadOnly | rusqlite::ErrorCode::PermissionDenied) => {
            storage(StorageFault::NotPermitted, error)
        }
        Some(rusqlite::ErrorCode::SystemIoFailure) => storage(StorageFault::Broken, error),
        Some(rusqlite::ErrorCode::CannotOpen) => storage(why_not_opened(), error),
        Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
            DestinationError::Damaged(Box::new(error))
        }
        _ => DestinationError::Unreachable(Box::new(error)),
    }
}

fn storage(fault: StorageFault, error: rusqlite::Error) -> DestinationError {
    DestinationError::Storage {
        fault,
        source: Box::new(error),
    }
}

/// SQLite does not say why it could not open a file, but whoever opens another one now learns whether any can be opened.
fn why_not_opened() -> StorageFault {
    std::fs::File::open(".")
        .err()
        .and_then(|error| StorageFault::of_server(&error))
        .unwrap_or(StorageFault::NotPermitted)
}
