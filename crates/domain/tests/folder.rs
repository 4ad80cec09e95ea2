//! Watched folders: patterns, and the choice among the files that are listed.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

#[path = "folder/choice.rs"]
mod choice;
#[path = "folder/pattern.rs"]
mod pattern;
