//! Names that people give to jobs and namespaces, and those that end up in addresses and in SQL.

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
    #[error("The name contains a line break or another control character; take it out.")]
    ControlCharacter,
    #[error(
        "A dataset's name has small letters a to z, digits and underscores, and does not begin with a digit."
    )]
    NotAnIdentifier,
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

impl FromStr for JobName {
    type Err = NameProblem;

    fn from_str(text: &str) -> Result<Self, NameProblem> {
        one_line(text, Self::LONGEST).map(Self)
    }
}

impl FromStr for NamespaceName {
    type Err = NameProblem;

    fn from_str(text: &str) -> Result<Self, NameProblem> {
        one_line(text, Self::LONGEST).map(Self)
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
        check_length(text, Self::LONGEST)?;
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if text.bytes().all(allowed) && !text.as_bytes()[0].is_ascii_digit() {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameProblem::NotAnIdentifier)
        }
    }
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
            type Error = NameProblem;

            fn try_from(text: String) -> Result<Self, NameProblem> {
                text.parse()
            }
        }
    )*};
}

text_conversions!(JobName, NamespaceName, NamespaceSlug, DatasetName);

fn one_line(text: &str, at_most: usize) -> Result<String, NameProblem> {
    let text = text.trim();
    check_length(text, at_most)?;
    if text.chars().any(char::is_control) {
        return Err(NameProblem::ControlCharacter);
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
        assert_eq!("   ".parse::<JobName>(), Err(NameProblem::Empty));
        assert_eq!(
            "a\nb".parse::<JobName>(),
            Err(NameProblem::ControlCharacter)
        );
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
    fn a_stored_name_is_checked_again() {
        assert!(serde_json::from_str::<DatasetName>("\"no good\"").is_err());
    }
}
