//! How notices get to people and programs: e-mail over SMTP, and signed webhooks. What is told and to whom is decided
//! elsewhere.
//!
//! An attempt ends as a [`domain::notice::Outcome`]. Its error is for the members of the namespace to read: it names no
//! key, no password and no path of an address.

pub mod mail;
mod trust;
pub mod webhook;
