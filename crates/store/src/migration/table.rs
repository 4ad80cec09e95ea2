//! What the steps share: columns in the project's conventions, rules and keys.

use sea_orm_migration::{
    prelude::{
        Alias, ColumnDef, DbErr, Expr, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement,
        Index, SchemaManager,
    },
    sea_query::{Check, IntoIden},
};

pub(super) fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().take()
}

pub(super) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).text().not_null().take()
}

/// Instants, sizes, counts and change numbers.
pub(super) fn number(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().take()
}

pub(super) fn count(name: &'static str) -> ColumnDef {
    number(name).default(0).take()
}

pub(super) fn small_count(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().default(0).take()
}

pub(super) fn boolean(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().take()
}

pub(super) fn hash(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().take()
}

pub(super) fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().take()
}

pub(super) fn check(name: &'static str, rule: &str) -> Check {
    Check::named(name, Expr::cust(rule.to_owned()))
}

/// `column` holds one of the codes.
pub(super) fn one_of(name: &'static str, column: &str, codes: &[&str]) -> Check {
    let listed: Vec<String> = codes.iter().map(|code| format!("'{code}'")).collect();
    check(name, &format!("{column} IN ({})", listed.join(", ")))
}

/// A key on several columns, so that a row cannot refer to one of another namespace.
pub(super) fn references<const N: usize>(
    name: &'static str,
    columns: [&'static str; N],
    table: &'static str,
    keys: [&'static str; N],
) -> ForeignKeyCreateStatement {
    let mut key = ForeignKey::create();
    key.name(name).to_tbl(table);
    for column in columns {
        key.from_col(column);
    }
    for column in keys {
        key.to_col(column);
    }
    key.on_delete(ForeignKeyAction::Restrict).take()
}

pub(super) async fn index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    create_index(manager, name, table, columns, false).await
}

pub(super) async fn unique(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    create_index(manager, name, table, columns, true).await
}

async fn create_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(Alias::new(*column).into_iden());
    }
    if unique {
        index.unique();
    }
    manager.create_index(index.take()).await
}
