//! What the format controls offer, and how a choice changes the dialect.

use tabular::detect::Question;
use tabular::dialect::{Dialect, Escape, HeaderRow};
use tabular::encoding::Encoding;

use crate::pages::setup::words;

/// The encodings that files of records are really written in, with where they come from.
const ENCODINGS: [(&str, &str); 26] = [
    ("utf-8", "Unicode"),
    ("windows-1252", "Western"),
    ("iso-8859-15", "Western, with €"),
    ("macintosh", "Western, old Mac"),
    ("windows-1250", "Central European"),
    ("iso-8859-2", "Central European"),
    ("utf-16le", "Unicode, as Excel writes it"),
    ("utf-16be", "Unicode"),
    ("windows-1251", "Cyrillic"),
    ("koi8-r", "Cyrillic"),
    ("iso-8859-5", "Cyrillic"),
    ("ibm866", "Cyrillic, DOS"),
    ("windows-1253", "Greek"),
    ("iso-8859-7", "Greek"),
    ("windows-1254", "Turkish"),
    ("windows-1255", "Hebrew"),
    ("windows-1256", "Arabic"),
    ("windows-1257", "Baltic"),
    ("windows-1258", "Vietnamese"),
    ("windows-874", "Thai"),
    ("shift_jis", "Japanese"),
    ("euc-jp", "Japanese"),
    ("gbk", "Chinese, simplified"),
    ("gb18030", "Chinese, simplified"),
    ("big5", "Chinese, traditional"),
    ("euc-kr", "Korean"),
];

/// With the value of its option, and how it is written in the list.
const DELIMITERS: [(Option<char>, &str); 7] = [
    (Some(','), ", comma"),
    (Some(';'), "; semicolon"),
    (Some('\t'), "⇥ tab"),
    (Some('|'), "| pipe"),
    (Some(':'), ": colon"),
    (Some(' '), "␣ space"),
    (None, "none: one column"),
];

pub const QUOTES: [(Option<char>, Escape, &str); 5] = [
    (Some('"'), Escape::Doubled, "\" doubled inside"),
    (Some('"'), Escape::Backslash, "\" with \\ inside"),
    (Some('\''), Escape::Doubled, "' doubled inside"),
    (Some('\''), Escape::Backslash, "' with \\ inside"),
    (None, Escape::Doubled, "none"),
];

/// So many lines are offered as the header.
const HEADER_LINES: u32 = 20;

/// Takes the answer that the evidence words.
pub fn apply(question: Question, answer: &str, dialect: &mut Dialect) {
    match question {
        Question::Encoding => {
            if let Some(encoding) = Encoding::for_label(answer) {
                dialect.encoding = encoding;
            }
        }
        Question::Delimiter => dialect.delimiter = worded_character(answer),
        Question::Quote => dialect.quote = worded_character(answer),
        Question::Escape => {
            dialect.escape = if answer == "backslash" {
                Escape::Backslash
            } else {
                Escape::Doubled
            }
        }
        Question::Header => {
            dialect.header = if answer == "absent" {
                HeaderRow::Absent
            } else {
                HeaderRow::Present
            }
        }
        Question::Preamble => {
            if let Ok(rows) = answer.parse() {
                dialect.preamble_rows = rows;
            }
        }
    }
}

/// "`;`", "tab", "space", "U+001F" or "none".
fn worded_character(words: &str) -> Option<char> {
    match words {
        "tab" => Some('\t'),
        "space" => Some(' '),
        "none" => None,
        other => match other.strip_prefix("U+") {
            Some(digits) => u32::from_str_radix(digits, 16)
                .ok()
                .and_then(char::from_u32),
            None => other.trim_matches('`').chars().next(),
        },
    }
}

pub fn encoding_options(chosen: Encoding) -> Vec<(String, String)> {
    let mut options: Vec<_> = ENCODINGS
        .iter()
        .map(|(label, region)| ((*label).to_owned(), format!("{label} ({region})")))
        .collect();
    let label = chosen.label();
    if !options.iter().any(|(value, _)| *value == label) {
        options.insert(0, (label.clone(), label));
    }
    options
}

pub fn delimiter_options(chosen: Option<char>) -> Vec<(String, String)> {
    let mut options: Vec<_> = DELIMITERS
        .iter()
        .map(|(delimiter, text)| (delimiter_value(*delimiter), (*text).to_owned()))
        .collect();
    if !DELIMITERS.iter().any(|(delimiter, _)| *delimiter == chosen) {
        options.insert(0, (delimiter_value(chosen), words::delimiter(chosen)));
    }
    options
}

pub fn delimiter_value(delimiter: Option<char>) -> String {
    delimiter.map(String::from).unwrap_or_default()
}

pub fn quote_options() -> Vec<(String, String)> {
    QUOTES
        .iter()
        .enumerate()
        .map(|(at, (.., text))| (at.to_string(), (*text).to_owned()))
        .collect()
}

pub fn quote_value(dialect: &Dialect) -> String {
    let found = QUOTES.iter().position(|(quote, escape, _)| {
        *quote == dialect.quote && (quote.is_none() || *escape == dialect.escape)
    });
    found.map(|at| at.to_string()).unwrap_or_default()
}

pub fn header_options(preamble_rows: u32) -> Vec<(String, String)> {
    let lines = (1..=HEADER_LINES.max(preamble_rows + 1))
        .map(|line| (line.to_string(), format!("line {line}")));
    lines
        .chain([(String::new(), "no header".to_owned())])
        .collect()
}

pub fn header_value(dialect: &Dialect) -> String {
    match dialect.header {
        HeaderRow::Present => (dialect.preamble_rows + 1).to_string(),
        HeaderRow::Absent => String::new(),
    }
}

pub fn set_header(dialect: &mut Dialect, value: &str) {
    match value.parse::<u32>() {
        Ok(line) => {
            dialect.header = HeaderRow::Present;
            dialect.preamble_rows = line.saturating_sub(1);
        }
        Err(_) => dialect.header = HeaderRow::Absent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_read_back_from_their_words() {
        for (words, character) in [
            ("`;`", Some(';')),
            ("tab", Some('\t')),
            ("space", Some(' ')),
            ("none", None),
            ("U+001F", Some('\u{1f}')),
        ] {
            assert_eq!(worded_character(words), character, "{words}");
        }
    }

    #[test]
    fn every_listed_encoding_is_known_under_its_own_name() {
        for (label, _) in ENCODINGS {
            assert_eq!(
                Encoding::for_label(label).map(Encoding::label).as_deref(),
                Some(label)
            );
        }
    }

    #[test]
    fn header_is_chosen_by_its_line() {
        let mut dialect = Dialect::default();
        set_header(&mut dialect, "3");
        assert_eq!(
            (dialect.header, dialect.preamble_rows),
            (HeaderRow::Present, 2)
        );
        assert_eq!(header_value(&dialect), "3");
        set_header(&mut dialect, "");
        assert_eq!(
            (dialect.header, dialect.preamble_rows),
            (HeaderRow::Absent, 2)
        );
    }
}
