//! What people and webhooks want to hear of.

use domain::{
    id::{JobId, NamespaceId, PersonId, WebhookId},
    notice::{Channel, Events, Subscriber, Subscription},
    time::Timestamp,
};
use sea_orm::{ActiveValue::Set, Condition, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    activity::{self, NewActivity},
    column::{from_code, from_json, to_json},
    connection::Store,
    entities::subscription,
    error::{StoreError, on_insert},
    jobs,
};

impl Store {
    /// All of the namespace: for jobs and for the namespace itself.
    pub async fn subscriptions(
        &self,
        namespace: NamespaceId,
    ) -> Result<Vec<Subscription>, StoreError> {
        subscription::Entity::find()
            .filter(subscription::COLUMN.namespace.eq(namespace.0))
            .all(self.reader())
            .await?
            .iter()
            .map(Subscription::try_from)
            .collect()
    }

    /// Says what a subscriber hears of; `events: None` takes back what was said.
    pub async fn set_subscription(
        &self,
        namespace: NamespaceId,
        subscriber: Subscriber,
        job: Option<JobId>,
        events: Option<Events>,
        log: Vec<NewActivity>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        if let Some(job) = job {
            jobs::find_job(&tx, namespace, job).await?;
        }
        let key = (namespace.0, id_of(subscriber), scope(namespace, job));
        subscription::Entity::delete_by_id(key).exec(&tx).await?;
        if let Some(events) = events {
            insert(&tx, namespace, subscriber, job, &events).await?;
        }
        activity::insert(&tx, namespace, log, now).await?;
        tx.commit().await?;
        Ok(())
    }
}

pub(super) async fn insert(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    subscriber: Subscriber,
    job: Option<JobId>,
    events: &Events,
) -> Result<(), StoreError> {
    let row = subscription::ActiveModel {
        namespace: Set(namespace.0),
        subscriber: Set(id_of(subscriber)),
        scope: Set(scope(namespace, job)),
        channel: Set(subscriber.channel().code().to_owned()),
        events: Set(to_json("subscriptions.events", events)?),
    };
    subscription::Entity::insert(row)
        .exec_without_returning(db)
        .await
        .map_err(on_insert("subscription"))?;
    Ok(())
}

/// Those for the namespace, and for the job where one is given.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    job: Option<JobId>,
) -> Result<Vec<Subscription>, StoreError> {
    let mut scopes = Condition::any().add(subscription::COLUMN.scope.eq(namespace.0));
    if let Some(job) = job {
        scopes = scopes.add(subscription::COLUMN.scope.eq(job.0));
    }
    subscription::Entity::find()
        .filter(subscription::COLUMN.namespace.eq(namespace.0))
        .filter(scopes)
        .all(db)
        .await?
        .iter()
        .map(Subscription::try_from)
        .collect()
}

pub(super) async fn forget_webhook(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    webhook: WebhookId,
) -> Result<(), StoreError> {
    subscription::Entity::delete_many()
        .filter(subscription::COLUMN.namespace.eq(namespace.0))
        .filter(subscription::COLUMN.subscriber.eq(webhook.0))
        .exec(db)
        .await?;
    Ok(())
}

pub(crate) async fn forget_job(
    db: &impl ConnectionTrait,
    namespace: NamespaceId,
    job: JobId,
) -> Result<(), StoreError> {
    subscription::Entity::delete_many()
        .filter(subscription::COLUMN.namespace.eq(namespace.0))
        .filter(subscription::COLUMN.scope.eq(job.0))
        .exec(db)
        .await?;
    Ok(())
}

pub(super) const fn id_of(subscriber: Subscriber) -> Uuid {
    match subscriber {
        Subscriber::Person(person) => person.0,
        Subscriber::Webhook(webhook) => webhook.0,
    }
}

pub(super) const fn subscriber(channel: Channel, id: Uuid) -> Subscriber {
    match channel {
        Channel::Mail => Subscriber::Person(PersonId(id)),
        Channel::Webhook => Subscriber::Webhook(WebhookId(id)),
    }
}

fn scope(namespace: NamespaceId, job: Option<JobId>) -> Uuid {
    job.map_or(namespace.0, |job| job.0)
}

impl TryFrom<&subscription::Model> for Subscription {
    type Error = StoreError;

    fn try_from(row: &subscription::Model) -> Result<Self, StoreError> {
        let channel = from_code("subscriptions.channel", &row.channel)?;
        Ok(Self {
            subscriber: subscriber(channel, row.subscriber),
            job: (row.scope != row.namespace).then_some(JobId(row.scope)),
            events: from_json("subscriptions.events", &row.events)?,
        })
    }
}
