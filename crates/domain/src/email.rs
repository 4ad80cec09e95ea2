//! The address that a person signs in with.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An address of the HTML standard's pattern (input type `email`), in lower case so that one person has one account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This is not an e-mail address; one looks like name@example.com.")]
pub struct NotAnEmailAddress;

impl EmailAddress {
    /// RFC 5321, section 4.5.3.1.3: a path has 256 octets, two of them its brackets.
    pub const LONGEST: usize = 254;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = NotAnEmailAddress;

    fn from_str(text: &str) -> Result<Self, NotAnEmailAddress> {
        let text = text.trim();
        let (local, domain) = text.split_once('@').ok_or(NotAnEmailAddress)?;
        let possible = text.len() <= Self::LONGEST
            && !local.is_empty()
            && local.bytes().all(is_local_byte)
            && domain.split('.').all(is_domain_label);
        if possible {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(NotAnEmailAddress)
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = NotAnEmailAddress;

    fn try_from(text: String) -> Result<Self, NotAnEmailAddress> {
        text.parse()
    }
}

fn is_local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn is_domain_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_html_pattern_are_taken() {
        for good in [
            "a@b",
            "ada.lovelace+news@example.co.uk",
            "!#$%&'*+/=?^_`{|}~-@x",
            ".dot.@example.com",
        ] {
            assert!(good.parse::<EmailAddress>().is_ok(), "{good}");
        }
    }

    #[test]
    fn other_text_is_refused() {
        let long_label = format!("a@{}", "b".repeat(64));
        let long = format!("{}@b", "a".repeat(254));
        for bad in [
            "",
            "@",
            "a@",
            "@b",
            "a b@c",
            "a@b@c",
            "a@-b",
            "a@b-",
            "a@b..c",
            "a@b.",
            "ä@b",
            "a@ä",
            &long_label,
            &long,
        ] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad}");
        }
    }

    #[test]
    fn case_does_not_make_a_second_account() {
        assert_eq!(
            " Ada@Example.COM "
                .parse::<EmailAddress>()
                .unwrap()
                .as_str(),
            "ada@example.com"
        );
    }
}
