//! What can go wrong with a stored row.

use domain::month::Month;
use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Without the address itself, which may hold a password.
    #[error(
        "the address of the database is neither `sqlite://path?mode=rwc` nor `postgres://user:password@host/database`"
    )]
    Address,
    /// There is no such row in this namespace. Rows of other namespaces are answered alike.
    #[error("there is no such {what}")]
    NotFound { what: &'static str },
    /// Somebody else was faster (the row has another version or fence by now), or the name is taken.
    #[error("{what} was changed by somebody else or exists already")]
    Conflict { what: &'static str },
    /// A stored text is not one that this version of the program writes.
    #[error("could not read {column} of a stored row: {problem}")]
    Unreadable {
        column: &'static str,
        problem: String,
    },
    /// The namespace's month has not so many rows left; nothing was written.
    #[error("only {rows_left} rows are left in {month}")]
    OverLimit { rows_left: u64, month: Month },
    /// What was just written and acknowledged is not there.
    #[error("the database did not keep what it acknowledged")]
    NotKept,
    #[error("the database refused: {0}")]
    Database(#[source] DbErr),
}

impl StoreError {
    /// Whether the same call may succeed a little later: lost connections, locks, serialization failures, a database
    /// that is starting, full or out of connections.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Database(error) => is_transient(error),
            Self::Address
            | Self::NotFound { .. }
            | Self::Conflict { .. }
            | Self::OverLimit { .. }
            | Self::NotKept
            | Self::Unreadable { .. } => false,
        }
    }

    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound { .. })
    }
}

/// A unique column that is taken is a conflict; everything else is the database's error. For inserts of a `what`.
pub(crate) fn on_insert(what: &'static str) -> impl FnOnce(DbErr) -> StoreError {
    move |error| match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::Conflict { what },
        Some(SqlErr::ForeignKeyConstraintViolation(_)) => StoreError::NotFound { what },
        _ => StoreError::Database(error),
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

fn is_transient(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) => true,
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => is_transient_sqlx(error),
        _ => false,
    }
}

fn is_transient_sqlx(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            if error
                .try_downcast_ref::<sqlx::sqlite::SqliteError>()
                .is_some()
            {
                is_transient_sqlite(&code)
            } else {
                is_transient_postgres(&code)
            }
        }
        _ => false,
    }
}

/// Extended result codes carry the primary one in their low byte: <https://www.sqlite.org/rescode.html>. A disk that fails
/// once may work the next time.
fn is_transient_sqlite(code: &str) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const IO_ERROR: u32 = 10;
    const FULL: u32 = 13;
    code.parse::<u32>()
        .is_ok_and(|code| matches!(code & 0xff, BUSY | LOCKED | IO_ERROR | FULL))
}

/// Classes and codes: <https://www.postgresql.org/docs/current/errcodes-appendix.html>.
fn is_transient_postgres(code: &str) -> bool {
    const SERIALIZATION_FAILURE: &str = "40001";
    const DEADLOCK: &str = "40P01";
    const LOCK_NOT_AVAILABLE: &str = "55P03";
    const READ_ONLY: &str = "25006";
    matches!(
        code,
        SERIALIZATION_FAILURE | DEADLOCK | LOCK_NOT_AVAILABLE | READ_ONLY
    ) || ["08", "53", "57"]
        .iter()
        .any(|class| code.starts_with(class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_and_lost_connections_are_transient_and_broken_rules_are_not() {
        assert!(is_transient_sqlite("5"));
        assert!(is_transient_sqlite("517"));
        assert!(is_transient_sqlite("1034"));
        assert!(!is_transient_sqlite("275"));
        assert!(is_transient_postgres("40P01"));
        assert!(is_transient_postgres("08006"));
        assert!(is_transient_postgres("57P03"));
        assert!(!is_transient_postgres("23514"));
    }
}
