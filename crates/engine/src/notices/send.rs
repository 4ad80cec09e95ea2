//! One delivery: claimed, attempted, and its outcome recorded under the fence of the claim.

use domain::id::{PersonId, WebhookId};
use domain::notice::{ATTEMPTS_AT_MOST, Outcome, Settled, Subscriber, settle};
use notifiers::mail::{Mail, html, text};
use notifiers::webhook::{Call, WebhookKey};
use store::StoreError;
use store::namespaces::Namespace;
use store::notices::{Delivery, DeliveryClaim, Webhook};

use super::letter::letter;
use super::payload::payload;
use super::{Postman, SENDING};
use crate::services::unit;

/// Whether there was something to deliver.
pub(super) async fn send_one(postman: &Postman) -> Result<bool, StoreError> {
    let claim = postman
        .store
        .claim_delivery(&postman.settings.name, postman.now(), postman.lease_until())
        .await?;
    let Some(claim) = claim else {
        return Ok(false);
    };
    let (sending, id) = (postman.clone(), claim.delivery.id);
    // After a panic the lease runs out, and the attempt was counted when it was claimed.
    let sent = unit(SENDING, id, async move { deliver(&sending, &claim).await });
    sent.await.unwrap_or(Ok(()))?;
    Ok(true)
}

async fn deliver(
    postman: &Postman,
    DeliveryClaim { delivery, fence }: &DeliveryClaim,
) -> Result<(), StoreError> {
    let outcome = if delivery.attempts > ATTEMPTS_AT_MOST {
        Outcome::Refused {
            error: "No attempt came to its end. Tell your operator.".to_owned(),
        }
    } else {
        attempt(postman, delivery).await?
    };
    let now = postman.now();
    let settled = settle(outcome, delivery.attempts, now);
    log(delivery, &settled);
    postman
        .store
        .settle_delivery(delivery.namespace, delivery.id, *fence, settled, now)
        .await?;
    (postman.changed)();
    Ok(())
}

async fn attempt(postman: &Postman, delivery: &Delivery) -> Result<Outcome, StoreError> {
    let namespace = postman.store.namespace(delivery.namespace).await?;
    match delivery.to {
        Subscriber::Person(person) => mail(postman, delivery, &namespace, person).await,
        Subscriber::Webhook(webhook) => call(postman, delivery, &namespace, webhook).await,
    }
}

async fn mail(
    postman: &Postman,
    delivery: &Delivery,
    namespace: &Namespace,
    person: PersonId,
) -> Result<Outcome, StoreError> {
    let Some(mailer) = &postman.mailer else {
        return Ok(failed("No mail server is configured. Tell your operator."));
    };
    // They may have left since it was planned.
    if postman.store.role_in(namespace.id, person).await?.is_none() {
        return Ok(refused("They are no member of the namespace any more."));
    }
    let person = postman.store.person(person).await?;
    let letter = letter(delivery, namespace, &namespace.zone()?, &postman.public_url);
    let mail = Mail {
        key: delivery.id.to_string(),
        to_name: person.name,
        to_address: person.email,
        text: text(&letter),
        html: html(&letter),
        subject: letter.subject,
    };
    Ok(mailer.send(mail).await)
}

async fn call(
    postman: &Postman,
    delivery: &Delivery,
    namespace: &Namespace,
    webhook: WebhookId,
) -> Result<Outcome, StoreError> {
    let webhook = match postman.store.webhook(namespace.id, webhook).await {
        Ok(webhook) => webhook,
        Err(error) if error.is_not_found() => return Ok(refused("The webhook was deleted.")),
        Err(error) => return Err(error),
    };
    let place = Webhook::place(namespace.id, webhook.id);
    let key = postman
        .sealing_key
        .open(&place, &webhook.key)
        .ok()
        .and_then(|key| WebhookKey::from_slice(&key));
    let (Some(key), Some((notice, event))) = (key, delivery.notices.first()) else {
        tracing::error!(webhook = %webhook.id, "its key cannot be decrypted: the instance has another secret key");
        return Ok(failed(
            "The webhook's key cannot be decrypted. Make a new key, or tell your operator.",
        ));
    };
    let (zone, url) = (namespace.zone()?, &postman.public_url);
    let payload = payload(delivery.id, notice, *event, namespace, &zone, url);
    let body = serde_json::to_vec(&payload).expect("plain values have a JSON form");
    let call = Call {
        url: webhook.url,
        key,
        id: delivery.id.to_string(),
        unix_seconds: postman.now().0.div_euclid(1000),
        body,
    };
    Ok(postman.webhooks.send(call).await)
}

/// Ids alone: what a server answered may quote an address.
fn log(delivery: &Delivery, settled: &Settled) {
    let (id, attempt) = (delivery.id, delivery.attempts);
    let channel = delivery.to.channel().code();
    match settled {
        Settled::Sent => tracing::info!(delivery = %id, channel, attempt, "delivered"),
        Settled::Again { .. } => {
            tracing::warn!(delivery = %id, channel, attempt, "not delivered yet");
        }
        Settled::Dead { .. } => {
            tracing::warn!(delivery = %id, channel, attempt, "given up: see the namespace's notifications");
        }
    }
}

fn failed(error: &str) -> Outcome {
    Outcome::Failed {
        error: error.to_owned(),
    }
}

fn refused(error: &str) -> Outcome {
    Outcome::Refused {
        error: error.to_owned(),
    }
}
