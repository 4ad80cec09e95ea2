//! What integers and decimals share: sign, grouped digits, decimal mark, fraction.

use super::Misfit;
use crate::settings::DecimalMark;

/// The most significant digits that any number may have.
pub(crate) const MAX_DIGITS: usize = 38;

/// A number taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Number<'a> {
    pub(crate) negative: bool,
    digits: [u8; MAX_DIGITS],
    length: usize,
    /// The ASCII digits after the decimal mark, if there is one.
    pub(crate) fraction: &'a str,
}

/// What is wrong with a text that should be a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberFault {
    NotANumber,
    WrongGrouping,
    TooManyDigits,
}

impl NumberFault {
    pub(crate) fn or(self, not_a_number: Misfit) -> Misfit {
        match self {
            Self::NotANumber => not_a_number,
            Self::WrongGrouping => Misfit::WrongGrouping,
            Self::TooManyDigits => Misfit::TooManyDigits,
        }
    }
}

impl Number<'_> {
    /// The ASCII digits before the decimal mark without leading zeros; empty for zero.
    pub(crate) fn integer_digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }
}

/// Reads a number whose thousands, if grouped at all, are grouped throughout and in threes, with one and the same
/// separator: the mark that is not the decimal mark, a blank or an apostrophe. Without a decimal mark neither
/// point nor comma is accepted.
pub(crate) fn read(text: &str, mark: Option<DecimalMark>) -> Result<Number<'_>, NumberFault> {
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let mut number = Number {
        negative,
        digits: [0; MAX_DIGITS],
        length: 0,
        fraction: "",
    };
    let mut separator = None;
    let mut in_group = 0_usize;
    let mut wrong_group = false;
    let mut has_fraction = false;
    for (at, c) in unsigned.char_indices() {
        if c.is_ascii_digit() {
            in_group += 1;
            if c != '0' || number.length > 0 {
                if number.length == MAX_DIGITS {
                    return Err(NumberFault::TooManyDigits);
                }
                number.digits[number.length] = c as u8;
                number.length += 1;
            }
        } else if mark.is_some_and(|mark| c == mark.character()) {
            number.fraction = &unsigned[at + c.len_utf8()..];
            has_fraction = true;
            break;
        } else if groups_thousands(c, mark) {
            match separator {
                None => {
                    separator = Some(c);
                    wrong_group |= in_group == 0 || in_group > 3;
                }
                Some(first) => wrong_group |= c != first || in_group != 3,
            }
            in_group = 0;
        } else {
            return Err(NumberFault::NotANumber);
        }
    }
    if has_fraction
        && (number.fraction.is_empty() || !number.fraction.bytes().all(|b| b.is_ascii_digit()))
    {
        return Err(
            if separator.is_some() || number.fraction.contains(['.', ',']) {
                NumberFault::WrongGrouping
            } else {
                NumberFault::NotANumber
            },
        );
    }
    if wrong_group || (separator.is_some() && in_group != 3) {
        return Err(NumberFault::WrongGrouping);
    }
    if in_group == 0 && !has_fraction {
        return Err(NumberFault::NotANumber);
    }
    Ok(number)
}

impl DecimalMark {
    pub(crate) fn character(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    pub(crate) fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

/// Blanks as spreadsheets write them between thousands (no-break, thin and narrow no-break space too) and both apostrophes.
fn groups_thousands(c: char, mark: Option<DecimalMark>) -> bool {
    matches!(
        c,
        ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}' | '\'' | '\u{2019}'
    ) || mark.is_some_and(|mark| c == mark.other().character())
}
