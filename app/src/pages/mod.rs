//! A module per route: the page, what it loads, its private parts.

mod account;
pub mod admin;
pub mod datasets;
mod door;
mod field_words;
pub mod fix;
pub mod form;
pub mod frame;
pub mod home;
pub mod jobs;
mod leave;
pub mod not_found;
pub mod notices;
pub mod place;
mod query;
pub mod runs;
pub mod session;
pub mod setup;
pub mod sign_in;
mod theme;
pub mod usage;
pub mod welcome;
