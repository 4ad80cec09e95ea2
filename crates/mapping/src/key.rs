//! The form in which the keys of a dataset are compared. What is stored stays as it was written.

use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::field::{Field, FieldType};

/// How the keys of a dataset are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyForm {
    /// As written, character by character.
    Exact,
    /// In the form that [`CanonicalKey`] gives them.
    Canonical,
}

impl KeyForm {
    /// How a field of the key is compared: "compared …".
    pub fn words(self, field: &Field) -> &'static str {
        match (Part::of(field), self) {
            (Part::Decimal | Part::Value, _) => "compared by value",
            (_, Self::Exact) => "compared exactly as written",
            (
                Part::Email {
                    capitals_matter: false,
                },
                Self::Canonical,
            ) => "compared without regard to capitals",
            (
                Part::Email {
                    capitals_matter: true,
                },
                Self::Canonical,
            ) => "compared without regard to capitals after the @",
            (Part::Text, Self::Canonical) => {
                "compared without regard to blanks around it and to Unicode forms"
            }
        }
    }
}

/// The canonical form of a dataset's keys: two keys are one where these texts are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalKey {
    /// For each field of the dataset how its part is compared; `None`: it is no part of the key.
    parts: Vec<Option<Part>>,
    is_composite: bool,
}

/// How a part is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Text,
    Email {
        capitals_matter: bool,
    },
    Decimal,
    /// Its stored text is canonical.
    Value,
}

impl CanonicalKey {
    /// `None` where the canonical form of every key is how it is stored: there is no key, or it has only numbers, dates, instants and
    /// booleans, which are stored by value.
    pub fn of(fields: &[Field]) -> Option<Self> {
        let parts: Vec<Option<Part>> = fields
            .iter()
            .map(|field| field.key.then(|| Part::of(field)))
            .collect();
        let is_written = |part: &Part| matches!(part, Part::Text | Part::Email { .. });
        parts.iter().flatten().any(is_written).then(|| Self {
            is_composite: parts.iter().flatten().count() > 1,
            parts,
        })
    }

    /// Appends the part that the field at this place in the dataset's order has in the key, if it has one. The parts of a key
    /// are appended in the order of the fields; each states its length, where there are several.
    pub fn append(&self, field: usize, stored: &str, key: &mut String) {
        let Some(part) = self.parts.get(field).copied().flatten() else {
            return;
        };
        let start = key.len();
        part.append(stored, key);
        if self.is_composite {
            let length = key.len() - start;
            key.insert_str(start, &format!("{length}:"));
        }
    }

    /// Whether the field at this place is a part of the key.
    pub fn has(&self, field: usize) -> bool {
        matches!(self.parts.get(field), Some(Some(_)))
    }
}

impl Part {
    fn of(field: &Field) -> Self {
        match field.field_type {
            FieldType::Text => Self::Text,
            FieldType::Email => Self::Email {
                capitals_matter: field.capitals_matter,
            },
            FieldType::Decimal { .. } => Self::Decimal,
            FieldType::Integer
            | FieldType::Boolean
            | FieldType::Date
            | FieldType::Timestamp { .. } => Self::Value,
        }
    }

    fn append(self, stored: &str, key: &mut String) {
        match self {
            Self::Text => append_text(stored, key),
            Self::Email { capitals_matter } => {
                let start = key.len();
                key.push_str(stored.trim());
                let host = key[start..].rfind('@').map_or(start, |at| start + at);
                let lowered = if capitals_matter { host } else { start };
                key[lowered..].make_ascii_lowercase();
            }
            Self::Decimal => key.push_str(match stored.split_once('.') {
                Some(_) => stored.trim_end_matches('0').trim_end_matches('.'),
                None => stored,
            }),
            Self::Value => key.push_str(stored),
        }
    }
}

