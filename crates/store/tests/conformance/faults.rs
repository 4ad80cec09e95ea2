//! One failure of the disk, or of the connection, at any place of anything that the store does: afterwards it keeps what it
//! acknowledges, and holds no lock.

use std::{collections::HashSet, future::Future, time::Duration};

use domain::id::PersonId;
use store::Store;

use super::{Fresh, given};

/// Tests whose own waiting has no end once a part of them has failed are given up.
const AT_MOST: Duration = Duration::from_secs(20);
/// A connection that was cut is noticed by the call that meets it; the next call has another one.
const TRIES: usize = 20;
/// What fails on demand.
pub trait Faults: Send + Sync {
    /// Places so far at which it could have failed.
    fn places(&self) -> u64;
    /// Fails once, after so many more places. `kind` picks among the ways to fail.
    fn fail_once_after(&self, places: u64, kind: u64);
    fn heal(&self);
}

pub struct Failing {
    pub fresh: Fresh,
    pub faults: Box<dyn Faults>,
}

/// Runs the test undisturbed, and then with one failure at each of at most so many places, spread evenly.
pub async fn anywhere<F, T>(failing: impl Fn() -> F, test: fn(Fresh) -> T, at_most: u64)
where
    F: Future<Output = Failing>,
    T: Future<Output = ()> + Send + 'static,
{
    let (_, places) = attempt(failing().await, None, test).await;
    let step = places.div_ceil(at_most).max(1);
    let mut place = 0;
    while place < places {
        let (store, _) = attempt(failing().await, Some(place), test).await;
        store.close().await.unwrap();
        place += step;
    }
}

/// The store, after it was seen to keep what it acknowledges; and how many places there were to fail at.
async fn attempt<T>(failing: Failing, place: Option<u64>, test: fn(Fresh) -> T) -> (Store, u64)
where
    T: Future<Output = ()> + Send + 'static,
{
    let Failing { mut fresh, faults } = failing;
    fresh.closes = false;
    let (store, another) = (fresh.store.clone(), fresh.another().await);
    let folder = fresh.folder.take();
    let before = faults.places();
    if let Some(place) = place {
        faults.fail_once_after(place, place);
    }
    let mut running = tokio::spawn(test(fresh));
    // What the test makes of the failure is its own affair.
    if tokio::time::timeout(AT_MOST, &mut running).await.is_err() {
        running.abort();
    }
    let places = faults.places() - before;
    faults.heal();
    keeps_what_it_acknowledges(&store, &another).await;
    another.close().await.unwrap();
    drop(folder);
    (store, places)
}

async fn keeps_what_it_acknowledges(store: &Store, another: &Store) {
    // A transaction that is given up, as a worker does that finds nothing to do.
    let _ = store.claim_sampling("w", given::NOW, given::LEASE).await;
    let person = added(store).await;
    assert!(
        another.person(person).await.is_ok(),
        "what was acknowledged is not there for a second connection"
    );
    // A transaction that nobody ends would keep it from writing.
    added(another).await;
    store.probe().await.unwrap();
}

async fn added(store: &Store) -> PersonId {
    for _ in 0..TRIES {
        let new = given::new_person();
        let person = new.id;
        if store.create_person(new, given::NOW).await.is_ok() {
            return person;
        }
    }
    panic!("the store does not write any more");
}

/// Ten acts in turn, with a failure at each place: what was acknowledged is there, and what was refused is there whole or not
/// at all. `exactly`: it is not there.
pub async fn what_was_acknowledged_is_there<F>(failing: impl Fn() -> F, exactly: bool)
where
    F: Future<Output = Failing>,
{
    let mut place = 0;
    loop {
        let Failing { fresh, faults } = failing().await;
        let before = faults.places();
        faults.fail_once_after(place, place / 2);
        let (mut acknowledged, mut refused) = (HashSet::new(), HashSet::new());
        for _ in 0..10 {
            let new = given::new_person();
            let person = new.id;
            match fresh.store.create_person(new, given::NOW).await {
                Ok(()) => acknowledged.insert(person),
                Err(_) => refused.insert(person),
            };
        }
        let places = faults.places() - before;
        faults.heal();
        let another = fresh.another().await;
        for person in &acknowledged {
            assert!(another.person(*person).await.is_ok(), "{place}: lost");
        }
        for person in refused.iter().filter(|_| exactly) {
            assert!(another.person(*person).await.is_err(), "{place}: kept");
        }
        keeps_what_it_acknowledges(&fresh.store, &another).await;
        another.close().await.unwrap();
        fresh.end().await;
        place += 1;
        if place >= places {
            return;
        }
    }
}
