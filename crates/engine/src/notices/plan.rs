//! Decides who hears of what happened, and writes it once.

use std::collections::BTreeSet;

use domain::id::{DeliveryId, JobId};
use domain::notice::{Addressee, Gathering, Recipient, Subscriber, recipients};
use store::StoreError;
use store::notices::{Audience, Departure, Notice, PlannedDelivery};

use super::digest::next_digest;
use super::{PLANNING, Postman};
use crate::services::unit;

/// Notices of one look; the next look takes the others.
const AT_ONCE: u64 = 100;

/// How many notices were planned.
pub(super) async fn plan_all(postman: &Postman) -> Result<usize, StoreError> {
    let mut planned = 0;
    let mut put_off = BTreeSet::<Option<JobId>>::new();
    for notice in postman.store.unplanned_notices(AT_ONCE).await? {
        let job = notice.job;
        // Who hears that a job works again follows from who was told that it failed.
        if put_off.contains(&job) {
            continue;
        }
        let (planning, id) = (postman.clone(), notice.id);
        match unit(PLANNING, id, async move { plan(&planning, &notice).await }).await {
            Some(Ok(())) => planned += 1,
            None => {}
            // Another process has begun the same letter in the same moment: the next look adds to it.
            Some(Err(StoreError::Conflict { .. })) => {
                put_off.insert(job);
            }
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
    let told_of_failures = match notice.run.filter(|_| notice.happening.recovers()) {
        Some(run) => {
            let told = postman.store.told_of_failures_before(namespace.id, run);
            told.await?
        }
        None => BTreeSet::new(),
    };
    let deliveries = recipients(
        &notice.announcements,
        &addressees(postman, &audience),
        &audience.subscriptions,
        notice.job,
        &told_of_failures,
    )
    .into_iter()
    .map(|recipient| PlannedDelivery {
        id: DeliveryId((postman.new_id)()),
        to: recipient.subscriber,
        event: recipient.event,
        departure: digest_minute(&audience, recipient.subscriber)
            .and_then(|minute| next_digest(now, minute, &zone))
            .map_or_else(|| departure(postman, notice, recipient), Departure::Digest),
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
    let mut addressees = audience.addressees(audience.job_created_by);
    if postman.mailer.is_none() {
        addressees.retain(|addressee| matches!(addressee, Addressee::Webhook(_)));
    }
    addressees
}

/// Letters wait for more of their kind; a program gets a call of each.
fn departure(postman: &Postman, notice: &Notice, to: Recipient) -> Departure {
    let wait = i64::try_from(postman.settings.letter_wait.as_secs()).unwrap_or(i64::MAX);
    match (to.subscriber, notice.job) {
        (Subscriber::Person(_), Some(job)) => Gathering::of(to.event, wait)
            .map_or(Departure::AtOnce, |gathering| {
                Departure::Gathering(job, gathering)
            }),
        _ => Departure::AtOnce,
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
