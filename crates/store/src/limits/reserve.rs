//! Reserving rows of a month, and telling once that the month comes to its limit.

use domain::{
    id::{ActivityId, NamespaceId, NoticeId},
    month::{Day, Month},
    notice::{self, Happening},
    quota::{Mark, Quota},
    run::Run,
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, LockType},
};

use super::{HELD, column_of, from_day, from_month, is_held, to_month};
use crate::{
    activity::{self, NewActivity},
    column::{from_count, to_count},
    entities::{namespace, quota_month, reservation},
    error::StoreError,
    notices::{self, NewNotice},
};

/// Rows that a run is going to import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub rows: u64,
    /// Today, in the zone of the namespace. A reservation that the occurrence holds already keeps its own.
    pub day: Day,
}

/// What a transition of a run means for the month. In both cases people are told if the month comes to its limit by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStep {
    /// The run goes on to Importing. [`StoreError::OverLimit`]: not so many rows are left, and nothing was written.
    Reserve(Reservation, MarkIds),
    /// The run ends because it does not fit.
    Refused(Month, MarkIds),
}

/// Of the log entry and the notice that a month comes to its limit: `limit_80` or `limit_reached`, each once in a month at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkIds {
    pub activity: ActivityId,
    pub notice: NoticeId,
}

/// Called after the run's own row was written under its fence: a worker that lost the run reserves nothing.
pub(crate) async fn reserve(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
    wanted: Reservation,
    ids: MarkIds,
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
        Some(mark) => tell(tx, run, (month, quota), mark, ids, now).await,
        None => Ok(()),
    }
}

/// A run was refused: for whoever waits for the month's limit, it is reached.
pub(crate) async fn tell_reached(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
    month: Month,
    ids: MarkIds,
    now: Timestamp,
) -> Result<(), StoreError> {
    let month = from_month(month);
    let quota = lock_month(tx, namespace, month).await?;
    tell(tx, run, (month, quota), Mark::Reached, ids, now).await
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

/// Whoever sets the instant tells: that is once. A month that is at its limit is no longer only near it.
async fn tell(
    tx: &DatabaseTransaction,
    run: &Run,
    (month, quota): (i64, Quota),
    mark: Mark,
    ids: MarkIds,
    now: Timestamp,
) -> Result<(), StoreError> {
    let namespace = run.namespace;
    let column = column_of(mark);
    let first = quota_month::Entity::update_many()
        .col_expr(column, Expr::val(now.0))
        .filter(quota_month::COLUMN.namespace.eq(namespace.0))
        .filter(quota_month::COLUMN.month.eq(month))
        .filter(column.is_null())
        .filter(quota_month::COLUMN.reached_at.is_null())
        .exec(tx)
        .await?;
    if first.rows_affected == 0 {
        return Ok(());
    }
    let month = to_month(month)?;
    let entry = NewActivity {
        id: ids.activity,
        job: Some(run.job),
        run: Some(run.id),
        person: None,
        address: None,
        kind: mark.code().to_owned(),
        detail: month.code(),
    };
    activity::insert(tx, namespace, vec![entry], now).await?;
    let notice = NewNotice {
        id: ids.notice,
        job: None,
        run: None,
        announcements: match mark {
            Mark::Near => notice::of_limit_near(),
            Mark::Reached => notice::of_limit_reached(),
        },
        happening: Happening::Limit {
            used: quota.taken,
            limit: quota.limit,
            month,
        },
    };
    notices::insert(tx, namespace, vec![notice], now).await
}
