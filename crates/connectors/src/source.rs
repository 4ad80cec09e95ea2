//! Where the bytes of a run come from.

use std::fmt::Debug;
use std::io::{Read, Seek};

use domain::id::{NamespaceId, UploadId};
use thiserror::Error;

/// A file that was chosen for a run; it does not change while the run lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenFile {
    pub namespace: NamespaceId,
    pub upload: UploadId,
    /// What was kept of it: another length means that it was cut off or overwritten since.
    pub bytes: u64,
}

/// Bytes that can be passed more than once: the engine reads to validate, to import, and for the failure report.
pub trait SourceRead: Read + Seek + Send {}

impl<T: Read + Seek + Send> SourceRead for T {}

pub trait Source: Debug + Send + Sync {
    /// Opens the file at its start.
    fn open(&self, file: ChosenFile) -> Result<Box<dyn SourceRead>, SourceError>;
}

#[derive(Debug, Error)]
pub enum SourceError {
    /// The file is not there (any more): waiting does not bring it back.
    #[error("the file is not there any more")]
    Gone,
    /// The copy that Weir keeps of it is there, but cannot be opened or read: the disk's or the server's fault.
    #[error("the file could not be read")]
    Unreadable(#[source] std::io::Error),
}
