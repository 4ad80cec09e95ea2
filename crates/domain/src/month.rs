//! Calendar months and days in the time zone of a namespace.

use std::fmt;
use std::str::FromStr;

pub use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::time::Timestamp;
use crate::zone::TimeZone;

/// A calendar month in the zone of the namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Month {
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
}

/// A day of a month, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day {
    pub month: Month,
    pub day: u8,
}

/// Text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written as 2026-11")]
pub struct MonthProblem;

impl Day {
    /// The day of the instant in a zone.
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        instant.to_zoned_datetime(zone.clone()).date().into()
    }

    /// `None`: there is no such day.
    pub fn date(self) -> Option<Date> {
        let month = i8::try_from(self.month.month).ok()?;
        Date::new(self.month.year, month, i8::try_from(self.day).ok()?).ok()
    }

    /// The first instant of the day in a zone: midnight, or the end of the gap where that does not exist.
    pub fn start(self, zone: &TimeZone) -> Option<Timestamp> {
        let start = self.date()?.to_zoned_datetime(zone.clone()).ok()?;
        Some(Timestamp(start.timestamp().as_millisecond()))
    }
}

impl From<Date> for Day {
    fn from(date: Date) -> Self {
        Self {
            month: Month {
                year: date.year(),
                month: unsigned(date.month()),
            },
            day: unsigned(date.day()),
        }
    }
}

impl Month {
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        Day::of(at, zone).month
    }

    /// The first instant of the month in a zone: midnight, or the end of the gap where that does not exist.
    pub fn start(self, zone: &TimeZone) -> Timestamp {
        let start = self
            .first()
            .and_then(|first| first.to_zoned_datetime(zone.clone()).ok());
        // Out of the calendar's range there are no runs either.
        start.map_or(Timestamp(i64::MIN), |start| {
            Timestamp(start.timestamp().as_millisecond())
        })
    }

    /// How many days it has; 0 of a month out of the calendar's range.
    pub fn days(self) -> u8 {
        self.first()
            .map_or(0, |first| unsigned(first.days_in_month()))
    }

    #[must_use]
    pub const fn next(self) -> Self {
        match self.month {
            12.. => Self {
                year: self.year.saturating_add(1),
                month: 1,
            },
            month => Self {
                month: month + 1,
                ..self
            },
        }
    }

    #[must_use]
    pub const fn previous(self) -> Self {
        match self.month {
            0 | 1 => Self {
                year: self.year.saturating_sub(1),
                month: 12,
            },
            month => Self {
                month: month - 1,
                ..self
            },
        }
    }

    /// `2026-11`: for addresses and logs, in the order of time.
    pub fn code(self) -> String {
        format!("{:04}-{:02}", self.year, self.month)
    }

    fn first(self) -> Option<Date> {
        Date::new(self.year, i8::try_from(self.month).ok()?, 1).ok()
    }
}

/// As [`Month::code`] writes it.
impl FromStr for Month {
    type Err = MonthProblem;

    fn from_str(text: &str) -> Result<Self, MonthProblem> {
        let digits = |text: &str, count: usize| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let (year, month) = text
            .split_once('-')
            .filter(|(year, month)| digits(year, 4) && digits(month, 2))
            .ok_or(MonthProblem)?;
        let month = Self {
            year: year.parse().map_err(|_| MonthProblem)?,
            month: month.parse().map_err(|_| MonthProblem)?,
        };
        month.first().map(|_| month).ok_or(MonthProblem)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        match usize::from(self.month)
            .checked_sub(1)
            .and_then(|index| NAMES.get(index))
        {
            Some(name) => write!(f, "{name} {}", self.year),
            None => f.write_str(&self.code()),
        }
    }
}

/// `25 November 2026, 14:45 (Europe/Berlin)`.
pub fn written_in(at: Timestamp, zone: &TimeZone) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| String::new(),
        |at| {
            at.to_zoned_datetime(zone.clone())
                .strftime("%-d %B %Y, %H:%M (%Q)")
                .to_string()
        },
    )
}

/// `25 Nov, 14:45`, where the zone is said beside it.
pub fn briefly_written_in(at: Timestamp, zone: &TimeZone) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(
        |_| String::new(),
        |at| {
            at.to_zoned_datetime(zone.clone())
                .strftime("%-d %b, %H:%M")
                .to_string()
        },
    )
}

/// The calendar's days and months are between 1 and 31.
fn unsigned(number: i8) -> u8 {
    number.unsigned_abs()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::find;

    #[test]
    fn instants_are_written_in_a_zone() {
        let at = Timestamp(1_795_614_300_000);
        assert_eq!(
            written_in(at, &find("Europe/Berlin").unwrap()),
            "25 November 2026, 14:45 (Europe/Berlin)"
        );
        let tokyo = find("Asia/Tokyo").unwrap();
        assert_eq!(briefly_written_in(at, &tokyo), "25 Nov, 22:45");
    }

    /// 2026-11-01T02:30:00Z.
    const EARLY_IN_NOVEMBER: Timestamp = Timestamp(1_793_500_200_000);

    #[test]
    fn a_month_is_that_of_the_zone() {
        for (time_zone, month, start) in [
            ("UTC", "2026-11", 1_793_491_200_000),
            // Still October there, which began at 04:00 UTC.
            ("America/New_York", "2026-10", 1_790_827_200_000),
            ("Europe/Berlin", "2026-11", 1_793_487_600_000),
        ] {
            let zone = find(time_zone).unwrap();
            let found = Month::of(EARLY_IN_NOVEMBER, &zone);
            assert_eq!(found.code(), month, "{time_zone}");
            assert_eq!(found.start(&zone), Timestamp(start), "{time_zone}");
        }
        let new_york = find("America/New_York").unwrap();
        assert_eq!(Day::of(EARLY_IN_NOVEMBER, &new_york).day, 31);
    }

    #[test]
    fn months_follow_each_other() {
        let month = |text: &str| text.parse::<Month>().unwrap();
        assert_eq!(month("2026-12").next(), month("2027-01"));
        assert_eq!(month("2027-01").previous(), month("2026-12"));
        assert_eq!(month("2026-11").next().previous(), month("2026-11"));
        assert_eq!((month("2026-02").days(), month("2028-02").days()), (28, 29));
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-00",
            "2026-1",
            "-026-11",
            "2026-+1",
            "2026-11-01",
        ] {
            assert_eq!(text.parse::<Month>(), Err(MonthProblem), "{text}");
        }
        assert_eq!(
            "2026-11".parse::<Month>().unwrap().to_string(),
            "November 2026"
        );
    }
}
