//! The slot that a run takes, and the namespaces that a worker takes no run of for a while: where one destination is in use or
//! broken, the others must not wait for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::id::NamespaceId;
use domain::time::Timestamp;
use tokio::sync::oneshot;

/// Of all slots of a worker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Detained(Arc<Mutex<BTreeMap<NamespaceId, Detention>>>);

#[derive(Clone, Copy, Debug, Default)]
struct Detention {
    /// Runs that wait for the destination without a slot.
    waiting: usize,
    /// Its storage failed: nothing is tried before.
    until: Option<Timestamp>,
}

impl Detained {
    /// Those of which no run is to be claimed.
    pub(crate) fn namespaces(&self, now: Timestamp) -> Vec<NamespaceId> {
        let mut detained = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        detained.retain(|_, detention| {
            detention.waiting > 0 || detention.until.is_some_and(|until| now < until)
        });
        detained.keys().copied().collect()
    }

    /// Of a run that begins, and what tells that it was given back.
    pub(crate) fn slot(&self, namespace: NamespaceId) -> (Slot, oneshot::Receiver<()>) {
        let (sender, given_back) = oneshot::channel();
        let slot = Slot {
            detained: self.clone(),
            namespace,
            give_back: Some(sender),
            waiting: false,
        };
        (slot, given_back)
    }

    fn change(&self, namespace: NamespaceId, change: impl FnOnce(&mut Detention)) {
        let mut detained = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(detained.entry(namespace).or_default());
    }
}

/// One run's. It is given back while the run waits for its destination; then the run goes on beside those that have slots:
/// as only one run writes to a destination, there are few of them.
#[derive(Debug)]
pub(crate) struct Slot {
    detained: Detained,
    namespace: NamespaceId,
    give_back: Option<oneshot::Sender<()>>,
    waiting: bool,
}

impl Slot {
    pub(crate) fn wait_without(&mut self) {
        if !self.waiting {
            self.waiting = true;
            self.detained
                .change(self.namespace, |detention| detention.waiting += 1);
            tracing::info!(namespace = %self.namespace, "a run waits for its destination, and leaves its slot to others");
        }
        if let Some(give_back) = self.give_back.take() {
            // Nobody listens any more where the process ends.
            let _ = give_back.send(());
        }
    }

    pub(crate) fn go_on(&mut self) {
        if self.waiting {
            self.waiting = false;
            self.detained
                .change(self.namespace, |detention| detention.waiting -= 1);
        }
    }

    /// No run of the namespace is taken before.
    pub(crate) fn put_off(&self, until: Timestamp) {
        self.detained
            .change(self.namespace, |detention| detention.until = Some(until));
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.go_on();
    }
}
