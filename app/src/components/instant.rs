//! Instants. The server writes them in UTC; the browser then says how long ago that is, and on hover or focus the exact
//! instant in the reader's own zone.

use leptos::prelude::*;

use super::reader::{Reader, use_reader};
use super::tooltip::Tooltip;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// An instant in milliseconds since the Unix epoch, relative to now.
#[component]
pub fn Instant(
    #[prop(into)] at: Signal<i64>,
    /// Without a tab stop, where the exact instant is written beside it.
    #[prop(optional)]
    plain: bool,
) -> impl IntoView {
    let reader = use_reader();
    let text = move || match (reader.now.get(), reader.locale.get()) {
        (Some(now), locale) => relative_text(at.get(), now, &locale.unwrap_or_default()),
        // The same instant stands beside it: a blank keeps the line's height until the distance is known.
        (None, _) if plain => "\u{a0}".to_owned(),
        (None, _) => utc_text(at.get()),
    };
    let exact = Signal::derive(move || match reader.now.get() {
        Some(_) => exact_text(at.get(), &reader.locale.get().unwrap_or_default()),
        None => utc_text(at.get()),
    });
    view! {
        <Tooltip tip=move || exact.get().into_any() focusable=!plain>
            <time datetime=move || iso_text(at.get())>{text}</time>
        </Tooltip>
    }
    .into_any()
}

/// "23 Nov, 06:00" in the reader's zone, for a title or a sentence; UTC before hydration.
pub fn moment_text(at: i64, reader: Reader) -> String {
    match reader.locale.get() {
        Some(locale) => localised(
            at,
            &locale,
            &[
                ("day", "numeric"),
                ("month", "short"),
                ("hour", "2-digit"),
                ("minute", "2-digit"),
            ],
        ),
        None => utc_text(at),
    }
}

/// "14:45" of today, else with its day; UTC before hydration.
pub fn clock_text(at: i64, reader: Reader) -> String {
    const DAY_OF: &[(&str, &str)] = &[("day", "numeric"), ("month", "short"), ("year", "numeric")];
    match (reader.now.get(), reader.locale.get()) {
        (Some(now), Some(locale))
            if localised(at, &locale, DAY_OF) == localised(now, &locale, DAY_OF) =>
        {
            localised(at, &locale, &[("hour", "2-digit"), ("minute", "2-digit")])
        }
        _ => moment_text(at, reader),
    }
}

/// "3 min ago", "in 9 h", and the date where that says more.
fn relative_text(at: i64, now: i64, locale: &str) -> String {
    let seconds = (at - now) / 1000;
    let distance = match seconds.abs() {
        0..10 => return "now".to_owned(),
        distance @ 10..MINUTE => format!("{distance} s"),
        distance @ MINUTE..HOUR => format!("{} min", distance / MINUTE),
        distance @ HOUR..DAY => format!("{} h", distance / HOUR),
        distance if distance < 7 * DAY => match distance / DAY {
            1 => "1 day".to_owned(),
            days => format!("{days} days"),
        },
        _ => {
            return localised(
                at,
                locale,
                &[("day", "numeric"), ("month", "short"), ("year", "numeric")],
            );
        }
    };
    if seconds < 0 {
        format!("{distance} ago")
    } else {
        format!("in {distance}")
    }
}

fn exact_text(at: i64, locale: &str) -> String {
    let options = [
        ("weekday", "short"),
        ("day", "numeric"),
        ("month", "short"),
        ("year", "numeric"),
        ("hour", "2-digit"),
        ("minute", "2-digit"),
        ("second", "2-digit"),
        ("timeZoneName", "short"),
    ];
    localised(at, locale, &options)
}

/// As the browser's own formatter writes it with these options of `Intl.DateTimeFormat`.
fn localised(at: i64, locale: &str, options: &[(&str, &str)]) -> String {
    let choices = js_sys::Object::new();
    for (name, value) in options {
        // Setting a property of a fresh object cannot fail.
        let _ = js_sys::Reflect::set(&choices, &(*name).into(), &(*value).into());
    }
    #[expect(
        clippy::cast_precision_loss,
        reason = "a date in milliseconds is far below 2^53"
    )]
    let date = js_sys::Date::new(&(at as f64).into());
    date.to_locale_string(locale, &choices).into()
}

/// `2026-11-23T06:00:00Z`, for machines.
pub fn iso_text(at: i64) -> String {
    let (year, month, day, second) = civil(at);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        second / HOUR,
        second % HOUR / MINUTE,
        second % MINUTE
    )
}

/// `2026-11-23 06:00 UTC`.
fn utc_text(at: i64) -> String {
    let (year, month, day, second) = civil(at);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC",
        second / HOUR,
        second % HOUR / MINUTE
    )
}

/// Year, month, day and second of the day in UTC. The calendar of `days_from_civil` turned round: years begin in March, so
/// that the leap day is a year's last (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn civil(at: i64) -> (i64, i64, i64, i64) {
    let seconds = at.div_euclid(1000);
    let days = seconds.div_euclid(DAY) + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
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
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day, seconds.rem_euclid(DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_utc() {
        for (at, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_492_800_999, "2026-11-24T04:00:00Z"),
            (4_102_444_799_000, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(iso_text(at), text);
        }
        assert_eq!(utc_text(1_795_492_800_999), "2026-11-24 04:00 UTC");
    }

    #[test]
    fn near_instants_are_told_by_their_distance() {
        for (seconds, text) in [
            (-3, "now"),
            (-42, "42 s ago"),
            (-200, "3 min ago"),
            (9 * HOUR, "in 9 h"),
            (-DAY, "1 day ago"),
            (3 * DAY, "in 3 days"),
        ] {
            assert_eq!(relative_text(seconds * 1000, 0, "en"), text);
        }
    }
}
