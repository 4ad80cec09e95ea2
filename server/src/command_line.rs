//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::Options;

/// An import center: people bring their files into a database, and know what happened to every record.
#[derive(Debug, Parser)]
#[command(name = "weir", version)]
pub struct CommandLine {
    #[command(flatten)]
    pub options: Options,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and run the imports (the default).
    Serve(Serve),
    /// Bring the database up to date and end.
    Migrate,
    /// What only the operator of this machine may do.
    #[command(subcommand)]
    Admin(Admin),
    /// Say how a file is written: encoding, delimiter, columns and their types, and the records that cannot be read.
    Check(Check),
}

#[derive(Debug, Default, Args)]
pub struct Serve {
    /// Begin with a namespace in which everything has happened already, to look around in. For a data folder of its own.
    #[arg(long)]
    pub demo: bool,
}

#[derive(Debug, Subcommand)]
pub enum Admin {
    /// Print a one-time link with which a person sets a new password.
    Link {
        /// E-mail address of the person.
        email: String,
    },
    /// Clean up once, and set aside every file that the database does not know, however many they are. They are removed a day
    /// later.
    CleanUp,
    /// Say that the rows of a dataset that are there are all that it should have, where Weir tells that rows are missing and they
    /// will not come back.
    AcceptRows {
        /// Address of the namespace, as in `/n/ADDRESS`.
        namespace: String,
        /// Name of the dataset.
        dataset: String,
    },
}

#[derive(Debug, Args)]
pub struct Check {
    /// The file to check.
    #[arg(required_unless_present = "batch")]
    pub file: Option<PathBuf>,
    /// Print one JSON object instead of text.
    #[arg(long)]
    pub json: bool,
    /// Read paths from standard input and print one line of JSON for each; detection only.
    #[arg(long, requires = "json", conflicts_with = "file")]
    pub batch: bool,
}
