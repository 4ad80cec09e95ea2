//! Names that people type, for themselves, jobs, namespaces and files, and those that end up in addresses and in SQL.
//!
//! One rule holds for all of them: a name is one line of bounded length in which every character is seen as it is. What
//! is typed ([`FromStr`]) is refused where it breaks the rule; what was stored before the rule ([`TryFrom<String>`]) loses
//! what breaks it, so that it can be read.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What people call a job: one line of 1 to 120 characters, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobName(String);

/// A lower-case identifier that SQL needs not quote: `[a-z_][a-z0-9_]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DatasetName(String);

/// What people call a namespace: one line of 1 to 120 characters, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamespaceName(String);

/// What people call themselves: one line of 1 to 200 characters, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// A namespace in addresses: `[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamespaceSlug(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameProblem {
    #[error("A name is needed.")]
    Empty,
    #[error("The name has {length} characters; at most {at_most} are possible.")]
    TooLong { length: usize, at_most: usize },
    #[error("The name contains a line break or another character that is not seen; take it out.")]
    HiddenCharacter,
    #[error(
        "A dataset's name has small letters a to z, digits and underscores, and does not begin with a digit."
    )]
    NotAnIdentifier,
    #[error("Names that begin with `weir_` or `sqlite_` are Weir's own; choose another beginning.")]
    Reserved,
    #[error("It has small letters a to z, digits and hyphens, none of them at its ends.")]
    NotASlug,
}

