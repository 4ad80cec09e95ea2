//! Points in time: with a zone (kept in UTC) or local.

use super::Misfit;
use super::date::{self, Date};
use crate::settings::DateOrder;

/// A fraction of a second has at most so many digits.
const MAX_FRACTION: usize = 9;
const SECONDS_PER_DAY: i64 = 86_400;
/// No zone is farther from UTC than this.
const MAX_OFFSET_MINUTES: i32 = 18 * 60;

/// A date and a time of day as written, with the zone if one is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Timestamp<'a> {
    date: Date,
    second_of_day: i64,
    /// ASCII digits without trailing zeros.
    fraction: &'a str,
    pub(crate) offset_minutes: Option<i32>,
}

/// Appends the canonical text to `out`. A zoned field takes text with a zone, or without one where an offset is stated;
/// a local one takes text without a zone only.
pub(crate) fn write(
    text: &str,
    order: DateOrder,
    zoned: bool,
    stated_offset: Option<i16>,
    out: &mut String,
) -> Result<(), Misfit> {
    let timestamp = parse(text, order)?;
    if !zoned {
        if timestamp.offset_minutes.is_some() {
            return Err(Misfit::ZoneUnexpected);
        }
        write_local(
            timestamp.date,
            timestamp.second_of_day,
            timestamp.fraction,
            out,
        );
        return Ok(());
    }
    let offset = timestamp
        .offset_minutes
        .or(stated_offset.map(i32::from))
        .ok_or(Misfit::ZoneMissing)?;
    let seconds =
        timestamp.date.days() * SECONDS_PER_DAY + timestamp.second_of_day - i64::from(offset) * 60;
    let date =
        Date::from_days(seconds.div_euclid(SECONDS_PER_DAY)).ok_or(Misfit::ImpossibleDate)?;
    write_local(
        date,
        seconds.rem_euclid(SECONDS_PER_DAY),
        timestamp.fraction,
        out,
    );
    out.push('Z');
    Ok(())
}

/// Reads a date, then a blank or `T`, then `hh:mm[:ss[.fraction]]` with `AM` or `PM` if any, then the zone if any.
pub(crate) fn parse(text: &str, order: DateOrder) -> Result<Timestamp<'_>, Misfit> {
    let (date, rest) = date::parse_prefix(text, order).map_err(|misfit| match misfit {
        Misfit::NotADate => Misfit::NotATimestamp,
        other => other,
    })?;
    if rest.is_empty() {
        return Err(Misfit::TimeMissing);
    }
    let rest = match rest.strip_prefix(['T', 't']) {
        Some(rest) => rest,
        None => strip_blanks(rest).ok_or(Misfit::NotATimestamp)?,
    };
    let (mut hour, rest) = one_or_two_digits(rest).ok_or(Misfit::NotATimestamp)?;
    let rest = rest.strip_prefix(':').ok_or(Misfit::NotATimestamp)?;
    let (minute, mut rest) = two_digits(rest).ok_or(Misfit::NotATimestamp)?;
    let mut second = 0;
    let mut fraction = "";
    if let Some(after) = rest.strip_prefix(':') {
        (second, rest) = two_digits(after).ok_or(Misfit::NotATimestamp)?;
        if let Some(after) = rest.strip_prefix(['.', ',']) {
            let end = after
                .bytes()
                .position(|byte| !byte.is_ascii_digit())
                .unwrap_or(after.len());
            if end == 0 || end > MAX_FRACTION {
                return Err(Misfit::NotATimestamp);
            }
            fraction = after[..end].trim_end_matches('0');
            rest = &after[end..];
        }
    }
    if let Some((afternoon, after)) = half_of_day(rest) {
        if !(1..=12).contains(&hour) {
            return Err(Misfit::ImpossibleTime);
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
        rest = after;
    }
    if hour > 23 || minute > 59 || second > 59 {
        return Err(Misfit::ImpossibleTime);
    }
    Ok(Timestamp {
        date,
        second_of_day: i64::from(hour * 3600 + minute * 60 + second),
        fraction,
        offset_minutes: zone(rest)?,
    })
}

