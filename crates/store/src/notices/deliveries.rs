//! Messages to recipients: what became of them, and sending once more what was given up.

use domain::{
    id::{DeliveryId, NamespaceId},
    notice::{Channel, DeliveryState, NoticeEvent, Subscriber},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use super::{Notice, subscriptions::subscriber};
use crate::{
    column::{from_code, to_instant, to_small_count},
    connection::Store,
    entities::{delivery, delivery_notice, notice},
    error::StoreError,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    pub namespace: NamespaceId,
    pub to: Subscriber,
    pub digest_at: Option<Timestamp>,
    pub state: DeliveryState,
    /// Begun attempts.
    pub attempts: u32,
    pub due_at: Timestamp,
    /// Why the last attempt did not work.
    pub error: Option<String>,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// What it tells, oldest first, and as news of which event.
    pub notices: Vec<(Notice, NoticeEvent)>,
}

impl Store {
    pub async fn delivery(
        &self,
        namespace: NamespaceId,
        id: DeliveryId,
    ) -> Result<Delivery, StoreError> {
        let row = delivery::Entity::find_by_id(id.0)
            .filter(delivery::COLUMN.namespace.eq(namespace.0))
            .one(self.reader())
            .await?
            .ok_or(NOT_FOUND)?;
        read(self.reader(), row).await
    }

    /// Newest first.
    pub async fn deliveries(
        &self,
        namespace: NamespaceId,
        state: DeliveryState,
        limit: u64,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = delivery::Entity::find()
            .filter(delivery::COLUMN.namespace.eq(namespace.0))
            .filter(delivery::COLUMN.state.eq(state.code()))
            .order_by_desc(delivery::COLUMN.created_at)
            .order_by_desc(delivery::COLUMN.id)
            .limit(limit)
            .all(self.reader())
            .await?;
        let mut deliveries = Vec::with_capacity(rows.len());
        for row in rows {
            deliveries.push(read(self.reader(), row).await?);
        }
        Ok(deliveries)
    }

    /// A dead letter waits anew, with all its attempts, under the same id. [`StoreError::Conflict`]: it is none.
    pub async fn send_again(
        &self,
        namespace: NamespaceId,
        id: DeliveryId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let changed = delivery::Entity::update_many()
            .set(delivery::ActiveModel {
                state: Set(DeliveryState::Waiting.code().to_owned()),
                attempts: Set(0),
                due_at: Set(now.0),
                ended_at: Set(None),
                ..Default::default()
            })
            .filter(delivery::COLUMN.id.eq(id.0))
            .filter(delivery::COLUMN.namespace.eq(namespace.0))
            .filter(delivery::COLUMN.state.eq(DeliveryState::Dead.code()))
            .exec(self.writer())
            .await?;
        if changed.rows_affected == 0 {
            self.delivery(namespace, id).await?;
            return Err(StoreError::Conflict { what: "delivery" });
        }
        Ok(())
    }
}

const NOT_FOUND: StoreError = StoreError::NotFound { what: "delivery" };

/// With what they tell; the notices themselves stay. How many there were.
pub(super) async fn delete(
    tx: &DatabaseTransaction,
    which: Select<delivery::Entity>,
) -> Result<u64, StoreError> {
    let ids: Vec<uuid::Uuid> = which
        .select_only()
        .column(delivery::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    for ids in ids.chunks(500) {
        delivery_notice::Entity::delete_many()
            .filter(delivery_notice::COLUMN.delivery.is_in(ids.iter().copied()))
            .exec(tx)
            .await?;
        delivery::Entity::delete_many()
            .filter(delivery::COLUMN.id.is_in(ids.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(ids.len() as u64)
}

pub(super) async fn read(
    db: &impl ConnectionTrait,
    row: delivery::Model,
) -> Result<Delivery, StoreError> {
    let told = delivery_notice::Entity::find()
        .filter(delivery_notice::COLUMN.delivery.eq(row.id))
        .all(db)
        .await?;
    let mut notices = Vec::with_capacity(told.len());
    for notice in notice::Entity::find()
        .filter(notice::COLUMN.id.is_in(told.iter().map(|told| told.notice)))
        .order_by_asc(notice::COLUMN.at)
        .order_by_asc(notice::COLUMN.id)
        .all(db)
        .await?
    {
        if let Some(told) = told.iter().find(|told| told.notice == notice.id) {
            let event = from_code("delivery_notices.event", &told.event)?;
            notices.push((Notice::try_from(&notice)?, event));
        }
    }
    let channel: Channel = from_code("deliveries.channel", &row.channel)?;
    Ok(Delivery {
        id: DeliveryId(row.id),
        namespace: NamespaceId(row.namespace),
        to: subscriber(channel, row.recipient),
        digest_at: to_instant(row.digest_at),
        state: from_code("deliveries.state", &row.state)?,
        attempts: to_small_count("deliveries.attempts", row.attempts)?,
        due_at: Timestamp(row.due_at),
        error: row.error,
        created_at: Timestamp(row.created_at),
        ended_at: to_instant(row.ended_at),
        notices,
    })
}
