//! The web server as a browser meets it, without a browser: every request goes through the whole router.

#![expect(
    clippy::unwrap_used,
    reason = "a test may fail at the place where it fails"
)]

mod audit;
mod bodies;
mod check_command;
mod corrections;
mod events;
mod folders;
mod given_back;
mod headers;
mod hostile_text;
mod imported;
mod journey;
mod keys;
mod limits;
mod matrix;
mod members;
mod metrics;
mod namespaces;
mod notices;
mod origin;
mod reach;
mod schedule;
mod sessions;
mod strangers;
mod support;
mod takeovers;
mod uploads;
