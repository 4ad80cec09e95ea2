//! Decides who hears of what happened, and writes it once.

use domain::id::DeliveryId;
use domain::notice::{Addressee, Subscriber, recipients};
use store::StoreError;
use store::notices::{Audience, Notice, PlannedDelivery};

use super::digest::next_digest;
use super::{PLANNING, Postman};
use crate::services::unit;

/// Notices of one look; the next look takes the others.
const AT_ONCE: u64 = 100;

/// How many notices were planned.
pub(super) async fn plan_all(postman: &Postman) -> Result<usize, StoreError> {
    let mut planned = 0;
    for notice in postman.store.unplanned_notices(AT_ONCE).await? {
        let (planning, id) = (postman.clone(), notice.id);
        match unit(PLANNING, id, async move { plan(&planning, &notice).await }).await {
            Some(Ok(())) => planned += 1,
            // Or another process has begun the same digest in the same moment: the next look adds to it.
            None | Some(Err(StoreError::Conflict { .. })) => {}
            Some(Err(error)) if error.is_transient() => return Err(error),
            // One that cannot be understood must not keep the others from being told.
            Some(Err(error)) => {
                tracing::error!(notice = %id, error = &error as &dyn std::error::Error, "planned in vain");
            }
        }
    }
    Ok(planned)
}

async fn plan(postman: &Postman, notice: &Notice) -> Result<(), StoreError> {
    let namespace = postman.store.namespace(notice.namespace).await?;
    let audience = postman.store.audience(notice.namespace, notice.job).await?;
    let (now, zone) = (postman.now(), namespace.zone()?);
    let deliveries = recipients(
        &notice.announcements,
        &addressees(postman, &audience),
        &audience.subscriptions,
        notice.job,
    )
    .into_iter()
    .map(|recipient| PlannedDelivery {
        id: DeliveryId((postman.new_id)()),
        to: recipient.subscriber,
        event: recipient.event,
        digest_at: digest_minute(&audience, recipient.subscriber)
            .and_then(|minute| next_digest(now, minute, &zone)),
    })
    .collect();
    postman
        .store
        .plan_notice(notice.namespace, notice.id, deliveries, now)
        .await?;
    Ok(())
}

/// Members are told by e-mail alone, hence not without a mail server: they have the page.
fn addressees(postman: &Postman, audience: &Audience) -> Vec<Addressee> {
    let members = audience.members.iter().map(|member| Addressee::Member {
        person: member.person,
        role: member.role,
        created_job: audience.job_created_by == Some(member.person),
    });
    let webhooks = audience.webhooks.iter().copied().map(Addressee::Webhook);
    if postman.mailer.is_some() {
        members.chain(webhooks).collect()
    } else {
        webhooks.collect()
    }
}

fn digest_minute(audience: &Audience, to: Subscriber) -> Option<u16> {
    let Subscriber::Person(person) = to else {
        return None;
    };
    audience
        .members
        .iter()
        .find(|member| member.person == person)
        .and_then(|member| member.digest_minute)
}
