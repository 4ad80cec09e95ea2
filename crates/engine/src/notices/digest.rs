//! When the next digest goes, and instants as programs write them.

use domain::time::Timestamp;
use domain::zone::TimeZone;
use jiff::civil::Time;

/// The next instant after `now` at which a clock in the zone shows `minute` of the day. On the day on which that time is
/// left out it is the next one that exists; on the day on which it comes twice, the first.
pub(super) fn next_digest(now: Timestamp, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let time = Time::new(
        i8::try_from(minute / 60).ok()?,
        i8::try_from(minute % 60).ok()?,
        0,
        0,
    )
    .ok()?;
    let now = jiff::Timestamp::from_millisecond(now.0).ok()?;
    let today = now.to_zoned_datetime(zone.clone()).date();
    [Some(today), today.tomorrow().ok()]
        .into_iter()
        .flatten()
        .filter_map(|date| date.to_datetime(time).to_zoned_datetime(zone.clone()).ok())
        .map(|zoned| zoned.timestamp())
        .find(|at| *at > now)
        .map(|at| Timestamp(at.as_millisecond()))
}

/// `2026-11-25T13:45:00Z`.
pub(super) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| String::new(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use domain::zone::find;

    use super::*;

    #[track_caller]
    fn check(now: &str, minute: u16, zone: &str, expected: &str) {
        let now: jiff::Timestamp = now.parse().unwrap();
        let next = next_digest(
            Timestamp(now.as_millisecond()),
            minute,
            &find(zone).unwrap(),
        )
        .unwrap();
        assert_eq!(rfc3339(next), expected);
    }

    #[test]
    fn a_digest_goes_at_the_next_local_time() {
        check(
            "2026-11-25T06:59:59Z",
            480,
            "Europe/Berlin",
            "2026-11-25T07:00:00Z",
        );
        check(
            "2026-11-25T07:00:00Z",
            480,
            "Europe/Berlin",
            "2026-11-26T07:00:00Z",
        );
        check(
            "2026-07-01T23:30:00Z",
            480,
            "Asia/Tokyo",
            "2026-07-02T23:00:00Z",
        );
    }

    #[test]
    fn a_local_time_that_is_left_out_is_made_up_for_and_one_that_comes_twice_counts_once() {
        check(
            "2026-03-29T00:30:00Z",
            150,
            "Europe/Berlin",
            "2026-03-29T01:30:00Z",
        );
        check(
            "2026-10-24T23:00:00Z",
            150,
            "Europe/Berlin",
            "2026-10-25T00:30:00Z",
        );
        check(
            "2026-10-25T00:30:00Z",
            150,
            "Europe/Berlin",
            "2026-10-26T01:30:00Z",
        );
    }
}
