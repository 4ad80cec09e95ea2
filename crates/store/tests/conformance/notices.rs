use std::collections::BTreeSet;

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
use sea_orm::ConnectionTrait as _;
use store::{
    Store,
    jobs::Changes,
    notices::{Departure, NewNotice, NewWebhook, PlannedDelivery, Preference},
    runs::RunChanges,
    secrets::Sealed,
};

use super::{
    Fresh,
    given::{self, LEASE, NOW, Tenant},
};

pub fn announced(event: NoticeEvent) -> Vec<Announcement> {
    vec![Announcement {
        event,
        audience: vec![event],
    }]
}

pub fn notice(event: NoticeEvent, job: Option<JobId>) -> NewNotice {
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

pub fn to(subscriber: Subscriber, digest_at: Option<Timestamp>) -> PlannedDelivery {
    PlannedDelivery {
        id: DeliveryId(given::id()),
        to: subscriber,
        event: NoticeEvent::RunFailed,
        departure: digest_at.map_or(Departure::AtOnce, Departure::Digest),
    }
}

pub async fn add(store: &Store, tenant: Tenant, event: NoticeEvent, at: Timestamp) -> NoticeId {
    let new = notice(event, None);
    let id = new.id;
    store.add_notice(tenant.namespace, new, at).await.unwrap();
    id
}

/// A notice with one delivery that is due.
pub async fn planned(store: &Store, tenant: Tenant) -> DeliveryId {
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

pub async fn webhook(store: &Store, tenant: Tenant) -> WebhookId {
    let id = WebhookId(given::id());
    let new = NewWebhook {
        id,
        url: "https://hooks.example.org/weir".to_owned(),
        key: Sealed(vec![1, 2, 3]),
        created_by: tenant.person,
    };
    let events = Events::from([NoticeEvent::RunFailed]);
    store
        .create_webhook(tenant.namespace, new, events, Vec::new(), NOW)
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
        .claim_run("worker", NOW, LEASE, &[])
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
    let claim = store.claim_run("worker", NOW, LEASE, &[]).await.unwrap();
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

pub async fn whoever_was_told_of_failures_is_known_until_a_run_goes_well(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (job, first) = given::active(store, tenant, "Customers").await;
    let claim = store.claim_run("worker", NOW, LEASE, &[]).await.unwrap();
    let claimed = claim.unwrap().run;
    let failed = claimed
        .apply(&RunEvent::FailedWith(Reason::EmptyFile), NOW)
        .unwrap();
    let second = given::queue(store, job.id, tenant.namespace, NOW).await;
    let ended = second.apply(&RunEvent::CancelRequested, LEASE).unwrap();
    for (run, ended, fence, at) in [
        (&claimed, &failed, Some(claimed.fence), NOW),
        (&second, &ended, None, LEASE),
    ] {
        let changes = RunChanges::default();
        store
            .apply_run(tenant.namespace, run, ended, fence, changes, at)
            .await
            .unwrap();
    }
    let told = async |event: NoticeEvent, run: Option<RunId>, subscriber: Subscriber| {
        let new = NewNotice {
            run,
            ..notice(event, Some(job.id))
        };
        let id = new.id;
        store.add_notice(tenant.namespace, new, NOW).await.unwrap();
        let planned = PlannedDelivery {
            event,
            ..to(subscriber, None)
        };
        store
            .plan_notice(tenant.namespace, id, vec![planned], NOW)
            .await
            .unwrap();
    };
    let stranger = || Subscriber::Person(PersonId(given::id()));
    let (failure, halt) = (stranger(), Subscriber::Webhook(WebhookId(given::id())));
    told(NoticeEvent::RunFailed, Some(first.id), failure).await;
    told(NoticeEvent::JobHalted, Some(first.id), halt).await;
    told(NoticeEvent::LimitReached, Some(first.id), stranger()).await;
    told(NoticeEvent::RunFailed, Some(second.id), stranger()).await;
    told(NoticeEvent::SamplingFailed, None, stranger()).await;
    let told_before = async |run| {
        let told = store.told_of_failures_before(tenant.namespace, run);
        told.await.unwrap()
    };
    assert_eq!(
        told_before(second.id).await,
        BTreeSet::from([failure, halt])
    );
    assert_eq!(told_before(first.id).await, BTreeSet::new());
    assert_eq!(told_before(RunId(given::id())).await, BTreeSet::new());
    let elsewhere = given::tenant(store).await.namespace;
    let told = store.told_of_failures_before(elsewhere, second.id).await;
    assert_eq!(told.unwrap(), BTreeSet::new());
    let went_well = "UPDATE runs SET status = 'completed', reason = NULL, seen = 1, imported = 1, started_at = 1 WHERE status = 'failed'";
    fresh.raw.execute_unprepared(went_well).await.unwrap();
    assert_eq!(told_before(second.id).await, BTreeSet::new());
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
            .set_subscription(tenant.namespace, me, job, events, Vec::new(), NOW)
            .await
            .unwrap();
    }
    let changed = Events::from([NoticeEvent::LimitNear]);
    store
        .set_subscription(
            tenant.namespace,
            me,
            None,
            Some(changed.clone()),
            Vec::new(),
            NOW,
        )
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
        .set_subscription(tenant.namespace, me, None, None, Vec::new(), NOW)
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
            store.change_webhook_key(namespace, hook, Sealed(vec![1]), Vec::new(), NOW),
            store.delete_webhook(namespace, hook, Vec::new(), NOW),
            store.set_subscription(
                namespace,
                me,
                Some(job.id),
                Some(BTreeSet::new()),
                Vec::new(),
                NOW
            ),
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
