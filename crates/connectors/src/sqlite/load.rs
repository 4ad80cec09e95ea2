//! One run's rows, inside one transaction.

use domain::settings::ImportMethod;
use mapping::field::Field;
use mapping::key::{CanonicalKey, KeyForm};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql};

use super::{classified, keys, schema};
use crate::batch::{Batch, Cell};
use crate::destination::{
    Begun, DestinationError, Filling, LedgerEntry, Load, Refusal, RefusalReason, Target,
};
use crate::identifier::{KEY_COLUMN, is_own_table, quoted};

struct SqliteLoad {
    connection: Connection,
    statement: String,
    /// Which cells of a batch's row the statement takes.
    filling: Vec<Filling>,
    key_form: KeyForm,
    /// Where the statement takes the key's canonical form too, after the cells.
    canonical_key: Option<CanonicalKey>,
    dataset: String,
    run: String,
    inserted: u64,
    /// The ledger's entry is written.
    is_closed: bool,
}

/// Takes the file's write lock, so that the ledger's answer holds until the commit.
pub(super) fn begin(connection: Connection, target: &Target) -> Result<Begun, DestinationError> {
    if is_own_table(&target.dataset) {
        return Err(DestinationError::OwnTable {
            dataset: target.dataset.clone(),
        });
    }
    connection
        .execute_batch("BEGIN IMMEDIATE")
        .map_err(classified)?;
    schema::ensure_ledger(&connection, target.namespace)?;
    let run = target.run.to_string();
    if let Some(merged) = schema::merged(&connection, &run)? {
        return Ok(Begun::AlreadyMerged(merged));
    }
    if schema::is_given_up(&connection, &run)? {
        return Ok(Begun::GivenUp);
    }
    let key_form = schema::ensure_table(&connection, &target.dataset, &target.fields)?;
    let canonical_key = match key_form {
        KeyForm::Exact => None,
        KeyForm::Canonical => CanonicalKey::of(&target.fields),
    };
    Ok(Begun::Load(Box::new(SqliteLoad {
        connection,
        statement: statement(target, canonical_key.is_some())?,
        filling: target.filling.clone(),
        key_form,
        canonical_key,
        dataset: target.dataset.clone(),
        run,
        inserted: 0,
        is_closed: false,
    })))
}

impl Load for SqliteLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        let mut refusals = Vec::new();
        let mut statement = self
            .connection
            .prepare_cached(&self.statement)
            .map_err(classified)?;
        let mut last_rowid = self.connection.last_insert_rowid();
        let mut key = String::new();
        for (record, cells) in batch.rows() {
            key.clear();
            let mut parameter = 0;
            for (field, cell) in cells.enumerate() {
                if let Some(canonical) = &self.canonical_key {
                    keys::append(canonical, field, cell, &mut key);
                }
                if self.filling[field] != Filling::Never {
                    parameter += 1;
                    statement
                        .raw_bind_parameter(parameter, Parameter(cell))
                        .map_err(classified)?;
                }
            }
            if self.canonical_key.is_some() {
                statement
                    .raw_bind_parameter(parameter + 1, Parameter(Cell::Text(&key)))
                    .map_err(classified)?;
            }
            if statement.raw_execute().map_err(classified)? == 0 {
                refusals.push(Refusal {
                    record,
                    why: RefusalReason::KeyTaken(self.key_form),
                });
                continue;
            }
            // An upsert that updates leaves the last inserted rowid as it was.
            let rowid = self.connection.last_insert_rowid();
            if rowid != last_rowid {
                self.inserted += 1;
                last_rowid = rowid;
            }
        }
        Ok(refusals)
    }

    fn inserted(&self) -> u64 {
        self.inserted
    }

    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError> {
        if !self.is_closed {
            self.connection
                .execute(
                    "INSERT INTO weir_ledger (run, dataset, seen, imported, rejected, inserted) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    (&self.run, &self.dataset, entry.seen, entry.imported, entry.rejected, entry.inserted),
                )
                .map_err(classified)?;
        }
        self.end()
    }

    fn give_up(&mut self) -> Result<(), DestinationError> {
        if !self.is_closed {
            self.connection
                .execute("INSERT INTO weir_given_up (run) VALUES (?1)", [&self.run])
                .map_err(classified)?;
        }
        self.end()
    }
}

impl SqliteLoad {
    /// A reader that takes long keeps the file from being replaced; the transaction stays open, so that the commit can be
    /// tried again.
    fn end(&mut self) -> Result<(), DestinationError> {
        self.is_closed = true;
        self.connection.execute_batch("COMMIT").map_err(classified)
    }
}

struct Parameter<'a>(Cell<'a>);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Cell::Null => ValueRef::Null,
            Cell::Integer(value) => ValueRef::Integer(value),
            Cell::Boolean(value) => ValueRef::Integer(value.into()),
            Cell::Text(value) => ValueRef::Text(value.as_bytes()),
        }))
    }
}

/// Two rows have one key where the column for its canonical form says so, or, without such a column, all parts of the key.
fn statement(target: &Target, has_key_column: bool) -> Result<String, DestinationError> {
    let filled: Vec<(&Field, Filling)> = target
        .fields
        .iter()
        .zip(target.filling.iter().copied())
        .filter(|(_, filling)| *filling != Filling::Never)
        .collect();
    let key: Vec<String> = if has_key_column {
        vec![quoted(KEY_COLUMN)]
    } else {
        let parts = target.fields.iter().filter(|field| field.key);
        parts.map(|field| quoted(&field.name)).collect()
    };
    let mut columns: Vec<String> = filled
        .iter()
        .map(|(field, _)| quoted(&field.name))
        .collect();
    if has_key_column {
        columns.push(quoted(KEY_COLUMN));
    }
    let parameters = vec!["?"; columns.len()].join(", ");
    let insert = format!(
        "INSERT INTO {} ({}) VALUES ({parameters})",
        quoted(&target.dataset),
        columns.join(", ")
    );
    let on_conflict = match target.method {
        _ if key.is_empty() => String::new(),
        ImportMethod::Insert => " ON CONFLICT DO NOTHING".to_owned(),
        ImportMethod::Upsert => {
            let update = |(field, filling): &(&Field, Filling)| {
                let name = quoted(&field.name);
                match filling {
                    Filling::UnlessNull => format!("{name} = coalesce(excluded.{name}, {name})"),
                    Filling::Never | Filling::Always => format!("{name} = excluded.{name}"),
                }
            };
            let others = filled.iter().filter(|(field, _)| !field.key);
            let updates: Vec<String> = others.map(update).collect();
            // A table of nothing but key columns: the row that is there is the row that is wanted.
            let updates = if updates.is_empty() {
                format!("{0} = excluded.{0}", key[0])
            } else {
                updates.join(", ")
            };
            format!(" ON CONFLICT ({}) DO UPDATE SET {updates}", key.join(", "))
        }
        ImportMethod::Update | ImportMethod::Delete | ImportMethod::ReplaceAll => {
            return Err(DestinationError::MethodNotOffered);
        }
    };
    Ok(insert + &on_conflict)
}
