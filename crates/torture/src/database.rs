//! A second connection to the databases, through their own programs and not through Weir.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// Between cells that are read as text.
const SEPARATOR: &str = "\u{1f}";

#[derive(Debug, Clone)]
pub enum Database {
    Sqlite(PathBuf),
    /// Its address.
    Postgres(String),
}

impl Database {
    /// An expression for an id as hexadecimal digits without dashes.
    pub fn id(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("lower(hex({column}))"),
            Self::Postgres(_) => format!("replace({column}::text, '-', '')"),
        }
    }

    pub fn rows(&self, query: &str) -> Result<Vec<Value>, String> {
        let output = match self {
            Self::Sqlite(file) => Command::new("sqlite3")
                .args(["-readonly", "-json", "-cmd", ".timeout 5000"])
                .arg(file)
                .arg(query)
                .output(),
            Self::Postgres(url) => Command::new("psql")
                .args(["-XAtq", "-v", "ON_ERROR_STOP=1", url, "-c"])
                .arg(format!(
                    "SELECT coalesce(json_agg(q), '[]') FROM ({query}) q"
                ))
                .output(),
        };
        let output = output.map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
        }
        // sqlite3 prints nothing where there is no row.
        if output.stdout.iter().all(u8::is_ascii_whitespace) {
            return Ok(Vec::new());
        }
        serde_json::from_slice(&output.stdout).map_err(|error| format!("{error}: {query}"))
    }

    /// Runs statements in a session of its own, which goes on until its input ends.
    pub fn session(&self) -> std::io::Result<Child> {
        let mut command = match self {
            Self::Sqlite(file) => {
                let mut command = Command::new("sqlite3");
                command.args(["-cmd", ".timeout 5000"]).arg(file);
                command
            }
            Self::Postgres(url) => {
                let mut command = Command::new("psql");
                command.args(["-Xq", url]);
                command
            }
        };
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    }
}

/// The cells of a query of an SQLite file, one record after the other.
pub fn each_row(file: &Path, query: &str, mut take: impl FnMut(&[&str])) -> Result<(), String> {
    let said = |error: std::io::Error| error.to_string();
    let mut reading = Command::new("sqlite3")
        .args([
            "-readonly",
            "-list",
            "-noheader",
            "-cmd",
            ".timeout 5000",
            "-separator",
            SEPARATOR,
        ])
        .arg(file)
        .arg(query)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(said)?;
    let stdout = reading.stdout.take().expect("it is piped");
    for line in BufReader::with_capacity(1 << 20, stdout).lines() {
        let line = line.map_err(said)?;
        let cells: Vec<&str> = line.split(SEPARATOR).collect();
        take(&cells);
    }
    let output = reading.wait_with_output().map_err(said)?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

/// Whether the file is whole, as SQLite itself checks it.
pub fn integrity(file: &Path) -> Result<(), String> {
    let mut lines = Vec::new();
    each_row(file, "PRAGMA integrity_check", |cells| {
        lines.push(cells.concat());
    })?;
    if lines == ["ok"] {
        Ok(())
    } else {
        Err(lines.join("; "))
    }
}
