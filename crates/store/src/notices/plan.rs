//! Writing who hears of a notice, once.

use domain::{
    id::{DeliveryId, JobId, NamespaceId, NoticeId},
    notice::{DeliveryState, Gathering, NoticeEvent, Subscriber},
    time::Timestamp,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QuerySelect, prelude::Uuid, sea_query::LockType,
};

use super::{NewNotice, outbox, subscriptions::id_of};
use crate::{
    activity::{self, NewActivity},
    connection::Store,
    entities::{delivery, delivery_notice, notice},
    error::{StoreError, on_insert},
};

/// A message that tells one recipient of one notice, or adds it to one that has not gone yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedDelivery {
    pub id: DeliveryId,
    pub to: Subscriber,
    pub event: NoticeEvent,
    pub departure: Departure,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    AtOnce,
    /// With other news of the same event of the job.
    Gathering(JobId, Gathering),
    /// In the digest that goes then.
    Digest(Timestamp),
}

impl Store {
    /// Whether it was this call that planned it: another process may have been faster.
    ///
    /// [`StoreError::Conflict`]: another process has begun one of the letters that collect in the same moment. Try again.
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
    let at_once = new(namespace, &planned, now);
    let delivery = match planned.departure {
        Departure::AtOnce => insert(tx, at_once).await?,
        Departure::Digest(at) => match begun_digest(tx, namespace, planned.to, at).await? {
            Some(begun) if is_open(&begun) => begun.id,
            // It is on its way already: what comes now goes by itself.
            Some(_) => insert(tx, at_once).await?,
            None => {
                let digest = delivery::Model {
                    digest_at: Some(at.0),
                    due_at: at.0,
                    ..at_once
                };
                insert(tx, digest).await?
            }
        },
        Departure::Gathering(job, gathering) => {
            let gathers = format!("{job} {}", planned.event.code());
            let begun = begun_letter(tx, namespace, planned.to, &gathers).await?;
            if let Some(begun) = begun {
                let due_at = gathering.due_at(Timestamp(begun.created_at), now);
                put_off(tx, begun.id, due_at).await?;
                begun.id
            } else {
                let letter = delivery::Model {
                    gathers: Some(gathers),
                    due_at: gathering.due_at(now, now).0,
                    ..at_once
                };
                insert(tx, letter).await?
            }
        }
    };
    let row = delivery_notice::ActiveModel {
        namespace: Set(namespace.0),
        delivery: Set(delivery),
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

/// One that was not claimed yet, and is locked, so that nobody claims it before the notice is in it.
async fn begun_letter(
    tx: &DatabaseTransaction,
    namespace: NamespaceId,
    to: Subscriber,
    gathers: &str,
) -> Result<Option<delivery::Model>, StoreError> {
    Ok(delivery::Entity::find()
        .filter(delivery::COLUMN.namespace.eq(namespace.0))
        .filter(delivery::COLUMN.recipient.eq(id_of(to)))
        .filter(delivery::COLUMN.gathers.eq(gathers))
        .lock(LockType::Update)
        .one(tx)
        .await?)
}

async fn put_off(
    tx: &DatabaseTransaction,
    letter: Uuid,
    due_at: Timestamp,
) -> Result<(), StoreError> {
    delivery::Entity::update_many()
        .set(delivery::ActiveModel {
            due_at: Set(due_at.0),
            ..Default::default()
        })
        .filter(delivery::COLUMN.id.eq(letter))
        .exec(tx)
        .await?;
    Ok(())
}

/// One that goes at once, and by itself.
fn new(namespace: NamespaceId, planned: &PlannedDelivery, now: Timestamp) -> delivery::Model {
    delivery::Model {
        id: planned.id.0,
        namespace: namespace.0,
        channel: planned.to.channel().code().to_owned(),
        recipient: id_of(planned.to),
        digest_at: None,
        gathers: None,
        state: DeliveryState::Waiting.code().to_owned(),
        attempts: 0,
        due_at: now.0,
        fence: 0,
        claimed_by: None,
        lease_until: None,
        error: None,
        created_at: now.0,
        ended_at: None,
    }
}

async fn insert(tx: &DatabaseTransaction, new: delivery::Model) -> Result<Uuid, StoreError> {
    let id = new.id;
    delivery::Entity::insert(new.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await
        .map_err(on_insert("delivery"))?;
    Ok(id)
}
