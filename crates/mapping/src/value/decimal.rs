//! Exact decimals as canonical text.

use std::cmp::Ordering;

use super::Misfit;
use super::number::{self, MAX_DIGITS};
use crate::settings::DecimalMark;

/// Appends the canonical text of a decimal (without blanks around it) to `out`; on an error `out` may hold a part of it.
pub(crate) fn write(
    text: &str,
    mark: DecimalMark,
    scale: u8,
    out: &mut String,
) -> Result<(), Misfit> {
    let number = number::read(text, Some(mark)).map_err(|fault| fault.or(Misfit::NotADecimal))?;
    let places = usize::from(scale);
    if number.fraction.len() > places {
        return Err(Misfit::TooManyDecimals { scale });
    }
    let integer = number.integer_digits();
    if integer.len() + places > MAX_DIGITS {
        return Err(Misfit::TooManyDigits);
    }
    let is_zero = integer.is_empty() && number.fraction.bytes().all(|b| b == b'0');
    if number.negative && !is_zero {
        out.push('-');
    }
    if integer.is_empty() {
        out.push('0');
    }
    out.push_str(std::str::from_utf8(integer).expect("ASCII digits are UTF-8"));
    if places > 0 {
        out.push('.');
        out.push_str(number.fraction);
        out.extend(std::iter::repeat_n('0', places - number.fraction.len()));
    }
    Ok(())
}

/// Compares two canonical decimals, also of different scales.
pub(crate) fn compare(left: &str, right: &str) -> Ordering {
    let (left_negative, left) = unsigned(left);
    let (right_negative, right) = unsigned(right);
    match (left_negative, right_negative) {
        (false, false) => compare_magnitudes(left, right),
        (true, true) => compare_magnitudes(right, left),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
    }
}

fn unsigned(text: &str) -> (bool, &str) {
    text.strip_prefix('-')
        .map_or((false, text), |rest| (true, rest))
}

fn compare_magnitudes(left: &str, right: &str) -> Ordering {
    let (left_integer, left_fraction) = left.split_once('.').unwrap_or((left, ""));
    let (right_integer, right_fraction) = right.split_once('.').unwrap_or((right, ""));
    left_integer
        .len()
        .cmp(&right_integer.len())
        .then_with(|| left_integer.cmp(right_integer))
        .then_with(|| {
            left_fraction
                .trim_end_matches('0')
                .cmp(right_fraction.trim_end_matches('0'))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};

    fn parse(text: &str, mark: DecimalMark, scale: u8) -> Result<String, Misfit> {
        let mut out = String::new();
        write(text, mark, scale, &mut out).map(|()| out)
    }

    #[test]
    fn reads_decimals_and_refuses_the_rest() {
        let too_many = |scale| Err(Misfit::TooManyDecimals { scale });
        let cases: &[(&str, DecimalMark, u8, Result<&str, Misfit>)] = &[
            ("24.191,54", Comma, 2, Ok("24191.54")),
            ("-45,35", Comma, 2, Ok("-45.35")),
            ("8,567.16", Point, 2, Ok("8567.16")),
            ("667.84", Point, 2, Ok("667.84")),
            ("7", Point, 2, Ok("7.00")),
            ("7,5", Comma, 2, Ok("7.50")),
            ("007,5", Comma, 2, Ok("7.50")),
            (".5", Point, 2, Ok("0.50")),
            ("-.5", Point, 1, Ok("-0.5")),
            ("-0.00", Point, 2, Ok("0.00")),
            ("-0", Point, 0, Ok("0")),
            ("+1", Point, 0, Ok("1")),
            ("1.234", Comma, 2, Ok("1234.00")),
            ("1 234 567,8", Comma, 2, Ok("1234567.80")),
            ("1\u{202f}234,50", Comma, 2, Ok("1234.50")),
            ("1'234.50", Point, 2, Ok("1234.50")),
            ("1.234", Point, 2, too_many(2)),
            ("1.230", Point, 2, too_many(2)),
            ("1.5", Point, 0, too_many(0)),
            ("24191.54", Comma, 2, Err(Misfit::WrongGrouping)),
            ("12,3,4", Comma, 2, Err(Misfit::WrongGrouping)),
            ("1.23.456,00", Comma, 2, Err(Misfit::WrongGrouping)),
            ("1 234.567,00", Comma, 2, Err(Misfit::WrongGrouping)),
            ("1.234,567.8", Comma, 2, Err(Misfit::WrongGrouping)),
            ("5.", Point, 2, Err(Misfit::NotADecimal)),
            (".", Point, 2, Err(Misfit::NotADecimal)),
            ("", Point, 2, Err(Misfit::NotADecimal)),
            ("n.v.", Comma, 2, Err(Misfit::NotADecimal)),
            ("free", Point, 2, Err(Misfit::NotADecimal)),
            ("12 EUR", Point, 2, Err(Misfit::NotADecimal)),
            ("1e5", Point, 2, Err(Misfit::NotADecimal)),
            ("NaN", Point, 2, Err(Misfit::NotADecimal)),
            (
                "123456789012345678901234567890123456.78",
                Point,
                2,
                Ok("123456789012345678901234567890123456.78"),
            ),
            (
                "1234567890123456789012345678901234567.8",
                Point,
                2,
                Err(Misfit::TooManyDigits),
            ),
            (
                "999999999999999999999999999999999999999",
                Point,
                0,
                Err(Misfit::TooManyDigits),
            ),
        ];
        for (text, mark, scale, expected) in cases {
            assert_eq!(
                parse(text, *mark, *scale),
                expected.map(str::to_owned),
                "{text:?} with {mark:?} and scale {scale}"
            );
        }
    }

    #[test]
    fn compares_by_value() {
        use Ordering::{Equal, Greater, Less};
        let cases = [
            ("9.00", "10.00", Less),
            ("-9.00", "-10.00", Greater),
            ("-1.00", "1.00", Less),
            ("0.5", "0.50", Equal),
            ("0.505", "0.50", Greater),
            ("2", "1.99", Greater),
            ("0.00", "0", Equal),
        ];
        for (left, right, expected) in cases {
            assert_eq!(compare(left, right), expected, "{left} against {right}");
        }
    }
}
