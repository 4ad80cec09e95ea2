use domain::{
    id::{DatasetId, NamespaceId, PersonId},
    role::Role,
};
use store::{
    StoreError, activity::ActivityFilter, datasets::NewDataset, people::NewPerson,
    sessions::NewSession, token::TokenHash,
};

use super::{
    Fresh,
    given::{self, NOW},
};

pub async fn addresses_are_unique_in_lower_case(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    assert!(!store.any_person().await.unwrap());
    let ada = NewPerson {
        email: "Ada@Example.ORG".to_owned(),
        ..given::new_person()
    };
    store.create_person(ada.clone(), NOW).await.unwrap();
    assert!(store.any_person().await.unwrap());

    let found = store
        .person_by_email("aDA@example.org")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (found.id, found.email.as_str()),
        (ada.id, "ada@example.org")
    );
    assert_eq!(store.person(ada.id).await.unwrap(), found);
    assert_eq!(
        store.person_by_email("bob@example.org").await.unwrap(),
        None
    );

    let again = NewPerson {
        email: "ada@example.org".to_owned(),
        ..given::new_person()
    };
    let error = store.create_person(again, NOW).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
    assert!(!error.is_transient());
    assert!(
        store
            .person(PersonId(given::id()))
            .await
            .unwrap_err()
            .is_not_found()
    );
    fresh.end().await;
}

pub async fn a_password_is_set(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let person = given::person(&fresh.store).await;
    fresh
        .store
        .set_password(person, "$argon2id$1", "Ada Lovelace")
        .await
        .unwrap();
    let found = fresh.store.person(person).await.unwrap();
    assert_eq!(found.password_hash.as_deref(), Some("$argon2id$1"));
    assert_eq!(found.name, "Ada Lovelace");
    assert!(!format!("{found:?}").contains("argon2id"));
    let nobody = fresh
        .store
        .set_password(PersonId(given::id()), "$argon2id$1", "x")
        .await;
    assert!(nobody.unwrap_err().is_not_found());
    fresh.end().await;
}

pub async fn sessions_expire_and_end(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let person = given::person(store).await;
    let (long, short, other) = (TokenHash([1; 32]), TokenHash([2; 32]), TokenHash([3; 32]));
    let session = |token_hash, seconds| NewSession {
        expires_at: NOW.plus_seconds(seconds),
        ..given::session(token_hash, person)
    };
    store
        .create_session(session(long, 100), Vec::new(), NOW)
        .await
        .unwrap();
    store
        .create_session(session(short, 10), Vec::new(), NOW)
        .await
        .unwrap();
    assert_eq!(
        store.session(short, NOW).await.unwrap().unwrap().person,
        person
    );
    assert_eq!(
        store.session(short, NOW.plus_seconds(10)).await.unwrap(),
        None
    );
    assert_eq!(store.session(other, NOW).await.unwrap(), None);

    store
        .touch_session(long, NOW.plus_seconds(20))
        .await
        .unwrap();
    store
        .touch_session(long, NOW.plus_seconds(5))
        .await
        .unwrap();
    let touched = store.session(long, NOW).await.unwrap().unwrap();
    assert_eq!(touched.last_seen_at, NOW.plus_seconds(20));
    assert_eq!(touched.expires_at, NOW.plus_seconds(100));

    assert_eq!(
        store
            .delete_expired_sessions(NOW.plus_seconds(10))
            .await
            .unwrap(),
        1
    );
    assert_eq!(store.session(short, NOW).await.unwrap(), None);
    for _ in 0..2 {
        let entries = vec![given::instance_activity("signed_out")];
        store.delete_session(long, entries, NOW).await.unwrap();
    }
    assert_eq!(store.session(long, NOW).await.unwrap(), None);
    let all = ActivityFilter::default();
    let entries = store.instance_activity_page(&all, None, 9).await.unwrap();
    assert_eq!(entries.len(), 1, "it ended once");

    store
        .create_session(session(other, 10), Vec::new(), NOW)
        .await
        .unwrap();
    store.delete_sessions_of(person).await.unwrap();
    assert_eq!(store.session(other, NOW).await.unwrap(), None);
    fresh.end().await;
}

pub async fn failed_sign_ins_are_counted(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    for seconds in [0, 10, 20] {
        store
            .note_failed_sign_in("account:a", NOW.plus_seconds(seconds))
            .await
            .unwrap();
    }
    store.note_failed_sign_in("account:b", NOW).await.unwrap();
    assert_eq!(
        store
            .failed_sign_ins_since("account:a", NOW.plus_seconds(10))
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        store
            .prune_failed_sign_ins(NOW.plus_seconds(10))
            .await
            .unwrap(),
        2
    );
    assert_eq!(
        store.failed_sign_ins_since("account:a", NOW).await.unwrap(),
        2
    );
    store.clear_failed_sign_ins("account:a").await.unwrap();
    assert_eq!(
        store.failed_sign_ins_since("account:a", NOW).await.unwrap(),
        0
    );
    fresh.end().await;
}

pub async fn members_have_roles(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let stranger = given::person(store).await;
    assert_eq!(
        store
            .role_in(tenant.namespace, tenant.person)
            .await
            .unwrap(),
        Some(Role::Owner)
    );
    assert_eq!(
        store.role_in(tenant.namespace, stranger).await.unwrap(),
        None
    );
    let entry = || given::instance_activity("member_added");
    store
        .add_member(tenant.namespace, stranger, Role::Editor, vec![entry()], NOW)
        .await
        .unwrap();
    assert_eq!(
        store.role_in(tenant.namespace, stranger).await.unwrap(),
        Some(Role::Editor)
    );
    let nowhere = NamespaceId(given::id());
    let unknown = store
        .add_member(nowhere, stranger, Role::Viewer, vec![entry()], NOW)
        .await;
    assert!(unknown.unwrap_err().is_not_found());

    let memberships = store.memberships_of(stranger).await.unwrap();
    let namespace = store.namespace(tenant.namespace).await.unwrap();
    assert_eq!(memberships, [(namespace.clone(), Role::Editor)]);
    assert_eq!(namespace.monthly_row_limit, 10_000_000);
    assert_eq!(
        store.namespace_by_slug(&namespace.slug).await.unwrap(),
        namespace
    );
    assert!(
        store
            .namespace_by_slug("nowhere")
            .await
            .unwrap_err()
            .is_not_found()
    );

    let mut taken = given::new_namespace(NamespaceId(given::id()));
    taken.slug = namespace.slug;
    assert!(
        store
            .create_namespace(taken, stranger, NOW)
            .await
            .unwrap_err()
            .is_conflict()
    );
    fresh.end().await;
}

pub async fn datasets_keep_their_fields(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let dataset = store
        .dataset(tenant.namespace, tenant.dataset)
        .await
        .unwrap();
    assert_eq!(dataset.fields, given::fields());
    assert_eq!(
        store.datasets(tenant.namespace).await.unwrap(),
        std::slice::from_ref(&dataset)
    );
    let by_name = store
        .dataset_by_name(tenant.namespace, "customers")
        .await
        .unwrap();
    assert_eq!(by_name, Some(dataset));
    assert_eq!(
        store
            .dataset_by_name(tenant.namespace, "nothing")
            .await
            .unwrap(),
        None
    );
    let again = NewDataset {
        id: DatasetId(given::id()),
        name: "customers".to_owned(),
        fields: Vec::new(),
    };
    assert!(
        store
            .create_dataset(tenant.namespace, again, Vec::new(), NOW)
            .await
            .unwrap_err()
            .is_conflict()
    );
    fresh.end().await;
}
