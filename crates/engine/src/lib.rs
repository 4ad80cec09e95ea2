//! The run engine: claims what is due, takes it through its stages, and makes its outcome true.

mod advance;
mod attempt;
pub mod clean_up;
pub mod context;
pub mod counters;
mod due;
mod heartbeat;
pub mod inspection;
mod limit;
pub mod notices;
mod pickup;
mod pipeline;
mod report;
mod sampling;
pub mod services;
mod slot;
pub mod worker;
