//! The failure report of a run: what its files are called, and what is kept for the run's page.

use std::path::{Path, PathBuf};

use mapping::rejection::{Rejection, Rule};
use serde::{Deserialize, Serialize};

use crate::id::RunId;
use crate::reason::counted;

/// Bytes of the source before its first record, and every rejected record, as they were.
pub const EXACT: &str = "exact";
/// UTF-8 CSV for people: a line per rejection.
pub const EXPLAINED: &str = "explained.csv";
/// A [`RejectedRecord`] as JSON per line, in file order.
pub const RECORDS: &str = "rejections.jsonl";
/// A [`Breakdown`] as JSON.
pub const BREAKDOWN: &str = "breakdown.json";

/// The columns of the *explained* report, whatever the format it is written in.
pub const EXPLAINED_COLUMNS: [&str; 7] = [
    "record",
    "line",
    "column",
    "value",
    "rule",
    "reason",
    "what to do",
];

/// The folder of a run's report below the folder of all reports.
pub fn folder(reports: &Path, run: RunId) -> PathBuf {
    reports.join(run.to_string())
}

/// A record that did not become a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedRecord {
    /// 1-based data record, and the 1-based physical line that it starts on.
    pub record: u64,
    pub line: u64,
    /// Where its bytes lie in the source, with its line end.
    pub offset: u64,
    pub length_bytes: u64,
    /// Its first cells as text, cut for display; undecodable bytes as `\xE8`.
    pub cells: Vec<String>,
    pub rejections: Vec<Rejection>,
}

/// A line of the *explained* report: one rejection, or why a run without rejections stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExplainedRow<'a> {
    /// Record and line; `None`: the whole file is meant.
    pub place: Option<(u64, u64)>,
    /// Column, value, rule, reason and what to do.
    pub texts: [&'a str; 5],
}

impl RejectedRecord {
    /// A line for each rejection.
    pub fn explained(&self) -> impl Iterator<Item = ExplainedRow<'_>> {
        self.rejections.iter().map(|rejection| ExplainedRow {
            place: Some((self.record, self.line)),
            texts: [
                rejection.column_name.as_deref().unwrap_or_default(),
                rejection.value.as_deref().unwrap_or_default(),
                rejection.rule.code(),
                &rejection.message,
                &rejection.hint,
            ],
        })
    }
}

/// The last line of an *explained* report that had no room for all rejections: code, what it means, and what to do.
pub fn not_listed(count: u64) -> [String; 3] {
    [
        "not_listed".to_owned(),
        format!(
            "{} not listed here: the report has its full length.",
            counted(count, "more rejection is", "more rejections are")
        ),
        "Download the rejected records: that file has all of them. Or correct what is listed first."
            .to_owned(),
    ]
}

/// How often which rule was broken in which column, largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// The first names, cut.
    pub header: Vec<String>,
    pub counts: Vec<RuleCount>,
    /// Rejections that are counted, but for which the *explained* report had no room.
    #[serde(default)]
    pub not_listed: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleCount {
    pub rule: Rule,
    pub column_name: Option<String>,
    pub count: u64,
    /// The first value that broke it.
    pub example: Option<String>,
}

/// Where another program than this one may begin a cell: some take `;` or a tab for the separator whatever stands between
/// quotes, or take a line break inside them for the end of the line.
const BREAKS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// What spreadsheets take for the beginning of a formula; East Asian ones read full-width forms as the others.
const FORMULA_BEGINS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Appends a cell of an *explained* report: in quotes always, so that a list of another separator does not come apart in it. Whatever begins like a formula, at its
/// start or after something that another program may split at, gets an apostrophe in front, which spreadsheets show as text.
pub fn push_cell(out: &mut String, text: &str) {
    out.push('"');
    let mut begins = true;
    for character in text.chars() {
        if begins && FORMULA_BEGINS.contains(&character) {
            out.push('\'');
        }
        // Blanks and quotes in front do not keep a spreadsheet from seeing the formula behind them.
        begins = BREAKS.contains(&character)
            || (begins && (character == '"' || character.is_whitespace()));
        if character == '"' {
            out.push('"');
        }
        out.push(character);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::push_cell;

    #[test]
    fn formulas_are_neutralised_wherever_a_cell_may_begin() {
        for (text, cell) in [
            ("plain", "plain"),
            ("", ""),
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+49 30", "'+49 30"),
            ("-1,5", "'-1,5"),
            ("@x", "'@x"),
            ("＝1+1", "'＝1+1"),
            ("a;＠b", "a;'＠b"),
            ("\tx", "'\tx"),
            ("\rx", "'\rx"),
            ("a \"b\"", "a \"\"b\"\""),
            ("two\nlines", "two\nlines"),
            ("x;=1+1;y", "x;'=1+1;y"),
            ("\n=1+1", "\n'=1+1"),
            ("a,-2", "a,'-2"),
            ("a\t@b", "a\t'@b"),
            ("a;\"=1+1\"", "a;\"\"'=1+1\"\""),
            ("a; =1+1", "a; '=1+1"),
            (" =1", " '=1"),
            ("a-b=c", "a-b=c"),
            ("2026-11-27", "2026-11-27"),
        ] {
            let mut out = String::new();
            push_cell(&mut out, text);
            assert_eq!(out, format!("\"{cell}\""), "{text:?}");
        }
    }

    /// What a German Excel does with a file whose cells it takes to be separated by `;`, quotes inside a cell being text.
    #[test]
    fn no_cell_of_another_separator_begins_a_formula() {
        for text in ["x;=1+1;y", "\n=1+1", "a;\n@b", "=1;=2\t=3", "\";=1"] {
            let mut out = String::new();
            push_cell(&mut out, text);
            for part in out.split([';', ',', '\t', '\n', '\r']) {
                let part = part.trim_matches([' ', '"']);
                assert!(!part.starts_with(['=', '+', '-', '@']), "{part} of {out}");
            }
        }
    }
}
