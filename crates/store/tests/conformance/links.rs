use domain::{id::NamespaceId, role::Role};
use store::{
    StoreError,
    links::{LinkKind, NewLink},
    token::TokenHash,
};

use super::{
    Fresh,
    given::{self, NOW},
};

const TOKEN: TokenHash = TokenHash([7; 32]);

fn link(token_hash: TokenHash, kind: LinkKind) -> NewLink {
    NewLink {
        token_hash,
        kind,
        expires_at: NOW.plus_seconds(60),
    }
}

pub async fn a_link_is_used_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    store
        .create_link(link(TOKEN, LinkKind::FirstPerson), NOW)
        .await
        .unwrap();
    assert!(
        store
            .create_link(link(TOKEN, LinkKind::FirstPerson), NOW)
            .await
            .unwrap_err()
            .is_conflict()
    );
    let known = store.link(TOKEN, NOW).await.unwrap().unwrap();
    assert_eq!(known.kind, LinkKind::FirstPerson);
    assert_eq!(store.link(TOKEN, NOW.plus_seconds(60)).await.unwrap(), None);
    assert!(!store.use_link(TOKEN, NOW.plus_seconds(60)).await.unwrap());
    assert!(store.use_link(TOKEN, NOW).await.unwrap());
    assert!(!store.use_link(TOKEN, NOW).await.unwrap());
    assert_eq!(store.link(TOKEN, NOW).await.unwrap(), None);
    assert!(!store.use_link(TokenHash([8; 32]), NOW).await.unwrap());
    fresh.end().await;
}

pub async fn the_first_link_makes_the_first_person_once(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tokens: Vec<_> = (0..4).map(|n| TokenHash([n; 32])).collect();
    for token in &tokens {
        fresh
            .store
            .create_link(link(*token, LinkKind::FirstPerson), NOW)
            .await
            .unwrap();
    }
    // Two users of each of four links, all at once.
    let tasks: Vec<_> = tokens
        .iter()
        .chain(&tokens)
        .map(|token| {
            let (store, token) = (fresh.store.clone(), *token);
            let (person, namespace) = (
                given::new_person(),
                given::new_namespace(NamespaceId(given::id())),
            );
            tokio::spawn(async move {
                store
                    .accept_first_link(
                        token,
                        person,
                        namespace,
                        given::instance_activity("password_set"),
                        NOW,
                    )
                    .await
            })
        })
        .collect();
    let mut accepted = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => accepted += 1,
            Err(StoreError::NotFound { .. } | StoreError::Conflict { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(accepted, 1);
    fresh.end().await;
}

pub async fn a_persons_link_sets_their_password(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let other = given::person(store).await;
    let session = TokenHash([9; 32]);
    store
        .create_session(given::session(session, tenant.person), Vec::new(), NOW)
        .await
        .unwrap();
    store
        .create_link(link(TOKEN, LinkKind::Password(tenant.person)), NOW)
        .await
        .unwrap();

    let refused = store
        .accept_password_link(TOKEN, other, given::password("hash", "Eve"), NOW)
        .await
        .unwrap_err();
    assert!(refused.is_not_found(), "{refused}");
    let new = given::new_namespace(NamespaceId(given::id()));
    let refused = store
        .accept_first_link(
            TOKEN,
            given::new_person(),
            new,
            given::instance_activity("password_set"),
            NOW,
        )
        .await
        .unwrap_err();
    assert!(refused.is_not_found(), "{refused}");

    store
        .accept_password_link(TOKEN, tenant.person, given::password("hash", "Ada"), NOW)
        .await
        .unwrap();
    let person = store.person(tenant.person).await.unwrap();
    assert_eq!(person.password_hash.as_deref(), Some("hash"));
    assert_eq!(store.session(session, NOW).await.unwrap(), None);
    assert_eq!(
        store
            .role_in(tenant.namespace, tenant.person)
            .await
            .unwrap(),
        Some(Role::Owner)
    );
    let again = store
        .accept_password_link(TOKEN, tenant.person, given::password("other", "Ada"), NOW)
        .await
        .unwrap_err();
    assert!(again.is_not_found(), "{again}");
    fresh.end().await;
}

pub async fn of_eight_users_of_a_link_one_wins(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    fresh
        .store
        .create_link(link(TOKEN, LinkKind::FirstPerson), NOW)
        .await
        .unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = fresh.store.clone();
            tokio::spawn(async move { store.use_link(TOKEN, NOW).await.unwrap() })
        })
        .collect();
    let mut used = 0;
    for task in tasks {
        used += u32::from(task.await.unwrap());
    }
    assert_eq!(used, 1);
    fresh.end().await;
}

pub async fn links_that_ended_are_forgotten(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    for byte in 0..3 {
        let new = link(TokenHash([byte; 32]), LinkKind::FirstPerson);
        store.create_link(new, NOW).await.unwrap();
    }
    assert!(store.use_link(TokenHash([0; 32]), NOW).await.unwrap());
    assert_eq!(store.forget_links(NOW).await.unwrap(), 0);
    assert_eq!(store.forget_links(NOW.plus_seconds(1)).await.unwrap(), 1);
    assert_eq!(store.forget_links(NOW.plus_seconds(61)).await.unwrap(), 2);
    fresh.end().await;
}
