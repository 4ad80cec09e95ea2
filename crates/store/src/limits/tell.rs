//! Telling that a month comes to its limit, and that a file did not fit: each once in a month at most, as long as the limit
//! stays the same.

use domain::{
    id::{ActivityId, NamespaceId, NoticeId},
    job::Job,
    notice::{self, Happening, MonthlyLimit, RefusedFile},
    quota::{Mark, Quota},
    reason::Reason,
    run::Run,
    time::Timestamp,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Expr};

use super::{from_month, reserve::lock_month, to_month};
use crate::{
    activity::{self, NewActivity},
    entities::quota_month,
    error::StoreError,
    jobs,
    notices::{self, NewNotice},
};

/// What is needed to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitNews {
    /// Of the log entry.
    pub activity: ActivityId,
    pub notice: NoticeId,
    /// Who decides on a higher limit; empty: not set.
    pub contact: String,
}

/// The month has come to a mark.
pub(super) async fn tell(
    tx: &DatabaseTransaction,
    run: &Run,
    (month, quota): (i64, Quota),
    mark: Mark,
    news: LimitNews,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (column, announcements) = match mark {
        Mark::Near => (quota_month::Column::NearAt, notice::of_limit_near()),
        Mark::Reached => (quota_month::Column::ReachedAt, notice::of_limit_reached()),
    };
    if !is_first(tx, run.namespace, month, column, now).await? {
        return Ok(());
    }
    let month = to_month(month)?;
    let entry = NewActivity {
        id: news.activity,
        job: Some(run.job),
        run: Some(run.id),
        person: None,
        address: None,
        kind: mark.code().to_owned(),
        detail: month.code(),
        of_instance: false,
    };
    activity::insert(tx, run.namespace, vec![entry], now).await?;
    let notice = NewNotice {
        id: news.notice,
        job: None,
        run: None,
        announcements,
        happening: Happening::Limit(MonthlyLimit {
            used: quota.taken,
            limit: quota.limit,
            month,
            contact: news.contact,
            refused: None,
        }),
    };
    notices::insert(tx, run.namespace, vec![notice], now).await
}

/// The run's file has more rows than are left: for whoever counts the rows of the month. That does not bring the month to
/// its limit, since smaller files still fit.
pub(crate) async fn tell_refused(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    run: &Run,
    news: LimitNews,
    now: Timestamp,
) -> Result<(), StoreError> {
    // Not where the run was cancelled instead.
    let Some(Reason::LimitReached {
        rows_in_file,
        rows_left,
        month,
        ..
    }) = run.reason
    else {
        return Ok(());
    };
    let stored = from_month(month);
    let quota = lock_month(tx, namespace, stored).await?;
    if !is_first(tx, namespace, stored, quota_month::Column::RefusedAt, now).await? {
        return Ok(());
    }
    let job = Job::try_from(&jobs::find_job(tx, namespace, run.job).await?)?;
    let notice = NewNotice {
        id: news.notice,
        job: Some(run.job),
        run: Some(run.id),
        announcements: notice::of_limit_reached(),
        happening: Happening::Limit(MonthlyLimit {
            used: quota.taken,
            limit: quota.limit,
            month,
            contact: news.contact,
            refused: Some(RefusedFile {
                job_name: job.name,
                rows_in_file,
                rows_left,
            }),
        }),
    };
    notices::insert(tx, namespace, vec![notice], now).await
}

/// Whoever sets the instant tells: that is once. Of a month that is at its limit nothing more is told.
async fn is_first(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    month: i64,
    column: quota_month::Column,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let first = quota_month::Entity::update_many()
        .col_expr(column, Expr::val(now.0))
        .filter(quota_month::COLUMN.namespace.eq(namespace.0))
        .filter(quota_month::COLUMN.month.eq(month))
        .filter(column.is_null())
        .filter(quota_month::COLUMN.reached_at.is_null())
        .exec(tx)
        .await?;
    Ok(first.rows_affected == 1)
}
