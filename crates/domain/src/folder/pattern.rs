//! Patterns for the names of files: `*` is any text, `?` any character, `{yyyy}`, `{yy}`, `{mm}` and `{dd}` are the day of
//! the run. Capital and small letters differ.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::path::{FolderProblem, LONGEST};
use crate::month::Day;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FilePattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Character(char),
    AnyCharacter,
    AnyText,
    Year,
    YearOfCentury,
    Month,
    Day,
}

impl FilePattern {
    /// Whether each day has a file of its own.
    pub fn has_date(&self) -> bool {
        self.parts.iter().any(|part| match part {
            Part::Year | Part::YearOfCentury | Part::Month | Part::Day => true,
            Part::Character(_) | Part::AnyCharacter | Part::AnyText => false,
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pattern with the parts of the date filled in.
    pub fn on(&self, day: Day) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Character(character) => character.to_string(),
                Part::AnyCharacter => "?".to_owned(),
                Part::AnyText => "*".to_owned(),
                Part::Year | Part::YearOfCentury | Part::Month | Part::Day => part.digits(day),
            })
            .collect()
    }

    /// Takes time in proportion to the lengths of pattern and name, multiplied.
    pub fn matches(&self, name: &str, day: Day) -> bool {
        let pattern = self.resolved(day);
        let name: Vec<char> = name.chars().collect();
        let (mut at, mut place) = (0, 0);
        // The last `*`, and how far its text reaches: only that one ever has to give more.
        let mut star: Option<(usize, usize)> = None;
        while place < name.len() {
            match pattern.get(at) {
                Some(Part::AnyText) => {
                    star = Some((at, place));
                    at += 1;
                }
                Some(part) if part.takes(name[place]) => {
                    at += 1;
                    place += 1;
                }
                _ => {
                    let Some((star_at, reached)) = star else {
                        return false;
                    };
                    star = Some((star_at, reached + 1));
                    at = star_at + 1;
                    place = reached + 1;
                }
            }
        }
        pattern[at..].iter().all(|part| *part == Part::AnyText)
    }

    /// Characters, `?` and `*` alone.
    fn resolved(&self, day: Day) -> Vec<Part> {
        let mut resolved = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            match part {
                Part::Character(_) | Part::AnyCharacter | Part::AnyText => resolved.push(*part),
                Part::Year | Part::YearOfCentury | Part::Month | Part::Day => {
                    resolved.extend(part.digits(day).chars().map(Part::Character));
                }
            }
        }
        resolved
    }
}

impl Part {
    fn takes(self, character: char) -> bool {
        match self {
            Self::Character(wanted) => wanted == character,
            Self::AnyCharacter => true,
            Self::AnyText | Self::Year | Self::YearOfCentury | Self::Month | Self::Day => false,
        }
    }

    fn digits(self, day: Day) -> String {
        match self {
            Self::Year => format!("{:04}", day.month.year),
            Self::YearOfCentury => format!("{:02}", day.month.year.rem_euclid(100)),
            Self::Month => format!("{:02}", day.month.month),
            Self::Day => format!("{:02}", day.day),
            Self::Character(_) | Self::AnyCharacter | Self::AnyText => String::new(),
        }
    }
}

impl FromStr for FilePattern {
    type Err = FolderProblem;

    fn from_str(text: &str) -> Result<Self, FolderProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FolderProblem::NoPattern);
        }
        if text.chars().count() > LONGEST {
            return Err(FolderProblem::TooLong);
        }
        if text.contains(['/', '\\']) || text.chars().any(char::is_control) {
            return Err(FolderProblem::PatternWithPath);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let part = match character {
                '*' => Part::AnyText,
                '?' => Part::AnyCharacter,
                '}' => return Err(FolderProblem::NotADatePart),
                '{' => {
                    let (part, after) = date_part(rest)?;
                    parts.push(part);
                    rest = after;
                    continue;
                }
                other => Part::Character(other),
            };
            parts.push(part);
            rest = &rest[character.len_utf8()..];
        }
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }
}

/// The part of the date that `text` begins with, and what follows it.
fn date_part(text: &str) -> Result<(Part, &str), FolderProblem> {
    for (name, part) in [
        ("{yyyy}", Part::Year),
        ("{yy}", Part::YearOfCentury),
        ("{mm}", Part::Month),
        ("{dd}", Part::Day),
    ] {
        if let Some(rest) = text.strip_prefix(name) {
            return Ok((part, rest));
        }
    }
    Err(FolderProblem::NotADatePart)
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<FilePattern> for String {
    fn from(pattern: FilePattern) -> Self {
        pattern.text
    }
}

impl TryFrom<String> for FilePattern {
    type Error = FolderProblem;

    fn try_from(text: String) -> Result<Self, FolderProblem> {
        text.parse()
    }
}
