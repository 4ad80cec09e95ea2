//! Deliveries of notices: claimed by one, sent at least once, forgotten in time.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use domain::{
    id::{DeliveryId, JobId},
    notice::{DeliveryState, Gathering, NoticeEvent, Settled, Subscriber},
};
use store::{
    Store,
    notices::{Delivery, Departure, PlannedDelivery},
    secrets::Sealed,
};

use super::{
    Fresh,
    given::{self, LEASE, NOW, Tenant},
    notices::{add, planned, to, webhook},
};

pub async fn a_webhook_goes_with_its_deliveries(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let hook = webhook(store, tenant).await;
    let notice = add(store, tenant, NoticeEvent::RunFailed, NOW).await;
    let delivery = to(Subscriber::Webhook(hook), None);
    store
        .plan_notice(tenant.namespace, notice, vec![delivery], NOW)
        .await
        .unwrap();
    let key = Sealed(vec![9]);
    store
        .change_webhook_key(tenant.namespace, hook, key.clone(), Vec::new(), NOW)
        .await
        .unwrap();
    let read = store.webhook(tenant.namespace, hook).await.unwrap();
    assert_eq!((read.key, read.created_by), (key, tenant.person));
    store
        .delete_webhook(tenant.namespace, hook, Vec::new(), NOW)
        .await
        .unwrap();
    assert!(store.webhooks(tenant.namespace).await.unwrap().is_empty());
    assert!(
        store
            .subscriptions(tenant.namespace)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.claim_delivery("sender", NOW, LEASE).await.unwrap(),
        None
    );
    assert_eq!(
        store
            .notices(tenant.namespace, None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    fresh.end().await;
}

pub async fn a_digest_collects_until_it_goes(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let digest = NOW.plus_seconds(100);
    let me = Subscriber::Person(tenant.person);
    for second in 0..3 {
        let now = NOW.plus_seconds(second);
        let id = add(store, tenant, NoticeEvent::RunFailed, now).await;
        store
            .plan_notice(tenant.namespace, id, vec![to(me, Some(digest))], now)
            .await
            .unwrap();
    }
    assert_eq!(
        store.claim_delivery("sender", NOW, LEASE).await.unwrap(),
        None
    );
    let claim = store
        .claim_delivery("sender", digest, digest.plus_seconds(60))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claim.delivery.notices.len(), 3);
    assert!(
        claim
            .delivery
            .notices
            .is_sorted_by_key(|(notice, _)| notice.at)
    );
    // One that was decided upon before the digest went, and is written after.
    let late = add(store, tenant, NoticeEvent::RunFailed, NOW).await;
    store
        .plan_notice(tenant.namespace, late, vec![to(me, Some(digest))], digest)
        .await
        .unwrap();
    let alone = store
        .claim_delivery("sender", digest, digest.plus_seconds(60))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(alone.delivery.notices[0].0.id, late);
    assert_eq!(alone.delivery.digest_at, None);
    fresh.end().await;
}

/// A notice of the event, a while after the first, which waits for more of its kind.
async fn gathered(store: &Store, tenant: Tenant, job: JobId, event: NoticeEvent, seconds: i64) {
    let now = NOW.plus_seconds(seconds);
    let id = add(store, tenant, event, now).await;
    let gathering = Gathering::of(event, 60).unwrap();
    let planned = PlannedDelivery {
        event,
        departure: Departure::Gathering(job, gathering),
        ..to(Subscriber::Person(tenant.person), None)
    };
    store
        .plan_notice(tenant.namespace, id, vec![planned], now)
        .await
        .unwrap();
}

async fn waiting(store: &Store, tenant: Tenant) -> Vec<Delivery> {
    let state = DeliveryState::Waiting;
    let mut waiting = store
        .deliveries(tenant.namespace, state, 100)
        .await
        .unwrap();
    waiting.reverse();
    waiting
}

pub async fn a_letter_gathers_its_kind_until_it_goes(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (tenant, job, another) = (
        given::tenant(store).await,
        JobId(given::id()),
        JobId(given::id()),
    );
    let partially = NoticeEvent::RunPartiallyCompleted;
    for seconds in [0, 20, 70] {
        gathered(store, tenant, job, partially, seconds).await;
    }
    gathered(store, tenant, another, partially, 71).await;
    gathered(store, tenant, job, NoticeEvent::RunFailed, 72).await;
    gathered(store, tenant, job, NoticeEvent::RunFailed, 80).await;
    let letters = waiting(store, tenant).await;
    let letters: Vec<_> = letters
        .iter()
        .map(|letter| (letter.notices.len(), (letter.due_at.0 - NOW.0) / 1000))
        .collect();
    // What failed is not put off.
    assert_eq!(letters, [(3, 130), (1, 131), (2, 132)]);

    let due = NOW.plus_seconds(130);
    let claim = store
        .claim_delivery("sender", due, due.plus_seconds(60))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claim.delivery.notices.len(), 3);
    // It is on its way, and it stays as it is when it is sent again.
    gathered(store, tenant, job, partially, 130).await;
    let dead = Settled::Dead {
        error: "no such mailbox".to_owned(),
    };
    store
        .settle_delivery(tenant.namespace, claim.delivery.id, claim.fence, dead, due)
        .await
        .unwrap();
    store
        .send_again(tenant.namespace, claim.delivery.id, due)
        .await
        .unwrap();
    gathered(store, tenant, job, partially, 131).await;
    let letters = waiting(store, tenant).await;
    let counts: Vec<_> = letters.iter().map(|letter| letter.notices.len()).collect();
    assert_eq!(counts, [3, 1, 2, 2]);
    fresh.end().await;
}

