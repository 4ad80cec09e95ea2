//! How alike two texts are, and what is left of one when the form that a program may give it is taken away.

use std::borrow::Cow;

use crate::settings::DecimalMark;

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

/// The text without blanks around it, and a number without the zeros that a spreadsheet does not keep: `007` and `7`, `10.10`
/// and `10.1`. Three digits may be a thousand's, as in `1,000`, unless the `decimal_mark` of the column stands before them.
pub(super) fn without_idle_zeros(text: &str, decimal_mark: Option<DecimalMark>) -> Cow<'_, str> {
    let text = text.trim();
    let number = text.strip_prefix('-').unwrap_or(text);
    let sign = &text[..text.len() - number.len()];
    let mark = number.find(['.', ',']).unwrap_or(number.len());
    let (whole, fraction) = number.split_at(mark);
    let own = match decimal_mark {
        Some(DecimalMark::Point) => ".",
        Some(DecimalMark::Comma) => ",",
        None => "no mark",
    };
    let decimals = fraction.get(1..).unwrap_or_default();
    let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let has_digits = !whole.is_empty() || !decimals.is_empty();
    let may_be_thousands = decimals.len() == 3 && !fraction.starts_with(own);
    if !has_digits || !is_number(whole) || !is_number(decimals) || may_be_thousands {
        return Cow::Borrowed(text);
    }
    let whole = whole.trim_start_matches('0');
    let fraction = match decimals.trim_end_matches('0') {
        "" => "",
        decimals => &fraction[..=decimals.len()],
    };
    Cow::Owned(format!("{sign}0{whole}{fraction}"))
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
    fn zeros_that_say_nothing_are_left_away() {
        let (point, comma) = (Some(DecimalMark::Point), Some(DecimalMark::Comma));
        for (one, other, mark) in [
            ("007", "7", None),
            ("10.10", "10.1", None),
            ("10.10", "10.1", comma),
            ("10,10", "10,1", None),
            ("1.500", "1.5", point),
            ("1,500", "1,5", comma),
            (" 0.50 ", ".5", None),
            ("-01", "-1", None),
            ("2.0", "2", None),
            ("000", "0", None),
            (" x ", "x", None),
        ] {
            assert_eq!(
                without_idle_zeros(one, mark),
                without_idle_zeros(other, mark),
                "{one} {other}"
            );
        }
        for (one, other, mark) in [
            ("10", "1", None),
            ("1,000", "1", None),
            ("1,000", "1", point),
            ("1.000", "1", comma),
            ("1.5", "1,5", None),
            ("0", "", None),
            ("0", ".", None),
            ("0", "-", None),
            ("A07", "A7", None),
            ("2026-01-02", "2026-1-2", None),
            ("1.2.30", "1.2.3", None),
            ("-5", "5", None),
        ] {
            assert_ne!(
                without_idle_zeros(one, mark),
                without_idle_zeros(other, mark),
                "{one} {other}"
            );
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
