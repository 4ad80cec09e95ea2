//! The use cases: (context, actor, input) -> output. Everything that is decided about who may do what is decided here.
//! No axum and no leptos: an HTTP handler, a server function and a command call the same operation.

pub mod access;
pub mod activate;
pub mod audit;
mod change;
pub mod context;
pub mod corrections;
pub mod datasets;
pub mod edit;
pub mod error;
pub mod folders;
pub mod given_back;
pub mod jobs;
pub mod keys;
pub mod links;
pub mod live;
mod log;
pub mod members;
pub mod namespaces;
pub mod notices;
pub mod password;
mod place;
pub mod reports;
pub mod runs;
pub mod schedule;
pub mod setup;
pub mod sign_in;
pub mod token;
pub mod uploads;
pub mod usage;
pub mod watched;
