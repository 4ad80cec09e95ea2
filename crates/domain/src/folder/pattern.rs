//! Patterns for the names of files: `*` is any text, `?` any character, `{yyyy}`, `{yy}`, `{mm}` and `{dd}` are the day of
//! the run. A date is another day where one of its parts says so: `{yyyy}{mm}{dd-1d}` is the day before, `{mm+2w}` of two weeks later,
//! `{yyyy}{mm-1m}` a month before, or that month's last day where it is shorter. A name may hold several dates: the next one begins with a
//! part that the one before has.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use jiff::Span;

use super::path::{FolderProblem, LONGEST};
use crate::month::Day;

/// Of days, weeks or months: so far a part of a date may lie from the day of the run.
const FURTHEST: u16 = 999;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FilePattern {
    text: String,
    parts: Vec<Part>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Character(char),
    AnyCharacter,
    AnyText,
    Date(DatePart, Shift),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DatePart {
    Year,
    YearOfCentury,
    Month,
    Day,
}

/// From the day of the run to the one that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shift {
    days: i16,
    months: i16,
}

impl FilePattern {
    /// Whether each day has a file of its own.
    pub fn has_date(&self) -> bool {
        self.parts
            .iter()
            .any(|part| matches!(part, Part::Date(_, _)))
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The pattern with the parts of the date filled in.
    pub fn on(&self, day: Day) -> String {
        self.parts
            .iter()
            .map(|part| match part {
                Part::Character(character) => character.to_string(),
                Part::AnyCharacter => "?".to_owned(),
                Part::AnyText => "*".to_owned(),
                Part::Date(part, shift) => part.digits(shift.of(day)),
            })
            .collect()
    }

    pub fn matches(&self, name: &str, day: Day, capitals_matter: bool) -> bool {
        matches(&self.resolved(day), name, capitals_matter)
    }

    /// Whether a name is as the pattern says, but for the day.
    pub(super) fn matches_on_some_day(&self, name: &str, capitals_matter: bool) -> bool {
        let digits = |part: &Part| match part {
            Part::Date(part, _) => vec![Part::AnyCharacter; part.width()],
            other => vec![*other],
        };
        let parts: Vec<Part> = self.parts.iter().flat_map(digits).collect();
        matches(&parts, name, capitals_matter)
    }

    /// Characters, `?` and `*` alone.
    pub(super) fn resolved(&self, day: Day) -> Vec<Part> {
        let mut resolved = Vec::with_capacity(self.parts.len());
        for part in &self.parts {
            match part {
                Part::Character(_) | Part::AnyCharacter | Part::AnyText => resolved.push(*part),
                Part::Date(part, shift) => {
                    resolved.extend(part.digits(shift.of(day)).chars().map(Part::Character));
                }
            }
        }
        resolved
    }
}

/// Takes time in proportion to the lengths of pattern and name, multiplied.
pub(super) fn matches(pattern: &[Part], name: &str, capitals_matter: bool) -> bool {
    let name: Vec<char> = name.chars().collect();
    let (mut at, mut place) = (0, 0);
    // The last `*`, and how far its text reaches: only that one ever has to give more.
    let mut star: Option<(usize, usize)> = None;
    while place < name.len() {
        match pattern.get(at) {
            Some(Part::AnyText) => {
                star = Some((at, place));
                at += 1;
            }
            Some(part) if part.takes(name[place], capitals_matter) => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((star_at, reached)) = star else {
                    return false;
                };
                star = Some((star_at, reached + 1));
                at = star_at + 1;
                place = reached + 1;
            }
        }
    }
    pattern[at..].iter().all(|part| *part == Part::AnyText)
}

impl Part {
    fn takes(self, character: char, capitals_matter: bool) -> bool {
        match self {
            Self::Character(wanted) => {
                wanted == character
                    || !capitals_matter && wanted.to_lowercase().eq(character.to_lowercase())
            }
            Self::AnyCharacter => true,
            Self::AnyText | Self::Date(_, _) => false,
        }
    }
}

impl DatePart {
    fn digits(self, day: Day) -> String {
        match self {
            Self::Year => format!("{:04}", day.month.year),
            Self::YearOfCentury => format!("{:02}", day.month.year.rem_euclid(100)),
            Self::Month => format!("{:02}", day.month.month),
            Self::Day => format!("{:02}", day.day),
        }
    }

    /// Of the two ways to write a year, a date has one.
    const fn is_same(self, other: Self) -> bool {
        matches!(
            (self, other),
            (
                Self::Year | Self::YearOfCentury,
                Self::Year | Self::YearOfCentury
            ) | (Self::Month, Self::Month)
                | (Self::Day, Self::Day)
        )
    }

