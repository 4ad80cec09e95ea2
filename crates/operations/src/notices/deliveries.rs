//! What could not be delivered, sending it again, and tests.

use std::collections::HashMap;

use domain::id::{DeliveryId, NoticeId, WebhookId};
use domain::month::written_in;
use domain::notice::{
    Channel, DeliveryState, Happening, NoticeEvent, Subscriber, of_test, words, words_of_alike,
};
use domain::role::Action;
use domain::time::Timestamp;
use domain::zone::TimeZone;
use store::notices::{Delivery, Departure, NewNotice, PlannedDelivery};

use crate::access::{Actor, enter, parse_id};
use crate::change;
use crate::context::Context;
use crate::error::OperationError;

const SHOWN: u64 = 100;
const BETWEEN_TESTS_SECONDS: i64 = 60;

/// What was given up.
#[derive(Debug)]
pub struct DeadLetter {
    pub id: DeliveryId,
    pub channel: Channel,
    /// Name of the person, or host of the webhook.
    pub to: String,
    /// The notice, or how many there are in the digest.
    pub title: String,
    pub error: String,
    pub attempts: u32,
    pub created_at: Timestamp,
    pub given_up_at: Timestamp,
}

/// How a test stands.
#[derive(Debug)]
pub struct TestState {
    pub state: DeliveryState,
    pub attempts: u32,
    /// Of the last attempt.
    pub error: Option<String>,
}

/// Newest first.
pub async fn dead_letters(
    context: &Context,
    actor: &Actor,
    slug: &str,
) -> Result<Vec<DeadLetter>, OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let deliveries = context
        .store
        .deliveries(access.namespace, DeliveryState::Dead, SHOWN)
        .await?;
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let mut names: HashMap<Subscriber, String> = HashMap::new();
    for webhook in context.store.webhooks(access.namespace).await? {
        let host = super::webhooks::host(&webhook.url);
        names.insert(Subscriber::Webhook(webhook.id), host);
    }
    // Those who left the namespace get no name here.
    for member in context
        .store
        .audience(access.namespace, None)
        .await?
        .members
    {
        names.insert(Subscriber::Person(member.person), member.name);
    }
    let zone = access.zone()?;
    let letter = |delivery: Delivery| DeadLetter {
        to: names
            .get(&delivery.to)
            .cloned()
            .unwrap_or_else(|| "a former member".to_owned()),
        title: title(&delivery, &zone),
        id: delivery.id,
        channel: delivery.to.channel(),
        error: delivery.error.unwrap_or_default(),
        attempts: delivery.attempts,
        created_at: delivery.created_at,
        given_up_at: delivery.ended_at.unwrap_or(delivery.created_at),
    };
    Ok(deliveries.into_iter().map(letter).collect())
}

pub async fn send_again(
    context: &Context,
    actor: &Actor,
    slug: &str,
    delivery: &str,
) -> Result<(), OperationError> {
    let access = enter(context, actor, slug, Action::ManageNamespace).await?;
    let id: DeliveryId = parse_id(delivery)?;
    context
        .store
        .send_again(access.namespace, id, context.now())
        .await?;
    context.changes.poke();
    Ok(())
}

/// A notice to the actor by e-mail, or to a webhook of the namespace; goes the way of all notices, and once a minute at
/// most: nobody floods a mailbox or somebody's server with it. Answers its id, to ask for its [`test_state`].
pub async fn send_test(
    context: &Context,
    actor: &Actor,
    slug: &str,
    webhook: Option<&str>,
) -> Result<DeliveryId, OperationError> {
    let needed = match webhook {
        Some(_) => Action::ManageNamespace,
        None => Action::ViewJobs,
    };
    let access = enter(context, actor, slug, needed).await?;
    let to = match webhook {
        Some(webhook) => {
            let id: WebhookId = parse_id(webhook)?;
            context.store.webhook(access.namespace, id).await?;
            Subscriber::Webhook(id)
        }
        None if context.notices.mail => Subscriber::Person(actor.person),
        None => {
            return Err(OperationError::conflict(
                "No mail server is configured.",
                "An operator names one with --smtp-host.",
            ));
        }
    };
    let now = context.now();
    let since = now.plus_seconds(-BETWEEN_TESTS_SECONDS);
    let may_test = context
        .store
        .note_test(access.namespace, actor.person, since, now)
        .await?;
    if !may_test {
        return Err(OperationError::conflict(
            "You have sent a test within the last minute.",
            "Wait a minute, then send the next one.",
        ));
    }
    let notice = NewNotice {
        id: NoticeId(context.ids.next()),
        job: None,
        run: None,
        announcements: of_test(),
        happening: Happening::Test {
            asked_by: actor.name.clone(),
        },
    };
    let delivery = PlannedDelivery {
        id: DeliveryId(context.ids.next()),
        to,
        event: NoticeEvent::Test,
        departure: Departure::AtOnce,
    };
    let id = delivery.id;
    let activity = change::notice_activity(context, actor, None, "test_sent", to);
    context
        .store
        .add_planned_notice(access.namespace, notice, delivery, vec![activity], now)
        .await?;
    context.changes.poke();
    Ok(id)
}

/// Of a test that went to the actor, or to a webhook that they may manage.
pub async fn test_state(
    context: &Context,
    actor: &Actor,
    slug: &str,
    delivery: &str,
) -> Result<TestState, OperationError> {
    let access = enter(context, actor, slug, Action::ViewJobs).await?;
    let id: DeliveryId = parse_id(delivery)?;
    let delivery = context.store.delivery(access.namespace, id).await?;
    let is_own = delivery.to == Subscriber::Person(actor.person);
    if !is_own && !access.role.allows(Action::ManageNamespace) {
        return Err(OperationError::NotAllowed);
    }
    Ok(TestState {
        state: delivery.state,
        attempts: delivery.attempts,
        error: delivery.error,
    })
}

fn title(delivery: &Delivery, zone: &TimeZone) -> String {
    match delivery.notices.as_slice() {
        [(notice, event)] => words(*event, &notice.happening, &|at| written_in(at, zone)).title,
        many if delivery.digest_at.is_some() => format!("Digest of {} notices", many.len()),
        many => {
            let runs: Vec<_> = many
                .iter()
                .filter_map(|(notice, _)| notice.happening.as_run_ended())
                .collect();
            let event = many.first().map_or(NoticeEvent::Test, |(_, event)| *event);
            words_of_alike(event, &runs).title
        }
    }
}
