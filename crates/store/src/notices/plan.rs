//! Writing who hears of a notice, once.

use domain::{
    id::{DeliveryId, NamespaceId, NoticeId},
    notice::{NoticeEvent, Subscriber},
    time::Timestamp,
};
use sea_orm::{
    ActiveValue::Set, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::LockType,
};

use super::{NewNotice, outbox, subscriptions::id_of};
use crate::{
    activity::{self, NewActivity},
    connection::Store,
    entities::{delivery, delivery_notice, notice},
    error::{StoreError, on_insert},
};

/// A message that tells one recipient of one notice, or adds it to their next digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDelivery {
    pub id: DeliveryId,
    pub to: Subscriber,
    pub event: NoticeEvent,
    /// When the digest goes that it belongs to; `None`: at once.
    pub digest_at: Option<Timestamp>,
}

impl Store {
    /// Whether it was this call that planned it: another process may have been faster.
    ///
    /// [`StoreError::Conflict`]: another process has begun one of the digests in the same moment. Try again.
    pub async fn plan_notice(
        &self,
        namespace: NamespaceId,
        notice: NoticeId,
        deliveries: Vec<PlannedDelivery>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let planned = notice::Entity::update_many()
            .set(notice::ActiveModel {
                planned_at: Set(Some(now.0)),
                ..Default::default()
            })
            .filter(notice::COLUMN.id.eq(notice.0))
            .filter(notice::COLUMN.namespace.eq(namespace.0))
            .filter(notice::COLUMN.planned_at.is_null())
            .exec(&tx)
            .await?;
        if planned.rows_affected == 0 {
            return Ok(false);
        }
        for planned in deliveries {
            add(&tx, namespace, notice, planned, now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// A notice that goes to one recipient whatever is subscribed to: a test.
    pub async fn add_planned_notice(
        &self,
        namespace: NamespaceId,
        new: NewNotice,
        to: PlannedDelivery,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let Some(row) = outbox::row(namespace, &new, now)? else {
            return Ok(());
        };
        notice::Entity::insert(notice::ActiveModel {
            planned_at: Set(Some(now.0)),
            ..row
        })
        .exec_without_returning(&tx)
        .await
        .map_err(on_insert("notice"))?;
        add(&tx, namespace, new.id, to, now).await?;
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

async fn add(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    notice: NoticeId,
    planned: PlannedDelivery,
    now: Timestamp,
) -> Result<(), StoreError> {
    let delivery = match planned.digest_at {
        Some(at) => match begun_digest(tx, namespace, planned.to, at).await? {
            Some(begun) if is_open(&begun) => DeliveryId(begun.id),
            // It is on its way already: what comes now goes by itself.
            Some(_) => insert(tx, namespace, &planned, None, now).await?,
            None => insert(tx, namespace, &planned, Some(at), now).await?,
        },
        None => insert(tx, namespace, &planned, None, now).await?,
    };
    let row = delivery_notice::ActiveModel {
        namespace: Set(namespace.0),
        delivery: Set(delivery.0),
        notice: Set(notice.0),
        event: Set(planned.event.code().to_owned()),
    };
    delivery_notice::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("notice"))?;
    Ok(())
}

/// Locked, so that nobody claims it before the notice is in it.
async fn begun_digest(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    to: Subscriber,
    at: Timestamp,
) -> Result<Option<delivery::Model>, StoreError> {
    Ok(delivery::Entity::find()
        .filter(delivery::COLUMN.namespace.eq(namespace.0))
        .filter(delivery::COLUMN.recipient.eq(id_of(to)))
        .filter(delivery::COLUMN.digest_at.eq(at.0))
        .lock(LockType::Update)
        .one(tx)
        .await?)
}

const fn is_open(digest: &delivery::Model) -> bool {
    digest.attempts == 0 && digest.claimed_by.is_none()
}

async fn insert(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    planned: &PlannedDelivery,
    digest_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<DeliveryId, StoreError> {
    let row = delivery::ActiveModel {
        id: Set(planned.id.0),
        namespace: Set(namespace.0),
        channel: Set(planned.to.channel().code().to_owned()),
        recipient: Set(id_of(planned.to)),
        digest_at: Set(digest_at.map(|at| at.0)),
        state: Set(domain::notice::DeliveryState::Waiting.code().to_owned()),
        attempts: Set(0),
        due_at: Set(digest_at.unwrap_or(now).0),
        fence: Set(0),
        claimed_by: Set(None),
        lease_until: Set(None),
        error: Set(None),
        created_at: Set(now.0),
        ended_at: Set(None),
    };
    delivery::Entity::insert(row)
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("delivery"))?;
    Ok(planned.id)
}
