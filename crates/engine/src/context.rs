//! What a worker needs from the outside world.

use std::fmt::{self, Debug};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use connectors::destination::Destination;
use connectors::inbox::Inboxes;
use connectors::source::Source;
use domain::retry::RerunSettings;
use domain::time::Timestamp;
use store::Store;
use tokio::sync::watch;
use uuid::Uuid;

pub use crate::pickup::Looks;
pub use crate::report::Reports;

const SAMPLING_LEASE: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub struct Engine {
    pub store: Store,
    pub source: Arc<dyn Source>,
    /// Where files arrive by themselves.
    pub inboxes: Arc<dyn Inboxes>,
    pub looks: Arc<Looks>,
    /// Folder of all uploads, and of the copies of files that were taken.
    pub uploads: PathBuf,
    pub destination: Arc<dyn Destination>,
    pub reports: Reports,
    /// Whether the disk has room for what a run writes; runs wait where it has not.
    pub has_room: Arc<dyn Fn() -> bool + Send + Sync>,
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    pub new_id: Arc<dyn Fn() -> Uuid + Send + Sync>,
    /// Called after every change that a live page may show.
    pub changed: Arc<dyn Fn() + Send + Sync>,
    /// Changes when there may be work; without it a worker looks once in [`WorkerSettings::poll`].
    pub wake: watch::Receiver<u64>,
    pub settings: WorkerSettings,
}

#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// Unique among the processes that share a database.
    pub name: String,
    /// Runs and samples that are worked on at the same time.
    pub slots: usize,
    /// A worker that has not been heard of for so long is taken for dead.
    pub lease: Duration,
    /// How often progress is told and the wish to cancel is looked for.
    pub heartbeat: Duration,
    pub poll: Duration,
    pub reruns: RerunSettings,
    /// Of days that have files of their own and were missed, the last so many have a run each.
    pub days_made_up: usize,
    /// A larger file is not taken from a folder.
    pub file_bytes_at_most: u64,
    /// A file that is to be taken is looked at twice, so long apart, and must be the same.
    pub settle: Duration,
    /// Who decides on a higher row limit, for people to read; empty: not set.
    pub limit_contact: String,
}

impl WorkerSettings {
    pub fn new(name: String, slots: usize, lease: Duration) -> Self {
        Self {
            name,
            slots,
            lease,
            heartbeat: Duration::from_millis(500),
            poll: Duration::from_secs(1),
            reruns: RerunSettings::default(),
            days_made_up: 31,
            file_bytes_at_most: u64::MAX,
            settle: Duration::from_secs(2),
            limit_contact: String::new(),
        }
    }
}

impl Engine {
    pub(crate) fn now(&self) -> Timestamp {
        (self.now)()
    }

    pub(crate) fn lease_until(&self) -> Timestamp {
        self.after(self.settings.lease)
    }

    /// No heartbeat renews the claim of a sample, whose size is bounded: it holds for as long as a busy machine takes.
    pub(crate) fn sampling_lease_until(&self) -> Timestamp {
        self.after(self.settings.lease.max(SAMPLING_LEASE))
    }

    fn after(&self, time: Duration) -> Timestamp {
        let time = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Timestamp(self.now().0.saturating_add(time))
    }
}

impl Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
