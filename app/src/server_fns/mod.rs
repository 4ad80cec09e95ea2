//! Server functions: extract, call an operation, convert. All of them are public endpoints: the operation authorises.

pub mod admin;
#[cfg(feature = "ssr")]
pub mod caller;
#[cfg(feature = "ssr")]
pub mod convert;
pub mod corrections;
pub mod datasets;
pub mod error;
pub mod folders;
pub mod form_answer;
pub mod jobs;
pub mod limits;
pub mod notices;
pub mod runs;
pub mod schedule;
pub mod session;
pub mod setup;
