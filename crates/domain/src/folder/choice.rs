//! Which of the files that lie in a folder may be taken now, and in which order.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::repeat::Repeat;
use super::{FolderSource, Take};
use crate::code::coded_enum;
use crate::month::Day;
use crate::name::shown_file_name;
use crate::time::Timestamp;

/// Endings of names under which programs write a file that is not whole yet.
const TEMPORARY_ENDINGS: [&str; 10] = [
    ".tmp",
    ".temp",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".swp",
    ".lock",
    "~",
];

/// A file as it was listed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FoundFile {
    pub name: String,
    pub size_bytes: u64,
    pub modified_at: Timestamp,
}

/// What a look into the folder gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Not imported yet, and may be taken; the one to be taken first comes first.
    pub ready: Vec<FoundFile>,
    /// A file matches that is too young, or whose done-marker is missing.
    pub waiting: bool,
}

/// What became of a file, as it lies there, when it was taken last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    pub known: Known,
    /// How it repeats what was imported, where that was found.
    pub repeat: Option<Repeat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// Its rows are in, and nothing of its name was imported since.
    Imported,
    /// By the job's choice, or by a person's.
    PassedOver,
    /// Nothing of it went in, and would again with the settings as they are.
    Failed,
    /// It repeats what was imported, and nobody has said yet what to do with it.
    Asked,
}

impl KnownFile {
    const fn verdict(&self) -> Verdict {
        match (self.known, &self.repeat) {
            (Known::Imported, _) => Verdict::Done,
            (Known::PassedOver, Some(_)) => Verdict::Repeated,
            (Known::PassedOver, None) => Verdict::LeftOut,
            (Known::Failed, _) => Verdict::Failed,
            (Known::Asked, _) => Verdict::Asked,
        }
    }
}

impl Known {
    /// It waits for nothing.
    const fn is_done(self) -> bool {
        match self {
            Self::Imported | Self::PassedOver => true,
            Self::Failed | Self::Asked => false,
        }
    }
}

coded_enum! {
    /// What the next run would do with a file, and why it passes over a file that a pattern may have meant.
    pub enum Verdict as "verdict on a file" {
        Next = "next", "is taken next";
        /// Of files that are taken in order.
        Later = "later", "is taken after it";
        /// Older than the newest.
        PassedOver = "passed_over", "is passed over: it is not the newest";
        TooYoung = "too_young", "waits: changed a moment ago";
        NoMarker = "no_marker", "waits for its done-marker";
        Done = "done", "was imported before";
        Failed = "failed", "failed: waits until it or the job is changed";
        Asked = "asked", "waits for an answer: import it, or pass over it";
        /// It repeats what was imported.
        Repeated = "repeated", "was passed over, for it repeats what was imported";
        /// A person or the job has passed over it without a look into it.
        LeftOut = "left_out", "was passed over when the job began";
        Temporary = "temporary", "has the name of a file that is not whole yet";
        OtherCapitals = "other_capitals", "differs from the file name in capital letters";
        OtherDay = "other_day", "is of another day";
        OtherBlanks = "other_blanks", "differs from the file name in blanks";
        OtherEnding = "other_ending", "has another ending";
        NotText = "not_text", "has a name that is not text in UTF-8: rename it";
    }
}

/// A file, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileVerdict {
    /// Without what cannot be shown.
    pub name: String,
    pub verdict: Verdict,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
}

impl FileVerdict {
    /// `“orders.csv” was imported before.`
    pub fn sentence(&self) -> String {
        let words = format!("“{}” {}.", self.name, self.verdict);
        match &self.repeat {
            Some(repeat) => format!("{words} {}", repeat.sentence()),
            None => words,
        }
    }
}

/// `listing` also holds the done-markers. With [`Take::Newest`], one file is ready at most: when the newest is known, those before
/// it stay where they are. In order, a file that failed is taken again, for no later one may go before it.
pub fn candidates(
    source: &FolderSource,
    day: Day,
    now: Timestamp,
    listing: &[FoundFile],
    known: impl Fn(&FoundFile) -> Option<Known>,
) -> Candidates {
    let is_done = |file: &FoundFile| known(file).is_some_and(Known::is_done);
    let waits = |file: &FoundFile| source.waits(file, now, listing).is_some();
    let mut files = matching(source, day, listing);
    let waiting = files.iter().any(|file| waits(file) && !is_done(file));
    match source.take {
        Take::Newest => {
            let newest = files.into_iter().rfind(|file| !waits(file));
            files = newest
                .filter(|file| known(file).is_none())
                .into_iter()
                .collect();
        }
        Take::AllInOrder => {
            files.retain(|file| !is_done(file));
            // In order means that no later file goes before one that waits.
            let ready = files.iter().position(waits).unwrap_or(files.len());
            files.truncate(ready);
        }
    }
    Candidates {
        ready: files,
        waiting,
    }
}

