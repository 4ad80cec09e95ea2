//! The calendar month of a namespace's time zone.

use domain::time::Timestamp;
use jiff::tz::TimeZone;

/// The first instant of the month that holds `now`. A zone that is unknown here counts as UTC.
pub(crate) fn start_of_month(now: Timestamp, time_zone: &str) -> Timestamp {
    let zone = TimeZone::get(time_zone).unwrap_or(TimeZone::UTC);
    let start = jiff::Timestamp::from_millisecond(now.0)
        .map(|instant| instant.to_zoned_datetime(zone))
        .and_then(|zoned| zoned.first_of_month()?.start_of_day());
    // Out of the calendar's range there are no runs either.
    start.map_or(Timestamp(i64::MIN), |zoned| {
        Timestamp(zoned.timestamp().as_millisecond())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_of_its_zone() {
        // 2026-11-01T02:30:00Z is still October in New York, whose October began at 04:00 UTC.
        let now = Timestamp(1_793_500_200_000);
        assert_eq!(start_of_month(now, "UTC"), Timestamp(1_793_491_200_000));
        assert_eq!(
            start_of_month(now, "America/New_York"),
            Timestamp(1_790_827_200_000)
        );
        assert_eq!(
            start_of_month(now, "No/Where"),
            Timestamp(1_793_491_200_000)
        );
    }
}
