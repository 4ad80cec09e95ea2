//! The record reader and the journey files.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod chunks;
mod encodings;
mod journeys;
mod reading;
