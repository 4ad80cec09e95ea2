//! What lies in a watched folder.

use domain::folder::FileVerdict;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderPreviewView {
    /// "exports/daily".
    pub place: String,
    /// With today's date filled in.
    pub pattern: String,
    pub files: Vec<FolderFileView>,
    /// Matching files that are not named.
    pub more: u64,
    /// Names that the pattern may have meant.
    pub near: Vec<FileVerdict>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderFileView {
    pub bytes: u64,
    pub modified_at: i64,
    pub verdict: FileVerdict,
}

/// Files that lie where a job that is set up would find them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresentFilesView {
    pub count: u64,
    /// The job that has imported some of them.
    pub imported_by: Option<String>,
}
