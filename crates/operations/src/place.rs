//! Where a page of a list begins or ends, as addresses carry it: an instant and an id.

use std::fmt::Display;
use std::str::FromStr;

use domain::time::Timestamp;

use crate::error::OperationError;

pub(crate) fn write(at: Timestamp, id: impl Display) -> String {
    format!("{}.{id}", at.0)
}

pub(crate) fn parse<Id: FromStr>(text: &str) -> Result<(Timestamp, Id), OperationError> {
    let parsed = text
        .split_once('.')
        .and_then(|(at, id)| Some((Timestamp(at.parse().ok()?), id.parse().ok()?)));
    parsed.ok_or_else(no_page)
}

pub(crate) fn no_page() -> OperationError {
    OperationError::invalid(
        "after",
        "This page does not exist.",
        "Start with the first page.",
    )
}

#[cfg(test)]
mod tests {
    use domain::id::RunId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_page_that_was_not_handed_out_is_refused() {
        for text in ["", ".", "1.", "x.0190a8f0-0000-7000-8000-000000000000"] {
            assert!(parse::<RunId>(text).is_err(), "{text}");
        }
        let (at, id) = (Timestamp(-12), RunId(Uuid::from_u128(7)));
        assert_eq!(parse(&write(at, id)).unwrap(), (at, id));
    }
}
