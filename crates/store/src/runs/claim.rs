//! Claiming: how a worker takes a run that is due, so that no other worker has it.

use domain::{
    id::{JobVersionId, NamespaceId},
    run::{Run, RunEvent, RunStatus},
    settings::JobSettings,
    time::Timestamp,
};
use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, ExprTrait, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, LockBehavior, LockType, Query, SelectStatement, SimpleExpr},
};

use super::{record, transition};
use crate::{
    changes,
    column::{from_json, unreadable},
    connection::Store,
    datasets::Dataset,
    entities::{dataset, namespace, run},
    error::StoreError,
    jobs,
    uploads::Upload,
};

/// A run that a worker has claimed, with what it needs to know.
#[derive(Clone, Debug, PartialEq)]
pub struct RunClaim {
    /// Under its new fence: `run.fence` goes into every further write.
    pub run: Run,
    pub settings: JobSettings,
    /// As it is now; it may have changed since the settings were sealed.
    pub dataset: Dataset,
    pub upload: Option<Upload>,
}

/// So often another worker may be faster before a worker goes away and comes back later.
const TRIES: usize = 16;

impl Store {
    /// A Queued run that is due, of a job of which no run is under way, or a run in Processing whose claim was lost or
    /// given back. The namespace with the fewest runs under way comes first, then the run that waits longest. A namespace
    /// that has as many under way as it may has to wait; of those in `except` none is taken.
    ///
    /// Leases that have ended are not taken over here: see [`Store::lapsed_runs`].
    pub async fn claim_run(
        &self,
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
        except: &[NamespaceId],
    ) -> Result<Option<RunClaim>, StoreError> {
        for _ in 0..TRIES {
            match self.try_claim(worker, now, lease_until, except).await {
                // Another worker took another run of the same job in the same moment, and the unique index decided, or it
                // took the namespace's last place. The next look sees that one under way.
                Err(StoreError::Conflict { .. }) => {}
                outcome => return outcome,
            }
        }
        Ok(None)
    }

    async fn try_claim(
        &self,
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
        except: &[NamespaceId],
    ) -> Result<Option<RunClaim>, StoreError> {
        let tx = self.begin().await?;
        let Some(row) = next_in_line(&tx, now, except).await? else {
            return Ok(None);
        };
        let before = Run::try_from(&row)?;
        take_place(&tx, before.namespace).await?;
        let event = RunEvent::Claimed {
            worker: worker.to_owned(),
            lease_until,
        };
        let after = before
            .apply(&event, now)
            .map_err(|refused| unreadable("runs.status", refused))?;
        transition::write(&tx, before.namespace, &before, &after, None, now).await?;
        changes::stamp(&tx, &[], &[after.id]).await?;
        let claim = read(&tx, after).await?;
        tx.commit().await?;
        Ok(Some(claim))
    }
}

async fn next_in_line(
    tx: &DatabaseTransaction,
    now: Timestamp,
    except: &[NamespaceId],
) -> Result<Option<run::Model>, StoreError> {
    let may_be_claimed = run::COLUMN
        .status
        .is_in([RunStatus::Queued.code(), RunStatus::Processing.code()]);
    let queued = Condition::all()
        .add(run::COLUMN.status.eq(RunStatus::Queued.code()))
        .add(run::COLUMN.due_at.lte(now.0))
        .add(Expr::not_exists(
            others(
                run::Column::Job,
                other(run::Column::Status).is_in(in_work()),
            )
            .expr(Expr::val(1))
            .take(),
        ));
    let unsettled = Condition::all()
        .add(run::COLUMN.status.eq(RunStatus::Processing.code()))
        .add(run::COLUMN.claimed_by.is_null());
    let under_way = others(
        run::Column::Namespace,
        other(run::Column::ClaimedBy).is_not_null(),
    )
    .expr(other(run::Column::Id).count())
    .take();
    let under_way = SimpleExpr::SubQuery(None, Box::new(under_way.into()));
    let full = Query::select()
        .expr(Expr::val(1))
        .from(namespace::Entity)
        .and_where(
            Expr::col((namespace::Entity, namespace::Column::Id))
                .equals((run::Entity, run::Column::Namespace)),
        )
        .and_where(
            Expr::col((namespace::Entity, namespace::Column::ConcurrentRuns))
                .lte(under_way.clone()),
        )
        .take();
    Ok(run::Entity::find()
        .filter(may_be_claimed)
        .filter(
            run::COLUMN
                .namespace
                .is_not_in(except.iter().map(|namespace| namespace.0)),
        )
        .filter(Condition::any().add(queued).add(unsettled))
        .filter(Expr::not_exists(full))
        .order_by(under_way, Order::Asc)
        .order_by_asc(run::COLUMN.due_at)
        .order_by_asc(run::COLUMN.id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .one(tx)
        .await?)
}

/// Holds the namespace's row where it may have so many runs under way only, and counts once more: of two workers that saw
/// its last place free, one comes second.
async fn take_place(tx: &DatabaseTransaction, namespace: NamespaceId) -> Result<(), StoreError> {
    let limited = namespace::Entity::find_by_id(namespace.0)
        .filter(namespace::COLUMN.concurrent_runs.is_not_null())
        // Weaker than an update of the key: rows that refer to the namespace can still be written.
        .lock(LockType::NoKeyUpdate)
        .one(tx)
        .await?;
    let Some(at_most) = limited.and_then(|namespace| namespace.concurrent_runs) else {
        return Ok(());
    };
    let under_way = run::Entity::find()
        .filter(run::COLUMN.namespace.eq(namespace.0))
        .filter(run::COLUMN.claimed_by.is_not_null())
        .count(tx)
        .await?;
    if under_way < u64::try_from(at_most).unwrap_or(0) {
        Ok(())
    } else {
        Err(StoreError::Conflict { what: "namespace" })
    }
}

/// The runs that have the same value in `column` and fulfil the rule.
fn others(column: run::Column, rule: SimpleExpr) -> SelectStatement {
    Query::select()
        .from_as(run::Entity, OTHER)
        .and_where(other(column).equals((run::Entity, column)))
        .and_where(rule)
        .take()
}

const OTHER: &str = "other";

fn other(column: run::Column) -> Expr {
    Expr::col((Alias::new(OTHER), column))
}

fn in_work() -> impl Iterator<Item = &'static str> {
    RunStatus::ALL
        .iter()
        .filter(|status| status.is_in_work())
        .map(|status| status.code())
}

async fn read(db: &impl ConnectionTrait, run: Run) -> Result<RunClaim, StoreError> {
    let version: JobVersionId = run.job_version;
    let sealed = jobs::find_version(db, run.namespace, version).await?;
    let dataset = dataset::Entity::find_by_id(sealed.dataset)
        .one(db)
        .await?
        .ok_or(StoreError::NotFound { what: "dataset" })?;
    let upload = record::find(db, run.namespace, run.id).await?.upload;
    Ok(RunClaim {
        settings: from_json("job_versions.settings", &sealed.settings)?,
        dataset: dataset.try_into()?,
        upload,
        run,
    })
}
