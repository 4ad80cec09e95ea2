//! A watched folder: which of the files that arrive in it a job takes, and what becomes of them. Pure: files are listed
//! elsewhere.

mod choice;
mod form;
mod path;
mod pattern;

use serde::{Deserialize, Serialize};

use crate::code::coded_enum;
use crate::month::Day;

pub use self::choice::{Candidates, FoundFile, Known, Verdict, candidates, is_temporary, matching};
pub use self::form::{AfterwardsKind, FolderField, FolderForm, FolderFormProblem};
pub use self::path::{DoneMarker, FolderName, FolderProblem, Subfolder};
pub use self::pattern::FilePattern;

/// Where a job's files arrive, and what it does with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderSource {
    /// One of those that the operator allows.
    pub folder: FolderName,
    #[serde(default)]
    pub subfolder: Subfolder,
    pub pattern: FilePattern,
    /// A file that was changed later than so long ago is left for the next run.
    #[serde(default)]
    pub minimum_age_seconds: u32,
    #[serde(default)]
    pub done_marker: Option<DoneMarker>,
    #[serde(default)]
    pub take: Take,
    #[serde(default)]
    pub afterwards: Afterwards,
}

coded_enum! {
    /// Which of several files that match.
    #[derive(Default)]
    pub enum Take as "choice of files" {
        /// The one that was changed last; older ones are passed over.
        #[default]
        Newest = "newest", "The newest one";
        /// Each in a run of its own, the one that was changed first goes first.
        AllInOrder = "all_in_order", "All, the oldest first";
    }
}

/// What becomes of a file when its rows are in the dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Afterwards {
    /// It stays, and is not taken again while it stays as it is.
    #[default]
    Leave,
    /// Into a folder below the one that it arrived in.
    Move(Subfolder),
    Delete,
}

impl FolderSource {
    /// `exports/daily`: where it is, for a person.
    pub fn place(&self) -> String {
        if self.subfolder.is_empty() {
            self.folder.to_string()
        } else {
            format!("{}/{}", self.folder, self.subfolder)
        }
    }

    /// `exports/daily · orders-*.csv`: which files it takes, for a person.
    pub fn words(&self) -> String {
        format!("{} · {}", self.place(), self.pattern)
    }

    /// Whether a listing needs the name: it may be taken, or it is a marker.
    pub fn may_concern(&self, file_name: &str, day: Day) -> bool {
        let file = self
            .done_marker
            .as_ref()
            .and_then(|marker| file_name.strip_suffix(marker.as_str()))
            .unwrap_or(file_name);
        !is_temporary(file) && self.pattern.matches(file, day)
    }

    /// `exports/daily/orders.csv`: what a file is remembered by.
    pub fn address(&self, file_name: &str) -> String {
        format!("{}/{file_name}", self.place())
    }
}
