//! The binary `weir`.

use std::process::ExitCode;

use clap::Parser as _;
use weir_server::command_line::CommandLine;
use weir_server::commands;
use weir_server::wiring::Connectors;

fn main() -> ExitCode {
    let command_line = CommandLine::parse();
    match commands::run(command_line, Connectors::embedded) {
        Ok(code) => code,
        Err(error) => {
            report(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a command's error belongs on standard error"
)]
fn report(error: &dyn std::error::Error) {
    eprintln!("weir: {error}");
    let mut source = error.source();
    while let Some(cause) = source {
        eprintln!("  because: {cause}");
        source = cause.source();
    }
}