impl FolderSource {
    /// How long apart the two looks at a file must be that find it the same. Where its time is in the future, the age is what the
    /// watcher has seen of it, for a minute at most.
    pub fn apart(&self, file: &FoundFile, now: Timestamp, least: Duration) -> Duration {
        const LONGEST: Duration = Duration::from_mins(1);
        if file.modified_at <= now {
            return least;
        }
        let age = Duration::from_secs(u64::from(self.minimum_age_seconds));
        least.max(age.min(LONGEST))
    }

    /// Every file that matches, in the order in which they are taken, and what the next run would do with it.
    pub fn verdicts<'known>(
        &self,
        day: Day,
        now: Timestamp,
        listing: &[FoundFile],
        known: impl Fn(&FoundFile) -> Option<&'known KnownFile>,
    ) -> Vec<(FoundFile, FileVerdict)> {
        let mut files = matching(self, day, listing);
        if self.take == Take::Newest {
            files.reverse();
        }
        let mut is_chosen = false;
        let mut verdict = |file: &FoundFile| {
            let known = known(file);
            let is_done = known.is_some_and(|known| known.known.is_done());
            if let Some(waits) = self.waits(file, now, listing).filter(|_| !is_done) {
                is_chosen |= self.take == Take::AllInOrder;
                return waits;
            }
            // Of the newest only one is looked at, of files in order the first that is not done.
            let is_first = !is_chosen && (self.take == Take::Newest || !is_done);
            is_chosen |= is_first;
            match (known, is_first, self.take) {
                (Some(known), _, take)
                    if is_done || take == Take::Newest || known.known == Known::Asked =>
                {
                    known.verdict()
                }
                (_, true, _) => Verdict::Next,
                (_, false, Take::Newest) => Verdict::PassedOver,
                (_, false, Take::AllInOrder) => Verdict::Later,
            }
        };
        let mut judged = |file: FoundFile| {
            let verdict = verdict(&file);
            let repeats = matches!(verdict, Verdict::Asked | Verdict::Repeated);
            let repeat = known(&file).filter(|_| repeats);
            let verdict = FileVerdict {
                name: shown_file_name(&file.name),
                verdict,
                repeat: repeat.and_then(|known| known.repeat.clone()),
            };
            (file, verdict)
        };
        files.into_iter().map(&mut judged).collect()
    }

    /// Why the file may not be taken yet. A time in the future says nothing about the file's age: see
    /// [`FolderSource::apart`].
    fn waits(&self, file: &FoundFile, now: Timestamp, listing: &[FoundFile]) -> Option<Verdict> {
        let youngest = now.plus_seconds(-i64::from(self.minimum_age_seconds));
        let has_marker = self.done_marker.as_ref().is_none_or(|marker| {
            let is_marker = |other: &FoundFile| marker.of(&other.name) == Some(&file.name);
            listing.iter().any(is_marker)
        });
        if !has_marker {
            Some(Verdict::NoMarker)
        } else if youngest < file.modified_at && file.modified_at <= now {
            Some(Verdict::TooYoung)
        } else {
            None
        }
    }
}

/// The files that the pattern means on that day. The one that was changed first goes first.
pub fn matching(source: &FolderSource, day: Day, listing: &[FoundFile]) -> Vec<FoundFile> {
    let mut files: Vec<_> = listing
        .iter()
        .filter(|file| matches(source, &file.name, day))
        .cloned()
        .collect();
    files.sort_by(|a, b| (a.modified_at, &a.name).cmp(&(b.modified_at, &b.name)));
    files
}

fn matches(source: &FolderSource, name: &str, day: Day) -> bool {
    let is_marker = source
        .done_marker
        .as_ref()
        .is_some_and(|marker| marker.is_end_of(name));
    !is_marker && !is_temporary(name) && source.pattern.matches(name, day, source.capitals_matter)
}

/// Names of files that are hidden, or that a program is still writing.
pub fn is_temporary(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with(['.', '~'])
        || TEMPORARY_ENDINGS
            .iter()
            .any(|ending| lower.ends_with(ending))
}

/// What the file is called when it is whole.
pub(super) fn without_temporary_ending(name: &str) -> &str {
    let lower = name.to_ascii_lowercase();
    TEMPORARY_ENDINGS
        .iter()
        .find_map(|ending| lower.strip_suffix(ending))
        .map_or(name, |whole| &name[..whole.len()])
}
