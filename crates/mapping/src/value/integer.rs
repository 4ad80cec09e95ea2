//! 64-bit signed integers.

use super::Misfit;
use super::number;
use crate::settings::DecimalMark;

/// Reads an integer without blanks around it. With a decimal mark stated, the other mark may group thousands.
pub(crate) fn parse(text: &str, mark: Option<DecimalMark>) -> Result<i64, Misfit> {
    let number = number::read(text, mark).map_err(|fault| match fault {
        number::NumberFault::TooManyDigits => Misfit::IntegerTooLarge,
        fault => fault.or(Misfit::NotAnInteger),
    })?;
    if !number.fraction.is_empty() {
        return Err(Misfit::NotAnInteger);
    }
    let mut value = 0_i64;
    for digit in number.integer_digits() {
        let digit = i64::from(digit - b'0');
        // Counted downwards, because the least integer has no positive counterpart.
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_sub(digit))
            .ok_or(Misfit::IntegerTooLarge)?;
    }
    if number.negative {
        Ok(value)
    } else {
        value.checked_neg().ok_or(Misfit::IntegerTooLarge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DecimalMark::{Comma, Point};

    #[test]
    fn reads_integers_and_refuses_the_rest() {
        let cases: &[(&str, Option<DecimalMark>, Result<i64, Misfit>)] = &[
            ("0", None, Ok(0)),
            ("-0", None, Ok(0)),
            ("+5", None, Ok(5)),
            ("007", None, Ok(7)),
            ("9223372036854775807", None, Ok(i64::MAX)),
            ("-9223372036854775808", None, Ok(i64::MIN)),
            ("9223372036854775808", None, Err(Misfit::IntegerTooLarge)),
            ("-9223372036854775809", None, Err(Misfit::IntegerTooLarge)),
            (
                "99999999999999999999999999999999999999999",
                None,
                Err(Misfit::IntegerTooLarge),
            ),
            ("1,234", Some(Point), Ok(1234)),
            ("1.234", Some(Comma), Ok(1234)),
            ("1.234.567", Some(Comma), Ok(1_234_567)),
            ("1 234", None, Ok(1234)),
            ("1\u{a0}234", None, Ok(1234)),
            ("1\u{202f}234", Some(Comma), Ok(1234)),
            ("1'234'567", None, Ok(1_234_567)),
            ("1\u{2019}234", None, Ok(1234)),
            ("1,234", None, Err(Misfit::NotAnInteger)),
            ("1.234", None, Err(Misfit::NotAnInteger)),
            ("12,34", Some(Point), Err(Misfit::WrongGrouping)),
            ("1,2345", Some(Point), Err(Misfit::WrongGrouping)),
            ("1234,567", Some(Point), Err(Misfit::WrongGrouping)),
            ("1 234'567", None, Err(Misfit::WrongGrouping)),
            (",123", Some(Point), Err(Misfit::WrongGrouping)),
            ("123,", Some(Point), Err(Misfit::WrongGrouping)),
            ("1  234", None, Err(Misfit::WrongGrouping)),
            ("12.0", Some(Point), Err(Misfit::NotAnInteger)),
            ("12.", Some(Point), Err(Misfit::NotAnInteger)),
            ("", None, Err(Misfit::NotAnInteger)),
            ("-", None, Err(Misfit::NotAnInteger)),
            ("--5", None, Err(Misfit::NotAnInteger)),
            ("5-", None, Err(Misfit::NotAnInteger)),
            ("three", None, Err(Misfit::NotAnInteger)),
            ("95%", None, Err(Misfit::NotAnInteger)),
            ("1e3", None, Err(Misfit::NotAnInteger)),
            ("0x10", None, Err(Misfit::NotAnInteger)),
            ("\u{661}", None, Err(Misfit::NotAnInteger)),
        ];
        for (text, mark, expected) in cases {
            assert_eq!(parse(text, *mark), *expected, "{text:?} with {mark:?}");
        }
    }
}
