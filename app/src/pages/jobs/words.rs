//! How settings are called where people read them.

use domain::settings::ImportMethod;
use tabular::dialect::{Dialect, HeaderRow};

pub const fn method_text(method: ImportMethod) -> &'static str {
    match method {
        ImportMethod::Insert => "insert",
        ImportMethod::Upsert => "upsert",
        ImportMethod::Update => "update",
        ImportMethod::Delete => "delete",
        ImportMethod::ReplaceAll => "replace all",
    }
}

pub fn delimiter_text(delimiter: Option<char>) -> String {
    match delimiter {
        None => "none: a line is one column".to_owned(),
        Some(',') => "comma ,".to_owned(),
        Some(';') => "semicolon ;".to_owned(),
        Some('\t') => "tab".to_owned(),
        Some('|') => "bar |".to_owned(),
        Some(' ') => "space".to_owned(),
        Some(other) => other.to_string(),
    }
}

/// "line 3", with the lines before it skipped.
pub fn header_text(dialect: &Dialect) -> String {
    let skipped = match dialect.preamble_rows {
        0 => String::new(),
        1 => ", 1 line before it skipped".to_owned(),
        lines => format!(", {lines} lines before it skipped"),
    };
    match dialect.header {
        HeaderRow::Present => format!("line {}{skipped}", dialect.preamble_rows + 1),
        HeaderRow::Absent => format!("none{skipped}"),
    }
}
