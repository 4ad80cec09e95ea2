//! Text of a file, as much of it as a person reads: what is kept of it anywhere is cut when it is made.

use serde::{Deserialize, Serialize};

/// How much of a name is kept, in characters: a header cell can be as long as the file.
pub const NAME_LENGTH: usize = 200;
/// So many names of a list are kept; the rest is counted.
const NAMES_KEPT: usize = 10;

/// The first names of a list, each cut, and how many the list has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written")]
pub struct Names {
    first: Vec<String>,
    count: u64,
}

/// Before names were cut, all were written down.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    All(Vec<String>),
    Cut { first: Vec<String>, count: u64 },
}

impl Names {
    pub fn first(&self) -> &[String] {
        &self.first
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl<T: AsRef<str>> FromIterator<T> for Names {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        let mut kept = Self::default();
        for name in names {
            if kept.first.len() < NAMES_KEPT {
                kept.first.push(cut(name.as_ref(), NAME_LENGTH));
            }
            kept.count += 1;
        }
        kept
    }
}

impl From<Written> for Names {
    fn from(written: Written) -> Self {
        match written {
            Written::All(names) => names.into_iter().collect(),
            Written::Cut { first, count } => Self {
                count,
                ..first.into_iter().collect()
            },
        }
    }
}

/// The text, with an ellipsis as its last character where it is longer than `most` characters.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most || text.chars().nth(most).is_none() {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(most.saturating_sub(1)).collect();
    kept.push('…');
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_keeps_its_first_names_and_its_length() {
        let names: Names = (0..170_000).map(|_| "ä".repeat(5000)).collect();
        assert_eq!((names.first().len(), names.count()), (10, 170_000));
        assert!(names.first().iter().all(|it| it.chars().count() == 200));
        let stored = serde_json::to_string(&names).unwrap();
        assert_eq!(serde_json::from_str::<Names>(&stored).unwrap(), names);
    }

    #[test]
    fn a_list_that_was_written_whole_is_cut_when_it_is_read() {
        let all: Vec<String> = (0..20).map(|number| number.to_string()).collect();
        let stored = serde_json::to_string(&all).unwrap();
        let read: Names = serde_json::from_str(&stored).unwrap();
        assert_eq!(read, all.iter().collect());
        assert_eq!((read.first().len(), read.count()), (10, 20));
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(cut("äöü", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
    }
}
