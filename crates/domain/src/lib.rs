//! Jobs, runs and their rules: pure values and transitions. Time, randomness and identifiers are arguments.

pub mod activity;
mod code;
pub mod counts;
pub mod email;
pub mod folder;
pub mod id;
pub mod job;
pub mod month;
pub mod name;
pub mod notice;
pub mod quota;
pub mod reason;
pub mod refused;
pub mod report;
pub mod retry;
pub mod role;
pub mod run;
pub mod sampling;
pub mod schedule;
pub mod settings;
pub mod setup;
mod storage_fault;
pub mod time;
pub mod zone;

pub use code::UnknownCode;
