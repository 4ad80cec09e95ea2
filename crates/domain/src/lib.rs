//! Jobs, runs and their rules: pure values and transitions. Time, randomness and identifiers are arguments.

pub mod id;
pub mod job;
pub mod reason;
pub mod report;
pub mod run;
pub mod settings;
pub mod time;
