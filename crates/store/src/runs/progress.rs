//! What a worker tells of its run between transitions. Guarded by the fence alone: the version stays.

use domain::{
    counts::Counts,
    id::{NamespaceId, RunId},
    run::RunStatus,
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryFilter};

use crate::{changes, column::from_count, connection::Store, entities::run, error::StoreError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heartbeat {
    /// `false`: the worker has lost the run and must leave it alone.
    pub held: bool,
    /// Somebody wants the run stopped.
    pub cancel_requested: bool,
}

/// How far a worker has come in the present stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunProgress {
    pub bytes_done: u64,
    pub counts: Counts,
}

impl Store {
    /// Renews the lease if the worker still holds the run.
    pub async fn heartbeat(
        &self,
        namespace: NamespaceId,
        id: RunId,
        fence: u64,
        lease_until: Timestamp,
    ) -> Result<Heartbeat, StoreError> {
        let renewed = run::Entity::update_many()
            .set(run::ActiveModel {
                lease_until: Set(Some(lease_until.0)),
                ..Default::default()
            })
            .filter(run::COLUMN.id.eq(id.0))
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.fence.eq(from_count(fence)))
            .filter(run::COLUMN.claimed_by.is_not_null())
            .exec_with_returning(self.writer())
            .await?;
        Ok(match renewed.first() {
            Some(row) => Heartbeat {
                held: true,
                cancel_requested: row.cancel_requested,
            },
            None => Heartbeat {
                held: false,
                cancel_requested: false,
            },
        })
    }

    /// False, with nothing written, when the worker no longer holds the run, or when the run is in Processing: its counts
    /// are decided by then, and one that is read once more to find out what became of it must not lose them.
    pub async fn write_progress(
        &self,
        namespace: NamespaceId,
        id: RunId,
        fence: u64,
        progress: RunProgress,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let written = run::Entity::update_many()
            .set(run::ActiveModel {
                bytes_done: Set(from_count(progress.bytes_done)),
                seen: Set(from_count(progress.counts.seen)),
                imported: Set(from_count(progress.counts.imported)),
                rejected: Set(from_count(progress.counts.rejected)),
                progress_at: Set(Some(now.0)),
                ..Default::default()
            })
            .filter(run::COLUMN.id.eq(id.0))
            .filter(run::COLUMN.namespace.eq(namespace.0))
            .filter(run::COLUMN.fence.eq(from_count(fence)))
            .filter(run::COLUMN.claimed_by.is_not_null())
            .filter(run::COLUMN.status.ne(RunStatus::Processing.code()))
            .exec(&tx)
            .await?;
        if written.rows_affected == 0 {
            return Ok(false);
        }
        changes::stamp(&tx, &[], &[id]).await?;
        tx.commit().await?;
        Ok(true)
    }
}
