//! How the set-up writes sizes, counts and characters.

/// "58 kB", "1.2 GB": decimal units, as browsers and file managers write them.
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000 {
        return format!("{count} B");
    }
    let (mut tenths, mut unit) = (count / 100, 0);
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

/// With thousands separated: "1,204,331". The same on server and client, so it does not depend on a locale.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// "1 record", "8 records".
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// The name of a column delimiter.
pub fn delimiter(delimiter: Option<char>) -> String {
    match delimiter {
        Some(',') => "comma".to_owned(),
        Some(';') => "semicolon".to_owned(),
        Some('\t') => "tab".to_owned(),
        Some('|') => "pipe".to_owned(),
        Some(':') => "colon".to_owned(),
        Some(' ') => "space".to_owned(),
        Some('\u{1f}') => "unit separator".to_owned(),
        Some(other) if other.is_control() => format!("U+{:04X}", u32::from(other)),
        Some(other) => format!("`{other}`"),
        None => "one column".to_owned(),
    }
}

/// "less than a minute", "3 minutes", "1 hour".
pub fn time_left(seconds: f64) -> String {
    if seconds < 10.0 {
        return "a few seconds".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates, which is long enough")]
    let seconds = seconds as u64;
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_in_the_unit_that_fits() {
        for (count, text) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (9949, "9.9 kB"),
            (58_222, "58 kB"),
            (999_999, "999 kB"),
            (1_000_000, "1.0 MB"),
            (119_472_287, "119 MB"),
            (1_200_000_000, "1.2 GB"),
            (u64::MAX, "18446744 TB"),
        ] {
            assert_eq!(bytes(count), text);
        }
    }

    #[test]
    fn counts_have_their_thousands_separated() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_204_331, "1,204,331")] {
            assert_eq!(count(number), text);
        }
        assert_eq!(counted(1, "record", "records"), "1 record");
    }
}
