//! What the database knows of how the instance is doing, for monitoring: numbers only.

use domain::{run::RunStatus, time::Timestamp};
use sea_orm::{EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QuerySelect, sea_query::Expr};

use crate::{
    column::{from_code, to_count},
    connection::Store,
    entities::run,
    error::StoreError,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueLength {
    /// Runs that are due and wait for a worker.
    pub runs: u64,
    /// When the one that has waited longest came due.
    pub oldest_due_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct CountRow {
    status: String,
    runs: i64,
}

#[derive(FromQueryResult)]
struct QueueRow {
    runs: i64,
    oldest: Option<i64>,
}

impl Store {
    /// How many runs of each status all namespaces have; statuses without runs are left out.
    pub async fn run_counts_by_status(&self) -> Result<Vec<(RunStatus, u64)>, StoreError> {
        let rows = run::Entity::find()
            .select_only()
            .column(run::Column::Status)
            .column_as(Expr::col(run::Column::Id).count(), "runs")
            .group_by(run::Column::Status)
            .into_model::<CountRow>()
            .all(self.reader())
            .await?;
        rows.into_iter()
            .map(|row| Ok((from_code("runs.status", &row.status)?, to_count(row.runs))))
            .collect()
    }

    pub async fn queue_length(&self, now: Timestamp) -> Result<QueueLength, StoreError> {
        let row = run::Entity::find()
            .select_only()
            .column_as(Expr::col(run::Column::Id).count(), "runs")
            .column_as(Expr::col(run::Column::DueAt).min(), "oldest")
            .filter(run::COLUMN.status.eq(RunStatus::Queued.code()))
            .filter(run::COLUMN.due_at.lte(now.0))
            .into_model::<QueueRow>()
            .one(self.reader())
            .await?;
        Ok(row.map_or_else(QueueLength::default, |row| QueueLength {
            runs: to_count(row.runs),
            oldest_due_at: row.oldest.map(Timestamp),
        }))
    }
}
