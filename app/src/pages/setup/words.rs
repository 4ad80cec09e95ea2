//! How the set-up writes sizes, counts and characters.

use crate::components::number;

pub use crate::components::number::size_text as bytes;

/// With thousands separated by commas: the server writes the same, whatever the reader's locale.
pub fn count(number: u64) -> String {
    number::count_text(number, None)
}

/// "1 record", "8 records".
pub fn counted(number: u64, one: &str, many: &str) -> String {
    number::counted(number, one, many, None)
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

/// "a few seconds", "42 s", "3 min", "1 h 2 min".
pub fn time_left(seconds: f64) -> String {
    if seconds < 10.0 {
        return "a few seconds".to_owned();
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates, which is long enough"
    )]
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
    fn delimiters_have_names() {
        for (character, name) in [
            (Some(';'), "semicolon"),
            (Some('\t'), "tab"),
            (Some('#'), "`#`"),
            (Some('\u{2}'), "U+0002"),
            (None, "one column"),
        ] {
            assert_eq!(delimiter(character), name);
        }
    }

    #[test]
    fn time_left_is_rough() {
        for (seconds, text) in [
            (3.0, "a few seconds"),
            (42.5, "42 s"),
            (61.0, "2 min"),
            (3725.0, "1 h 2 min"),
        ] {
            assert_eq!(time_left(seconds), text);
        }
    }
}
