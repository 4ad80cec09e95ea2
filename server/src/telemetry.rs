//! Log lines on standard error. They carry ids and counts, never contents of cells and never secrets.

use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};

/// Once per process; a second call changes nothing.
pub fn start(config: &Config) {
    let filter = EnvFilter::try_new(&config.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Fails only where a subscriber is there already, as in tests.
    let _ = match config.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}
