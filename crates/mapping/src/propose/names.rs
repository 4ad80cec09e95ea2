//! Names of columns and fields, compared without case, accents and punctuation.

use std::collections::{HashMap, HashSet};

use super::synonyms;
use crate::field::Field;

/// The longest field name.
const LONGEST_NAME: usize = 63;

/// A name reduced to what is compared: `Phone`, `PHONE 1` and `phone` are one; the second of two columns `Phone`,
/// `Phone 2` and `phone_2` are another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) base: String,
    pub(crate) ordinal: u32,
    /// The group of synonyms that the base belongs to.
    pub(crate) meaning: Option<usize>,
}

impl Key {
    pub(super) fn new(name: &str) -> Self {
        let folded = fold(name);
        let base = folded.trim_end_matches(|c: char| c.is_ascii_digit());
        let (base, ordinal) = match folded[base.len()..].parse() {
            Ok(ordinal) if !base.is_empty() => (base.to_owned(), ordinal),
            _ => (folded, 1),
        };
        Self {
            meaning: synonyms::meaning(&base),
            base,
            ordinal,
        }
    }
}

/// The keys of all columns; the second column of a name counts as its number two.
pub(crate) fn keys_of_columns<'a>(names: impl Iterator<Item = &'a str>) -> Vec<Key> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    names
        .map(|name| {
            let mut key = Key::new(name);
            let times = seen.entry(fold(name)).or_default();
            *times += 1;
            if *times > 1 {
                key.ordinal = *times;
            }
            key
        })
        .collect()
}

pub(super) fn keys_of_field(field: &Field) -> Vec<Key> {
    std::iter::once(&field.name)
        .chain(&field.synonyms)
        .map(|name| Key::new(name))
        .collect()
}

/// Letters and digits in lower case without accents. `ä` and `ae` become one, likewise `ö` and `ü`.
pub(super) fn fold(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        match transliterate(c) {
            Some(letters) => plain.push_str(letters),
            None if c.is_alphanumeric() => plain.push(c),
            None => {}
        }
    }
    plain
        .replace("ae", "a")
        .replace("oe", "o")
        .replace("ue", "u")
}

/// A free field name for a column (0-based): its header in `snake_case` and ASCII, numbered where it is taken.
pub(super) fn identifier(header: &str, column: usize, taken: &mut HashSet<String>) -> String {
    let mut base = snake_case(header);
    if base.is_empty() {
        base = format!("column_{}", column + 1);
    }
    let mut name = base.clone();
    let mut number = 2_usize;
    while !taken.insert(name.clone()) {
        let suffix = format!("_{number}");
        let room = LONGEST_NAME - suffix.len();
        name = format!("{}{suffix}", &base[..base.len().min(room)]);
        number += 1;
    }
    name
}

fn snake_case(header: &str) -> String {
    let mut name = String::new();
    let mut after_lower = false;
    for c in header.chars() {
        let starts_word = c.is_uppercase() && after_lower;
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        let mut pushed = String::new();
        for lower in c.to_lowercase() {
            if lower.is_ascii_alphanumeric() {
                pushed.push(lower);
            } else if let Some(letters) = transliterate(lower) {
                pushed.push_str(letters);
            }
        }
        if (starts_word || pushed.is_empty()) && !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
        name.push_str(&pushed);
        if name.len() > LONGEST_NAME {
            break;
        }
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    name.truncate(LONGEST_NAME);
    name.trim_end_matches('_').to_owned()
}

/// ASCII letters for a lower-case Latin letter that has an accent or is joined.
fn transliterate(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' | 'æ' => "ae",
        'ö' | 'œ' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'á' | 'à' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' | 'ª' => "a",
        'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => "e",
        'ĝ' | 'ğ' | 'ġ' | 'ģ' => "g",
        'ĥ' | 'ħ' => "h",
        'í' | 'ì' | 'î' | 'ï' | 'ĩ' | 'ī' | 'į' | 'ı' => "i",
        'ĵ' => "j",
        'ķ' => "k",
        'ĺ' | 'ļ' | 'ľ' | 'ł' => "l",
        'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'ó' | 'ò' | 'ô' | 'õ' | 'ō' | 'ő' | 'º' | '°' => "o",
        'ŕ' | 'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' | 'ŝ' => "s",
        'ţ' | 'ť' | 'ț' => "t",
        'ú' | 'ù' | 'û' | 'ũ' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ŵ' => "w",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'þ' => "th",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_punctuation() {
        let same = [
            ("E-Mail", "email"),
            ("Straße", "STRASSE"),
            ("Größe", "groesse"),
            ("Größe", "grosse"),
            ("Prénom", "prenom"),
            ("First Name", "first_name"),
            ("Teléfono 2", "telefono_2"),
            ("Phone 1", "phone"),
        ];
        for (left, right) in same {
            assert_eq!(Key::new(left), Key::new(right), "{left} and {right}");
        }
        assert_ne!(Key::new("Phone"), Key::new("Phone 2"));
        assert_ne!(Key::new("2024"), Key::new("2025"));
    }

    #[test]
    fn second_column_of_a_name_is_its_number_two() {
        let keys = keys_of_columns(["Phone", "Name", "phone"].into_iter());
        assert_eq!(keys[0], Key::new("phone"));
        assert_eq!(keys[2], Key::new("phone_2"));
    }

    #[test]
    fn headers_become_field_names() {
        let long = "x".repeat(80);
        let headers: &[(&str, &str)] = &[
            ("Kundennr.", "kundennr"),
            ("E-Mail", "e_mail"),
            ("Straße / Nr", "strasse_nr"),
            ("firstName", "first_name"),
            ("VAT ID", "vat_id"),
            ("  Ordered at ", "ordered_at"),
            ("2nd phone", "_2nd_phone"),
            ("カーテン", "column_8"),
            ("", "column_9"),
            ("select", "select"),
            ("Phone", "phone"),
            ("Phone", "phone_2"),
            ("phone", "phone_3"),
            (&long, &long[..63]),
            (&long, &format!("{}_2", &long[..61])),
        ];
        let mut taken = HashSet::new();
        for (index, (header, expected)) in headers.iter().enumerate() {
            let name = identifier(header, index, &mut taken);
            assert_eq!(name, *expected, "{header:?}");
            assert!(name.len() <= LONGEST_NAME);
        }
    }
}
