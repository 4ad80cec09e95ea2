//! A watched folder: which of the files that arrive in it a job takes, and what becomes of them. Pure: files are listed
//! elsewhere.

mod choice;
mod form;
mod near;
mod path;
mod pattern;
mod repeat;

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::code::coded_enum;
use crate::month::Day;

pub use self::choice::{
    Candidates, FileVerdict, FoundFile, Known, KnownFile, Verdict, candidates, is_temporary,
    matching,
};
pub use self::form::{AfterwardsKind, FolderField, FolderForm, FolderFormProblem};
pub use self::near::{EntryName, TOLD_AT_MOST};
pub use self::path::{DoneMarker, FolderName, FolderProblem, Subfolder};
pub use self::pattern::FilePattern;
pub use self::repeat::{EarlierImport, OnRepeat, Repeat, RepeatKind, Repeats};

/// Where a job's files arrive, and what it does with them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderSource {
    /// One of those that the operator allows.
    pub folder: FolderName,
    #[serde(default)]
    pub subfolder: Subfolder,
    pub pattern: FilePattern,
    /// Whether the capital letters of a name are those of the pattern.
    #[serde(default)]
    pub capitals_matter: bool,
    /// A file that was changed later than so long ago is left for the next run.
    #[serde(default)]
    pub minimum_age_seconds: u32,
    #[serde(default)]
    pub done_marker: Option<DoneMarker>,
    #[serde(default)]
    pub take: Take,
    #[serde(default)]
    pub afterwards: Afterwards,
    /// Where files go of which nothing could be imported; `None`: they stay.
    #[serde(default)]
    pub failed_into: Option<Subfolder>,
    #[serde(default)]
    pub repeats: Repeats,
    /// Of a file that is not there, or has no record.
    #[serde(default)]
    pub nothing_new: NothingNew,
}

/// Whether a run may end well without a file, or with one that has no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NothingNew {
    #[default]
    Fails,
    Completes {
        /// Of a day on which nothing was imported, the time from which on it is a failure; in the zone of the schedule.
        expected_by: Option<Time>,
    },
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

impl NothingNew {
    pub const fn expected_by(self) -> Option<Time> {
        match self {
            Self::Fails => None,
            Self::Completes { expected_by } => expected_by,
        }
    }

    /// Whether a run ends well that finds nothing at this time of the day. `has_imported`: the job, since the day began.
    pub fn is_well(self, at: Time, has_imported: bool) -> bool {
        match self {
            Self::Fails => false,
            Self::Completes { expected_by } => {
                has_imported || expected_by.is_none_or(|expected| at < expected)
            }
        }
    }
}

impl FolderSource {
    /// What is chosen before anything else is.
    pub fn new(folder: FolderName, pattern: FilePattern) -> Self {
        Self {
            folder,
            subfolder: Subfolder::default(),
            pattern,
            capitals_matter: false,
            minimum_age_seconds: 0,
            done_marker: None,
            take: Take::default(),
            afterwards: Afterwards::default(),
            failed_into: None,
            repeats: Repeats::default(),
            nothing_new: NothingNew::default(),
        }
    }

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
            .and_then(|marker| marker.of(file_name))
            .unwrap_or(file_name);
        !is_temporary(file) && self.pattern.matches(file, day, self.capitals_matter)
    }

    /// Whether the name may be taken on any day.
    pub fn means_on_some_day(&self, file_name: &str) -> bool {
        let marker = self.done_marker.as_ref();
        !marker.is_some_and(|marker| marker.is_end_of(file_name))
            && !is_temporary(file_name)
            && self
                .pattern
                .matches_on_some_day(file_name, self.capitals_matter)
    }

    /// What a job does with its files, for a person.
    pub fn choices(&self) -> String {
        let mut choices = vec![self.take.label().to_lowercase()];
        if let Some(marker) = &self.done_marker {
            choices.push(format!("with {marker}"));
        }
        choices.push(match &self.afterwards {
            Afterwards::Leave => "then left there".to_owned(),
            Afterwards::Delete => "then deleted".to_owned(),
            Afterwards::Move(into) => format!("then moved into {into}"),
        });
        if let Some(into) = &self.failed_into {
            choices.push(format!("failed ones moved into {into}"));
        }
        choices.push(match self.repeats {
            Repeats::ByMethod => "repeats asked about if their rows would come in twice".to_owned(),
            Repeats::Import => "repeats imported again".to_owned(),
            Repeats::PassOver => "repeats passed over".to_owned(),
            Repeats::Ask => "repeats asked about".to_owned(),
        });
        if let NothingNew::Completes { expected_by } = self.nothing_new {
            choices.push(match expected_by {
                Some(time) => format!("nothing new is well until {}", time.strftime("%H:%M")),
                None => "nothing new is well".to_owned(),
            });
        }
        choices.join(", ")
    }

    /// Whether anything is done with files when something has become of them.
    pub fn clears_up(&self) -> bool {
        self.afterwards != Afterwards::Leave || self.failed_into.is_some()
    }

    /// What is done with a file, once it is known what became of it. What was passed over is never deleted: it may hold more than what was
    /// imported.
    pub fn after(&self, known: Known) -> Afterwards {
        match (known, &self.afterwards) {
            (Known::Imported, afterwards)
            | (Known::PassedOver, afterwards @ Afterwards::Move(_)) => afterwards.clone(),
            (Known::Failed, _) => self
                .failed_into
                .clone()
                .map_or(Afterwards::Leave, Afterwards::Move),
            (Known::PassedOver, Afterwards::Leave | Afterwards::Delete) | (Known::Asked, _) => {
                Afterwards::Leave
            }
        }
    }

    /// `exports/daily/orders.csv`: what a file is remembered by.
    pub fn address(&self, file_name: &str) -> String {
        format!("{}/{file_name}", self.place())
    }
}
