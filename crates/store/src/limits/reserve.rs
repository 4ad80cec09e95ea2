//! Reserving rows of a month.

use domain::{id::NamespaceId, month::Day, quota::Quota, run::Run, time::Timestamp};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::LockType,
};

use super::{
    HELD, from_day, is_held,
    tell::{LimitNews, tell},
    to_month,
};
use crate::{
    column::{from_count, to_count},
    entities::{namespace, quota_month, reservation},
    error::StoreError,
};

/// Rows that a run is going to import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub rows: u64,
    /// Today, in the zone of the namespace. A reservation that the occurrence holds already keeps its own.
    pub day: Day,
}

/// What a transition of a run means for the month, and what is told of that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LimitStep {
    /// The run goes on to Importing. [`StoreError::OverLimit`]: not so many rows are left, and nothing was written.
    Reserve(Reservation, LimitNews),
    /// The run ends because its file does not fit.
    Refused(LimitNews),
    /// The run's rows are in. They count for this day where the occurrence holds no reservation: the destination's ledger knows
    /// of rows that a database which was put back does not.
    Used(Day),
}

/// Called after the run's own row was written under its fence: a worker that lost the run reserves nothing.
pub(crate) async fn reserve(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
    wanted: Reservation,
    news: LimitNews,
    now: Timestamp,
) -> Result<(), StoreError> {
    let held = reservation::Entity::find()
        .filter(reservation::COLUMN.namespace.eq(namespace.0))
        .filter(reservation::COLUMN.job.eq(run.job.0))
        .filter(reservation::COLUMN.occurrence.eq(run.occurrence.0))
        .filter(is_held())
        .one(tx)
        .await?;
    let (month, day) = from_day(wanted.day);
    let month = held.as_ref().map_or(month, |held| held.month);
    let quota = lock_month(tx, namespace, month).await?;
    let held_rows = held.as_ref().map_or(0, |held| to_count(held.row_count));
    let taken = quota
        .reserve(held_rows, wanted.rows)
        .map_err(|over| match to_month(month) {
            Ok(month) => StoreError::OverLimit {
                rows_left: over.rows_left,
                month,
            },
            Err(error) => error,
        })?;
    if let Some(held) = held {
        reservation::Entity::update_many()
            .set(reservation::ActiveModel {
                run: Set(run.id.0),
                row_count: Set(from_count(wanted.rows)),
                ..Default::default()
            })
            .filter(reservation::COLUMN.run.eq(held.run))
            .exec(tx)
            .await?;
    } else {
        let row = reservation::ActiveModel {
            run: Set(run.id.0),
            namespace: Set(namespace.0),
            job: Set(run.job.0),
            occurrence: Set(run.occurrence.0),
            month: Set(month),
            day: Set(day),
            row_count: Set(from_count(wanted.rows)),
            state: Set(HELD.to_owned()),
        };
        reservation::Entity::insert(row)
            .exec_without_returning(tx)
            .await?;
    }
    quota_month::Entity::update_many()
        .set(quota_month::ActiveModel {
            taken: Set(from_count(taken)),
            ..Default::default()
        })
        .filter(quota_month::COLUMN.namespace.eq(namespace.0))
        .filter(quota_month::COLUMN.month.eq(month))
        .exec(tx)
        .await?;
    let quota = Quota { taken, ..quota };
    match quota.mark() {
        Some(mark) => tell(tx, run, (month, quota), mark, news, now).await,
        None => Ok(()),
    }
}

/// The month's row exists and is locked afterwards: others who reserve wait for the end of the transaction.
pub(super) async fn lock_month(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    month: i64,
) -> Result<Quota, StoreError> {
    let fresh = quota_month::ActiveModel {
        namespace: Set(namespace.0),
        month: Set(month),
        taken: Set(0),
        near_at: Set(None),
        reached_at: Set(None),
        refused_at: Set(None),
    };
    quota_month::Entity::insert(fresh)
        .on_conflict_do_nothing()
        .exec_without_returning(tx)
        .await?;
    let month = quota_month::Entity::find_by_id((namespace.0, month))
        .lock(LockType::Update)
        .one(tx)
        .await?
        .ok_or(StoreError::NotFound { what: "month" })?;
    let limit = namespace::Entity::find_by_id(namespace.0)
        .one(tx)
        .await?
        .ok_or(StoreError::NotFound { what: "namespace" })?
        .monthly_row_limit;
    Ok(Quota {
        limit: to_count(limit),
        taken: to_count(month.taken),
    })
}
