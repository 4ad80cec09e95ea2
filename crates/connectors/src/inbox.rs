//! Places at which files arrive by themselves: a local folder now, servers and buckets likewise.
//!
//! A file that is taken from an inbox is copied before it is read, because nobody but its owner says when it changes.

use std::fmt::Debug;
use std::io::{self, Read};

use domain::folder::{EntryName, FolderName, FolderSource, FoundFile, Subfolder};
use thiserror::Error;

/// Opens inboxes. What a namespace may open is the operator's to say.
pub trait Inboxes: Debug + Send + Sync {
    /// Names that jobs of a namespace can choose from, sorted.
    fn folders(&self, namespace_slug: &str) -> Vec<FolderName>;

    fn open(
        &self,
        namespace_slug: &str,
        source: &FolderSource,
    ) -> Result<Box<dyn Inbox>, InboxError>;
}

/// One place, connected. Files are named without their path; what is not a plain file is not there.
pub trait Inbox: Send {
    /// The files whose names are wanted, in any order; none of folders below.
    fn list(&mut self, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<FoundFile>, InboxError>;

    /// Names of whatever is there, in any order, at most so many.
    fn names(&mut self, at_most: usize) -> Result<Vec<EntryName>, InboxError>;

    /// The bytes of a file. [`InboxError::Changed`]: it is no longer as it was listed.
    fn open(&mut self, file: &FoundFile) -> Result<Box<dyn Read + Send>, InboxError>;

    /// Moves a file into a folder below, which is made where it is missing. A file of its name that is there already stays,
    /// and this one gets a number. Done already where the file is gone.
    fn set_aside(&mut self, file: &FoundFile, into: &Subfolder) -> Result<(), InboxError>;

    /// Done already where the file is gone.
    fn delete(&mut self, file: &FoundFile) -> Result<(), InboxError>;
}

#[derive(Debug, Error)]
pub enum InboxError {
    /// Only the operator or a person can change that.
    #[error("the folder `{folder}` is not among those that the operator allows here")]
    NotAllowed { folder: FolderName },
    /// A link or a `..` leads elsewhere.
    #[error("the folder `{place}` leads out of what the operator allows")]
    LeadsOut { place: String },
    /// Another file has its name by now, or it was written to, or it is gone.
    #[error("the file is no longer as it was listed")]
    Changed,
    /// Trying again later may help.
    #[error("the folder could not be reached")]
    Unreachable(#[from] io::Error),
}
