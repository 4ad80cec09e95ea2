//! Cron expressions of five fields: minute, hour, day of the month, month, day of the week.
//!
//! As in POSIX `crontab`: a field is `*` or a list of numbers and ranges; where both day fields are restricted (anything but
//! `*`), a day that matches either will do. Beyond POSIX, as crons commonly have it: steps (`*/15`, `10-20/5`), names of months
//! and days of three letters in any case, and 7 for Sunday. Strict otherwise: what other crons read differently from each
//! other (`5/15`, `FRI-MON`, `?`, `L`, `@daily`, a sixth field) is refused, and so is a day that no month has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::pattern::{CronDays, Days, Occurrences};

/// As it was written, with single blanks between the fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CronExpression {
    text: String,
    minutes: u64,
    hours: u32,
    days: CronDays,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CronField {
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CronProblem {
    #[error(
        "A cron expression has 5 fields: minute, hour, day of the month, month, day of the week; this one has {found}."
    )]
    FieldCount { found: usize },
    #[error("{}: {problem}", .field.label())]
    Field {
        field: CronField,
        problem: FieldProblem,
    },
    #[error(
        "A cron expression has at most {} characters.",
        CronExpression::MOST_BYTES
    )]
    TooLong,
    #[error("Day of the month: none of the months has such a day, so the job would never run.")]
    Never,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldProblem {
    #[error("there is nothing before, after or between two commas.")]
    Empty,
    #[error("`{text}` is neither a number nor a range{}.", names_hint(.names))]
    NotANumber {
        text: String,
        /// The names that would do, in words; empty where there are none.
        names: &'static str,
    },
    #[error("`{text}` is not between {from} and {to}.")]
    OutOfRange { text: String, from: u8, to: u8 },
    #[error("the range `{text}` ends before it begins.")]
    Backwards { text: String },
    #[error("the step `{text}` is not a number from 1 to {at_most}.")]
    Step { text: String, at_most: u8 },
    #[error("the step in `{text}` needs a range before it, such as `{suggestion}`.")]
    StepWithoutRange { text: String, suggestion: String },
}

impl CronField {
    const ALL: [Self; 5] = [
        Self::Minute,
        Self::Hour,
        Self::DayOfMonth,
        Self::Month,
        Self::DayOfWeek,
    ];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Minute => "Minute",
            Self::Hour => "Hour",
            Self::DayOfMonth => "Day of the month",
            Self::Month => "Month",
            Self::DayOfWeek => "Day of the week",
        }
    }

    const fn range(self) -> (u8, u8) {
        match self {
            Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 7),
        }
    }

    /// In the order of their numbers, the first for the lowest.
    const fn names(self) -> &'static [&'static str] {
        match self {
            Self::Minute | Self::Hour | Self::DayOfMonth => &[],
            Self::Month => &[
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
            ],
            Self::DayOfWeek => &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        }
    }

    const fn names_in_words(self) -> &'static str {
        match self {
            Self::Minute | Self::Hour | Self::DayOfMonth => "",
            Self::Month => "JAN to DEC",
            Self::DayOfWeek => "SUN to SAT",
        }
    }
}

impl CronExpression {
    /// Every minute of an hour, written out, has 169; whoever lists jobs carries the texts of all.
    pub const MOST_BYTES: usize = 500;

    pub(super) fn occurrences(&self) -> Occurrences {
        Occurrences {
            minutes: self.minutes,
            hours: self.hours,
            days: Days::Cron(self.days),
        }
    }
}

impl FromStr for CronExpression {
    type Err = CronProblem;

    fn from_str(text: &str) -> Result<Self, CronProblem> {
        if text.len() > Self::MOST_BYTES {
            return Err(CronProblem::TooLong);
        }
        Self::read(text)
    }
}