pub async fn two_processes_begin_one_letter(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    let other = fresh.another().await;
    let job = JobId(given::id());
    let event = NoticeEvent::RunCompleted;
    let planners: Vec<_> = (0..8)
        .map(|n| {
            let store = if n % 2 == 0 {
                fresh.store.clone()
            } else {
                other.clone()
            };
            tokio::spawn(async move {
                let id = add(&store, tenant, event, NOW).await;
                let planned = PlannedDelivery {
                    event,
                    departure: Departure::Gathering(job, Gathering::of(event, 60).unwrap()),
                    ..to(Subscriber::Person(tenant.person), None)
                };
                loop {
                    let deliveries = vec![planned.clone()];
                    match store
                        .plan_notice(tenant.namespace, id, deliveries, NOW)
                        .await
                    {
                        Err(error) if error.is_conflict() => {}
                        planned => break assert!(planned.unwrap()),
                    }
                }
            })
        })
        .collect();
    for planner in planners {
        planner.await.unwrap();
    }
    let letters = waiting(&fresh.store, tenant).await;
    let counts: Vec<_> = letters.iter().map(|letter| letter.notices.len()).collect();
    assert_eq!(counts, [8]);
    other.close().await.unwrap();
    fresh.end().await;
}

pub async fn the_namespace_with_fewest_on_their_way_comes_first(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (flooding, other) = (given::tenant(store).await, given::tenant(store).await);
    for _ in 0..3 {
        planned(store, flooding).await;
    }
    planned(store, other).await;
    let mut order = Vec::new();
    for _ in 0..4 {
        let claim = store.claim_delivery("sender", NOW, LEASE).await.unwrap();
        order.push(claim.unwrap().delivery.namespace);
    }
    let (flooding, other) = (flooding.namespace, other.namespace);
    assert_eq!(order, [flooding, other, flooding, flooding]);
    fresh.end().await;
}

pub async fn what_was_told_is_forgotten_and_what_waits_is_not(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let sent = planned(store, tenant).await;
    let claim = store.claim_delivery("sender", NOW, LEASE).await.unwrap();
    let fence = claim.unwrap().fence;
    store
        .settle_delivery(tenant.namespace, sent, fence, Settled::Sent, NOW)
        .await
        .unwrap();
    let waiting = planned(store, tenant).await;
    let to_nobody = add(store, tenant, NoticeEvent::RunFailed, NOW).await;
    store
        .plan_notice(tenant.namespace, to_nobody, Vec::new(), NOW)
        .await
        .unwrap();
    let unplanned = add(store, tenant, NoticeEvent::RunFailed, NOW).await;

    assert_eq!(store.forget_deliveries(NOW, 10).await.unwrap(), 0);
    assert_eq!(store.forget_notices(NOW, 10).await.unwrap(), 0);
    let later = NOW.plus_seconds(1);
    assert_eq!(store.forget_notices(later, 10).await.unwrap(), 1);
    assert_eq!(store.forget_deliveries(later, 10).await.unwrap(), 1);
    assert_eq!(store.forget_notices(later, 10).await.unwrap(), 1);
    let gone = store.delivery(tenant.namespace, sent).await;
    assert!(gone.unwrap_err().is_not_found());
    let kept = store.delivery(tenant.namespace, waiting).await.unwrap();
    assert_eq!(kept.notices.len(), 1);
    let left = store.notices(tenant.namespace, None, 10).await.unwrap();
    let left: BTreeSet<_> = left.iter().map(|notice| notice.id).collect();
    assert_eq!(left, [unplanned, kept.notices[0].0.id].into());
    fresh.end().await;
}

