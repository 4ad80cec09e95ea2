//! Addresses of a namespace that are told, with the key that signs what they are told.

use domain::{
    id::{NamespaceId, PersonId, WebhookId},
    notice::{Events, Subscriber},
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, EntityTrait, QueryFilter, QueryOrder};

use super::subscriptions;
use crate::{
    activity::{self, NewActivity},
    connection::Store,
    entities::{delivery, webhook},
    error::{StoreError, on_insert},
    secrets::Sealed,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWebhook {
    pub id: WebhookId,
    pub url: String,
    /// Sealed for [`Webhook::place`].
    pub key: Sealed,
    pub created_by: PersonId,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub id: WebhookId,
    pub namespace: NamespaceId,
    pub url: String,
    pub key: Sealed,
    pub created_by: PersonId,
    pub created_at: Timestamp,
}

impl Webhook {
    /// What its key is sealed for.
    pub fn place(namespace: NamespaceId, id: WebhookId) -> Vec<u8> {
        format!("webhook {namespace} {id}").into_bytes()
    }
}

impl Store {
    /// `events`: what it hears of where nothing else is said.
    pub async fn create_webhook(
        &self,
        namespace: NamespaceId,
        new: NewWebhook,
        events: Events,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let row = webhook::ActiveModel {
            id: Set(new.id.0),
            namespace: Set(namespace.0),
            url: Set(new.url),
            sealed_key: Set(new.key.0),
            created_by: Set(new.created_by.0),
            created_at: Set(now.0),
        };
        webhook::Entity::insert(row)
            .exec_without_returning(&tx)
            .await
            .map_err(on_insert("webhook"))?;
        let subscriber = Subscriber::Webhook(new.id);
        subscriptions::insert(&tx, namespace, subscriber, None, &events).await?;
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Oldest first.
    pub async fn webhooks(&self, namespace: NamespaceId) -> Result<Vec<Webhook>, StoreError> {
        let rows = webhook::Entity::find()
            .filter(webhook::COLUMN.namespace.eq(namespace.0))
            .order_by_asc(webhook::COLUMN.created_at)
            .order_by_asc(webhook::COLUMN.id)
            .all(self.reader())
            .await?;
        Ok(rows.into_iter().map(Webhook::from).collect())
    }

    pub async fn webhook(
        &self,
        namespace: NamespaceId,
        id: WebhookId,
    ) -> Result<Webhook, StoreError> {
        webhook::Entity::find_by_id(id.0)
            .filter(webhook::COLUMN.namespace.eq(namespace.0))
            .one(self.reader())
            .await?
            .map(Webhook::from)
            .ok_or(NOT_FOUND)
    }

    /// What is signed from now on is signed with the new key.
    pub async fn change_webhook_key(
        &self,
        namespace: NamespaceId,
        id: WebhookId,
        key: Sealed,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let changed = webhook::Entity::update_many()
            .set(webhook::ActiveModel {
                sealed_key: Set(key.0),
                ..Default::default()
            })
            .filter(webhook::COLUMN.id.eq(id.0))
            .filter(webhook::COLUMN.namespace.eq(namespace.0))
            .exec(&tx)
            .await?;
        if changed.rows_affected == 0 {
            return Err(NOT_FOUND);
        }
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// With what it subscribes to, and everything that was to be delivered to it.
    pub async fn delete_webhook(
        &self,
        namespace: NamespaceId,
        id: WebhookId,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let deleted = webhook::Entity::delete_many()
            .filter(webhook::COLUMN.id.eq(id.0))
            .filter(webhook::COLUMN.namespace.eq(namespace.0))
            .exec(&tx)
            .await?;
        if deleted.rows_affected == 0 {
            return Err(NOT_FOUND);
        }
        subscriptions::forget_webhook(&tx, namespace, id).await?;
        let to_it = delivery::Entity::find()
            .filter(delivery::COLUMN.namespace.eq(namespace.0))
            .filter(delivery::COLUMN.recipient.eq(id.0));
        super::deliveries::delete(&tx, to_it).await?;
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

const NOT_FOUND: StoreError = StoreError::NotFound { what: "webhook" };

impl From<webhook::Model> for Webhook {
    fn from(row: webhook::Model) -> Self {
        Self {
            id: WebhookId(row.id),
            namespace: NamespaceId(row.namespace),
            url: row.url,
            key: Sealed(row.sealed_key),
            created_by: PersonId(row.created_by),
            created_at: Timestamp(row.created_at),
        }
    }
}
