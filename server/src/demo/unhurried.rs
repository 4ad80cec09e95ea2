//! Connectors that hold up some files in one stage, so that it can be looked at.

use std::collections::HashMap;
use std::io::{Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connectors::batch::Batch;
use connectors::destination::{
    Begun, Destination, DestinationError, Inspection, Keys, LedgerEntry, Load, Refusal, Target,
};
use connectors::source::{ChosenFile, Source, SourceError, SourceRead};
use domain::id::{NamespaceId, RunId, UploadId};
use mapping::field::Field;

use crate::wiring::Connectors;

/// Between two bits of a file that is held up; a run that is cancelled or handed over hears of it as often.
const PAUSE: Duration = Duration::from_millis(250);
const BIT_BYTES: usize = 96;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The sample, or Validating: the first time that the file is read.
    FirstReading,
    /// Importing.
    SecondReading,
    Processing,
}

/// What is held up where. Of the files that are not in it nothing is.
#[derive(Debug, Default)]
pub struct Held {
    files: Mutex<HashMap<UploadId, Hold>>,
    is_over: AtomicBool,
}

#[derive(Clone, Copy, Debug)]
struct Hold {
    stage: Stage,
    run: Option<RunId>,
    /// A run opens its file once to validate and once to import.
    times_opened: u32,
}

impl Held {
    pub fn hold(&self, file: UploadId, stage: Stage, run: Option<RunId>) {
        let hold = Hold {
            stage,
            run,
            times_opened: 0,
        };
        self.files().insert(file, hold);
    }

    /// From now on nothing is held up.
    pub fn let_go(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    fn pause(&self) {
        if !self.is_over.load(Ordering::Relaxed) {
            std::thread::sleep(PAUSE);
        }
    }

    fn files(&self) -> std::sync::MutexGuard<'_, HashMap<UploadId, Hold>> {
        // A map is whole whatever happened to the one who had it.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many bytes of a file that is opened now are read between two pauses; `None`: all without a pause.
    fn open(&self, file: UploadId) -> Option<usize> {
        let mut files = self.files();
        let hold = files.get_mut(&file)?;
        hold.times_opened += 1;
        match (hold.stage, hold.times_opened) {
            (Stage::FirstReading, 1) | (Stage::SecondReading, 2) => Some(BIT_BYTES),
            // A destination takes one at a time: the one that is to be held up in Processing goes first.
            (Stage::SecondReading, 1) => Some(usize::MAX),
            _ => None,
        }
    }

    fn is_slow_commit(&self, run: RunId) -> bool {
        self.files()
            .values()
            .any(|hold| hold.stage == Stage::Processing && hold.run == Some(run))
    }
}

pub fn connectors(inner: Connectors, held: &Arc<Held>) -> Connectors {
    Connectors {
        source: Arc::new(Unhurried {
            inner: inner.source,
            held: Arc::clone(held),
        }),
        destination: Arc::new(Unhurried {
            inner: inner.destination,
            held: Arc::clone(held),
        }),
    }
}

#[derive(Debug)]
struct Unhurried<T: ?Sized> {
    inner: Arc<T>,
    held: Arc<Held>,
}

impl Source for Unhurried<dyn Source> {
    fn open(&self, file: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError> {
        let read = self.inner.open(file)?;
        Ok(match self.held.open(file.upload) {
            Some(bit_bytes) => Box::new(SlowRead {
                read,
                bit_bytes,
                held: Arc::clone(&self.held),
            }),
            None => read,
        })
    }
}

struct SlowRead {
    read: Box<dyn SourceRead>,
    bit_bytes: usize,
    held: Arc<Held>,
}

impl Read for SlowRead {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.held.pause();
        let end = buffer.len().min(self.bit_bytes);
        self.read.read(&mut buffer[..end])
    }
}

impl Seek for SlowRead {
    fn seek(&mut self, position: SeekFrom) -> std::io::Result<u64> {
        self.read.seek(position)
    }
}

impl Destination for Unhurried<dyn Destination> {
    fn begin(&self, target: &Target) -> Result<Begun, DestinationError> {
        Ok(match self.inner.begin(target)? {
            Begun::Load(load) if self.held.is_slow_commit(target.run) => {
                Begun::Load(Box::new(SlowLoad {
                    load,
                    held: Arc::clone(&self.held),
                }))
            }
            begun => begun,
        })
    }

    fn merged(
        &self,
        namespace: NamespaceId,
        run: RunId,
    ) -> Result<Option<LedgerEntry>, DestinationError> {
        self.inner.merged(namespace, run)
    }

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
}

struct SlowLoad {
    load: Box<dyn Load>,
    held: Arc<Held>,
}

impl Load for SlowLoad {
    fn write(&mut self, batch: &Batch) -> Result<Vec<Refusal>, DestinationError> {
        self.load.write(batch)
    }

    fn inserted(&self) -> u64 {
        self.load.inserted()
    }

    fn commit(&mut self, entry: LedgerEntry) -> Result<(), DestinationError> {
        for _ in 0..COMMIT_PAUSES {
            self.held.pause();
        }
        self.load.commit(entry)
    }

    fn give_up(&mut self) -> Result<(), DestinationError> {
        self.load.give_up()
    }
}

/// Ten minutes.
const COMMIT_PAUSES: u32 = 2400;
