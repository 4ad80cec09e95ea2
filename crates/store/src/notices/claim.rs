//! Claiming deliveries that are due, like runs: by lease and fence, so that two processes do not send the same at once.

use domain::{
    id::{DeliveryId, NamespaceId},
    notice::{DeliveryState, Settled},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set,
    Condition, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, Expr, LockBehavior, LockType, Query, SimpleExpr},
};

use super::{Delivery, deliveries};
use crate::{
    column::{from_count, to_count},
    connection::Store,
    entities::delivery,
    error::StoreError,
};

/// A delivery to be sent. What became of it is written under its fence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryClaim {
    /// `delivery.attempts` counts this attempt.
    pub delivery: Delivery,
    pub fence: u64,
}

impl Store {
    /// A delivery that is due, with no process that sends it or one whose lease has ended. The namespace with the fewest
    /// on their way comes first, then the one that waits longest.
    pub async fn claim_delivery(
        &self,
        worker: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<DeliveryClaim>, StoreError> {
        let tx = self.begin().await?;
        let free = Condition::any()
            .add(delivery::COLUMN.lease_until.is_null())
            .add(delivery::COLUMN.lease_until.lte(now.0));
        let due = delivery::Entity::find()
            .filter(delivery::COLUMN.state.eq(DeliveryState::Waiting.code()))
            .filter(delivery::COLUMN.due_at.lte(now.0))
            .filter(free)
            .order_by(on_their_way(now), Order::Asc)
            .order_by_asc(delivery::COLUMN.due_at)
            .order_by_asc(delivery::COLUMN.id)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .one(&tx)
            .await?;
        let Some(row) = due else { return Ok(None) };
        let (fence, attempts) = (row.fence + 1, row.attempts.saturating_add(1));
        delivery::Entity::update_many()
            .set(delivery::ActiveModel {
                fence: Set(fence),
                attempts: Set(attempts),
                claimed_by: Set(Some(worker.to_owned())),
                lease_until: Set(Some(lease_until.0)),
                gathers: Set(None),
                ..Default::default()
            })
            .filter(delivery::COLUMN.id.eq(row.id))
            .exec(&tx)
            .await?;
        let row = delivery::Model { attempts, ..row };
        let delivery = deliveries::read(&tx, row).await?;
        tx.commit().await?;
        Ok(Some(DeliveryClaim {
            delivery,
            fence: to_count(fence),
        }))
    }

    /// Whether it was written: not where another process has the delivery by now.
    pub async fn settle_delivery(
        &self,
        namespace: NamespaceId,
        id: DeliveryId,
        fence: u64,
        settled: Settled,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut columns = delivery::ActiveModel {
            claimed_by: Set(None),
            lease_until: Set(None),
            ..Default::default()
        };
        let state = match settled {
            Settled::Sent => {
                columns.error = Set(None);
                DeliveryState::Sent
            }
            Settled::Again { at, error } => {
                columns.error = Set(Some(error));
                columns.due_at = Set(at.0);
                DeliveryState::Waiting
            }
            Settled::Dead { error } => {
                columns.error = Set(Some(error));
                DeliveryState::Dead
            }
        };
        columns.state = Set(state.code().to_owned());
        columns.ended_at = Set((state != DeliveryState::Waiting).then_some(now.0));
        let written = delivery::Entity::update_many()
            .set(columns)
            .filter(delivery::COLUMN.id.eq(id.0))
            .filter(delivery::COLUMN.namespace.eq(namespace.0))
            .filter(delivery::COLUMN.fence.eq(from_count(fence)))
            .filter(delivery::COLUMN.state.eq(DeliveryState::Waiting.code()))
            .exec(self.writer())
            .await?;
        Ok(written.rows_affected == 1)
    }
}

/// How many deliveries of the same namespace are being sent. Counted for each that is due, hence by an index that holds
/// nothing else: `deliveries_held`.
fn on_their_way(now: Timestamp) -> SimpleExpr {
    let other = |column| Expr::col((Alias::new("other"), column));
    let count = Query::select()
        .expr(other(delivery::Column::Id).count())
        .from_as(delivery::Entity, "other")
        .and_where(
            other(delivery::Column::Namespace)
                .equals((delivery::Entity, delivery::Column::Namespace)),
        )
        .and_where(other(delivery::Column::ClaimedBy).is_not_null())
        .and_where(other(delivery::Column::LeaseUntil).gt(now.0))
        .take();
    SimpleExpr::SubQuery(None, Box::new(count.into()))
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DbBackend, Statement, sea_query::SqliteQueryBuilder};

    use super::*;

    #[tokio::test]
    async fn what_is_on_its_way_is_counted_by_an_index_of_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_file(&folder.path().join("weir.sqlite"))
            .await
            .unwrap();
        store.migrate().await.unwrap();
        let counted = Query::select()
            .expr(on_their_way(Timestamp(0)))
            .from(delivery::Entity)
            .to_string(SqliteQueryBuilder);
        let explained =
            Statement::from_string(DbBackend::Sqlite, format!("EXPLAIN QUERY PLAN {counted}"));
        let plan = store.reader().query_all_raw(explained).await.unwrap();
        let steps: Vec<String> = plan
            .iter()
            .map(|step| step.try_get("", "detail").unwrap())
            .collect();
        assert!(
            steps.iter().any(|step| step.contains("deliveries_held")),
            "{steps:?}"
        );
        store.close().await.unwrap();
    }
}
