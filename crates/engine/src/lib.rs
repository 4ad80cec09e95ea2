//! The run engine: claims what is due, takes it through its stages, and makes its outcome true.

mod pipeline;
mod report;
