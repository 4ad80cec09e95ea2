//! What a person reads about a rejection: a sentence that names the thing, and what to do.

use tabular::reader::Defect;

use super::{Broken, Rule};
use crate::names::cut;
use crate::value::Misfit;

/// How much of a cell, or of a column's name, a sentence repeats, in characters.
const QUOTED_LENGTH: usize = 60;

pub(super) fn message(broken: &Broken, text: &str, column: &str, field: &str) -> String {
    let quoted = cut(text.trim(), QUOTED_LENGTH);
    let column = cut(column, QUOTED_LENGTH);
    match broken {
        Broken::Required => format!("column `{column}` is empty, but `{field}` is required"),
        Broken::Misfit(misfit) => misfit_message(*misfit, &quoted),
        Broken::Length { most } => format!(
            "`{quoted}` has {} characters; `{field}` takes at most {most}",
            text.chars().count()
        ),
        Broken::Allowed => format!("`{quoted}` is not one of the values that `{field}` takes"),
        Broken::Pattern => format!("`{quoted}` does not have the form that `{field}` takes"),
        Broken::BelowMinimum { minimum } => {
            format!("`{quoted}` is less than {minimum}, the least that `{field}` takes")
        }
        Broken::AboveMaximum { maximum } => {
            format!("`{quoted}` is more than {maximum}, the most that `{field}` takes")
        }
        Broken::Undecodable => {
            format!(
                "column `{column}` has bytes that are not text in the file's encoding: `{quoted}`"
            )
        }
    }
}

pub(super) fn hint(broken: &Broken, column: &str, field: &str) -> String {
    let column = cut(column, QUOTED_LENGTH);
    match broken {
        Broken::Required => format!("fill in column `{column}`, or state a default for it"),
        Broken::Misfit(misfit) => misfit_hint(*misfit, &column),
        Broken::Length { .. } => format!("shorten the text in column `{column}`"),
        Broken::Allowed => format!(
            "correct the text in column `{column}`, or map it to one of the values of `{field}`"
        ),
        Broken::Pattern => format!("correct the text in column `{column}`"),
        Broken::BelowMinimum { .. } | Broken::AboveMaximum { .. } => {
            format!("correct the value in column `{column}`, or the limits of `{field}`")
        }
        Broken::Undecodable => {
            "replace the damaged characters, or choose the file's true encoding".to_owned()
        }
    }
}

pub(super) fn defect(defect: &Defect) -> (Rule, String, String) {
    match defect {
        Defect::TooFewFields { found, expected } => (
            Rule::TooFewFields,
            format!("the record has {found} fields instead of {expected}"),
            "add the missing fields; look for a line break that is not inside quotes".to_owned(),
        ),
        Defect::TooManyFields { found, expected } => (
            Rule::TooManyFields,
            format!("the record has {found} fields instead of {expected}"),
            "remove the surplus fields; put quotes around text that contains the delimiter"
                .to_owned(),
        ),
        Defect::UnclosedQuote { opened_at } => (
            Rule::UnclosedQuote,
            format!(
                "the quote that opens in line {} is not closed",
                opened_at.line
            ),
            "close the quote, or double it where it belongs to the text".to_owned(),
        ),
        Defect::TooManyColumns { found, at_most } => (
            Rule::TooManyFields,
            format!("the record has {found} fields; a file may have at most {at_most} columns"),
            "look for lines that were joined into one, or for rows and columns that were exchanged"
                .to_owned(),
        ),
        Defect::TooLarge { limit_bytes } => (
            Rule::TooLarge,
            format!("the record is larger than {limit_bytes} bytes"),
            "look for a quote that is not closed, or shorten the record".to_owned(),
        ),
    }
}

pub(super) fn missing_columns(found: usize, needed: usize) -> (String, String) {
    (
        format!("the record has {found} fields; the mapping needs at least {needed}"),
        "add the missing fields, or check the delimiter".to_owned(),
    )
}

fn misfit_message(misfit: Misfit, quoted: &str) -> String {
    match misfit {
        Misfit::NotAnInteger => format!("`{quoted}` is not a whole number"),
        Misfit::IntegerTooLarge => format!("`{quoted}` is beyond the 64-bit whole numbers"),
        Misfit::NotADecimal => format!("`{quoted}` is not a decimal number"),
        Misfit::WrongGrouping => format!("the digits of `{quoted}` are not grouped in threes"),
        Misfit::TooManyDecimals { scale } => {
            format!("`{quoted}` has more than {scale} digits after the decimal mark")
        }
        Misfit::TooManyDigits => format!("`{quoted}` has more than 38 digits"),
        Misfit::NotABoolean => format!("`{quoted}` is neither yes nor no"),
        Misfit::NotADate => format!("`{quoted}` is not a date in the order chosen"),
        Misfit::TwoDigitYear => format!("the year of `{quoted}` has two digits only"),
        Misfit::ImpossibleDate => format!("`{quoted}` is not a date that exists"),
        Misfit::NotATimestamp => format!("`{quoted}` is not a date with a time of day"),
        Misfit::TimeMissing => format!("`{quoted}` is a date without a time of day"),
        Misfit::ImpossibleTime => format!("`{quoted}` is not a time that exists"),
        Misfit::ZoneMissing => format!("`{quoted}` does not say its time zone"),
        Misfit::ZoneUnexpected => format!("`{quoted}` has a time zone, but local time is expected"),
        Misfit::NotAnEmail => format!("`{quoted}` is not an e-mail address"),
    }
}

fn misfit_hint(misfit: Misfit, column: &str) -> String {
    match misfit {
        Misfit::NotAnInteger | Misfit::IntegerTooLarge | Misfit::TooManyDigits => {
            format!("correct the number in column `{column}`")
        }
        Misfit::NotADecimal => format!(
            "correct the number in column `{column}`, or accept this text as a sign for \"no value\""
        ),
        Misfit::WrongGrouping => {
            format!("correct the number, or choose the other decimal mark for column `{column}`")
        }
        Misfit::TooManyDecimals { .. } => {
            "write fewer digits after the decimal mark; numbers are never rounded".to_owned()
        }
        Misfit::NotABoolean => {
            format!("write yes or no in column `{column}`, or map this text to true or false")
        }
        Misfit::NotADate | Misfit::ImpossibleDate => {
            format!(
                "correct the date, or choose another order of day and month for column `{column}`"
            )
        }
        Misfit::TwoDigitYear => "write the year with four digits".to_owned(),
        Misfit::NotATimestamp | Misfit::TimeMissing | Misfit::ImpossibleTime => {
            "write date and time like `2026-05-08 13:01`".to_owned()
        }
        Misfit::ZoneMissing => format!("state the time zone of column `{column}`"),
        Misfit::ZoneUnexpected => {
            "leave out the zone, or import into a field that keeps zones".to_owned()
        }
        Misfit::NotAnEmail => format!("correct the address in column `{column}`"),
    }
}