    const fn width(self) -> usize {
        match self {
            Self::Year => 4,
            Self::YearOfCentury | Self::Month | Self::Day => 2,
        }
    }
}

impl Shift {
    fn of(self, day: Day) -> Day {
        let span = Span::new()
            .months(i32::from(self.months))
            .days(i32::from(self.days));
        // Out of the calendar's range there are no runs either.
        day.date()
            .and_then(|date| date.checked_add(span).ok())
            .map_or(day, Day::from)
    }
}

impl FromStr for FilePattern {
    type Err = FolderProblem;

    fn from_str(text: &str) -> Result<Self, FolderProblem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(FolderProblem::NoPattern);
        }
        if text.chars().count() > LONGEST {
            return Err(FolderProblem::TooLong);
        }
        if text.contains(['/', '\\']) || text.chars().any(char::is_control) {
            return Err(FolderProblem::PatternWithPath);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let part = match character {
                '*' => Part::AnyText,
                '?' => Part::AnyCharacter,
                '}' => return Err(FolderProblem::NotADatePart),
                '{' => {
                    let (part, after) = date_part(rest)?;
                    parts.push(part);
                    rest = after;
                    continue;
                }
                other => Part::Character(other),
            };
            parts.push(part);
            rest = &rest[character.len_utf8()..];
        }
        share_shifts(&mut parts)?;
        Ok(Self {
            text: text.to_owned(),
            parts,
        })
    }
}

/// All parts of one date are of the same day.
fn share_shifts(parts: &mut [Part]) -> Result<(), FolderProblem> {
    let mut dates: Vec<Vec<(usize, DatePart, Shift)>> = Vec::new();
    for (index, part) in parts.iter().enumerate() {
        let Part::Date(part, shift) = *part else {
            continue;
        };
        match dates.last_mut() {
            Some(date) if date.iter().all(|(_, other, _)| !other.is_same(part)) => {
                date.push((index, part, shift));
            }
            _ => dates.push(vec![(index, part, shift)]),
        }
    }
    for date in dates {
        let mut said = date.iter().map(|(_, _, shift)| *shift);
        let shift = said.find(|shift| *shift != Shift::default());
        let shift = shift.unwrap_or_default();
        if said.any(|other| other != shift && other != Shift::default()) {
            return Err(FolderProblem::SeveralDays);
        }
        for (index, part, _) in date {
            parts[index] = Part::Date(part, shift);
        }
    }
    Ok(())
}

/// The part of the date that `text` begins with, and what follows it.
fn date_part(text: &str) -> Result<(Part, &str), FolderProblem> {
    let (inner, rest) = text[1..]
        .split_once('}')
        .ok_or(FolderProblem::NotADatePart)?;
    let sign = inner.find(['+', '-']).unwrap_or(inner.len());
    let (name, shift) = inner.split_at(sign);
    let part = match name {
        "yyyy" => DatePart::Year,
        "yy" => DatePart::YearOfCentury,
        "mm" => DatePart::Month,
        "dd" => DatePart::Day,
        _ => return Err(FolderProblem::NotADatePart),
    };
    Ok((Part::Date(part, self::shift(shift)?), rest))
}

/// `-1d`, `+2w`, `-3m`; nothing: the day itself.
fn shift(text: &str) -> Result<Shift, FolderProblem> {
    if text.is_empty() {
        return Ok(Shift::default());
    }
    let (sign, rest) = text.split_at(1);
    let sign = if sign == "-" { -1 } else { 1 };
    let unit = rest.chars().last().ok_or(FolderProblem::NotADatePart)?;
    let digits = &rest[..rest.len() - unit.len_utf8()];
    let count = digits
        .parse::<u16>()
        .ok()
        .filter(|count| (1..=FURTHEST).contains(count) && !digits.starts_with('+'))
        .and_then(|count| i16::try_from(count).ok())
        .ok_or(FolderProblem::NotADatePart)?;
    let far = sign * count;
    match unit {
        'd' => Ok(Shift {
            days: far,
            months: 0,
        }),
        'w' => Ok(Shift {
            days: 7 * far,
            months: 0,
        }),
        'm' => Ok(Shift {
            days: 0,
            months: far,
        }),
        _ => Err(FolderProblem::NotADatePart),
    }
}

impl fmt::Display for FilePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<FilePattern> for String {
    fn from(pattern: FilePattern) -> Self {
        pattern.text
    }
}

impl TryFrom<String> for FilePattern {
    type Error = FolderProblem;

    fn try_from(text: String) -> Result<Self, FolderProblem> {
        text.parse()
    }
}
