use domain::time::Timestamp;
use store::notices::Preference;

use super::{
    Fresh,
    given::{self, NOW},
};

pub async fn what_was_looked_at_leaves_what_was_chosen(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    let (namespace, person) = (tenant.namespace, tenant.person);
    let preference = async || store.notice_preference(namespace, person).await.unwrap();
    let later = NOW.plus_seconds(1);
    // An earlier instant comes late, from another tab.
    for until in [NOW, later, NOW] {
        store
            .set_seen_until(namespace, person, until)
            .await
            .unwrap();
    }
    store
        .set_digest_minute(namespace, person, Some(450))
        .await
        .unwrap();
    assert_eq!(
        preference().await,
        Preference {
            digest_minute: Some(450),
            seen_until: Some(later),
        }
    );
    let latest = NOW.plus_seconds(2);
    store
        .set_seen_until(namespace, person, latest)
        .await
        .unwrap();
    assert_eq!(preference().await.digest_minute, Some(450));
    store
        .set_digest_minute(namespace, person, None)
        .await
        .unwrap();
    assert_eq!(
        preference().await,
        Preference {
            digest_minute: None,
            seen_until: Some(latest),
        }
    );
    fresh.end().await;
}

pub async fn a_person_has_one_test_in_a_while(fresh: Fresh) {
    let fresh = fresh.migrated().await;
    let store = &fresh.store;
    let tenant = given::tenant(store).await;
    store
        .set_digest_minute(tenant.namespace, tenant.person, Some(450))
        .await
        .unwrap();
    let test = async |now: Timestamp| {
        store
            .note_test(tenant.namespace, tenant.person, now.plus_seconds(-60), now)
            .await
            .unwrap()
    };
    assert!(test(NOW).await);
    assert!(!test(NOW.plus_seconds(59)).await);
    assert!(test(NOW.plus_seconds(60)).await);
    let preference = store
        .notice_preference(tenant.namespace, tenant.person)
        .await
        .unwrap();
    assert_eq!(preference.digest_minute, Some(450));
    fresh.end().await;
}
