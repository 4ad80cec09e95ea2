//! The web server, the worker and the command line of Weir.

mod binding;
pub mod command_line;
pub mod commands;
pub mod config;
mod demo;
pub mod http;
mod secret_key;
pub mod system;
pub mod telemetry;
pub mod wiring;
