//! Between the values of the program and those of a column.

use std::{fmt::Display, str::FromStr};

use domain::time::Timestamp;
use serde::{Serialize, de::DeserializeOwned};

use crate::error::StoreError;

/// Sizes and counts lie in BIGINT columns. Nothing that is counted comes near the limit.
pub(crate) fn from_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// CHECK constraints keep counts from being negative.
pub(crate) fn to_count(stored: i64) -> u64 {
    u64::try_from(stored).unwrap_or(0)
}

pub(crate) fn to_small_count(column: &'static str, stored: i32) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|error| unreadable(column, error))
}

pub(crate) fn from_small_count(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

pub(crate) fn to_instant(stored: Option<i64>) -> Option<Timestamp> {
    stored.map(Timestamp)
}

pub(crate) fn to_json<T: Serialize>(column: &'static str, value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| unreadable_json(column, &error))
}

pub(crate) fn from_json<T: DeserializeOwned>(
    column: &'static str,
    text: &str,
) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|error| unreadable_json(column, &error))
}

/// The stable code of a closed list.
pub(crate) fn from_code<T>(column: &'static str, code: &str) -> Result<T, StoreError>
where
    T: FromStr,
    T::Err: Display,
{
    code.parse().map_err(|error| unreadable(column, error))
}

pub(crate) fn to_optional_json<T: Serialize>(
    column: &'static str,
    value: Option<&T>,
) -> Result<Option<String>, StoreError> {
    value.map(|value| to_json(column, value)).transpose()
}

pub(crate) fn from_optional_json<T: DeserializeOwned>(
    column: &'static str,
    text: Option<&str>,
) -> Result<Option<T>, StoreError> {
    text.map(|text| from_json(column, text)).transpose()
}

pub(crate) fn unreadable(column: &'static str, problem: impl ToString) -> StoreError {
    StoreError::Unreadable {
        column,
        problem: problem.to_string(),
    }
}

/// Without the error's own text, which quotes what was stored: users' names and values do not belong into logs.
fn unreadable_json(column: &'static str, error: &serde_json::Error) -> StoreError {
    let (kind, at) = (error.classify(), error.column());
    unreadable(column, format!("JSON {kind:?} error at column {at}"))
}
