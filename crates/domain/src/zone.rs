//! Time zones by their names, found in one place: one that is unknown is an error wherever its clock would count.

pub use jiff::civil::Time;
pub use jiff::tz::TimeZone;

use crate::time::Timestamp;

/// The name was in the database of zones when it was stored, or this program has an older one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{name}` in the database of time zones")]
pub struct UnknownZone {
    pub name: String,
}

/// By its IANA name, in any case.
pub fn find(name: &str) -> Result<TimeZone, UnknownZone> {
    TimeZone::get(name).map_err(|_| UnknownZone {
        name: name.to_owned(),
    })
}

/// As [`find`], for a schedule, which says itself what an unknown one means.
pub fn rules(name: &str) -> Option<TimeZone> {
    find(name).ok()
}

/// What clocks in the zone say.
pub fn time_of_day(at: Timestamp, zone: &TimeZone) -> Time {
    let instant = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    instant.to_zoned_datetime(zone.clone()).time()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_that_is_unknown_is_an_error_and_not_another_zone() {
        let known = find("europe/berlin").unwrap();
        assert_eq!(known.iana_name(), Some("Europe/Berlin"));
        for name in ["No/Where", "", "Europe/Berlin "] {
            let unknown = UnknownZone {
                name: name.to_owned(),
            };
            assert_eq!(find(name), Err(unknown), "{name:?}");
        }
    }
}
