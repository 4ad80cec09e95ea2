use domain::{id::PersonId, role::Role};
use store::{
    Store,
    links::{Invitation, LinkKind, NewLink},
    members::{Invitee, MemberChange},
    people::NewPerson,
    token::TokenHash,
};

use super::{
    Fresh,
    given::{self, NOW, Tenant},
};

async fn roles(store: &Store, tenant: Tenant) -> Vec<Role> {
    let members = store.members(tenant.namespace).await.unwrap();
    let mut roles: Vec<Role> = members.into_iter().map(|member| member.role).collect();
    roles.sort_unstable();
    roles
}

async fn remove(store: &Store, tenant: Tenant, person: PersonId) -> MemberChange {
    let entry = given::instance_activity("member_removed");
    store
        .remove_member(tenant.namespace, person, entry, NOW)
        .await
        .unwrap()
}

pub async fn members_are_added_changed_and_removed(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let person = NewPerson {
        name: "Grace".to_owned(),
        ..given::new_person()
    };
    let grace = person.id;
    let link = NewLink {
        token_hash: TokenHash([7; 32]),
        kind: LinkKind::Invitation(tenant.namespace, grace),
        expires_at: NOW.plus_seconds(60),
    };
    let entry = || given::instance_activity("member_changed");
    let entries = || vec![entry()];
    store
        .invite_member(
            tenant.namespace,
            Invitee::Newcomer(person),
            Role::Viewer,
            link,
            entries(),
            NOW,
        )
        .await
        .unwrap();
    assert_eq!(store.role_in(tenant.namespace, grace).await.unwrap(), None);
    let members = store.members(tenant.namespace).await.unwrap();
    let seen: Vec<_> = members
        .iter()
        .map(|member| (member.person.name.as_str(), member.role))
        .collect();
    assert_eq!(seen, [("Ada", Role::Owner), ("Grace", Role::Viewer)]);
    let link = store.link(TokenHash([7; 32]), NOW).await.unwrap().unwrap();
    assert_eq!(link.kind, LinkKind::Invitation(tenant.namespace, grace));
    let invitation = Invitation {
        namespace: tenant.namespace,
        person: grace,
    };
    store
        .accept_first_invitation(
            TokenHash([7; 32]),
            invitation,
            given::password("hash", "Grace"),
            entry(),
            NOW,
        )
        .await
        .unwrap();

    let again = store
        .add_member(tenant.namespace, grace, Role::Editor, entries(), NOW)
        .await;
    assert!(again.unwrap_err().is_conflict());
    let changed = store
        .change_role(tenant.namespace, grace, Role::Editor, entries(), NOW)
        .await;
    assert_eq!(changed.unwrap(), MemberChange::Made);
    assert_eq!(roles(store, tenant).await, [Role::Owner, Role::Editor]);
    assert_eq!(remove(store, tenant, grace).await, MemberChange::Made);
    assert_eq!(store.role_in(tenant.namespace, grace).await.unwrap(), None);
    let gone = store
        .change_role(tenant.namespace, grace, Role::Editor, entries(), NOW)
        .await;
    assert!(gone.unwrap_err().is_not_found());
    fresh.end().await;
}

pub async fn the_last_owner_stays(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let removed = remove(store, tenant, tenant.person).await;
    assert_eq!(removed, MemberChange::LastOwner);
    let entry = vec![given::instance_activity("member_role_changed")];
    let changed = store
        .change_role(tenant.namespace, tenant.person, Role::Viewer, entry, NOW)
        .await;
    assert_eq!(changed.unwrap(), MemberChange::LastOwner);
    assert_eq!(roles(store, tenant).await, [Role::Owner]);
    fresh.end().await;
}

pub async fn two_owners_who_leave_at_once_leave_one(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let tenant = given::tenant(&fresh.store).await;
    let other = given::person(&fresh.store).await;
    let entry = vec![given::instance_activity("member_added")];
    fresh
        .store
        .add_member(tenant.namespace, other, Role::Owner, entry, NOW)
        .await
        .unwrap();
    let mut tasks = Vec::new();
    for person in [tenant.person, other] {
        let store = fresh.another().await;
        tasks.push(tokio::spawn(async move {
            let change = remove(&store, tenant, person).await;
            store.close().await.unwrap();
            change
        }));
    }
    let mut made = 0;
    for task in tasks {
        made += usize::from(task.await.unwrap() == MemberChange::Made);
    }
    assert_eq!(made, 1);
    assert_eq!(roles(&fresh.store, tenant).await, [Role::Owner]);
    fresh.end().await;
}

pub async fn an_invited_owner_keeps_no_namespace(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let person = given::new_person();
    let link = NewLink {
        token_hash: TokenHash([7; 32]),
        kind: LinkKind::Invitation(tenant.namespace, person.id),
        expires_at: NOW.plus_seconds(60),
    };
    let entry = vec![given::instance_activity("member_added")];
    let invitee = Invitee::Newcomer(person);
    store
        .invite_member(tenant.namespace, invitee, Role::Owner, link, entry, NOW)
        .await
        .unwrap();
    let removed = remove(store, tenant, tenant.person).await;
    assert_eq!(removed, MemberChange::LastOwner);
    let audience = store.audience(tenant.namespace, None).await.unwrap();
    assert_eq!(audience.members.len(), 1, "who is invited hears of nothing");
    fresh.end().await;
}
