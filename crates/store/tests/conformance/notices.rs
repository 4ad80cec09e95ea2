use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use domain::{
    id::{DeliveryId, JobId, NamespaceId, NoticeId, PersonId, RunId, WebhookId},
    job::JobEvent,
    notice::{Announcement, DeliveryState, Events, Happening, NoticeEvent, Settled, Subscriber},
    reason::Reason,
    role::Role,
    run::{Corrects, Input, Run, RunEvent},
    sampling::SamplingProblem,
    time::Timestamp,
};
use store::{
    Store,
    jobs::Changes,
    notices::{NewNotice, NewWebhook, PlannedDelivery, Preference},
    runs::RunChanges,
    secrets::Sealed,
};

use super::{
    Fresh,
    given::{self, LEASE, NOW, Tenant},
};

fn announced(event: NoticeEvent) -> Vec<Announcement> {
    vec![Announcement {
        event,
        audience: vec![event],
    }]
}

fn notice(event: NoticeEvent, job: Option<JobId>) -> NewNotice {
    NewNotice {
        id: NoticeId(given::id()),
        job,
        run: None,
        announcements: announced(event),
        happening: Happening::SamplingFailed {
            job_name: "Customers".parse().unwrap(),
            problem: SamplingProblem::Empty,
        },
    }
}

fn to(subscriber: Subscriber, digest_at: Option<Timestamp>) -> PlannedDelivery {
    PlannedDelivery {
        id: DeliveryId(given::id()),
        to: subscriber,
        event: NoticeEvent::RunFailed,
        digest_at,
    }
}

async fn add(store: &Store, tenant: Tenant, event: NoticeEvent, at: Timestamp) -> NoticeId {
    let new = notice(event, None);
    let id = new.id;
    store.add_notice(tenant.namespace, new, at).await.unwrap();
    id
}

/// A notice with one delivery that is due.
async fn planned(store: &Store, tenant: Tenant) -> DeliveryId {
    let id = add(store, tenant, NoticeEvent::RunFailed, NOW).await;
    let delivery = to(Subscriber::Person(tenant.person), None);
    let planned = delivery.id;
    assert!(
        store
            .plan_notice(tenant.namespace, id, vec![delivery], NOW)
            .await
            .unwrap()
    );
    planned
}

async fn webhook(store: &Store, tenant: Tenant) -> WebhookId {
    let id = WebhookId(given::id());
    let new = NewWebhook {
        id,
        url: "https://hooks.example.org/weir".to_owned(),
        key: Sealed(vec![1, 2, 3]),
        created_by: tenant.person,
    };
    let events = Events::from([NoticeEvent::RunFailed]);
    store
        .create_webhook(tenant.namespace, new, events, NOW)
        .await
        .unwrap();
    id
}

pub async fn a_notice_commits_with_its_state_change_or_not_at_all(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, run) = given::active(store, tenant, "Customers").await;
    let (renamed, _) = job
        .apply(
            &JobEvent::Renamed {
                name: "Clients".parse().unwrap(),
            },
            NOW,
        )
        .unwrap();
    let changes = || Changes {
        notices: vec![notice(NoticeEvent::JobHalted, Some(job.id))],
        ..Changes::default()
    };
    store
        .transition(tenant.namespace, &job, &renamed, changes(), NOW)
        .await
        .unwrap();
    let lost = store
        .transition(tenant.namespace, &job, &renamed, changes(), NOW)
        .await;
    assert!(lost.unwrap_err().is_conflict());
    let claim = store
        .claim_run("worker", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(claim.run.id, run.id);
    let ended = claim
        .run
        .apply(&RunEvent::FailedWith(Reason::EmptyFile), NOW)
        .unwrap();
    let changes = || RunChanges {
        notices: vec![
            NewNotice {
                run: Some(run.id),
                ..notice(NoticeEvent::RunFailed, Some(job.id))
            },
            NewNotice {
                announcements: Vec::new(),
                ..notice(NoticeEvent::RunFailed, Some(job.id))
            },
        ],
        ..RunChanges::default()
    };
    let fence = Some(claim.run.fence);
    let stale = store
        .apply_run(
            tenant.namespace,
            &claim.run,
            &ended,
            Some(7),
            changes(),
            NOW,
        )
        .await;
    assert!(stale.unwrap_err().is_conflict());
    store
        .apply_run(tenant.namespace, &claim.run, &ended, fence, changes(), NOW)
        .await
        .unwrap();
    let told: Vec<_> = store.unplanned_notices(10).await.unwrap();
    let told: Vec<_> = told
        .iter()
        .map(|told| (told.event, told.job, told.run))
        .collect();
    assert_eq!(
        told,
        [
            (NoticeEvent::JobHalted, Some(job.id), None),
            (NoticeEvent::RunFailed, Some(job.id), Some(run.id)),
        ]
    );
    fresh.end().await;
}

