//! Text of cells to canonical values: one file per type.

pub(crate) mod boolean;
pub(crate) mod date;
pub(crate) mod decimal;
pub(crate) mod email;
pub(crate) mod integer;
pub(crate) mod number;
pub(crate) mod timestamp;

/// Why a text is not a value of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    NotAnInteger,
    IntegerTooLarge,
    NotADecimal,
    /// The other mark or no mark would make it a number.
    WrongGrouping,
    TooManyDecimals {
        scale: u8,
    },
    TooManyDigits,
    NotABoolean,
    NotADate,
    TwoDigitYear,
    ImpossibleDate,
    NotATimestamp,
    TimeMissing,
    ImpossibleTime,
    ZoneMissing,
    ZoneUnexpected,
    NotAnEmail,
}
