//! Connectors that stop, break down or die at a chosen place.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use connectors::batch::Batch;
use connectors::destination::{
    Begun, Destination, DestinationError, Inspection, LedgerEntry, Load, Merged, Refusal, Target,
};
use connectors::source::{ChosenFile, Source, SourceError, SourceRead};
use domain::id::{NamespaceId, RunId, UploadId};
use mapping::field::Field;

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

    fn merged(&self, _: NamespaceId, _: RunId) -> Result<Option<Merged>, DestinationError> {
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
}

/// Commits, and says that it failed: what a worker sees that is cut off in that moment.
#[derive(Debug)]
pub struct CutOffAfterCommit(pub Arc<dyn Destination>);

struct CutOffLoad(Box<dyn Load>);

impl Destination for CutOffAfterCommit {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        Ok(match self.0.begin(target)? {
            Begun::Load(load) => Begun::Load(Box::new(CutOffLoad(load))),
            ended @ (Begun::AlreadyMerged(_) | Begun::GivenUp) => ended,
        })
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<Merged>, DestinationError> {
        self.0.merged(namespace, run)
    }

    fn inspect(&self, namespace: NamespaceId) -> Result<Inspection, DestinationError> {
        self.0.inspect(namespace)
    }

    fn first_rows(
        &self,
        namespace: NamespaceId,
        dataset: &str,
        fields: &[Field],
        limit: u32,
    ) -> Result<Vec<Vec<Option<String>>>, DestinationError> {
        self.0.first_rows(namespace, dataset, fields, limit)
    }

    fn location(&self, namespace: NamespaceId, dataset: &str) -> String {
        self.0.location(namespace, dataset)
    }
}

impl Load for CutOffLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        self.0.write(batch)
    }

    fn inserted(&self) -> u64 {
        self.0.inserted()
    }

    fn commit(self: Box<Self>, entry: LedgerEntry) -> Result<Merged, DestinationError> {
        self.0.commit(entry)?;
        Err(DestinationError::Unreachable(
            "the connection was cut".into(),
        ))
    }

    fn give_up(self: Box<Self>) -> Result<(), DestinationError> {
        self.0.give_up()
    }
}