/// Without blanks around it, in Unicode's composed form (NFC, Unicode Standard Annex 15), no-break blanks as blanks.
fn append_text(stored: &str, key: &mut String) {
    let text = stored.trim();
    if text.is_ascii() {
        key.push_str(text);
        return;
    }
    let blanks = text.chars().map(|character| match character {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => ' ',
        other => other,
    });
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        key.extend(blanks);
    } else {
        key.extend(blanks.nfc());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: FieldType = FieldType::Email;
    const DECIMAL: FieldType = FieldType::Decimal { scale: 2 };
    const INSTANT: FieldType = FieldType::Timestamp { zoned: true };

    fn key_field(field_type: FieldType) -> Field {
        Field {
            name: "id".to_owned(),
            field_type,
            required: false,
            key: true,
            max_length: None,
            allowed: Vec::new(),
            pattern: None,
            minimum: None,
            maximum: None,
            synonyms: Vec::new(),
            capitals_matter: false,
        }
    }

    fn form(part: &Field, stored: &str) -> String {
        let mut key = String::new();
        Part::of(part).append(stored, &mut key);
        key
    }

    #[test]
    fn each_type_has_a_form_in_which_it_is_compared() {
        let cases: &[(FieldType, &str, &str)] = &[
            (EMAIL, "Ada@Example.ORG", "ada@example.org"),
            (EMAIL, " ada@example.org ", "ada@example.org"),
            (EMAIL, "ada+news@example.org", "ada+news@example.org"),
            (EMAIL, "no address", "no address"),
            (FieldType::Text, "  A 1 ", "A 1"),
            (FieldType::Text, "A  1", "A  1"),
            (FieldType::Text, "a 1", "a 1"),
            (FieldType::Text, "007", "007"),
            (FieldType::Text, "1.50", "1.50"),
            (FieldType::Text, "\u{a0}A\u{202f}1\u{2007}", "A 1"),
            (FieldType::Text, "Zu\u{308}rich", "Z\u{fc}rich"),
            (FieldType::Text, "Z\u{fc}rich\u{a0}1", "Z\u{fc}rich 1"),
            (FieldType::Text, "Zu\u{308}rich\u{a0}1", "Z\u{fc}rich 1"),
            // Compatibility forms stay apart: a ligature is not two letters.
            (FieldType::Text, "\u{fb01}x", "\u{fb01}x"),
            (FieldType::Text, " \u{a0}\t", ""),
            (FieldType::Integer, "7", "7"),
            (DECIMAL, "1.50", "1.5"),
            (DECIMAL, "100.00", "100"),
            (DECIMAL, "100", "100"),
            (FieldType::Date, "2026-05-08", "2026-05-08"),
            (INSTANT, "2026-05-08T13:01:00Z", "2026-05-08T13:01:00Z"),
            (FieldType::Boolean, "1", "1"),
        ];
        for (field_type, stored, expected) in cases {
            assert_eq!(
                form(&key_field(*field_type), stored),
                *expected,
                "{stored:?} as {field_type:?}"
            );
        }
    }

    #[test]
    fn capitals_before_the_at_sign_matter_where_the_field_says_so() {
        let field = Field {
            capitals_matter: true,
            ..key_field(EMAIL)
        };
        assert_eq!(form(&field, "Ada@Example.ORG"), "Ada@example.org");
    }

    #[test]
    fn the_parts_of_a_key_cannot_be_taken_for_other_parts() {
        let fields = [
            key_field(FieldType::Text),
            Field {
                key: false,
                ..key_field(FieldType::Text)
            },
            key_field(EMAIL),
        ];
        let canonical = CanonicalKey::of(&fields).unwrap();
        let key = |first: &str, second: &str| {
            let mut key = String::new();
            for (field, text) in [first, "no part", second].into_iter().enumerate() {
                canonical.append(field, text, &mut key);
            }
            key
        };
        assert_eq!(key(" a", "B@c.d"), "1:a5:b@c.d");
        for (first, second) in [("a1:", "b"), ("a", "1:b"), ("a1", ":b"), ("", "a1:b")] {
            for (one, other) in [("a1:", "b"), ("a", "1:b"), ("a1", ":b"), ("", "a1:b")] {
                assert_eq!(
                    key(first, second) == key(one, other),
                    (first, second) == (one, other)
                );
            }
        }
    }

    #[test]
    fn keys_that_are_stored_by_value_need_no_other_form() {
        for field_type in [FieldType::Integer, DECIMAL, FieldType::Date, INSTANT] {
            assert_eq!(CanonicalKey::of(&[key_field(field_type)]), None);
        }
        assert_eq!(CanonicalKey::of(&[]), None);
        assert!(CanonicalKey::of(&[key_field(FieldType::Integer), key_field(EMAIL)]).is_some());
    }
}
