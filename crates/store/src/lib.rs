//! The metadata of an instance: sea-orm entities, migrations and queries for SQLite and PostgreSQL. No decisions.
//!
//! - Every function that touches a namespace's rows takes the namespace first; rows of other namespaces and unknown rows
//!   are answered alike ([`error::StoreError::NotFound`]).
//! - Instants and new ids are arguments.
//! - Jobs and runs change by compare-and-set on their `version` ([`jobs::transition`], [`runs::transition`]); what a
//!   worker writes carries its fence too. [`error::StoreError::Conflict`] means: read again, decide again.
//! - `before` and `after` come from `Job::apply` and `Run::apply`. Only columns that differ are written, so that a
//!   heartbeat or progress in between is not undone.
//! - Claiming a run applies `RunEvent::Claimed` here, inside the transaction that locked the row. Leases that ran out are
//!   another matter: [`Store::lapsed_runs`] finds them, and whoever asked applies `RunEvent::LeaseExpired`, because the
//!   job may have to hear of it.
//! - Notices are written in the transaction of the state change that they tell of ([`notices`]); who hears of them, and the
//!   delivering, come after it.
//! - Heartbeats and progress are no transitions: they are guarded by the fence alone and do not touch the version.

pub mod activity;
pub mod changes;
pub mod clean_up;
mod column;
mod connection;
pub mod corrections;
pub mod datasets;
mod entities;
pub mod error;
pub mod instance;
pub mod jobs;
pub mod limits;
pub mod links;
pub mod members;
pub mod metrics;
mod migration;
pub mod namespaces;
pub mod notices;
pub mod people;
pub mod runs;
pub mod secrets;
pub mod sessions;
mod sign_ins;
pub mod source_files;
pub mod token;
pub mod uploads;

pub use connection::Store;
pub use error::StoreError;
