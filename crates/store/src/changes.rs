//! What changed since: every write to a job or run takes the next number of one counter, so that a page that knows
//! everything up to a number can ask for what came after it and misses nothing.
//!
//! The counter's row stays locked until its transaction commits. Hence numbers become visible in their order: whoever
//! sees a number sees all changes below it. Transactions take it last, after the rows that they change, so that it is
//! held shortly and nobody waits in a circle.

use domain::id::{JobId, NamespaceId, RunId};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::{
    column::{from_count, to_count},
    connection::Store,
    entities::{change_counter, deleted_job, job, run},
    error::StoreError,
};

/// The rows of a namespace that changed after a number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Deleted ones too: asking for them answers that there is no such job.
    pub jobs: Vec<JobId>,
    pub runs: Vec<RunId>,
    /// What to ask after next time. Everything up to it was told.
    pub change: u64,
}

impl Store {
    /// The number of the newest change of the instance.
    pub async fn current_change(&self) -> Result<u64, StoreError> {
        let counter = change_counter::Entity::find_by_id(1)
            .one(self.reader())
            .await?
            .ok_or(NO_COUNTER)?;
        Ok(to_count(counter.change))
    }

    /// At most about `limit` rows; ask again while `change` grows. Rows that changed in one transaction come together.
    pub async fn changes_after(
        &self,
        namespace: NamespaceId,
        after: u64,
        limit: u64,
    ) -> Result<Changed, StoreError> {
        // Read first: rows that change while the others are read have greater numbers and are told next time.
        let newest = self.current_change().await?;
        let mut rows = self.changed_rows(namespace, after, newest, limit).await?;
        rows.sort_unstable_by_key(|row| row.change);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX).max(1);
        let Some(last) = rows.get(limit - 1).filter(|_| rows.len() > limit) else {
            return Ok(told(&rows, newest));
        };
        let upto = to_count(last.change);
        Ok(told(
            &self.changed_rows(namespace, after, upto, u64::MAX).await?,
            upto,
        ))
    }

    /// `limit` rows and one more of each kind, oldest change first.
    async fn changed_rows(
        &self,
        namespace: NamespaceId,
        after: u64,
        upto: u64,
        limit: u64,
    ) -> Result<Vec<ChangedRow>, StoreError> {
        let (first, last) = (from_count(after.saturating_add(1)), from_count(upto));
        let at_most = (limit != u64::MAX).then(|| limit.saturating_add(1));
        let jobs: Vec<(uuid::Uuid, i64)> = job::Entity::find()
            .select_only()
            .columns([job::Column::Id, job::Column::Change])
            .filter(job::COLUMN.namespace.eq(namespace.0))
            .filter(job::COLUMN.change.between(first, last))
            .order_by_asc(job::COLUMN.change)
            .limit(at_most)
            .into_tuple()
            .all(self.reader())
            .await?;
        let deleted: Vec<(uuid::Uuid, i64)> = deleted_job::Entity::find()
            .select_only()
            .columns([deleted_job::Column::Id, deleted_job::Column::Change])
            .filter(deleted_job::COLUMN.namespace.eq(namespace.0))
            .filter(deleted_job::COLUMN.change.between(first, last))
            .order_by_asc(deleted_job::COLUMN.change)
            .limit(at_most)
            .into_tuple()
            .all(self.reader())
            .await?;
        let runs: Vec<(uuid::Uuid, i64)> = run::Entity::find()
            .select_only()
            .columns([run::Column::Id, run::Column::Change])
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.change.between(first, last))
            .order_by_asc(run::COLUMN.change)
            .limit(at_most)
            .into_tuple()
            .all(self.reader())
            .await?;
        let jobs = jobs
            .into_iter()
            .chain(deleted)
            .map(|(id, change)| ChangedRow {
                what: What::Job(JobId(id)),
                change,
            });
        let runs = runs.into_iter().map(|(id, change)| ChangedRow {
            what: What::Run(RunId(id)),
            change,
        });
        Ok(jobs.chain(runs).collect())
    }
}

const NO_COUNTER: StoreError = StoreError::NotFound {
    what: "change counter",
};

struct ChangedRow {
    what: What,
    change: i64,
}

#[derive(Clone, Copy)]
enum What {
    Job(JobId),
    Run(RunId),
}

fn told(rows: &[ChangedRow], change: u64) -> Changed {
    let mut changed = Changed {
        change,
        ..Changed::default()
    };
    for row in rows {
        match row.what {
            What::Job(id) => changed.jobs.push(id),
            What::Run(id) => changed.runs.push(id),
        }
    }
    changed
}

/// The next number. Locks the counter until the transaction ends.
pub(crate) async fn next(tx: &DatabaseTransaction) -> Result<i64, StoreError> {
    let counters = change_counter::Entity::update_many()
        .col_expr(
            change_counter::Column::Change,
            sea_orm::sea_query::Expr::col(change_counter::Column::Change).add(1),
        )
        .filter(change_counter::COLUMN.id.eq(1))
        .exec_with_returning(tx)
        .await?;
    counters
        .first()
        .map(|counter| counter.change)
        .ok_or(NO_COUNTER)
}

/// Gives the next number to rows that the transaction changed. The last thing before its commit.
pub(crate) async fn stamp(
    tx: &DatabaseTransaction,
    jobs: &[JobId],
    runs: &[RunId],
) -> Result<i64, StoreError> {
    let change = next(tx).await?;
    if !jobs.is_empty() {
        job::Entity::update_many()
            .set(job::ActiveModel {
                change: Set(change),
                ..Default::default()
            })
            .filter(job::COLUMN.id.is_in(jobs.iter().map(|id| id.0)))
            .exec(tx)
            .await?;
    }
    if !runs.is_empty() {
        run::Entity::update_many()
            .set(run::ActiveModel {
                change: Set(change),
                ..Default::default()
            })
            .filter(run::COLUMN.id.is_in(runs.iter().map(|id| id.0)))
            .exec(tx)
            .await?;
    }
    Ok(change)
}
