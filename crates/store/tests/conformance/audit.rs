use domain::{
    id::{ActivityId, DatasetId, JobId, PersonId},
    time::Timestamp,
};
use sea_orm::ConnectionTrait;
use store::{
    Store,
    activity::{Activity, ActivityFilter, By, NewActivity},
    datasets::NewDataset,
    jobs::NewJob,
    links::{LinkKind, NewLink, NewPassword},
    sessions::NewSession,
    token::TokenHash,
};

use super::{
    Fresh,
    given::{self, NOW, Tenant},
};

async fn add(store: &Store, tenant: Tenant, kind: &str, person: Option<PersonId>, at: Timestamp) {
    let new = NewActivity {
        person,
        address: Some("192.0.2.7".to_owned()),
        ..given::instance_activity(kind)
    };
    given::logged(store, tenant, new, at).await;
}

fn kinds(page: &[Activity]) -> Vec<&str> {
    page.iter().map(|entry| entry.kind.as_str()).collect()
}

pub async fn entries_are_filtered_and_paged(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let ada = Some(tenant.person);
    let later = NOW.plus_seconds(10);
    add(store, tenant, "a", ada, NOW).await;
    add(store, tenant, "b", ada, NOW).await;
    add(store, tenant, "c", None, NOW).await;
    add(store, tenant, "d", ada, later).await;
    add(store, given::tenant(store).await, "foreign", ada, later).await;

    let page = async |filter: ActivityFilter, after: Option<(Timestamp, ActivityId)>, limit| {
        store
            .activity_page(tenant.namespace, &filter, after, limit)
            .await
            .unwrap()
    };
    let all = ActivityFilter::default;
    let first = page(all(), None, 2).await;
    assert_eq!(kinds(&first), ["d", "c"]);
    assert_eq!(first[0].address.as_deref(), Some("192.0.2.7"));
    let after = (first[1].at, first[1].id);
    assert_eq!(kinds(&page(all(), Some(after), 9).await), ["b", "a"]);

    let of = async |filter| {
        let entries = page(filter, None, 9).await;
        kinds(&entries).join("")
    };
    let by = |by| ActivityFilter {
        by: Some(by),
        ..all()
    };
    assert_eq!(of(by(By::System)).await, "c");
    assert_eq!(of(by(By::Person(tenant.person))).await, "dba");
    let kinds = vec!["a".to_owned(), "d".to_owned()];
    assert_eq!(of(ActivityFilter { kinds, ..all() }).await, "da");
    let from = ActivityFilter {
        from: Some(later),
        ..all()
    };
    assert_eq!(of(from).await, "d");
    let before = ActivityFilter {
        before: Some(later),
        ..all()
    };
    assert_eq!(of(before).await, "cba");
    fresh.end().await;
}

pub async fn what_concerns_no_namespace_is_apart(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    add(store, tenant, "of_namespace", None, NOW).await;
    store
        .add_instance_activity(given::instance_activity("of_instance"), NOW)
        .await
        .unwrap();
    let all = ActivityFilter::default();
    let of_instance = store.instance_activity_page(&all, None, 9).await.unwrap();
    assert_eq!(kinds(&of_instance), ["of_instance"]);
    let of_namespace = store
        .activity_page(tenant.namespace, &all, None, 9)
        .await
        .unwrap();
    assert_eq!(kinds(&of_namespace), ["of_namespace"]);
    fresh.end().await;
}

pub async fn a_change_is_not_made_without_its_entry(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let of_nobody = || {
        vec![NewActivity {
            person: Some(PersonId(given::id())),
            ..given::instance_activity("made")
        }]
    };
    let dataset = NewDataset {
        id: DatasetId(given::id()),
        name: "orders".to_owned(),
        fields: Vec::new(),
    };
    let job = NewJob {
        id: JobId(given::id()),
        name: "Orders".parse().unwrap(),
        created_by: tenant.person,
    };
    let id = job.id;
    let made = store.create_dataset(tenant.namespace, dataset, of_nobody(), NOW);
    assert!(made.await.is_err());
    let made = store.create_job(tenant.namespace, job, of_nobody(), NOW);
    assert!(made.await.is_err());
    let token = TokenHash([5; 32]);
    let link = NewLink {
        token_hash: token,
        kind: LinkKind::Password(tenant.person),
        expires_at: NOW.plus_seconds(60),
    };
    store.create_link(link, NOW).await.unwrap();
    let password = NewPassword {
        set: of_nobody().remove(0),
        ..given::password("hash", "Ada")
    };
    let set = store.accept_password_link(token, tenant.person, password, NOW);
    assert!(set.await.is_err());
    let person = store.person(tenant.person).await.unwrap();
    assert_ne!(person.password_hash.as_deref(), Some("hash"));
    assert!(store.link(token, NOW).await.unwrap().is_some());
    let (before, after) = (TokenHash([6; 32]), TokenHash([7; 32]));
    let session = given::session(before, tenant.person);
    let began = store.create_session(session, Vec::new(), NOW);
    began.await.unwrap();
    let instead = NewSession {
        in_place_of: Some(before),
        ..given::session(after, tenant.person)
    };
    let began = store.create_session(instead, of_nobody(), NOW);
    assert!(began.await.is_err());
    let ended = store.delete_session(before, of_nobody(), NOW);
    assert!(ended.await.is_err());
    assert!(store.session(before, NOW).await.unwrap().is_some());
    assert!(store.session(after, NOW).await.unwrap().is_none());
    let found = store.dataset_by_name(tenant.namespace, "orders").await;
    assert_eq!(found.unwrap(), None);
    assert!(
        store
            .job(tenant.namespace, id)
            .await
            .unwrap_err()
            .is_not_found()
    );
    fresh.end().await;
}

pub async fn the_log_cannot_be_changed(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    add(store, tenant, "a", None, NOW).await;
    for statement in [
        "UPDATE activities SET kind = 'b'",
        "DELETE FROM activities",
        "DELETE FROM activities WHERE kind = 'a'",
    ] {
        let refused = fresh.raw.execute_unprepared(statement).await.unwrap_err();
        assert!(
            refused.to_string().contains("append-only"),
            "{statement}: {refused}"
        );
    }
    let entries = store
        .activity_page(tenant.namespace, &ActivityFilter::default(), None, 9)
        .await
        .unwrap();
    assert_eq!(kinds(&entries), ["a"]);
    fresh.end().await;
}
