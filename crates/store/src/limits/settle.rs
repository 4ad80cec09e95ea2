//! What becomes of reservations when runs end.

use domain::{
    id::{JobId, NamespaceId, RunId},
    job::Job,
    run::{Run, RunStatus},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, sea_query::Query,
};

use super::{USED, is_held, take_back};
use crate::{
    column::from_count,
    entities::{reservation, run},
    error::StoreError,
};

/// The run's rows are in: so many count, and the others go back.
pub(crate) async fn settle(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    ended: &Run,
) -> Result<(), StoreError> {
    let held = reservation::Entity::find()
        .filter(reservation::COLUMN.namespace.eq(namespace.0))
        .filter(reservation::COLUMN.run.eq(ended.id.0))
        .filter(is_held())
        .one(tx)
        .await?;
    let Some(held) = held else { return Ok(()) };
    let imported = from_count(ended.counts.imported);
    reservation::Entity::update_many()
        .set(reservation::ActiveModel {
            row_count: Set(imported),
            state: Set(USED.to_owned()),
            ..Default::default()
        })
        .filter(reservation::COLUMN.run.eq(ended.id.0))
        .exec(tx)
        .await?;
    let unused = reservation::Model {
        row_count: held.row_count - imported,
        ..held
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
