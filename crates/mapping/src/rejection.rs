//! Why a record did not become a row: a closed list of rules with stable codes.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Required,
    Type,
    Length,
    Allowed,
    Pattern,
    Range,
    Unique,
    TooFewFields,
    TooManyFields,
    Undecodable,
    UnclosedQuote,
    TooLarge,
    Destination,
}

/// One broken rule of one record. A record may have several; it counts once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// 0-based column index and header name; `None` where the rule concerns the whole record.
    pub column: Option<u32>,
    pub column_name: Option<String>,
    pub rule: Rule,
    /// The text of the cell, cut to 200 characters; undecodable bytes as `\xE8`.
    pub value: Option<String>,
    /// What is wrong, naming the thing: "`31.02.1980` is not a date that exists".
    pub message: String,
    /// What to do: "correct the date, or ...".
    pub hint: String,
}
