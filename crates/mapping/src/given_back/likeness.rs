//! How alike two texts are, and what is left of one when the form that a program may give it is taken away.

use std::borrow::Cow;

/// So many characters tell.
const LOOKED_AT: usize = 64;
/// Digits from which spreadsheets write a number as `4.9E+12`.
const LONG_NUMBER: usize = 12;

/// One text for all that a spreadsheet may make of a cell: `007` and `7`; `2026-01-31`, `31.01.2026` and `1/31/26`; `1.234,50`
/// and `1234.5`; `4915123456789` and `4,91512E+12`; `true` and `WAHR`. Others may share it too: it finds, and does not prove.
pub(super) fn folded(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let is_numeric = |c: char| {
        c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '/' | ':' | '+' | ' ' | 'T' | 'Z' | 'E')
    };
    if text.len() > 64 || !text.contains(|c: char| c.is_ascii_digit()) {
        return match text.to_ascii_lowercase().as_str() {
            "true" | "wahr" => Cow::Borrowed("true"),
            "false" | "falsch" => Cow::Borrowed("false"),
            _ => Cow::Borrowed(text),
        };
    }
    if !text.chars().all(is_numeric) {
        return Cow::Borrowed(text);
    }
    if let Some((_, exponent)) = text.split_once("E+") {
        return match exponent.parse::<usize>() {
            Ok(exponent) => Cow::Owned(format!("E{}", exponent + 1)),
            Err(_) => Cow::Borrowed(text),
        };
    }
    let groups: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty())
        .collect();
    let is_date =
        groups.len() >= 3 && text.contains(['-', '/', ':']) || is_point_date(text, &groups);
    if is_date {
        let number = |group: &&str| group.parse::<u64>().unwrap_or_default();
        let short = |number: u64| if number >= 1000 { number % 100 } else { number };
        let mut numbers: Vec<u64> = groups
            .iter()
            .map(number)
            .map(short)
            .filter(|it| *it > 0)
            .collect();
        numbers.sort_unstable();
        return Cow::Owned(format!("{numbers:?}"));
    }
    Cow::Owned(folded_number(text))
}

/// `31.1.2026`, which is no grouped number.
fn is_point_date(text: &str, groups: &[&str]) -> bool {
    let is_grouped = groups.iter().skip(1).all(|group| group.len() == 3);
    groups.len() == 3 && text.matches('.').count() == 2 && !is_grouped
}

fn folded_number(text: &str) -> String {
    let sign = if text.starts_with('-') { "-" } else { "" };
    let fraction = text.rfind(['.', ',']).filter(|at| {
        let mark = &text[*at..=*at];
        text.len() - at != 4 && text.matches(mark).count() == 1
    });
    let (whole, fraction) = text.split_at(fraction.unwrap_or(text.len()));
    let digits = |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
    let (whole, fraction) = (digits(whole), digits(fraction));
    let whole = whole.trim_start_matches('0');
    if whole.len() >= LONG_NUMBER {
        return format!("E{}", whole.len());
    }
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

/// From 0, nothing in common, to 1: the share of pairs of neighbouring characters that both have.
pub(super) fn alike(one: &str, other: &str) -> f32 {
    if one == other {
        return 1.0;
    }
    let (one, other) = (pairs(one), pairs(other));
    ratio(2 * common(&one, &other), one.len() + other.len())
}

/// From 0 to 1: how much of the shorter text the other one has too.
pub(super) fn contained(one: &str, other: &str) -> f32 {
    let (one, other) = (pairs(one), pairs(other));
    ratio(common(&one, &other), one.len().min(other.len()))
}

fn pairs(text: &str) -> Vec<(char, char)> {
    let letters: Vec<char> = text
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(LOOKED_AT)
        .collect();
    let mut pairs: Vec<_> = letters.windows(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.sort_unstable();
    pairs
}

/// Of two sorted lists.
fn common(one: &[(char, char)], other: &[(char, char)]) -> usize {
    let (mut at, mut count) = (0, 0);
    for pair in one {
        while other.get(at).is_some_and(|it| it < pair) {
            at += 1;
        }
        if other.get(at) == Some(pair) {
            at += 1;
            count += 1;
        }
    }
    count
}

#[expect(clippy::cast_precision_loss, reason = "at most a few dozen")]
fn ratio(part: usize, whole: usize) -> f32 {
    if whole == 0 {
        0.0
    } else {
        part as f32 / whole as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_makes_of_a_cell_folds_to_the_same() {
        for (one, other) in [
            ("007", "7"),
            ("04109", "4109"),
            ("2026-01-31", "31.01.2026"),
            ("2026-01-31", "1/31/26"),
            ("2026-01-31T10:00:00", "31.01.2026 10:00"),
            ("1.234,50", "1234.5"),
            ("1,234", "1234"),
            ("12.50", "12,5"),
            ("4915123456789", "4,91512E+12"),
            ("true", "WAHR"),
            (" x ", "x"),
        ] {
            assert_eq!(folded(one), folded(other), "{one} {other}");
        }
        for (one, other) in [
            ("1", "10"),
            ("12.5", "125"),
            ("-5", "5"),
            ("2026-01-31", "2026-01-30"),
            ("a1", "A1"),
            ("1.2.3", "1.2.4"),
        ] {
            assert_ne!(folded(one), folded(other), "{one} {other}");
        }
    }

    #[test]
    fn likeness_is_between_none_and_all() {
        assert!(alike("Grace", "Gracie") > 0.5);
        assert!(alike("Grace", "Alan") < 0.1);
        assert!(contained("Grace", "Grace grace@example.org") > 0.99);
        assert!(contained("Grace", "Alan alan@example.org") < 0.1);
        assert!(alike("", "").to_bits() == 1.0_f32.to_bits());
        assert!(contained("", "a") < 0.1);
    }
}