impl JobName {
    pub const LONGEST: usize = 120;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NamespaceName {
    pub const LONGEST: usize = 120;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonName {
    pub const LONGEST: usize = 200;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl NamespaceSlug {
    pub const LONGEST: usize = 40;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DatasetName {
    pub const LONGEST: usize = 63;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for NamespaceSlug {
    type Err = NameProblem;

    fn from_str(text: &str) -> Result<Self, NameProblem> {
        check_length(text, Self::LONGEST)?;
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if text.bytes().all(allowed) && !text.starts_with('-') && !text.ends_with('-') {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameProblem::NotASlug)
        }
    }
}

impl FromStr for DatasetName {
    type Err = NameProblem;

    fn from_str(text: &str) -> Result<Self, NameProblem> {
        check_identifier(text)?;
        if RESERVED.iter().any(|reserved| text.starts_with(reserved)) {
            return Err(NameProblem::Reserved);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Datasets with these names would be tables of Weir's own, or of SQLite's.
const RESERVED: [&str; 2] = ["weir_", "sqlite_"];

/// Whether the text may be the name of a table's column, or of a table unless that is reserved.
pub fn check_identifier(text: &str) -> Result<(), NameProblem> {
    check_length(text, DatasetName::LONGEST)?;
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if text.bytes().all(allowed) && !text.as_bytes()[0].is_ascii_digit() {
        Ok(())
    } else {
        Err(NameProblem::NotAnIdentifier)
    }
}

macro_rules! text {
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
    )*};
}

macro_rules! line {
    ($($name:ident),*) => {$(
        impl FromStr for $name {
            type Err = NameProblem;

            fn from_str(text: &str) -> Result<Self, NameProblem> {
                one_line(text, Self::LONGEST).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NameProblem;

            fn try_from(text: String) -> Result<Self, NameProblem> {
                match visible(&text).parse() {
                    Err(NameProblem::Empty) if !text.is_empty() => Ok(Self(UNSEEN.to_owned())),
                    read => read,
                }
            }
        }
    )*};
}

/// Instead of a stored name in which nothing is seen.
const UNSEEN: &str = "\u{FFFD}";

text!(
    JobName,
    NamespaceName,
    PersonName,
    NamespaceSlug,
    DatasetName
);
line!(JobName, NamespaceName, PersonName);

impl TryFrom<String> for NamespaceSlug {
    type Error = NameProblem;

    fn try_from(text: String) -> Result<Self, NameProblem> {
        text.parse()
    }
}

impl TryFrom<String> for DatasetName {
    type Error = NameProblem;

    fn try_from(text: String) -> Result<Self, NameProblem> {
        check_identifier(&text)?;
        Ok(Self(text))
    }
}

/// Controls, line ends of all kinds, what turns the direction of the text behind it (Unicode, UAX 9): `gpj.exe` is not what
/// such a name reads as. And what has no glyph of its own (`Default_Ignorable_Code_Point`): two names that look alike would be
/// two. Joiners and variation selectors are left, because scripts and emoji are written with them.
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'
                | '\u{200E}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// What leaves a blank by itself: joiners and selectors that join and select nothing, and the empty pattern of Braille.
fn is_blank(character: char) -> bool {
    character.is_whitespace()
        || matches!(
            character,
            '\u{200C}' | '\u{200D}' | '\u{FE00}'..='\u{FE0F}' | '\u{2800}'
        )
}

/// The text without what is hidden in it.
pub fn visible(text: &str) -> String {
    text.chars()
        .filter(|character| !is_hidden(*character))
        .collect()
}

/// In characters; file systems allow 255 bytes.
const FILE_NAME_LONGEST: usize = 200;

/// The name of a file as it is kept and shown: the last part of its path, in which every character is seen. Nobody is
/// refused a file for its name.
pub fn shown_file_name(text: &str) -> String {
    let name = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = visible(name).chars().take(FILE_NAME_LONGEST).collect();
    match name.trim() {
        name if name.chars().all(is_blank) => "file".to_owned(),
        name => name.to_owned(),
    }
}

fn one_line(text: &str, at_most: usize) -> Result<String, NameProblem> {
    let text = text.trim();
    check_length(text, at_most)?;
    if text.chars().any(is_hidden) {
        return Err(NameProblem::HiddenCharacter);
    }
    if text.chars().all(is_blank) {
        return Err(NameProblem::Empty);
    }
    Ok(text.to_owned())
}

fn check_length(text: &str, at_most: usize) -> Result<(), NameProblem> {
    match text.chars().count() {
        0 => Err(NameProblem::Empty),
        length if length > at_most => Err(NameProblem::TooLong { length, at_most }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::FolderName;

    const HOSTILE: [&str; 17] = [
        "First\nSecond",
        "First\r\nBcc: all@example.org",
        "a\0b",
        "a\tb",
        "a\u{7F}b",
        "a\u{85}b",
        "a\u{2028}b",
        "a\u{2029}b",
        "a\u{202E}cod.exe",
        "a\u{2066}b\u{2069}c",
        "a\u{200F}b",
        "a\u{1B}[31mb",
        "a\u{200B}b",
        "a\u{AD}b",
        "\u{3164}",
        "\u{FEFF}a",
        "a\u{E0041}\u{E007F}b",
    ];

    #[test]
    fn blanks_around_a_job_name_go() {
        assert_eq!(
            "  Customers from Köln \n"
                .parse::<JobName>()
                .unwrap()
                .as_str(),
            "Customers from Köln"
        );
    }

    #[test]
    fn job_names_are_one_line_of_bounded_length() {
        for blank in ["   ", "\u{A0}\u{3000}", "\u{200D}", "\u{2800} \u{FE0F}"] {
            assert_eq!(blank.parse::<JobName>(), Err(NameProblem::Empty));
        }
        // A family of four, and Persian with the joiner that it is written with.
        for name in ["👨‍👩‍👧‍👦 ❤️", "می‌خواهم"] {
            assert_eq!(name.parse::<JobName>().unwrap().as_str(), name);
        }
        assert_eq!("a\nb".parse::<JobName>(), Err(NameProblem::HiddenCharacter));
        assert_eq!(
            "é".repeat(120)
                .parse::<JobName>()
                .unwrap()
                .as_str()
                .chars()
                .count(),
            120
        );
        assert_eq!(
            "é".repeat(121).parse::<JobName>(),
            Err(NameProblem::TooLong {
                length: 121,
                at_most: 120
            })
        );
    }

    #[test]
    fn dataset_names_are_identifiers() {
        for good in ["customers", "_x", "a1_b2", &"a".repeat(63)] {
            assert_eq!(good.parse::<DatasetName>().unwrap().as_str(), good);
        }
        for bad in [
            "1a",
            "Customers",
            "a-b",
            "a b",
            "ä",
            "a\"; drop table x; --",
        ] {
            assert_eq!(
                bad.parse::<DatasetName>(),
                Err(NameProblem::NotAnIdentifier),
                "{bad}"
            );
        }
        assert!("a".repeat(64).parse::<DatasetName>().is_err());
        assert!("".parse::<DatasetName>().is_err());
    }

    #[test]
    fn slugs_stand_in_addresses_as_they_are() {
        for good in ["main", "a", "7", "sales-eu-2", &"a".repeat(40)] {
            assert_eq!(good.parse::<NamespaceSlug>().unwrap().as_str(), good);
        }
        for bad in ["Main", "-a", "a-", "a_b", "a/b", "ü", "a b"] {
            let problem = bad.parse::<NamespaceSlug>();
            assert_eq!(problem, Err(NameProblem::NotASlug), "{bad}");
        }
        assert!("".parse::<NamespaceSlug>().is_err());
        assert!("a".repeat(41).parse::<NamespaceSlug>().is_err());
    }

    #[test]
    fn a_hostile_name_is_refused_wherever_it_is_typed() {
        for name in HOSTILE {
            let problem = Some(NameProblem::HiddenCharacter);
            assert_eq!(name.parse::<PersonName>().err(), problem, "{name:?}");
            assert_eq!(name.parse::<NamespaceName>().err(), problem, "{name:?}");
            assert_eq!(name.parse::<JobName>().err(), problem, "{name:?}");
            assert!(name.parse::<FolderName>().is_err(), "{name:?}");
            assert!(name.parse::<NamespaceSlug>().is_err(), "{name:?}");
            assert!(name.parse::<DatasetName>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn a_hostile_name_of_a_file_is_kept_without_what_is_hidden() {
        for name in HOSTILE {
            let kept = shown_file_name(name);
            assert!(!kept.is_empty() && !kept.chars().any(is_hidden), "{name:?}");
        }
        for (given, kept) in [
            ("a.csv", "a.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Export\\kunden.csv", "kunden.csv"),
            ("a\r\nb\0.csv", "ab.csv"),
            ("orders\u{202E}vsc.exe", "ordersvsc.exe"),
            ("  ", "file"),
            ("/", "file"),
        ] {
            assert_eq!(shown_file_name(given), kept, "{given:?}");
        }
        assert_eq!(shown_file_name(&"ü".repeat(500)).chars().count(), 200);
    }

    #[test]
    fn a_name_of_before_the_rule_is_read_without_what_breaks_it() {
        for name in HOSTILE {
            let stored = serde_json::to_string(name).unwrap();
            let read: JobName = serde_json::from_str(&stored).unwrap();
            let seen = visible(name);
            let expected = if seen.is_empty() { UNSEEN } else { &seen };
            assert_eq!(read.as_str(), expected, "{name:?}");
        }
        assert!(DatasetName::try_from("weir_old".to_owned()).is_ok());
    }

    #[test]
    fn names_of_own_tables_are_reserved() {
        for name in ["weir_ledger", "weir_", "sqlite_x", "sqlite_sequence"] {
            assert_eq!(name.parse::<DatasetName>(), Err(NameProblem::Reserved));
            assert_eq!(check_identifier(name), Ok(()));
        }
        for name in ["Weir_ledger", "SQLITE_x"] {
            let problem = name.parse::<DatasetName>();
            assert_eq!(problem, Err(NameProblem::NotAnIdentifier));
        }
        for name in ["weir", "weirs_orders", "sqlite"] {
            assert!(name.parse::<DatasetName>().is_ok(), "{name}");
        }
    }

    #[test]
    fn a_stored_name_is_checked_again() {
        assert!(serde_json::from_str::<DatasetName>("\"no good\"").is_err());
    }
}
