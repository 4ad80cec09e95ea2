//! What every recurrence comes down to: days, and the minutes of a day.

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::{Day, MonthDay, Recurrence};

/// A sparse recurrence (29 February, across a year that is no leap year) has an instant in eight years at the latest.
const DAYS_AHEAD: u32 = 9 * 366;

pub(super) struct Occurrences {
    /// Bit 0 to 59.
    pub minutes: u64,
    /// Bit 0 to 23.
    pub hours: u32,
    pub days: Days,
}

pub(super) enum Days {
    Every,
    /// Bit 0 is Sunday.
    OfWeek(u8),
    OfMonth(MonthDay),
    Cron(CronDays),
}

/// The three fields of a cron expression that say which days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CronDays {
    /// Bit 1 to 31; `None` for `*`.
    pub of_month: Option<u32>,
    /// Bit 1 to 12.
    pub months: u16,
    /// Bit 0 (Sunday) to 6; `None` for `*`.
    pub of_week: Option<u8>,
}

impl Occurrences {
    pub fn of(recurrence: &Recurrence) -> Self {
        let at_time = |at: Time, days| Self {
            minutes: bit(at.minute()),
            hours: narrow(bit(at.hour())),
            days,
        };
        match recurrence {
            Recurrence::Hourly { minute } => Self {
                minutes: 1_u64.checked_shl(u32::from(*minute)).unwrap_or_default(),
                hours: u32::MAX,
                days: Days::Every,
            },
            Recurrence::Daily { at } => at_time(*at, Days::Every),
            Recurrence::Weekly { days, at } => {
                let days = days.iter().fold(0, |bits, day| bits | day.bit());
                at_time(*at, Days::OfWeek(days))
            }
            Recurrence::Monthly { day, at } => at_time(*at, Days::OfMonth(*day)),
            Recurrence::Cron(expression) => expression.occurrences(),
        }
    }

    /// Whether it goes on through all hours of a day, one of which may be missing or come twice.
    pub fn is_steady(&self) -> bool {
        u64::from(self.hours) & HOURS_OF_A_DAY == HOURS_OF_A_DAY
    }

    /// The first local time, to the minute, that is not before `from`.
    pub fn first_from(&self, from: DateTime) -> Option<DateTime> {
        let mut date = from.date();
        let mut earliest = rounded_up(from.time());
        for _ in 0..DAYS_AHEAD {
            if self.days.contain(date)
                && let Some((hour, minute)) = earliest.and_then(|from| self.first_time(from))
            {
                return Some(date.at(hour, minute, 0, 0));
            }
            date = date.tomorrow().ok()?;
            earliest = Some((0, 0));
        }
        None
    }

    fn first_time(&self, (hour, minute): (i8, i8)) -> Option<(i8, i8)> {
        let later_minute = lowest(self.minutes & (u64::MAX << minute));
        if u64::from(self.hours) & bit(hour) != 0
            && let Some(minute) = later_minute
        {
            return Some((hour, minute));
        }
        let later_hours = u64::from(self.hours) & (u64::MAX << (hour + 1)) & HOURS_OF_A_DAY;
        Some((lowest(later_hours)?, lowest(self.minutes)?))
    }
}

impl Days {
    fn contain(&self, date: Date) -> bool {
        match self {
            Self::Every => true,
            Self::OfWeek(days) => days & weekday_bit(date.weekday()) != 0,
            Self::OfMonth(MonthDay::Day(day)) => i16::from(date.day()) == i16::from(*day),
            Self::OfMonth(MonthDay::Last) => date.day() == date.days_in_month(),
            Self::Cron(days) => days.contain(date),
        }
    }
}

impl CronDays {
    /// POSIX: where both the day of the month and the day of the week are given, a day that is one of them will do.
    fn contain(self, date: Date) -> bool {
        if u64::from(self.months) & bit(date.month()) == 0 {
            return false;
        }
        let of_month = self
            .of_month
            .map(|days| u64::from(days) & bit(date.day()) != 0);
        let of_week = self
            .of_week
            .map(|days| days & weekday_bit(date.weekday()) != 0);
        match (of_month, of_week) {
            (Some(of_month), Some(of_week)) => of_month || of_week,
            (Some(matches), None) | (None, Some(matches)) => matches,
            (None, None) => true,
        }
    }
}

impl Day {
    fn bit(self) -> u8 {
        weekday_bit(match self {
            Self::Monday => Weekday::Monday,
            Self::Tuesday => Weekday::Tuesday,
            Self::Wednesday => Weekday::Wednesday,
            Self::Thursday => Weekday::Thursday,
            Self::Friday => Weekday::Friday,
            Self::Saturday => Weekday::Saturday,
            Self::Sunday => Weekday::Sunday,
        })
    }
}

const HOURS_OF_A_DAY: u64 = (1 << 24) - 1;

/// The next whole minute as hour and minute; `None`: it is tomorrow's first.
fn rounded_up(time: Time) -> Option<(i8, i8)> {
    let whole = time.second() == 0 && time.subsec_nanosecond() == 0;
    match (whole, time.hour(), time.minute()) {
        (true, hour, minute) => Some((hour, minute)),
        (false, 23, 59) => None,
        (false, hour, 59) => Some((hour + 1, 0)),
        (false, hour, minute) => Some((hour, minute + 1)),
    }
}

fn weekday_bit(day: Weekday) -> u8 {
    1 << day.to_sunday_zero_offset()
}

/// Of a field of a date or time, which is small and not negative.
fn bit(field: i8) -> u64 {
    1 << field
}

fn narrow(bits: u64) -> u32 {
    u32::try_from(bits).unwrap_or_default()
}

fn lowest(bits: u64) -> Option<i8> {
    (bits != 0).then(|| i8::try_from(bits.trailing_zeros()).unwrap_or(i8::MAX))
}