pub async fn a_notice_is_planned_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let id = add(store, tenant, NoticeEvent::RunFailed, NOW).await;
    let planners: Vec<_> = (0..8)
        .map(|_| {
            let (store, delivery) = (store.clone(), to(Subscriber::Person(tenant.person), None));
            tokio::spawn(async move {
                store
                    .plan_notice(tenant.namespace, id, vec![delivery], NOW)
                    .await
                    .unwrap()
            })
        })
        .collect();
    let mut planned = 0;
    for planner in planners {
        planned += usize::from(planner.await.unwrap());
    }
    assert_eq!(planned, 1);
    assert!(store.unplanned_notices(10).await.unwrap().is_empty());
    let waiting = store
        .deliveries(tenant.namespace, DeliveryState::Waiting, 10)
        .await
        .unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].notices[0].0.id, id);
    fresh.end().await;
}

pub async fn the_audience_is_the_namespaces_own(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (mine, other) = (given::tenant(store).await, given::tenant(store).await);
    let (job, _) = given::active(store, mine, "Customers").await;
    let hook = webhook(store, mine).await;
    webhook(store, other).await;
    store
        .set_digest_minute(mine.namespace, mine.person, Some(450))
        .await
        .unwrap();
    let none = store
        .notice_preference(other.namespace, mine.person)
        .await
        .unwrap();
    assert_eq!(none, Preference::default());
    let audience = store.audience(mine.namespace, Some(job.id)).await.unwrap();
    let members: Vec<_> = audience
        .members
        .iter()
        .map(|member| (member.person, member.role, member.digest_minute))
        .collect();
    assert_eq!(members, [(mine.person, Role::Owner, Some(450))]);
    assert_eq!(audience.webhooks, [hook]);
    assert_eq!(audience.job_created_by, Some(mine.person));
    assert_eq!(audience.subscriptions.len(), 1);
    let from_elsewhere = store.audience(other.namespace, Some(job.id)).await.unwrap();
    assert_eq!(from_elsewhere.job_created_by, None);
    fresh.end().await;
}

pub async fn a_run_comes_after_the_last_that_was_not_cancelled(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, first) = given::active(store, tenant, "Customers").await;
    let before = async |run: &Run| {
        let before = store.run_before(run).await.unwrap();
        before.map(|before| before.id)
    };
    assert_eq!(before(&first).await, None);
    let claim = store.claim_run("worker", NOW, LEASE).await.unwrap();
    let claimed = claim.unwrap().run;
    let failed = claimed
        .apply(&RunEvent::FailedWith(Reason::EmptyFile), NOW)
        .unwrap();
    let second = given::queue(store, job.id, tenant.namespace, NOW).await;
    let cancelled = second.apply(&RunEvent::CancelRequested, LEASE).unwrap();
    for (run, ended, fence) in [
        (&claimed, &failed, Some(claimed.fence)),
        (&second, &cancelled, None),
    ] {
        let changes = RunChanges::default();
        store
            .apply_run(tenant.namespace, run, ended, fence, changes, LEASE)
            .await
            .unwrap();
    }
    let third = Run {
        id: RunId(given::id()),
        ..second
    };
    assert_eq!(before(&third).await, Some(first.id));
    let corrections = Run {
        occurrence: third.id,
        input: Input {
            corrects: Some(Corrects {
                run: first.id,
                job_version: first.job_version,
            }),
            ..third.input
        },
        ..third.clone()
    };
    assert_eq!(before(&corrections).await, None);
    let elsewhere = Run {
        namespace: given::tenant(store).await.namespace,
        ..third
    };
    assert_eq!(before(&elsewhere).await, None);
    fresh.end().await;
}

