//! What each subcommand does.

mod admin;
mod check;
mod migrate;
mod serve;

use std::process::ExitCode;

use crate::command_line::{Command, CommandLine, Serve};
use crate::config::Config;
use crate::wiring::Connect;

pub type CommandError = Box<dyn std::error::Error>;

/// `connect` makes what the worker of `serve` reads from and writes to.
pub fn run(command_line: CommandLine, connect: Connect) -> Result<ExitCode, CommandError> {
    let CommandLine { options, command } = command_line;
    if let Some(Command::Check(check)) = command {
        // It needs neither a data folder nor a database.
        return check::run(&check);
    }
    let config = Config::load(options)?;
    crate::telemetry::start(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = match command.unwrap_or(Command::Serve(Serve::default())) {
        Command::Serve(Serve { demo: true }) => runtime.block_on(serve::run_demo(config)),
        Command::Serve(Serve { demo: false }) => runtime.block_on(serve::run(config, connect)),
        Command::Migrate => runtime.block_on(migrate::run(config)),
        Command::Admin(admin) => runtime.block_on(admin::run(config, admin)),
        Command::Check(_) => unreachable!("answered above"),
    };
    // Whatever was to be waited for has been, for as long as it was to be.
    runtime.shutdown_background();
    ended.map(|()| ExitCode::SUCCESS)
}

#[expect(
    clippy::print_stdout,
    reason = "what a command answers belongs on standard output"
)]
fn say(line: &str) {
    println!("{line}");
}
