//! Opening the database, and transactions on it.

use std::{path::Path, time::Duration};

use log::LevelFilter;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    EntityTrait, QuerySelect, SqliteTransactionMode, TransactionOptions, TransactionTrait,
    sea_query::{Expr, LockType},
    sqlx::{
        self, Connection as _, Executor as _,
        postgres::PgConnection,
        sqlite::{SqliteConnection, SqliteJournalMode, SqliteSynchronous},
    },
};
use sea_orm_migration::MigratorTrait;

use crate::{entities::probe, error::StoreError, migration::Migrator};

const SQLITE_READERS: u32 = 4;
const POSTGRES_CONNECTIONS: u32 = 16;
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(15);

/// The metadata of an instance, in SQLite or PostgreSQL. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    reader: DatabaseConnection,
    /// In SQLite one connection, so that writes queue in the process instead of failing when the file is locked.
    writer: DatabaseConnection,
}

impl Store {
    /// Opens `sqlite://path?mode=rwc` or `postgres://…`. Does not migrate.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::connect_sqlite(url, None).await
        } else {
            Self::connect_postgres(url, None).await
        }
    }

    /// Opens an SQLite file, and makes it if there is none. Whatever characters its path has.
    pub async fn open_file(path: &Path) -> Result<Self, StoreError> {
        Self::connect_sqlite("sqlite:", Some(path)).await
    }

    /// Like [`Store::connect`], with all tables in one schema of a PostgreSQL database.
    pub async fn connect_to_schema(url: &str, schema: &str) -> Result<Self, StoreError> {
        Self::connect_postgres(url, Some(schema)).await
    }

    /// Brings the tables up to date. Several processes may do so at once: one works, the others wait and find it done.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        const MIGRATION_LOCK: i64 = 0x7765_6972;
        let tx = self.begin().await?;
        if tx.get_database_backend() == DbBackend::Postgres {
            tx.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
                .await?;
        }
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes, and reads it back through another connection: what a database does that can keep what it acknowledges.
    pub async fn probe(&self) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let written = probe::Entity::find()
            .lock(LockType::Update)
            .one(&tx)
            .await?
            .ok_or(StoreError::NotFound { what: "probe" })?
            .count
            + 1;
        probe::Entity::update_many()
            .col_expr(probe::Column::Count, Expr::val(written))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        let read = probe::Entity::find()
            .one(self.reader())
            .await?
            .ok_or(StoreError::NotFound { what: "probe" })?
            .count;
        // Others may have written since.
        if read >= written {
            Ok(())
        } else {
            Err(StoreError::NotKept)
        }
    }

    /// Waits for what is under way and closes every connection, of all clones.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.reader.clone().close().await?;
        self.writer.clone().close().await?;
        Ok(())
    }

    pub(crate) fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// A transaction that will write. SQLite takes the lock at once: a reader that becomes a writer later can be
    /// refused without waiting.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }

    /// For a single statement that writes.
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    async fn connect_sqlite(url: &str, file: Option<&Path>) -> Result<Self, StoreError> {
        // The writer goes first: it creates the file and its journal, which the readers then find.
        let writer = connect(sqlite_options(url, file, Access::ReadWrite)).await?;
        let reader = connect(sqlite_options(url, file, Access::ReadOnly)).await?;
        Ok(Self { reader, writer })
    }

    async fn connect_postgres(url: &str, schema: Option<&str>) -> Result<Self, StoreError> {
        if !["postgres:", "postgresql:"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            return Err(StoreError::Address);
        }
        let mut options = ConnectOptions::new(url);
        if let Some(schema) = schema {
            options.set_schema_search_path(schema);
        }
        options
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .sqlx_logging_level(LevelFilter::Debug)
            .sqlx_slow_statements_logging_settings(LevelFilter::Off, Duration::ZERO)
            .map_sqlx_postgres_pool_opts(|pool| {
                pool.after_release(|connection, _| Box::pin(is_reusable_postgres(connection)))
            })
            .map_sqlx_postgres_opts(|postgres| {
                // A process that stops inside a transaction must not hold its rows and the change counter for ever.
                postgres.options([("idle_in_transaction_session_timeout", "30s")])
            });
        let pool = connect(options).await?;
        Ok(Self {
            reader: pool.clone(),
            writer: pool,
        })
    }
}

/// An address that cannot be read is quoted by the error, with its password: that error goes no further.
async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, StoreError> {
    let url = options.get_url().to_owned();
    Database::connect(options).await.map_err(|error| {
        if error.to_string().contains(&url) {
            StoreError::Address
        } else {
            StoreError::Database(error)
        }
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    ReadWrite,
    ReadOnly,
}

/// Statements are not logged: their values are users' names and settings.
fn sqlite_options(url: &str, file: Option<&Path>, access: Access) -> ConnectOptions {
    let file = file.map(Path::to_owned);
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(match access {
            Access::ReadWrite => 1,
            Access::ReadOnly => SQLITE_READERS,
        })
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .sqlx_logging_level(LevelFilter::Debug)
        .sqlx_slow_statements_logging_settings(LevelFilter::Off, Duration::ZERO)
        .map_sqlx_sqlite_pool_opts(|pool| {
            pool.after_release(|connection, _| Box::pin(is_reusable_sqlite(connection)))
        })
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = match &file {
                Some(file) => sqlite.filename(file).create_if_missing(true),
                None => sqlite,
            };
            let sqlite = sqlite
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .busy_timeout(BUSY_TIMEOUT);
            match access {
                Access::ReadWrite => sqlite,
                Access::ReadOnly => sqlite.pragma("query_only", "ON"),
            }
        });
    options
}

/// A connection that is still in a transaction, or believes to be, is closed instead of handed out again: the next writer's
/// changes would only look like being kept. SQLite ends a transaction by itself where the disk is full or fails, so that a
/// ROLLBACK fails and the count of open transactions stays what it was.
async fn is_reusable_sqlite(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Behind a ROLLBACK that is on its way.
    connection.ping().await?;
    if connection.is_in_transaction() {
        return Ok(false);
    }
    // Refused inside a transaction, and touches no file outside of one.
    Ok(connection.execute("BEGIN; ROLLBACK").await.is_ok())
}

async fn is_reusable_postgres(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}