fn write_local(date: Date, second_of_day: i64, fraction: &str, out: &mut String) {
    date.write(out);
    let parts = [
        ('T', second_of_day / 3600),
        (':', second_of_day / 60 % 60),
        (':', second_of_day % 60),
    ];
    for (mark, number) in parts {
        out.push(mark);
        date::push_two_digits(u16::try_from(number).unwrap_or(0), out);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

fn half_of_day(text: &str) -> Option<(bool, &str)> {
    let rest = strip_blanks(text).unwrap_or(text);
    let (word, after) = rest.split_at_checked(2)?;
    if word.eq_ignore_ascii_case("am") {
        Some((false, after))
    } else if word.eq_ignore_ascii_case("pm") {
        Some((true, after))
    } else {
        None
    }
}

/// Minutes east of UTC: nothing, `Z`, `UTC`, or `±hh`, `±hhmm`, `±hh:mm`, with a blank before it or without.
fn zone(text: &str) -> Result<Option<i32>, Misfit> {
    let text = strip_blanks(text).unwrap_or(text);
    if text.is_empty() {
        return Ok(None);
    }
    if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Ok(Some(0));
    }
    let sign = match text.as_bytes()[0] {
        b'+' => 1,
        b'-' => -1,
        _ => return Err(Misfit::NotATimestamp),
    };
    let (hours, rest) = two_digits(&text[1..]).ok_or(Misfit::NotATimestamp)?;
    let minutes = if rest.is_empty() {
        0
    } else {
        match two_digits(rest.strip_prefix(':').unwrap_or(rest)) {
            Some((minutes, "")) => minutes,
            _ => return Err(Misfit::NotATimestamp),
        }
    };
    let offset = hours * 60 + minutes;
    if minutes > 59 || offset > MAX_OFFSET_MINUTES {
        return Err(Misfit::ImpossibleTime);
    }
    Ok(Some(sign * offset))
}

/// What follows one or more blanks.
fn strip_blanks(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches([' ', '\u{a0}', '\u{202f}']);
    (rest.len() < text.len()).then_some(rest)
}

fn two_digits(text: &str) -> Option<(i32, &str)> {
    let (digits, rest) = text.split_at_checked(2)?;
    number(digits).map(|number| (number, rest))
}

fn one_or_two_digits(text: &str) -> Option<(i32, &str)> {
    two_digits(text).or_else(|| {
        let (digit, rest) = text.split_at_checked(1)?;
        number(digit).map(|number| (number, rest))
    })
}

fn number(digits: &str) -> Option<i32> {
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        digits.parse().ok()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};

    fn local(text: &str, order: DateOrder) -> Result<String, Misfit> {
        let mut out = String::new();
        write(text, order, false, None, &mut out).map(|()| out)
    }

    fn zoned(text: &str, offset: Option<i16>) -> Result<String, Misfit> {
        let mut out = String::new();
        write(text, YearMonthDay, true, offset, &mut out).map(|()| out)
    }

    #[test]
    fn reads_local_timestamps_and_refuses_the_rest() {
        let cases: &[(&str, DateOrder, Result<&str, Misfit>)] = &[
            ("05/08/2026 13:01", MonthDayYear, Ok("2026-05-08T13:01:00")),
            ("05/08/2026 9:01", MonthDayYear, Ok("2026-05-08T09:01:00")),
            (
                "08.05.2026 13:01:59",
                DayMonthYear,
                Ok("2026-05-08T13:01:59"),
            ),
            ("2026-05-08T13:01", YearMonthDay, Ok("2026-05-08T13:01:00")),
            ("20260508T13:01", YearMonthDay, Ok("2026-05-08T13:01:00")),
            ("2026-05-08  13:01", YearMonthDay, Ok("2026-05-08T13:01:00")),
            ("2026 05 08 13:01", YearMonthDay, Ok("2026-05-08T13:01:00")),
            (
                "2026-05-08T13:01:00.2500",
                YearMonthDay,
                Ok("2026-05-08T13:01:00.25"),
            ),
            (
                "2026-05-08T13:01:00.000",
                YearMonthDay,
                Ok("2026-05-08T13:01:00"),
            ),
            (
                "2026-05-08T13:01:00,5",
                YearMonthDay,
                Ok("2026-05-08T13:01:00.5"),
            ),
            ("5/8/2026 12:00 AM", MonthDayYear, Ok("2026-05-08T00:00:00")),
            ("5/8/2026 12:00 pm", MonthDayYear, Ok("2026-05-08T12:00:00")),
            ("5/8/2026 1:05PM", MonthDayYear, Ok("2026-05-08T13:05:00")),
            (
                "13/31/2026 10:00",
                MonthDayYear,
                Err(Misfit::ImpossibleDate),
            ),
            ("5/8/26 10:00", MonthDayYear, Err(Misfit::TwoDigitYear)),
            ("05/08/2026", MonthDayYear, Err(Misfit::TimeMissing)),
            ("05/08/2026 ", MonthDayYear, Err(Misfit::NotATimestamp)),
            ("05/08/2026 13", MonthDayYear, Err(Misfit::NotATimestamp)),
            ("05/08/2026 13:1", MonthDayYear, Err(Misfit::NotATimestamp)),
            (
                "05/08/2026 24:00",
                MonthDayYear,
                Err(Misfit::ImpossibleTime),
            ),
            (
                "05/08/2026 13:60",
                MonthDayYear,
                Err(Misfit::ImpossibleTime),
            ),
            (
                "05/08/2026 13:00:60",
                MonthDayYear,
                Err(Misfit::ImpossibleTime),
            ),
            (
                "05/08/2026 13:00 PM",
                MonthDayYear,
                Err(Misfit::ImpossibleTime),
            ),
            (
                "05/08/2026 0:00 AM",
                MonthDayYear,
                Err(Misfit::ImpossibleTime),
            ),
            (
                "2026-05-08T13:01Z",
                YearMonthDay,
                Err(Misfit::ZoneUnexpected),
            ),
            (
                "2026-05-08T13:01+02:00",
                YearMonthDay,
                Err(Misfit::ZoneUnexpected),
            ),
            (
                "2026-05-08T13:01 CEST",
                YearMonthDay,
                Err(Misfit::NotATimestamp),
            ),
            (
                "2026-05-08T13:01:00.",
                YearMonthDay,
                Err(Misfit::NotATimestamp),
            ),
            (
                "2026-05-08T13:01:00.1234567891",
                YearMonthDay,
                Err(Misfit::NotATimestamp),
            ),
            ("tomorrow", YearMonthDay, Err(Misfit::NotATimestamp)),
            ("2026-05-08T1é:00", YearMonthDay, Err(Misfit::NotATimestamp)),
            ("", YearMonthDay, Err(Misfit::NotATimestamp)),
        ];
        for (text, order, expected) in cases {
            assert_eq!(
                local(text, *order),
                expected.map(str::to_owned),
                "{text:?} as {order:?}"
            );
        }
    }

    #[test]
    fn keeps_zoned_timestamps_in_utc() {
        let cases: &[(&str, Option<i16>, Result<&str, Misfit>)] = &[
            ("2026-05-08T13:01Z", None, Ok("2026-05-08T13:01:00Z")),
            ("2026-05-08 13:01 UTC", None, Ok("2026-05-08T13:01:00Z")),
            (
                "2026-05-08T00:30:00+02:00",
                None,
                Ok("2026-05-07T22:30:00Z"),
            ),
            (
                "2026-12-31T23:30:00.5-0130",
                None,
                Ok("2027-01-01T01:00:00.5Z"),
            ),
            ("2026-05-08 13:01:00+02", None, Ok("2026-05-08T11:01:00Z")),
            (
                "2026-05-08T13:01+02:00",
                Some(-60),
                Ok("2026-05-08T11:01:00Z"),
            ),
            ("2026-05-08T13:01", Some(120), Ok("2026-05-08T11:01:00Z")),
            ("2026-05-08T13:01", Some(-330), Ok("2026-05-08T18:31:00Z")),
            ("2026-05-08T13:01", None, Err(Misfit::ZoneMissing)),
            ("2026-05-08T13:01+25:00", None, Err(Misfit::ImpossibleTime)),
            ("2026-05-08T13:01+02:60", None, Err(Misfit::ImpossibleTime)),
            ("2026-05-08T13:01+2", None, Err(Misfit::NotATimestamp)),
            ("9999-12-31T23:00-02:00", None, Err(Misfit::ImpossibleDate)),
            ("0001-01-01T00:00+02:00", None, Err(Misfit::ImpossibleDate)),
        ];
        for (text, offset, expected) in cases {
            assert_eq!(
                zoned(text, *offset),
                expected.map(str::to_owned),
                "{text:?} with offset {offset:?}"
            );
        }
    }
}
