//! What an operation needs from the outside world. Time, randomness and identifiers come from here, never from the system.

use std::sync::Arc;

use connectors::destination::Destination;
use connectors::folder::AllowedFolders;
use connectors::inbox::Inboxes;
use domain::retry::RerunSettings;
use domain::time::Timestamp;
use store::Store;
use store::secrets::SealingKey;
use tokio::sync::{Semaphore, watch};
use uuid::Uuid;

use crate::folders::DataFolder;

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

pub trait Ids: Send + Sync {
    /// A new identifier; later ones sort after earlier ones (`UUIDv7`).
    fn next(&self) -> Uuid;
}

pub trait Randomness: Send + Sync {
    /// From the operating system's generator: tokens and salts are made of it.
    fn fill(&self, bytes: &mut [u8]);
}

pub type FreeBytes = Arc<dyn Fn() -> std::io::Result<u64> + Send + Sync>;

#[derive(Clone)]
pub struct Context {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub randomness: Arc<dyn Randomness>,
    pub folder: DataFolder,
    pub destination: Arc<dyn Destination>,
    /// Where files arrive by themselves; none until the operator allows some.
    pub inboxes: Arc<dyn Inboxes>,
    pub limits: Limits,
    /// How many bytes the disk of the data folder has left.
    pub free_bytes: FreeBytes,
    /// How many files wait for an operator's word, because the database does not know suspiciously many.
    pub strays: fn() -> u64,
    /// Who decides on a higher row limit, for people to read; empty: not set.
    pub limit_contact: Arc<str>,
    pub reruns: RerunSettings,
    pub notices: NoticeSettings,
    /// Poked after every change that a worker or a live page waits for.
    pub changes: Changes,
    /// At most two passwords are hashed at once: each takes 19 MiB.
    pub(crate) hashing: Arc<Semaphore>,
    /// At most two workbooks are written at once: a large one fills the disk for a while.
    pub(crate) workbooks: Arc<Semaphore>,
    /// One file that is given back is compared at once: it is in memory, and the report beside it.
    pub(crate) comparisons: Arc<Semaphore>,
}

#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub upload_bytes: u64,
    /// Of all files that a namespace has stored or announced.
    pub namespace_bytes: u64,
    /// Uploads of a namespace that were announced and are not whole.
    pub open_uploads: u32,
    /// What uploads leave free on the disk, for what is under way.
    pub reserved_bytes: u64,
    /// Longest record of a file.
    pub record_bytes: u32,
    /// Most columns of a file.
    pub columns: u32,
}

/// How notices get out, as far as an operation needs to know.
#[derive(Clone, Debug)]
pub struct NoticeSettings {
    /// Stored secrets are encrypted with it.
    pub sealing_key: SealingKey,
    /// Whether a mail server is configured.
    pub mail: bool,
    /// Whether webhooks may go to private and unencrypted addresses.
    pub private_webhooks: bool,
}

/// Wakes whoever waits for changes in this process. A poke says that something changed, never what: the database knows.
#[derive(Clone, Debug)]
pub struct Changes(Arc<watch::Sender<u64>>);

impl Context {
    pub fn new(
        store: Store,
        folder: DataFolder,
        destination: Arc<dyn Destination>,
        limits: Limits,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        Self {
            notices: NoticeSettings::without_key(randomness.as_ref()),
            store,
            clock,
            ids,
            randomness,
            folder,
            destination,
            inboxes: Arc::new(AllowedFolders::default()),
            limits,
            free_bytes: Arc::new(|| Ok(u64::MAX)),
            strays: || 0,
            limit_contact: Arc::from(""),
            reruns: RerunSettings::default(),
            changes: Changes::default(),
            hashing: Arc::new(Semaphore::new(2)),
            workbooks: Arc::new(Semaphore::new(2)),
            comparisons: Arc::new(Semaphore::new(1)),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

impl NoticeSettings {
    /// A key that ends with the process, and no mail server: for who stores no secrets and tells nobody.
    fn without_key(randomness: &dyn Randomness) -> Self {
        let mut key = [0; 32];
        randomness.fill(&mut key);
        Self {
            sealing_key: SealingKey::new(key),
            mail: false,
            private_webhooks: false,
        }
    }
}

impl Default for Changes {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Changes {
    pub fn poke(&self) {
        self.0.send_modify(|pokes| *pokes = pokes.wrapping_add(1));
    }

    pub fn listen(&self) -> watch::Receiver<u64> {
        self.0.subscribe()
    }
}
