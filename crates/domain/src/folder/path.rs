//! Names and relative paths of folders. What they lead to on a disk is for the one who opens them to check.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What the operator calls a folder: `[a-z0-9][a-z0-9_-]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FolderName(String);

/// Names joined by `/` that lead down from a folder; empty: the folder itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subfolder(String);

/// The end of the name of a second file that says that the first is whole: `orders.csv.done`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DoneMarker(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FolderProblem {
    #[error(
        "The name of a folder has small letters a to z, digits, `-` and `_`, at most 63 of them, and begins with a letter or a digit."
    )]
    NotAName,
    #[error(
        "The subfolder leads out of the folder: write names joined by `/`, without `..`, and without `/` at the start."
    )]
    LeadsOut,
    #[error("The pattern is empty: write the name of a file, such as `orders-*.csv`.")]
    NoPattern,
    #[error("The pattern is for the names of files, so that it has no `/` or `\\`.")]
    PatternWithPath,
    #[error(
        "In braces stands a part of the date: `{{yyyy}}`, `{{yy}}`, `{{mm}}` or `{{dd}}`, of another day with `-1d`, `+2w` or `-1m` after it. Something else does, or a brace has no partner."
    )]
    NotADatePart,
    #[error(
        "The parts of one date say different days: write `-1d`, `+2w` or `-1m` into one of them."
    )]
    SeveralDays,
    #[error("The ending of a done-marker has 2 to 20 characters, and no `/`, `\\`, `*` or `?`.")]
    NotAnEnding,
    #[error("The pattern or the path is longer than 200 characters.")]
    TooLong,
}

pub(super) const LONGEST: usize = 200;

impl FolderName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for FolderName {
    type Err = FolderProblem;

    fn from_str(text: &str) -> Result<Self, FolderProblem> {
        let allowed = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
        };
        let first = text.bytes().next().ok_or(FolderProblem::NotAName)?;
        if text.len() <= 63 && first.is_ascii_alphanumeric() && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FolderProblem::NotAName)
        }
    }
}

impl Subfolder {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// From the upper to the lower.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|name| !name.is_empty())
    }
}

impl FromStr for Subfolder {
    type Err = FolderProblem;

    fn from_str(text: &str) -> Result<Self, FolderProblem> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        if text.chars().count() > LONGEST {
            return Err(FolderProblem::TooLong);
        }
        let text = text.strip_suffix('/').unwrap_or(text);
        if text.split('/').all(is_plain_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FolderProblem::LeadsOut)
        }
    }
}

impl DoneMarker {
    /// The name of the file that a marker speaks for. Capitals of the ending do not matter.
    pub fn of<'name>(&self, marker_name: &'name str) -> Option<&'name str> {
        let at = marker_name.len().checked_sub(self.0.len())?;
        let ending = marker_name.get(at..)?;
        let is_marker = ending.eq_ignore_ascii_case(&self.0);
        is_marker.then(|| &marker_name[..at])
    }

    pub fn is_end_of(&self, name: &str) -> bool {
        self.of(name).is_some()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DoneMarker {
    type Err = FolderProblem;

    fn from_str(text: &str) -> Result<Self, FolderProblem> {
        let refused = |c: char| c.is_control() || "/\\*?".contains(c);
        if (2..=20).contains(&text.chars().count()) && !text.chars().any(refused) {
            Ok(Self(text.to_owned()))
        } else {
            Err(FolderProblem::NotAnEnding)
        }
    }
}

/// Of a file or a folder, not of a way through several.
pub(super) fn is_plain_name(name: &str) -> bool {
    let refused = |c: char| c.is_control() || c == '/' || c == '\\';
    !name.is_empty() && name != "." && name != ".." && !name.chars().any(refused)
}

macro_rules! text_conversions {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = FolderProblem;

            fn try_from(text: String) -> Result<Self, FolderProblem> {
                text.parse()
            }
        }
    )*};
}

text_conversions!(FolderName, Subfolder, DoneMarker);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subfolder_leads_down_only() {
        for good in ["", "daily", "daily/2026", "daily/", "a b/ü"] {
            assert!(good.parse::<Subfolder>().is_ok(), "{good}");
        }
        for bad in [
            "..", "a/..", "a/../b", "/", "/etc", "//x", "a//b", ".", "a\\..\\b", "a\0b", "a\n",
        ] {
            assert_eq!(
                bad.parse::<Subfolder>(),
                Err(FolderProblem::LeadsOut),
                "{bad:?}"
            );
        }
        assert!("a".repeat(201).parse::<Subfolder>().is_err());
        let names: Vec<String> = "daily/2026/"
            .parse::<Subfolder>()
            .unwrap()
            .names()
            .map(str::to_owned)
            .collect();
        assert_eq!(names, ["daily", "2026"]);
    }

    #[test]
    fn folders_have_plain_names() {
        for good in ["exports", "erp-2", "0_x"] {
            assert!(good.parse::<FolderName>().is_ok(), "{good}");
        }
        for bad in ["", "-a", "A", "a/b", "a b", "..", "ü", &"a".repeat(64)] {
            assert!(bad.parse::<FolderName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_marker_is_an_ending() {
        let marker: DoneMarker = ".done".parse().unwrap();
        assert_eq!(marker.of("orders.csv.done"), Some("orders.csv"));
        assert_eq!(marker.of("orders.csv.DONE"), Some("orders.csv"));
        for other in ["orders.csv", "done", "ü", "ordersüone"] {
            assert_eq!(marker.of(other), None, "{other}");
        }
        for bad in ["", ".", "/x", "a*", &"x".repeat(21)] {
            assert!(bad.parse::<DoneMarker>().is_err(), "{bad}");
        }
    }
}
