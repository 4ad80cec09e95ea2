//! Dates of the Gregorian calendar, years 1 to 9999.

use super::Misfit;
use crate::settings::DateOrder;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date {
    pub(crate) year: u16,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

impl Date {
    pub(crate) fn write(self, out: &mut String) {
        push_two_digits(self.year / 100, out);
        push_two_digits(self.year % 100, out);
        out.push('-');
        push_two_digits(u16::from(self.month), out);
        out.push('-');
        push_two_digits(u16::from(self.day), out);
    }

    /// Days since 1970-01-01 (the algorithm of civil calendars with eras of 400 years).
    pub(crate) fn days(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The reverse of [`Self::days`]; `None` outside the years 1 to 9999.
    pub(crate) fn from_days(days: i64) -> Option<Self> {
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Some(Self {
            year: u16::try_from(year)
                .ok()
                .filter(|year| (1..=9999).contains(year))?,
            month: u8::try_from(month).ok()?,
            day: u8::try_from(day).ok()?,
        })
    }
}

/// Appends a number below 100 with a leading zero. Formatting through `write!` takes several times as long, and every
/// date of a file goes through here.
pub(super) fn push_two_digits(number: u16, out: &mut String) {
    let digit = |digit: u16| char::from(b'0' + (digit % 10) as u8);
    out.push(digit(number / 10));
    out.push(digit(number));
}

/// Reads a date without blanks around it.
pub(crate) fn parse(text: &str, order: DateOrder) -> Result<Date, Misfit> {
    let (date, rest) = parse_prefix(text, order)?;
    if rest.is_empty() {
        Ok(date)
    } else {
        Err(Misfit::NotADate)
    }
}

/// Reads a date at the start of a text and gives what follows it.
pub(crate) fn parse_prefix(text: &str, order: DateOrder) -> Result<(Date, &str), Misfit> {
    let (first, rest) = digits(text);
    if order == DateOrder::YearMonthDay && first.len() == 8 {
        return Ok((date(&first[..4], &first[4..6], &first[6..])?, rest));
    }
    let (mark, rest) = separator(rest).ok_or(Misfit::NotADate)?;
    let (second, rest) = digits(rest);
    let (second_mark, rest) = separator(rest).ok_or(Misfit::NotADate)?;
    let (third, rest) = digits(rest);
    if mark != second_mark || first.is_empty() || second.is_empty() || third.is_empty() {
        return Err(Misfit::NotADate);
    }
    let date = match order {
        DateOrder::YearMonthDay => date(first, second, third),
        DateOrder::DayMonthYear => date(third, second, first),
        DateOrder::MonthDayYear => date(third, first, second),
    }?;
    Ok((date, rest))
}

fn date(year: &str, month: &str, day: &str) -> Result<Date, Misfit> {
    if month.len() > 2 || day.len() > 2 {
        return Err(Misfit::NotADate);
    }
    match year.len() {
        4 => {}
        2 => return Err(Misfit::TwoDigitYear),
        _ => return Err(Misfit::NotADate),
    }
    let date = Date {
        year: year.parse().map_err(|_| Misfit::NotADate)?,
        month: month.parse().map_err(|_| Misfit::NotADate)?,
        day: day.parse().map_err(|_| Misfit::NotADate)?,
    };
    if date.year >= 1
        && (1..=12).contains(&date.month)
        && (1..=days_in_month(date.year, date.month)).contains(&date.day)
    {
        Ok(date)
    } else {
        Err(Misfit::ImpossibleDate)
    }
}

fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .bytes()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

/// One of `-`, `/` and `.`, with blanks beside it or without, or blanks alone.
fn separator(text: &str) -> Option<(char, &str)> {
    let rest = text.trim_start_matches([' ', '\u{a0}']);
    let mut characters = rest.chars();
    match characters.next() {
        Some(mark @ ('-' | '/' | '.')) => Some((
            mark,
            characters.as_str().trim_start_matches([' ', '\u{a0}']),
        )),
        _ if rest.len() < text.len() => Some((' ', rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};

    fn text_of(text: &str, order: DateOrder) -> Result<String, Misfit> {
        parse(text, order).map(|date| {
            let mut out = String::new();
            date.write(&mut out);
            out
        })
    }

    #[test]
    fn reads_dates_and_refuses_the_rest() {
        let cases: &[(&str, DateOrder, Result<&str, Misfit>)] = &[
            ("08.01.1993", DayMonthYear, Ok("1993-01-08")),
            ("8.1.1993", DayMonthYear, Ok("1993-01-08")),
            ("8. 1. 1993", DayMonthYear, Ok("1993-01-08")),
            ("08/01/1993", DayMonthYear, Ok("1993-01-08")),
            ("08-01-1993", DayMonthYear, Ok("1993-01-08")),
            ("08 01 1993", DayMonthYear, Ok("1993-01-08")),
            ("08/01/1993", MonthDayYear, Ok("1993-08-01")),
            ("1993-08-01", YearMonthDay, Ok("1993-08-01")),
            ("1993/8/1", YearMonthDay, Ok("1993-08-01")),
            ("19930801", YearMonthDay, Ok("1993-08-01")),
            ("29.02.2000", DayMonthYear, Ok("2000-02-29")),
            ("29.02.2024", DayMonthYear, Ok("2024-02-29")),
            ("0001-01-01", YearMonthDay, Ok("0001-01-01")),
            ("9999-12-31", YearMonthDay, Ok("9999-12-31")),
            ("29.02.1900", DayMonthYear, Err(Misfit::ImpossibleDate)),
            ("29.02.2023", DayMonthYear, Err(Misfit::ImpossibleDate)),
            ("31.02.1980", DayMonthYear, Err(Misfit::ImpossibleDate)),
            ("31.04.2024", DayMonthYear, Err(Misfit::ImpossibleDate)),
            ("13/31/2026", MonthDayYear, Err(Misfit::ImpossibleDate)),
            ("01/13/2026", DayMonthYear, Err(Misfit::ImpossibleDate)),
            ("00.01.2026", DayMonthYear, Err(Misfit::ImpossibleDate)),
            ("0000-01-01", YearMonthDay, Err(Misfit::ImpossibleDate)),
            ("20261340", YearMonthDay, Err(Misfit::ImpossibleDate)),
            ("08.01.93", DayMonthYear, Err(Misfit::TwoDigitYear)),
            ("93-01-08", YearMonthDay, Err(Misfit::TwoDigitYear)),
            ("08.01-1993", DayMonthYear, Err(Misfit::NotADate)),
            ("08.01.1993 10:00", DayMonthYear, Err(Misfit::NotADate)),
            ("08.01", DayMonthYear, Err(Misfit::NotADate)),
            ("08..1993", DayMonthYear, Err(Misfit::NotADate)),
            ("19930801", DayMonthYear, Err(Misfit::NotADate)),
            ("1993-08-01", DayMonthYear, Err(Misfit::NotADate)),
            ("008.01.1993", DayMonthYear, Err(Misfit::NotADate)),
            ("08.01.19930", DayMonthYear, Err(Misfit::NotADate)),
            ("8 January 1993", DayMonthYear, Err(Misfit::NotADate)),
            ("", DayMonthYear, Err(Misfit::NotADate)),
            ("\u{664}.1.2020", DayMonthYear, Err(Misfit::NotADate)),
        ];
        for (text, order, expected) in cases {
            assert_eq!(
                text_of(text, *order),
                expected.map(str::to_owned),
                "{text:?} as {order:?}"
            );
        }
    }

    #[test]
    fn days_count_from_1970_and_back() {
        let epoch = parse("1970-01-01", YearMonthDay).unwrap();
        assert_eq!(epoch.days(), 0);
        let first = parse("0001-01-01", YearMonthDay).unwrap().days();
        let last = parse("9999-12-31", YearMonthDay).unwrap().days();
        assert_eq!((first, last), (-719_162, 2_932_896));
        assert_eq!(Date::from_days(first - 1), None);
        assert_eq!(Date::from_days(last + 1), None);
        assert_eq!(Date::from_days(i64::MAX), None);
        let mut previous = Date::from_days(first).unwrap();
        for days in first + 1..=last {
            let date = Date::from_days(days).unwrap();
            assert_eq!(date.days(), days);
            assert!(date > previous);
            previous = date;
        }
    }
}
