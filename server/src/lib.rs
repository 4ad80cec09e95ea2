//! The web server, the worker and the command line of Weir.

pub mod command_line;
pub mod commands;
pub mod config;
pub mod http;
pub mod system;
pub mod telemetry;
pub mod wiring;