pub async fn what_is_said_of_a_job_goes_with_it(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let job = given::draft(store, tenant, "Customers").await;
    let me = Subscriber::Person(tenant.person);
    let all = Events::from([NoticeEvent::RunFailed, NoticeEvent::JobHalted]);
    for (job, events) in [(None, Some(all)), (Some(job.id), Some(BTreeSet::new()))] {
        store
            .set_subscription(tenant.namespace, me, job, events)
            .await
            .unwrap();
    }
    let changed = Events::from([NoticeEvent::LimitNear]);
    store
        .set_subscription(tenant.namespace, me, None, Some(changed.clone()))
        .await
        .unwrap();
    let mut said = store
        .audience(tenant.namespace, Some(job.id))
        .await
        .unwrap()
        .subscriptions;
    said.sort_by_key(|said| said.job);
    let said: Vec<_> = said
        .iter()
        .map(|said| (said.job, said.events.clone()))
        .collect();
    assert_eq!(said, [(None, changed), (Some(job.id), BTreeSet::new())]);
    store
        .delete_job(
            tenant.namespace,
            job.id,
            job.version,
            given::activity(job.id, "deleted"),
            NOW,
        )
        .await
        .unwrap();
    assert_eq!(
        store.subscriptions(tenant.namespace).await.unwrap().len(),
        1
    );
    store
        .set_subscription(tenant.namespace, me, None, None)
        .await
        .unwrap();
    assert!(
        store
            .subscriptions(tenant.namespace)
            .await
            .unwrap()
            .is_empty()
    );
    fresh.end().await;
}

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
        .change_webhook_key(tenant.namespace, hook, key.clone())
        .await
        .unwrap();
    let read = store.webhook(tenant.namespace, hook).await.unwrap();
    assert_eq!((read.key, read.created_by), (key, tenant.person));
    store.delete_webhook(tenant.namespace, hook).await.unwrap();
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

pub async fn notices_are_paged_and_counted(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let mut newest_first = Vec::new();
    for (seconds, event) in [
        (0, NoticeEvent::RunCompleted),
        (1, NoticeEvent::RunFailed),
        (2, NoticeEvent::Test),
        (3, NoticeEvent::JobHalted),
    ] {
        let at = NOW.plus_seconds(seconds);
        let id = add(store, tenant, event, at).await;
        newest_first.insert(0, id);
    }
    newest_first.remove(1);
    let mut paged = Vec::new();
    let mut after = None;
    loop {
        let page = store.notices(tenant.namespace, after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some((last.at, last.id));
        paged.extend(page.iter().map(|notice| notice.id));
    }
    assert_eq!(paged, newest_first);
    let count = async |after, limit| {
        store
            .count_notices_after(tenant.namespace, after, limit)
            .await
            .unwrap()
    };
    // A success and a test need no attention.
    assert_eq!(count(None, 100).await, 2);
    assert_eq!(count(None, 1).await, 1);
    assert_eq!(count(Some(NOW.plus_seconds(1)), 100).await, 1);
    fresh.end().await;
}

pub async fn foreign_notices_are_not_found(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let (mine, other) = (given::tenant(store).await, given::tenant(store).await);
    let job = given::draft(store, mine, "Customers").await;
    let hook = webhook(store, mine).await;
    let delivery = planned(store, mine).await;
    let claim = store
        .claim_delivery("sender", NOW, LEASE)
        .await
        .unwrap()
        .unwrap();
    let me = Subscriber::Person(PersonId(given::id()));
    for namespace in [other.namespace, NamespaceId(given::id())] {
        macro_rules! not_found {
            ($($call:expr),+ $(,)?) => {$(
                let error = $call.await.expect_err(stringify!($call));
                assert!(error.is_not_found(), "{}: {error}", stringify!($call));
            )+};
        }
        not_found!(
            store.delivery(namespace, delivery),
            store.send_again(namespace, delivery, NOW),
            store.webhook(namespace, hook),
            store.change_webhook_key(namespace, hook, Sealed(vec![1])),
            store.delete_webhook(namespace, hook),
            store.set_subscription(namespace, me, Some(job.id), Some(BTreeSet::new())),
        );
        let settled = store
            .settle_delivery(namespace, delivery, claim.fence, Settled::Sent, NOW)
            .await
            .unwrap();
        assert!(!settled);
        assert!(store.notices(namespace, None, 10).await.unwrap().is_empty());
        assert!(store.webhooks(namespace).await.unwrap().is_empty());
        assert_eq!(
            store
                .count_notices_after(namespace, None, 10)
                .await
                .unwrap(),
            0
        );
    }
    fresh.end().await;
}
