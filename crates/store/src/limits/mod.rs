//! The row limit of a namespace's months: reservations, what became of them, and what can be said of a month.
//!
//! - A reservation is made in the transaction that brings a run into Importing, so under its fence; it becomes the count
//!   of what was imported in the transaction that ends the run.
//! - It is held for an occurrence: as long as a run of it is unfinished or a rerun of it waits. The transaction that ends
//!   the last of these gives it back. So there is nothing to clean up after a crash.
//! - `quota_months.taken` is the sum of a month's reservations. Its row is locked while somebody reserves. It is taken
//!   after the rows of jobs and runs and before the change counter, so that nobody waits in a circle.

mod reserve;
mod settings;
mod settle;
mod tell;
mod usage;

use domain::month::{Day, Month};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter,
    sea_query::{Expr, SimpleExpr},
};

pub(crate) use self::reserve::reserve;
pub use self::reserve::{LimitStep, Reservation};
pub use self::settings::NamespaceLimits;
pub(crate) use self::settle::{release, release_all, settle};
pub use self::tell::LimitNews;
pub(crate) use self::tell::tell_refused;
pub use self::usage::{DayRows, JobRows, MonthUsage};
use crate::{
    column::unreadable,
    entities::{quota_month, reservation},
    error::StoreError,
};

const HELD: &str = "held";
const USED: &str = "used";

/// 202611: sorts as time goes.
fn from_month(month: Month) -> i64 {
    i64::from(month.year) * 100 + i64::from(month.month)
}

fn to_month(stored: i64) -> Result<Month, StoreError> {
    let parts = (
        i16::try_from(stored.div_euclid(100)),
        u8::try_from(stored.rem_euclid(100)),
    );
    match parts {
        (Ok(year), Ok(month @ 1..=12)) => Ok(Month { year, month }),
        _ => Err(unreadable("quota_months.month", format!("`{stored}`"))),
    }
}

fn from_day(day: Day) -> (i64, i32) {
    (from_month(day.month), i32::from(day.day))
}

/// As a literal: SQLite uses a partial index for nothing else.
fn is_held() -> SimpleExpr {
    Expr::cust("state = 'held'")
}

/// Changes what is taken of months by the rows of reservations that grew or went.
async fn take_back(
    tx: &DatabaseTransaction,
    gone: Vec<reservation::Model>,
) -> Result<(), StoreError> {
    let mut gone: Vec<_> = gone
        .into_iter()
        .map(|row| (row.namespace, row.month, row.row_count))
        .collect();
    // Months in one order, so that nobody waits in a circle.
    gone.sort_unstable();
    for (namespace, month, rows) in gone {
        quota_month::Entity::update_many()
            .col_expr(
                quota_month::Column::Taken,
                Expr::col(quota_month::Column::Taken).sub(rows),
            )
            .filter(quota_month::Column::Namespace.eq(namespace))
            .filter(quota_month::Column::Month.eq(month))
            .exec(tx)
            .await?;
    }
    Ok(())
}
