//! Counts, sizes, rates and durations as text.

use leptos::prelude::*;

use super::reader::use_reader;

/// A count with thousands separated: by commas as the server writes it, then as the reader's locale has it.
#[component]
pub fn Count(#[prop(into)] value: Signal<u64>) -> impl IntoView {
    let reader = use_reader();
    (move || count_text(value.get(), reader.locale.get().as_deref())).into_any()
}

/// `locale`: a BCP 47 tag; `None` writes commas.
pub fn count_text(value: u64, locale: Option<&str>) -> String {
    match locale {
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts of rows are far below 2^53"
        )]
        Some(locale) => js_sys::Number::from(value as f64)
            .to_locale_string(locale)
            .into(),
        None => with_commas(value),
    }
}

/// "1 record", "8 records".
pub fn counted(value: u64, one: &str, many: &str, locale: Option<&str>) -> String {
    format!(
        "{} {}",
        count_text(value, locale),
        if value == 1 { one } else { many }
    )
}

/// "58 kB" in steps of a thousand, as files are shown elsewhere too.
pub fn size_text(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut unit = 0;
    let mut tenths = bytes / 100;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1000;
        unit += 1;
    }
    if tenths < 100 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", tenths / 10, UNITS[unit])
    }
}

/// "1.2 M rows/s", "840 rows/s".
pub fn rate_text(rows_per_second: u64, locale: Option<&str>) -> String {
    if rows_per_second >= 1_000_000 {
        let tenths = rows_per_second / 100_000;
        format!("{}.{} M rows/s", tenths / 10, tenths % 10)
    } else {
        format!("{} rows/s", count_text(rows_per_second, locale))
    }
}

/// "4 ms", "3.2 s", "2 min 5 s", "1 h 3 min".
pub fn duration_text(milliseconds: i64) -> String {
    let milliseconds = milliseconds.max(0);
    let seconds = milliseconds / 1000;
    match seconds {
        0 => format!("{milliseconds} ms"),
        1..=9 => format!("{seconds}.{} s", milliseconds % 1000 / 100),
        10..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

fn with_commas(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_where_no_locale_is_known() {
        for (value, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_204_331, "1,204,331"),
        ] {
            assert_eq!(count_text(value, None), text);
        }
    }

    #[test]
    fn sizes_keep_two_digits_that_say_something() {
        for (bytes, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (58_400, "58 kB"),
            (2_340_000_000, "2.3 GB"),
        ] {
            assert_eq!(size_text(bytes), text);
        }
    }

    #[test]
    fn durations_name_at_most_two_units() {
        for (milliseconds, text) in [
            (-3, "0 ms"),
            (4, "4 ms"),
            (3200, "3.2 s"),
            (59_999, "59 s"),
            (125_000, "2 min 5 s"),
            (3_780_000, "1 h 3 min"),
        ] {
            assert_eq!(duration_text(milliseconds), text);
        }
    }

    #[test]
    fn a_rate_of_millions_is_written_short() {
        assert_eq!(rate_text(1_240_000, None), "1.2 M rows/s");
        assert_eq!(rate_text(8_400, None), "8,400 rows/s");
    }
}
