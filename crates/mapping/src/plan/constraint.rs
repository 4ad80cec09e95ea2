//! The rules of a field beyond its type.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashSet;

use regex_lite::Regex;

use super::reading::Reading;
use super::{Constant, PlanError};
use crate::field::{Field, FieldType};
use crate::rejection::Broken;
use crate::row::Value;
use crate::value::decimal;

#[derive(Debug, Default)]
pub(super) struct Constraints {
    max_length: Option<u32>,
    allowed: HashSet<String>,
    pattern: Option<Regex>,
    minimum: Option<Constant>,
    maximum: Option<Constant>,
}

impl Constraints {
    /// Compiles what can be compiled and adds a problem for each rule that cannot.
    pub(super) fn new(field: &Field, problems: &mut Vec<PlanError>) -> Self {
        let mut bound = |text: &Option<String>| {
            let text = text.as_ref()?;
            let bound = bound(field, text);
            if bound.is_none() {
                problems.push(PlanError::BoundDoesNotFit {
                    field: field.name.clone(),
                    bound: text.clone(),
                });
            }
            bound
        };
        let (minimum, maximum) = (bound(&field.minimum), bound(&field.maximum));
        let pattern = field.pattern.as_ref().and_then(|pattern| {
            whole_text(pattern)
                .map_err(|error| {
                    problems.push(PlanError::BadPattern {
                        field: field.name.clone(),
                        reason: error.to_string(),
                    });
                })
                .ok()
        });
        Self {
            max_length: field.max_length,
            allowed: field.allowed.iter().cloned().collect(),
            pattern,
            minimum,
            maximum,
        }
    }

    /// The first rule that the value breaks. Null breaks none of these.
    pub(super) fn check(&self, value: Value<'_>) -> Result<(), Broken> {
        if let Some(most) = self.max_length {
            // A text has at most as many characters as bytes, so most texts need no counting.
            let text = canonical(value);
            if text.len() > most as usize && text.chars().count() > most as usize {
                return Err(Broken::Length { most });
            }
        }
        if !self.allowed.is_empty() && !self.allowed.contains(&*canonical(value)) {
            return Err(Broken::Allowed);
        }
        if let Some(pattern) = &self.pattern
            && !pattern.is_match(&canonical(value))
        {
            return Err(Broken::Pattern);
        }
        if let Some(minimum) = &self.minimum
            && compare(value, minimum.value()) == Some(Ordering::Less)
        {
            return Err(Broken::BelowMinimum {
                minimum: canonical(minimum.value()).into_owned(),
            });
        }
        if let Some(maximum) = &self.maximum
            && compare(value, maximum.value()) == Some(Ordering::Greater)
        {
            return Err(Broken::AboveMaximum {
                maximum: canonical(maximum.value()).into_owned(),
            });
        }
        Ok(())
    }
}

fn whole_text(pattern: &str) -> Result<Regex, regex_lite::Error> {
    // Alone first: `a)(b` would become valid between the parentheses.
    Regex::new(pattern)?;
    Regex::new(&format!(r"\A(?:{pattern})\z"))
}

fn bound(field: &Field, text: &str) -> Option<Constant> {
    let field_type = match field.field_type {
        FieldType::Text | FieldType::Email | FieldType::Boolean => return None,
        // A limit may be finer than the values.
        FieldType::Decimal { .. } => FieldType::Decimal {
            scale: text
                .split_once('.')
                .and_then(|(_, fraction)| u8::try_from(fraction.trim_end().len()).ok())
                .unwrap_or(0),
        },
        other => other,
    };
    match Reading::canonical(field_type, None).constant(text) {
        Ok(Constant::Null) | Err(_) => None,
        Ok(constant) => Some(constant),
    }
}

fn canonical(value: Value<'_>) -> Cow<'_, str> {
    match value {
        Value::Null => Cow::Borrowed(""),
        Value::Text(text) | Value::Decimal(text) | Value::Date(text) | Value::Timestamp(text) => {
            Cow::Borrowed(text)
        }
        Value::Integer(number) => Cow::Owned(number.to_string()),
        Value::Boolean(answer) => Cow::Borrowed(if answer { "true" } else { "false" }),
    }
}

fn compare(left: Value<'_>, right: Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(&right)),
        (Value::Decimal(left), Value::Decimal(right)) => Some(decimal::compare(left, right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        // Without the `Z`, which is greater than the point before a fraction.
        (Value::Timestamp(left), Value::Timestamp(right)) => {
            Some(left.trim_end_matches('Z').cmp(right.trim_end_matches('Z')))
        }
        _ => None,
    }
}
