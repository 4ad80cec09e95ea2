//! What happened, to how many, and what to do: in a sentence.

use mapping::rejection::Rule;

use crate::components::number::{count_text, counted};
use crate::wire::{RejectionCount, RunDetails, RunRow};
use domain::run::RunStatus;

/// "592 of 600 records were imported. 8 were rejected: download them, correct them, import only those."
pub fn outcome(details: &RunDetails, locale: Option<&str>) -> Option<String> {
    let row = &details.row;
    let seen = counted(row.seen, "record", "records", locale);
    match row.status {
        RunStatus::Completed if row.corrected > 0 => Some(format!(
            "{} of {seen} were imported at once, {} after they were corrected. Nothing is missing.",
            count_text(row.imported, locale),
            count_text(row.corrected, locale),
        )),
        RunStatus::Completed if row.seen == 0 => Some(nothing_new(row)),
        RunStatus::Completed => Some(format!("All {seen} were imported.")).filter(|_| row.seen > 1),
        RunStatus::PartiallyCompleted if row.corrected > 0 => Some(format!(
            "{} of {seen} were imported, {} of them after they were corrected. {} still missing: fix and re-import only {}.",
            count_text(row.imported + row.corrected, locale),
            count_text(row.corrected, locale),
            were(row.still_missing, "is", "are", locale),
            those(row.still_missing),
        )),
        RunStatus::PartiallyCompleted => Some(format!(
            "{} of {seen} were imported. {} rejected: fix and re-import only {}.",
            count_text(row.imported, locale),
            were(row.rejected, "was", "were", locale),
            those(row.rejected),
        )),
        RunStatus::Cancelled if details.is_passed_over => {
            Some("Its file was passed over, for it repeats what was imported.".to_owned())
        }
        RunStatus::Cancelled => Some("It was stopped before anything went in.".to_owned()),
        RunStatus::Queued => {
            Some("It waits for a worker, or for another run of this job to end.".to_owned())
        }
        RunStatus::Failed
        | RunStatus::Halted
        | RunStatus::Validating
        | RunStatus::Importing
        | RunStatus::Processing => None,
    }
}

const fn those(count: u64) -> &'static str {
    if count == 1 { "that one" } else { "those" }
}

/// "1 was", "8 were".
fn were(count: u64, one: &str, many: &str, locale: Option<&str>) -> String {
    let verb = if count == 1 { one } else { many };
    format!("{} {verb}", count_text(count, locale))
}

/// "571 new, 21 updated".
pub fn written(details: &RunDetails, locale: Option<&str>) -> Option<String> {
    let inserted = details.inserted?;
    let updated = details.updated.filter(|updated| *updated > 0);
    Some(match updated {
        Some(updated) => format!(
            "{} new, {} updated",
            count_text(inserted, locale),
            count_text(updated, locale)
        ),
        None => format!("{} new", count_text(inserted, locale)),
    })
}

/// A broken rule as a bar's label: "Geburtsdatum does not have the type of its field".
pub fn broken(count: &RejectionCount) -> String {
    let column = count.column_name.as_deref();
    let (of_column, alone) = match count.rule {
        Rule::Required => ("is empty", "A required value is missing"),
        Rule::Type => (
            "does not fit its field's type",
            "A value does not fit its field's type",
        ),
        Rule::Length => ("is too long", "A value is too long"),
        Rule::Allowed => (
            "is none of the allowed values",
            "A value is none of those allowed",
        ),
        Rule::Pattern => (
            "does not match its pattern",
            "A value does not match its pattern",
        ),
        Rule::Range => ("is out of range", "A value is out of range"),
        Rule::Unique => ("comes twice", "A key comes twice"),
        Rule::TooFewFields => ("is missing", "Too few columns"),
        Rule::TooManyFields => ("is one too many", "Too many columns"),
        Rule::Undecodable => ("cannot be decoded", "Bytes cannot be decoded"),
        Rule::UnclosedQuote => ("has a quote that never closes", "A quote never closes"),
        Rule::TooLarge => ("is too large", "The record is too large"),
        Rule::Destination => (
            "was refused by the database",
            "The database refused the row",
        ),
    };
    match column {
        Some(column) => format!("{column} {of_column}"),
        None => alone.to_owned(),
    }
}

/// Of a run that ended well without a record.
pub fn nothing_new(row: &RunRow) -> String {
    match row.file_name {
        Some(_) => "Nothing new: the file has no records.".to_owned(),
        None => "Nothing new: no file was there to import.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_rule_names_its_column_where_it_has_one() {
        let count = |rule, column: Option<&str>| RejectionCount {
            rule,
            column_name: column.map(str::to_owned),
            count: 1,
            example: None,
        };
        assert_eq!(
            broken(&count(Rule::Required, Some("E-Mail"))),
            "E-Mail is empty"
        );
        assert_eq!(broken(&count(Rule::TooFewFields, None)), "Too few columns");
    }
}
