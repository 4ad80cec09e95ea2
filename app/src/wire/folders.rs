//! What lies in a watched folder.

use domain::folder::Verdict;
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
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderFileView {
    pub name: String,
    pub bytes: u64,
    pub modified_at: i64,
    pub verdict: Verdict,
}
