//! What becomes of reservations when runs end.

use domain::{
    id::{JobId, NamespaceId, RunId},
    job::Job,
    month::Day,
    run::{Run, RunStatus},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait,
    IntoActiveModel, QueryFilter, sea_query::Query,
};

use super::{USED, from_day, is_held, reserve::lock_month, take_back};
use crate::{
    column::from_count,
    entities::{reservation, run},
    error::StoreError,
};

/// The run's rows are in: so many count, and the others go back. Without a reservation they count for the day.
pub(crate) async fn settle(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    ended: &Run,
    day: Option<Day>,
) -> Result<(), StoreError> {
    let held = reservation::Entity::find()
        .filter(reservation::COLUMN.namespace.eq(namespace.0))
        .filter(reservation::COLUMN.job.eq(ended.job.0))
        .filter(reservation::COLUMN.occurrence.eq(ended.occurrence.0))
        .filter(is_held())
        .one(tx)
        .await?;
    let imported = from_count(ended.counts.imported);
    let unused = match (held, day) {
        (Some(held), _) => {
            reservation::Entity::update_many()
                .set(reservation::ActiveModel {
                    run: Set(ended.id.0),
                    row_count: Set(imported),
                    state: Set(USED.to_owned()),
                    ..Default::default()
                })
                .filter(reservation::COLUMN.run.eq(held.run))
                .exec(tx)
                .await?;
            reservation::Model {
                row_count: held.row_count - imported,
                ..held
            }
        }
        (None, Some(day)) => {
            let (month, day) = from_day(day);
            lock_month(tx, namespace, month).await?;
            let used = reservation::Model {
                run: ended.id.0,
                namespace: namespace.0,
                job: ended.job.0,
                occurrence: ended.occurrence.0,
                month,
                day,
                row_count: imported,
                state: USED.to_owned(),
            };
            reservation::Entity::insert(used.clone().into_active_model().reset_all())
                .exec_without_returning(tx)
                .await?;
            reservation::Model {
                row_count: -imported,
                ..used
            }
        }
        (None, None) => return Ok(()),
    };
    take_back(tx, vec![unused]).await
}

/// Gives back what occurrences of the job hold, except those of unfinished runs and the one whose rerun waits. Called
/// where the job and its runs stand as they will be.
pub(crate) async fn release(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    job: &Job,
) -> Result<(), StoreError> {
    let waiting = job.rerun.as_ref().map(|rerun| rerun.occurrence);
    release_but(tx, namespace, job.id, waiting).await
}

/// As [`release`], of a job that is deleted with its runs.
pub(crate) async fn release_all(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    job: JobId,
) -> Result<(), StoreError> {
    release_but(tx, namespace, job, None).await
}

async fn release_but(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    job: JobId,
    waiting: Option<RunId>,
) -> Result<(), StoreError> {
    let unfinished = RunStatus::ALL.iter().filter(|status| !status.is_final());
    let still_to_run = Query::select()
        .column(run::Column::Occurrence)
        .from(run::Entity)
        .and_where(run::COLUMN.namespace.eq(namespace.0))
        .and_where(run::COLUMN.job.eq(job.0))
        .and_where(
            run::COLUMN
                .status
                .is_in(unfinished.map(|status| status.code())),
        )
        .take();
    let mut delete = reservation::Entity::delete_many()
        .filter(reservation::COLUMN.namespace.eq(namespace.0))
        .filter(reservation::COLUMN.job.eq(job.0))
        .filter(is_held())
        .filter(reservation::Column::Occurrence.not_in_subquery(still_to_run));
    if let Some(occurrence) = waiting {
        delete = delete.filter(reservation::COLUMN.occurrence.ne(occurrence.0));
    }
    // Whoever deletes it gives its rows back: that is once.
    let gone = delete.exec_with_returning(tx).await?;
    take_back(tx, gone).await
}
