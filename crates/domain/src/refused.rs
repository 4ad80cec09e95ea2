//! A transition that does not exist, told so that a person understands it.

use std::fmt::{Debug, Display};

/// The event does not apply in this status; nothing has changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Refused<S: Debug + Display> {
    /// The status in which the event was refused.
    pub status: S,
    /// Code of the event: `run_requested`.
    pub event: &'static str,
    /// For the person who asked: why not, and what to do instead.
    pub sentence: String,
}