const DELIVERIES: usize = 24;

pub async fn eight_senders_send_each_delivery_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    let mut expected = BTreeSet::new();
    for _ in 0..DELIVERIES {
        expected.insert(planned(&fresh.store, tenant).await);
    }
    let other = fresh.another().await;
    let sent: Arc<Mutex<Vec<DeliveryId>>> = Arc::default();
    let senders: Vec<_> = (0..8)
        .map(|n| {
            let store = if n % 2 == 0 {
                fresh.store.clone()
            } else {
                other.clone()
            };
            let sent = Arc::clone(&sent);
            tokio::spawn(async move {
                // A row that another process has locked is skipped, so that nothing to do may mean: not yet.
                while sent.lock().unwrap().len() < DELIVERIES {
                    let Some(claim) = store
                        .claim_delivery(&format!("sender {n}"), NOW, LEASE)
                        .await
                        .unwrap()
                    else {
                        tokio::task::yield_now().await;
                        continue;
                    };
                    let id = claim.delivery.id;
                    sent.lock().unwrap().push(id);
                    let settled = store
                        .settle_delivery(tenant.namespace, id, claim.fence, Settled::Sent, NOW)
                        .await
                        .unwrap();
                    assert!(settled);
                }
            })
        })
        .collect();
    for sender in senders {
        sender.await.unwrap();
    }
    let sent = sent.lock().unwrap().clone();
    assert_eq!(sent.len(), DELIVERIES);
    assert_eq!(BTreeSet::from_iter(sent), expected);
    other.close().await.unwrap();
    fresh.end().await;
}

pub async fn a_lapsed_delivery_is_sent_again_under_the_same_id(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let id = planned(store, tenant).await;
    let first = store
        .claim_delivery("first", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        store.claim_delivery("second", NOW, LEASE).await.unwrap(),
        None
    );
    let later = LEASE.plus_seconds(60);
    let second = store
        .claim_delivery("second", LEASE, later)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((first.delivery.id, second.delivery.id), (id, id));
    assert_eq!((first.delivery.attempts, second.delivery.attempts), (1, 2));
    let settle = async |fence| {
        store
            .settle_delivery(tenant.namespace, id, fence, Settled::Sent, LEASE)
            .await
            .unwrap()
    };
    assert!(!settle(first.fence).await, "an old fence writes nothing");
    assert!(settle(second.fence).await);
    assert!(!settle(second.fence).await, "what is sent stays sent");
    let delivery = store.delivery(tenant.namespace, id).await.unwrap();
    assert_eq!(
        (delivery.state, delivery.ended_at),
        (DeliveryState::Sent, Some(LEASE))
    );
    fresh.end().await;
}

pub async fn a_dead_letter_is_sent_again(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let id = planned(store, tenant).await;
    let again = store.send_again(tenant.namespace, id, NOW).await;
    assert!(again.unwrap_err().is_conflict(), "it still waits");
    let claim = store
        .claim_delivery("sender", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    let later = NOW.plus_seconds(30);
    let settled = Settled::Again {
        at: later,
        error: "no answer".to_owned(),
    };
    let settle = async |fence, settled| {
        store
            .settle_delivery(tenant.namespace, id, fence, settled, NOW)
            .await
            .unwrap()
    };
    assert!(settle(claim.fence, settled).await);
    assert_eq!(
        store.claim_delivery("sender", NOW, LEASE).await.unwrap(),
        None
    );
    let claim = store
        .claim_delivery("sender", later, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claim.delivery.error.as_deref(), Some("no answer"));
    let dead = Settled::Dead {
        error: "no such mailbox".to_owned(),
    };
    assert!(settle(claim.fence, dead).await);
    let letters = store
        .deliveries(tenant.namespace, DeliveryState::Dead, 10)
        .await
        .unwrap();
    assert_eq!(letters[0].error.as_deref(), Some("no such mailbox"));
    store.send_again(tenant.namespace, id, later).await.unwrap();
    let claim = store
        .claim_delivery("sender", later, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!((claim.delivery.id, claim.delivery.attempts), (id, 1));
    fresh.end().await;
}
