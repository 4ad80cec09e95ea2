//! Notices and deliveries that have lain long enough, of all namespaces.

use domain::time::Timestamp;
use sea_orm::{
    EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    prelude::Uuid,
    sea_query::{Expr, LockType, Query},
};

use super::deliveries;
use crate::{
    connection::Store,
    entities::{delivery, delivery_notice, notice},
    error::StoreError,
};

impl Store {
    /// Forgets deliveries that were sent or given up before `before`, at most `limit`; how many. Those that wait stay.
    pub async fn forget_deliveries(
        &self,
        before: Timestamp,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let tx = self.begin().await?;
        let ended = delivery::Entity::find()
            .filter(delivery::COLUMN.ended_at.lt(before.0))
            .limit(limit)
            // So that nobody has one sent again meanwhile.
            .lock(LockType::Update);
        let forgotten = deliveries::delete(&tx, ended).await?;
        tx.commit().await?;
        Ok(forgotten)
    }

    /// Forgets notices that were planned before `before` and that no delivery tells of any more, at most `limit`; how many.
    pub async fn forget_notices(&self, before: Timestamp, limit: u64) -> Result<u64, StoreError> {
        let tells = Query::select()
            .expr(Expr::val(1))
            .from(delivery_notice::Entity)
            .and_where(
                Expr::col((delivery_notice::Entity, delivery_notice::Column::Notice))
                    .equals((notice::Entity, notice::Column::Id)),
            )
            .take();
        let ids: Vec<Uuid> = notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::COLUMN.planned_at.lt(before.0))
            .filter(Expr::not_exists(tells))
            .limit(limit)
            .into_tuple()
            .all(self.reader())
            .await?;
        // Deliveries are made with the planning of a notice, which is over: none is added to these.
        let deleted = notice::Entity::delete_many()
            .filter(notice::COLUMN.id.is_in(ids))
            .exec(self.writer())
            .await?;
        Ok(deleted.rows_affected)
    }
}
