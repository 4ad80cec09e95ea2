//! Connectors that stop, break down or die at a chosen place.

use std::fmt::{self, Debug};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use connectors::batch::Batch;
use connectors::destination::{
    Begun, Destination, DestinationError, Inspection, KeyChange, KeyGroups, Keys, LedgerEntry,
    Load, Refusal, Target,
};
use connectors::source::{ChosenFile, Source, SourceError, SourceRead};
use domain::id::{NamespaceId, RunId, UploadId};
use mapping::field::Field;
use mapping::key::KeyForm;

/// Says that a file is about to be opened, and waits until it may be.
#[derive(Debug)]
pub struct Gate {
    inner: Arc<dyn Source>,
    reached: Mutex<Sender<()>>,
    open: Mutex<Receiver<()>>,
}

impl Gate {
    /// The gate, what tells that it is reached, and what opens it (for good when it is dropped).
    pub fn before(inner: Arc<dyn Source>) -> (Self, Receiver<()>, Sender<()>) {
        let (reached, arrivals) = channel();
        let (opener, open) = channel();
        (
            Self {
                inner,
                reached: Mutex::new(reached),
                open: Mutex::new(open),
            },
            arrivals,
            opener,
        )
    }
}

impl Source for Gate {
    fn open(&self, file: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError> {
        let _ = self.reached.lock().unwrap().send(());
        let _ = self.open.lock().unwrap().recv();
        self.inner.open(file)
    }
}

/// Takes the worker's thread down whenever this upload is opened.
#[derive(Debug)]
pub struct Poison {
    pub inner: Arc<dyn Source>,
    pub upload: UploadId,
}

impl Source for Poison {
    fn open(&self, file: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError> {
        assert!(file.upload != self.upload, "a poisoned file was opened");
        self.inner.open(file)
    }
}

/// How long a busy destination has its callers wait.
pub const BUSY: Duration = Duration::from_millis(20);

/// Gives no file, with this number of the operating system.
#[derive(Debug)]
pub struct Unopenable(pub i32);

impl Source for Unopenable {
    fn open(&self, _: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError> {
        let error = std::io::Error::from_raw_os_error(self.0);
        Err(SourceError::Unreadable(error))
    }
}

/// Takes no row, with the error that this gives.
#[derive(Debug)]
pub struct Refusing(pub fn() -> DestinationError);

impl Destination for Refusing {
    fn begin(&self, _: &Target) -> Result<Begun, DestinationError> {
        Err((self.0)())
    }

    fn merged(&self, _: NamespaceId, _: RunId) -> Result<Option<LedgerEntry>, DestinationError> {
        Err((self.0)())
    }

    fn inspect(&self, _: NamespaceId) -> Result<Inspection, DestinationError> {
        Err((self.0)())
    }

    fn first_rows(
        &self,
        _: NamespaceId,
        _: &str,
        _: &[Field],
        _: u32,
    ) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
        Err((self.0)())
    }

    fn location(&self, _: NamespaceId, _: &str) -> String {
        String::new()
    }

    fn keys(&self) -> &dyn Keys {
        self
    }
}

impl Keys for Refusing {
    fn form(&self, _: NamespaceId, _: &str, _: &[Field]) -> Result<KeyForm, DestinationError> {
        Err((self.0)())
    }

    fn look(
        &self,
        _: NamespaceId,
        _: &str,
        _: &[Field],
        _: u32,
    ) -> Result<KeyGroups, DestinationError> {
        Err((self.0)())
    }

    fn begin_canonical(
        &self,
        _: NamespaceId,
        _: &str,
        _: &[Field],
    ) -> Result<Option<Box<dyn KeyChange>>, DestinationError> {
        Err((self.0)())
    }
}

/// What a destination does as the one in `self.inner` does it.
macro_rules! as_inner {
    () => {
        fn inspect(&self, namespace: NamespaceId) -> Result<Inspection, DestinationError> {
            self.inner.inspect(namespace)
        }

        fn first_rows(
            &self,
            namespace: NamespaceId,
            dataset: &str,
            fields: &[Field],
            limit: u32,
        ) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
            self.inner.first_rows(namespace, dataset, fields, limit)
        }

        fn location(&self, namespace: NamespaceId, dataset: &str) -> String {
            self.inner.location(namespace, dataset)
        }

        fn keys(&self) -> &dyn Keys {
            self.inner.keys()
        }
    };
}

/// Others use the namespace's rows until `free` is dropped.
#[derive(Debug)]
pub struct Occupied {
    pub inner: Arc<dyn Destination>,
    pub namespace: NamespaceId,
    pub free: Mutex<Receiver<()>>,
}

impl Occupied {
    fn wait(&self, namespace: NamespaceId) -> Result<(), DestinationError> {
        let busy = namespace == self.namespace
            && self.free.lock().unwrap().recv_timeout(BUSY) == Err(RecvTimeoutError::Timeout);
        if busy {
            Err(DestinationError::Busy("locked".into()))
        } else {
            Ok(())
        }
    }
}

impl Destination for Occupied {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        self.wait(target.namespace)?;
        self.inner.begin(target)
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        self.wait(namespace)?;
        self.inner.merged(namespace, run)
    }

    as_inner!();
}

/// Asks before each commit whether it is refused.
pub struct RefusingCommits {
    pub inner: Arc<dyn Destination>,
    pub refuse: Refuse,
}

pub type Refuse = Arc<dyn Fn(NamespaceId) -> Option<DestinationError> + Send + Sync>;

impl Debug for RefusingCommits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RefusingCommits").finish_non_exhaustive()
    }
}

struct RefusingLoad {
    inner: Box<dyn Load>,
    namespace: NamespaceId,
    refuse: Refuse,
}

impl Destination for RefusingCommits {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        Ok(match self.inner.begin(target)? {
            Begun::Load(inner) => Begun::Load(Box::new(RefusingLoad {
                inner,
                namespace: target.namespace,
                refuse: Arc::clone(&self.refuse),
            })),
            ended @ (Begun::AlreadyMerged(_) | Begun::GivenUp) => ended,
        })
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        self.inner.merged(namespace, run)
    }

    as_inner!();
}

impl Load for RefusingLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        self.inner.write(batch)
    }

    fn inserted(&self) -> u64 {
        self.inner.inserted()
    }

    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError> {
        match (self.refuse)(self.namespace) {
            Some(error) => Err(error),
            None => self.inner.commit(entry),
        }
    }

    fn give_up(&mut self) -> Result<(), DestinationError> {
        self.inner.give_up()
    }
}

/// Commits, and says that it failed: what a worker sees that is cut off in that moment.
#[derive(Debug)]
pub struct CutOffAfterCommit {
    pub inner: Arc<dyn Destination>,
}

struct CutOffLoad(Box<dyn Load>);

impl Destination for CutOffAfterCommit {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        Ok(match self.inner.begin(target)? {
            Begun::Load(load) => Begun::Load(Box::new(CutOffLoad(load))),
            ended @ (Begun::AlreadyMerged(_) | Begun::GivenUp) => ended,
        })
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        self.inner.merged(namespace, run)
    }

    as_inner!();
}

impl Load for CutOffLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        self.0.write(batch)
    }

    fn inserted(&self) -> u64 {
        self.0.inserted()
    }

    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError> {
        self.0.commit(entry)?;
        Err(DestinationError::Unreachable(
            "the connection was cut".into(),
        ))
    }

    fn give_up(&mut self) -> Result<(), DestinationError> {
        self.0.give_up()
    }
}
