//! How the text of one column is read as values of one field.

use super::Constant;
use crate::field::FieldType;
use crate::row::{Row, TextKind, Value};
use crate::settings::{ColumnFormat, DateOrder, DecimalMark};
use crate::value::{Misfit, boolean, date, decimal, email, integer, timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Text,
    Email,
    Integer {
        mark: Option<DecimalMark>,
    },
    Decimal {
        mark: DecimalMark,
        scale: u8,
    },
    Boolean,
    Date {
        order: DateOrder,
    },
    Timestamp {
        order: DateOrder,
        zoned: bool,
        offset_minutes: Option<i16>,
    },
}

/// A part of the format that the field's type needs and nobody has decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undecided {
    DateOrder,
    DecimalMark,
}

impl Reading {
    pub(super) fn new(field_type: FieldType, format: &ColumnFormat) -> Result<Self, Undecided> {
        let order = format.date_order.ok_or(Undecided::DateOrder);
        Ok(match field_type {
            FieldType::Text => Self::Text,
            FieldType::Email => Self::Email,
            FieldType::Integer => Self::Integer {
                mark: format.decimal_mark,
            },
            FieldType::Decimal { scale } => Self::Decimal {
                mark: format.decimal_mark.ok_or(Undecided::DecimalMark)?,
                scale,
            },
            FieldType::Boolean => Self::Boolean,
            FieldType::Date => Self::Date { order: order? },
            FieldType::Timestamp { zoned } => Self::Timestamp {
                order: order?,
                zoned,
                offset_minutes: format.utc_offset_minutes,
            },
        })
    }

    /// For text in the settings, which is written canonically.
    pub(super) fn canonical(field_type: FieldType, offset_minutes: Option<i16>) -> Self {
        let (mark, order) = (DecimalMark::Point, DateOrder::YearMonthDay);
        match field_type {
            FieldType::Text => Self::Text,
            FieldType::Email => Self::Email,
            FieldType::Integer => Self::Integer { mark: None },
            FieldType::Decimal { scale } => Self::Decimal { mark, scale },
            FieldType::Boolean => Self::Boolean,
            FieldType::Date => Self::Date { order },
            FieldType::Timestamp { zoned } => Self::Timestamp {
                order,
                zoned,
                offset_minutes,
            },
        }
    }

    /// Typed cells are read without the blanks around them; text is never trimmed.
    pub(super) fn is_typed(self) -> bool {
        self != Self::Text
    }

    /// Pushes the value of a text that is not empty.
    pub(super) fn read(self, text: &str, row: &mut Row) -> Result<(), Misfit> {
        match self {
            Self::Text => row.push(Value::Text(text)),
            Self::Email if email::is_email(text) => row.push(Value::Text(text)),
            Self::Email => return Err(Misfit::NotAnEmail),
            Self::Integer { mark } => row.push(Value::Integer(integer::parse(text, mark)?)),
            Self::Boolean => {
                let answer = boolean::parse(text).ok_or(Misfit::NotABoolean)?;
                row.push(Value::Boolean(answer));
            }
            Self::Decimal { mark, scale } => {
                return row.push_written(TextKind::Decimal, |out| {
                    decimal::write(text, mark, scale, out)
                });
            }
            Self::Date { order } => {
                let date = date::parse(text, order)?;
                return row.push_written(TextKind::Date, |out| {
                    date.write(out);
                    Ok(())
                });
            }
            Self::Timestamp {
                order,
                zoned,
                offset_minutes,
            } => {
                return row.push_written(TextKind::Timestamp, |out| {
                    timestamp::write(text, order, zoned, offset_minutes, out)
                });
            }
        }
        Ok(())
    }

    /// The value as a constant; empty text is null.
    pub(super) fn constant(self, text: &str) -> Result<Constant, Misfit> {
        let content = if self.is_typed() { text.trim() } else { text };
        if content.is_empty() {
            return Ok(Constant::Null);
        }
        let mut row = Row::new();
        self.read(content, &mut row)?;
        Ok(Constant::of(row.last()))
    }
}
