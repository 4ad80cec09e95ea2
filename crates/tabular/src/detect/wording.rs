//! The evidence for a dialect, in words.

use super::delimiter::Candidate;
use super::{Evidence, Question};
use crate::dialect::{Escape, HeaderRow};

pub(super) fn delimiter(candidates: &[Candidate]) -> Evidence {
    let best = &candidates[0];
    let other = candidates
        .iter()
        .find(|one| one.dialect.delimiter != best.dialect.delimiter);
    let answer = character(best.dialect.delimiter);
    let compared = other.map_or_else(String::new, |other| {
        format!(
            ", with {} {} of {} have {}",
            in_sentence(other.dialect.delimiter, "no delimiter"),
            other.usual,
            other.records,
            columns(other)
        )
    });
    let sentence = format!(
        "{} {} with {}{compared}.",
        share(best.usual, best.records),
        columns(best),
        in_sentence(best.dialect.delimiter, "no delimiter"),
    );
    Evidence {
        question: Question::Delimiter,
        answer,
        runner_up: other.map(|one| character(one.dialect.delimiter)),
        margin: margin(best, other),
        sentence,
    }
}

pub(super) fn quote(candidates: &[Candidate]) -> Evidence {
    let best = &candidates[0];
    let other = candidates.iter().find(|one| {
        one.dialect.delimiter == best.dialect.delimiter && one.dialect.quote != best.dialect.quote
    });
    let answer = character(best.dialect.quote);
    let sentence = match other {
        None => "The sample has no quotes; the usual one is assumed.".to_owned(),
        Some(other) => format!(
            "With {} {} of {} records have the usual number of columns, with {} {} of {}.",
            in_sentence(best.dialect.quote, "no quotes"),
            best.usual,
            best.records,
            in_sentence(other.dialect.quote, "no quotes"),
            other.usual,
            other.records
        ),
    };
    Evidence {
        question: Question::Quote,
        answer,
        runner_up: other.map(|one| character(one.dialect.quote)),
        margin: margin(best, other),
        sentence,
    }
}

pub(super) fn escape(candidates: &[Candidate]) -> Evidence {
    let best = &candidates[0];
    let other = candidates.iter().find(|one| {
        one.dialect.delimiter == best.dialect.delimiter
            && one.dialect.quote == best.dialect.quote
            && one.dialect.escape != best.dialect.escape
    });
    let name = |escape| match escape {
        Escape::Doubled => "doubled",
        Escape::Backslash => "backslash",
    };
    let sentence = match (other, best.dialect.escape) {
        (None, _) => "No quote in the sample has a backslash before it.".to_owned(),
        (Some(_), Escape::Doubled) => {
            "Backslashes before quotes are better read as text.".to_owned()
        }
        (Some(_), Escape::Backslash) => {
            "Quotes inside quotes have a backslash before them.".to_owned()
        }
    };
    Evidence {
        question: Question::Escape,
        answer: name(best.dialect.escape).to_owned(),
        runner_up: other.map(|one| name(one.dialect.escape).to_owned()),
        margin: margin(best, other),
        sentence,
    }
}

pub(super) fn header(header: HeaderRow) -> &'static str {
    match header {
        HeaderRow::Present => "present",
        HeaderRow::Absent => "absent",
    }
}

fn character(character: Option<char>) -> String {
    match character {
        None => "none".to_owned(),
        Some('\t') => "tab".to_owned(),
        Some(' ') => "space".to_owned(),
        Some(other) if other.is_control() => format!("U+{:04X}", u32::from(other)),
        Some(other) => format!("`{other}`"),
    }
}

fn in_sentence(one: Option<char>, none: &str) -> String {
    one.map_or_else(|| none.to_owned(), |_| character(one))
}

fn share(usual: usize, records: usize) -> String {
    if records == 0 {
        "The sample has no whole record; it would have".to_owned()
    } else if usual == records {
        format!("Every one of {records} sampled records has")
    } else {
        format!("{usual} of {records} sampled records have")
    }
}

fn columns(candidate: &Candidate) -> String {
    let noun = if candidate.columns == 1 {
        "column"
    } else {
        "columns"
    };
    format!("{} {noun}", candidate.columns)
}

/// The difference in bits on a scale from 0 to 1: ten bits are a thousand to one in one sample, but samples of real
/// files break the model in more places than one.
fn margin(best: &Candidate, other: Option<&Candidate>) -> f32 {
    other.map_or(1.0, |other| {
        let bits = (other.bits - best.bits).max(0.0);
        bits / (bits + 30.0)
    })
}