impl CronExpression {
    /// However long it is.
    fn read(text: &str) -> Result<Self, CronProblem> {
        let fields: Vec<&str> = text.split_ascii_whitespace().collect();
        let Ok(written) = <[&str; 5]>::try_from(fields.as_slice()) else {
            return Err(CronProblem::FieldCount {
                found: fields.len(),
            });
        };
        let mut sets = [0; 5];
        for ((set, field), text) in sets.iter_mut().zip(CronField::ALL).zip(written) {
            *set = parse_field(field, text)
                .map_err(|problem| CronProblem::Field { field, problem })?;
        }
        let [minutes, hours, of_month, months, of_week] = sets;
        let is_restricted = |field: usize| written[field] != "*";
        let sunday = (of_week | of_week >> 7) & 0x7f;
        let days = CronDays {
            of_month: is_restricted(2).then(|| low_bits(of_month)),
            months: u16::try_from(months).unwrap_or_default(),
            of_week: is_restricted(4).then(|| u8::try_from(sunday).unwrap_or_default()),
        };
        if days.of_week.is_none() && !some_month_has(of_month, months) {
            return Err(CronProblem::Never);
        }
        Ok(Self {
            text: fields.join(" "),
            minutes,
            hours: low_bits(hours),
            days,
        })
    }
}

impl fmt::Display for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for CronExpression {
    type Error = CronProblem;

    /// Of what is stored: that was accepted once.
    fn try_from(text: String) -> Result<Self, CronProblem> {
        Self::read(&text)
    }
}

impl From<CronExpression> for String {
    fn from(expression: CronExpression) -> Self {
        expression.text
    }
}

/// A bit for each number that the field lists.
fn parse_field(field: CronField, text: &str) -> Result<u64, FieldProblem> {
    text.split(',')
        .try_fold(0, |set, item| Ok(set | parse_item(field, item)?))
}

fn parse_item(field: CronField, item: &str) -> Result<u64, FieldProblem> {
    if item.is_empty() {
        return Err(FieldProblem::Empty);
    }
    let (range, step) = match item.split_once('/') {
        Some((range, step)) => (range, Some(step)),
        None => (item, None),
    };
    let (lowest, highest) = field.range();
    let (from, to) = if range == "*" {
        // 7 is but another name of Sunday: `*/2` must not count it.
        let last = if let CronField::DayOfWeek = field {
            6
        } else {
            highest
        };
        (lowest, last)
    } else if let Some((from, to)) = range.split_once('-') {
        (number(field, from)?, number(field, to)?)
    } else {
        let number = number(field, range)?;
        if step.is_some() {
            return Err(FieldProblem::StepWithoutRange {
                text: item.to_owned(),
                suggestion: format!("{range}-{highest}/{}", step.unwrap_or_default()),
            });
        }
        (number, number)
    };
    if to < from {
        return Err(FieldProblem::Backwards {
            text: range.to_owned(),
        });
    }
    let step = step.map_or(Ok(1), |step| parse_step(step, highest))?;
    Ok((from..=to)
        .step_by(step)
        .fold(0, |set, number| set | 1 << number))
}

fn number(field: CronField, text: &str) -> Result<u8, FieldProblem> {
    let (from, to) = field.range();
    let named = field
        .names()
        .iter()
        .position(|name| name.eq_ignore_ascii_case(text));
    if let Some(number) = named.and_then(|place| u8::try_from(place).ok()) {
        return Ok(from + number);
    }
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldProblem::NotANumber {
            text: text.to_owned(),
            names: field.names_in_words(),
        });
    }
    match text.parse() {
        Ok(number) if (from..=to).contains(&number) => Ok(number),
        _ => Err(FieldProblem::OutOfRange {
            text: text.to_owned(),
            from,
            to,
        }),
    }
}

fn parse_step(text: &str, at_most: u8) -> Result<usize, FieldProblem> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u8>() {
        Ok(step) if is_number && (1..=at_most).contains(&step) => Ok(step.into()),
        _ => Err(FieldProblem::Step {
            text: text.to_owned(),
            at_most,
        }),
    }
}

fn some_month_has(days: u64, months: u64) -> bool {
    const LENGTHS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    (1..).zip(LENGTHS).any(|(month, length): (u8, u8)| {
        let of_its_days = (1_u64 << (length + 1)) - 1;
        months & 1 << month != 0 && days & of_its_days != 0
    })
}

fn low_bits(bits: u64) -> u32 {
    u32::try_from(bits).unwrap_or_default()
}

fn names_hint(names: &str) -> String {
    if names.is_empty() {
        String::new()
    } else {
        format!(", nor a name from {names}")
    }
}
