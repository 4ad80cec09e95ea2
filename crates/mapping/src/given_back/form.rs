//! The form in which another program has written a whole column: dates, numbers and truth values. Cells that were not at
//! fault prove it, for what they were is known.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;

use crate::settings::{DateOrder, DecimalMark};

/// How a column is read and written back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    Date {
        given: DateLayout,
        original: DateLayout,
    },
    Number {
        given: NumberLayout,
        original: NumberLayout,
    },
    Truth {
        given: [&'static str; 2],
        original: [&'static str; 2],
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateLayout {
    pub order: DateOrder,
    pub separator: char,
    /// Days and months of one digit have a zero in front.
    is_padded: bool,
    /// Of a year of two digits, those that the cells have which prove it: no other one is meant.
    short_years: Option<RangeInclusive<u16>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberLayout {
    pub mark: DecimalMark,
    is_grouped: bool,
    /// Digits after the mark; `None`: as many as there are.
    scale: Option<usize>,
}

const ORDERS: [DateOrder; 3] = [
    DateOrder::YearMonthDay,
    DateOrder::DayMonthYear,
    DateOrder::MonthDayYear,
];
const MARKS: [DecimalMark; 2] = [DecimalMark::Point, DecimalMark::Comma];
const TRUTHS: [[&str; 2]; 6] = [
    ["true", "false"],
    ["True", "False"],
    ["TRUE", "FALSE"],
    ["wahr", "falsch"],
    ["Wahr", "Falsch"],
    ["WAHR", "FALSCH"],
];

/// The one form that makes every original of what was given; `None` where nothing differs, where no form does, and where
/// several would read `all` cells of the column in different ways.
pub(super) fn of_column<'a>(
    pairs: &[(&str, &str)],
    all: impl Iterator<Item = &'a str> + Clone,
) -> Option<Form> {
    if pairs.iter().all(|(original, given)| original == given) {
        return None;
    }
    let agreeing = agreeing(pairs);
    let (first, others) = agreeing.split_first()?;
    let is_doubtful = others.iter().any(|other| {
        let reads_otherwise = |cell| first.original(cell) != other.original(cell);
        all.clone().any(reads_otherwise)
    });
    (!is_doubtful).then(|| first.clone())
}

fn agreeing(pairs: &[(&str, &str)]) -> Vec<Form> {
    let agrees = |form: &Form| {
        let mut pairs = pairs.iter();
        pairs.all(|(original, given)| form.original(given).as_deref() == Some(*original))
    };
    let (originals, given): (Vec<&str>, Vec<&str>) = pairs.iter().copied().unzip();
    let written = DateLayout::of_all(&originals);
    let read = DateLayout::of_all(&given);
    let dates = read.iter().flat_map(|given| {
        written.iter().map(|original| Form::Date {
            given: given.among(original, &originals),
            original: original.clone(),
        })
    });
    let numbers = pairs_of(&MARKS).filter_map(|(given_mark, original_mark)| {
        let given = NumberLayout::of_all(*given_mark, &given);
        let original = NumberLayout::of_all(*original_mark, &originals);
        // Zeros at the end come back only where nothing else makes the originals.
        let scales = [None, Some(original.longest_fraction(&originals))];
        let with_scale = |scale| Form::Number {
            given: given.clone(),
            original: NumberLayout {
                scale,
                ..original.clone()
            },
        };
        scales.into_iter().map(with_scale).find(&agrees)
    });
    let truths = pairs_of(&TRUTHS).map(|(given, original)| Form::Truth {
        given: *given,
        original: *original,
    });
    let mut forms: Vec<Form> = dates.filter(&agrees).collect();
    forms.extend(numbers);
    forms.extend(truths.filter(&agrees));
    forms
}

fn pairs_of<T>(list: &[T]) -> impl Iterator<Item = (&T, &T)> {
    list.iter()
        .flat_map(move |one| list.iter().map(move |other| (one, other)))
}

impl Form {
    /// Such a cell as it is given, and what it is in the run's form.
    pub fn example(&self) -> [String; 2] {
        match self {
            Self::Date { given, original } => {
                [given, original].map(|layout| layout.write((2026, 12, 31), ""))
            }
            Self::Number { given, original } => [given, original].map(|layout| {
                let fraction = "5".repeat(layout.scale.unwrap_or(1));
                let number = layout.write(("", "1234".to_owned(), &fraction));
                number.unwrap_or_default()
            }),
            Self::Truth { given, original } => [given[0].to_owned(), original[0].to_owned()],
        }
    }

    /// What the cell is in the run's form; `None`: it is not in this form.
    pub(super) fn original(&self, cell: &str) -> Option<String> {
        match self {
            Self::Date { given, original } => {
                let (mut date, rest) = given.read(cell)?;
                if let Some(years) = &given.short_years {
                    let within = [0, 1900, 2000].map(|century| date.0 + century);
                    date.0 = *within.iter().find(|year| years.contains(year))?;
                }
                Some(original.write(date, rest))
            }
            Self::Number { given, original } => original.write(given.read(cell)?),
            Self::Truth { given, original } => {
                let at = given.iter().position(|word| *word == cell)?;
                Some(original[at].to_owned())
            }
        }
    }
}

impl DateLayout {
    /// Those in which all of the texts are dates.
    fn of_all(texts: &[&str]) -> Vec<Self> {
        let has_digit_alone = |text: &&str| {
            let end = text.find([' ', 'T']).unwrap_or(text.len());
            text[..end]
                .split(['-', '.', '/'])
                .any(|part| part.len() == 1)
        };
        let is_padded = !texts.iter().any(has_digit_alone);
        let mut layouts = Vec::new();
        for separator in ['-', '.', '/'] {
            for order in ORDERS {
                for short_years in [None, Some(0..=99)] {
                    let layout = Self {
                        order,
                        separator,
                        is_padded,
                        short_years,
                    };
                    if texts.iter().all(|text| layout.read(text).is_some()) {
                        layouts.push(layout);
                    }
                }
            }
        }
        layouts
    }

    /// The same, with the years that the originals have.
    fn among(&self, original: &Self, originals: &[&str]) -> Self {
        let years = originals.iter().filter_map(|text| original.read(text));
        let years: BTreeSet<u16> = years.map(|((year, _, _), _)| year).collect();
        let range = years.first().zip(years.last());
        let range = range.map(|(first, last)| *first..=*last);
        let range = original.short_years.clone().or(range);
        Self {
            short_years: self.short_years.as_ref().and(range),
            ..self.clone()
        }
    }

    /// Year, month and day, and what stands behind, such as a time.
    fn read<'a>(&self, text: &'a str) -> Option<((u16, u8, u8), &'a str)> {
        let end = text.find([' ', 'T']).unwrap_or(text.len());
        let (date, rest) = text.split_at(end);
        let mut parts = date.split(self.separator);
        let parts = [
            parts.next()?,
            parts.next()?,
            parts.next()?,
            parts.next().unwrap_or(""),
        ];
        let [first, second, third, ""] = parts else {
            return None;
        };
        let [year, month, day] = match self.order {
            DateOrder::YearMonthDay => [first, second, third],
            DateOrder::DayMonthYear => [third, second, first],
            DateOrder::MonthDayYear => [third, first, second],
        };
        let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = |text: &str| (1..=2).contains(&text.len());
        let digits = if self.short_years.is_some() { 2 } else { 4 };
        let holds = [year, month, day].iter().all(|part| is_number(part))
            && year.len() == digits
            && is_short(month)
            && is_short(day);
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
        (holds && is_date).then_some(((year.parse().ok()?, month, day), rest))
    }

    fn write(&self, (year, month, day): (u16, u8, u8), rest: &str) -> String {
        let part = |number: u8| {
            if self.is_padded {
                format!("{number:02}")
            } else {
                number.to_string()
            }
        };
        let (month, day) = (part(month), part(day));
        let year = if self.short_years.is_some() {
            format!("{:02}", year % 100)
        } else {
            format!("{year:04}")
        };
        let parts = match self.order {
            DateOrder::YearMonthDay => [year, month, day],
            DateOrder::DayMonthYear => [day, month, year],
            DateOrder::MonthDayYear => [month, day, year],
        };
        let separator = self.separator.encode_utf8(&mut [0; 4]).to_owned();
        parts.join(&separator) + rest
    }
}

impl NumberLayout {
    fn of_all(mark: DecimalMark, texts: &[&str]) -> Self {
        let plain = Self {
            mark,
            is_grouped: false,
            scale: None,
        };
        let separator = plain.marks().1;
        Self {
            is_grouped: texts.iter().any(|text| text.contains(separator)),
            ..plain
        }
    }

    fn longest_fraction(&self, texts: &[&str]) -> usize {
        let fractions = texts.iter().filter_map(|text| self.read(text));
        fractions.map(|(_, _, it)| it.len()).max().unwrap_or(0)
    }

    fn marks(&self) -> (char, char) {
        match self.mark {
            DecimalMark::Point => ('.', ','),
            DecimalMark::Comma => (',', '.'),
        }
    }

    /// Sign, whole digits and digits after the mark.
    fn read<'a>(&self, text: &'a str) -> Option<(&'static str, String, &'a str)> {
        let (mark, separator) = self.marks();
        let (sign, text) = match text.strip_prefix('-') {
            Some(text) => ("-", text),
            None => ("", text),
        };
        let (whole, fraction) = text.split_once(mark).unwrap_or((text, ""));
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let mut groups = whole.split(separator);
        let first = groups.next().unwrap_or_default();
        let mut whole = first.to_owned();
        for group in groups {
            if !self.is_grouped || group.len() != 3 || first.len() > 3 {
                return None;
            }
            whole.push_str(group);
        }
        let holds = !first.is_empty() && is_digits(&whole) && is_digits(fraction);
        holds.then_some((sign, whole, fraction))
    }

    /// `None` where digits would be lost.
    fn write(&self, (sign, whole, fraction): (&str, String, &str)) -> Option<String> {
        let (mark, separator) = self.marks();
        let mut out = sign.to_owned();
        for (index, digit) in whole.chars().enumerate() {
            if self.is_grouped && index > 0 && (whole.len() - index) % 3 == 0 {
                out.push(separator);
            }
            out.push(digit);
        }
        let scale = self.scale.unwrap_or(fraction.len());
        if fraction.len() > scale {
            return None;
        }
        if scale > 0 {
            // Writing to a `String` cannot fail.
            let _ = write!(out, "{mark}{fraction:0<scale$}");
        }
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of `cell` in a column that these pairs of original and given cells prove; `None`: it is as written.
    fn read(pairs: &[(&str, &str)], cell: &str) -> Option<String> {
        let all: Vec<&str> = pairs.iter().map(|pair| pair.1).chain([cell]).collect();
        of_column(pairs, all.iter().copied())?.original(cell)
    }

    #[test]
    fn a_column_is_read_in_the_form_that_its_cells_prove() {
        for (pairs, cell, original) in [
            (
                &[("2026-01-31", "31.01.2026")][..],
                "05.02.2026",
                "2026-02-05",
            ),
            (&[("2026-01-31", "1/31/2026")], "2/5/2026", "2026-02-05"),
            (&[("2026-01-31", "31/01/2026")], "05/02/2026", "2026-02-05"),
            (&[("31.01.2026", "2026-01-31")], "2026-02-05", "05.02.2026"),
            (&[("2026-01-31", "31.01.26")], "05.01.26", "2026-01-05"),
            (
                &[("1985-01-31", "31.01.85"), ("1990-03-31", "31.03.90")],
                "05.01.87",
                "1987-01-05",
            ),
            (
                &[("2026-01-31 10:00", "31.01.2026 10:00")],
                "05.02.2026 11:30",
                "2026-02-05 11:30",
            ),
            (&[("12.5", "12,5")], "7,25", "7.25"),
            (&[("12.50", "12,5"), ("3.00", "3")], "7,25", "7.25"),
            (&[("12.50", "12,5"), ("3.00", "3")], "8", "8.00"),
            (&[("1.234,50", "1234.5")], "9876.5", "9.876,50"),
            (&[("true", "TRUE")], "FALSE", "false"),
            (&[("true", "WAHR"), ("false", "FALSCH")], "FALSCH", "false"),
        ] {
            assert_eq!(read(pairs, cell).as_deref(), Some(original), "{pairs:?}");
        }
    }

    #[test]
    fn what_the_cells_do_not_prove_is_as_written() {
        for (pairs, cell) in [
            // Nothing differs, or not all of them agree.
            (&[("2026-01-31", "2026-01-31")][..], "05.02.2026"),
            (
                &[("2026-01-31", "31.01.2026"), ("2026-02-28", "2026-02-27")],
                "05.02.2026",
            ),
            // Day and month may be either.
            (&[("2026-01-01", "01/01/2026")], "05/02/2026"),
            // A year that no original has.
            (&[("2026-01-31", "31.01.26")], "05.02.85"),
            // Lost zeros are a changed cell.
            (&[("00123", "123")], "456"),
            (&[("4915123456789", "4,91512E+12")], "4,91512E+12"),
            (&[("2026-01-31", "31.01.2026")], "soon"),
        ] {
            assert_eq!(read(pairs, cell), None, "{pairs:?}");
        }
    }
}
