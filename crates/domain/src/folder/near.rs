//! Names in a folder that a pattern may have meant and does not match, each with what keeps it from matching.

use super::choice::{Verdict, is_temporary, without_temporary_ending};
use super::pattern::{FilePattern, Part, matches};
use super::{FileVerdict, FolderSource};
use crate::month::Day;
use crate::name::shown_file_name;

/// So many files a reason names.
pub const TOLD_AT_MOST: usize = 3;

/// A name as it stands in the folder, of whatever kind the entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryName {
    /// What is not text in it is replaced by U+FFFD.
    pub name: String,
    pub is_text: bool,
}

impl FolderSource {
    /// In the order of their names.
    pub fn near_misses<'name>(
        &self,
        day: Day,
        names: impl IntoIterator<Item = &'name EntryName>,
    ) -> Vec<FileVerdict> {
        let near = |entry: &EntryName| {
            let verdict = self.near_miss(day, entry)?;
            Some(FileVerdict {
                name: shown_file_name(&entry.name),
                verdict,
                repeat: None,
            })
        };
        let mut misses: Vec<_> = names.into_iter().filter_map(near).collect();
        misses.sort_by(|a, b| a.name.cmp(&b.name));
        misses
    }

    fn near_miss(&self, day: Day, entry: &EntryName) -> Option<Verdict> {
        let name = entry.name.as_str();
        let marker = self.done_marker.as_ref();
        if marker.is_some_and(|marker| marker.is_end_of(name)) {
            return None;
        }
        let fits = |name: &str| self.pattern.matches(name, day, self.capitals_matter);
        if !entry.is_text {
            return fits(name).then_some(Verdict::NotText);
        }
        if is_temporary(name) {
            let whole = without_temporary_ending(name);
            return (fits(name) || fits(whole)).then_some(Verdict::Temporary);
        }
        if fits(name) {
            return None;
        }
        let pattern = self.pattern.resolved(day);
        if matches(&pattern, name, false) {
            return Some(Verdict::OtherCapitals);
        }
        if self.pattern.has_date() && self.pattern.matches_on_some_day(name, self.capitals_matter) {
            return Some(Verdict::OtherDay);
        }
        let solid: Vec<Part> = pattern
            .into_iter()
            .filter(|part| !is_blank(*part))
            .collect();
        if matches(&solid, &name.replace(char::is_whitespace, ""), false) {
            return Some(Verdict::OtherBlanks);
        }
        let stem = |name: &str| name.rsplit_once('.').map(|(stem, _)| stem.to_owned());
        let of_stem = stem(self.pattern.as_str()).and_then(|stem| stem.parse::<FilePattern>().ok());
        let is_of_stem = stem(name).is_some_and(|stem| {
            fits(&stem) || of_stem.is_some_and(|of| of.matches(&stem, day, self.capitals_matter))
        });
        is_of_stem.then_some(Verdict::OtherEnding)
    }
}

fn is_blank(part: Part) -> bool {
    matches!(part, Part::Character(character) if character.is_whitespace())
}
