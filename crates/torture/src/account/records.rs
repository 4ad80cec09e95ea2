//! What the metadata database holds, as a second connection reads it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::database::Database;

#[derive(Debug, Clone)]
pub struct Run {
    pub id: String,
    pub namespace: String,
    pub job: String,
    pub dataset: String,
    pub status: String,
    pub origin: String,
    pub upload: String,
    pub corrects: String,
    pub seen: u64,
    pub imported: u64,
    pub rejected: u64,
    pub corrected: u64,
    pub cancel_requested: bool,
    /// As JSON.
    pub reason: String,
    pub claimed_by: String,
}

#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    pub namespace: String,
    pub name: String,
    pub status: String,
    pub version: u64,
    /// Whether it has a sealed version.
    pub is_set_up: bool,
}

#[derive(Debug, Clone)]
pub struct Upload {
    pub bytes: u64,
    pub received: u64,
    /// Empty until it is whole.
    pub sha256: String,
    pub is_removed: bool,
}

impl Run {
    /// Its rows are in.
    pub fn is_successful(&self) -> bool {
        matches!(&*self.status, "completed" | "partially_completed")
    }

    /// All that it read was rejected. Corrections turn it into a successful one, without rows of its own.
    pub fn fits_nothing(&self) -> bool {
        self.imported == 0 && (self.is_successful() || self.reason.contains("no_record_fits"))
    }

    pub fn is_final(&self) -> bool {
        self.is_successful() || matches!(&*self.status, "failed" | "halted" | "cancelled")
    }
}

pub fn runs(database: &Database) -> Result<Vec<Run>, String> {
    let id = |column: &str| database.id(column);
    let rows = database.rows(&format!(
        "SELECT {} AS id, {} AS namespace, {} AS job, d.name AS dataset, r.status, r.origin, {} AS upload, {} AS corrects, \
         r.seen, r.imported, r.rejected, r.corrected, r.cancel_requested, r.reason, r.claimed_by \
         FROM runs r JOIN job_versions v ON v.id = r.job_version JOIN datasets d ON d.id = v.dataset",
        id("r.id"),
        id("r.namespace"),
        id("r.job"),
        id("r.upload"),
        id("r.corrects"),
    ))?;
    Ok(rows
        .iter()
        .map(|row| Run {
            id: text(row, "id"),
            namespace: text(row, "namespace"),
            job: text(row, "job"),
            dataset: text(row, "dataset"),
            status: text(row, "status"),
            origin: text(row, "origin"),
            upload: text(row, "upload"),
            corrects: text(row, "corrects"),
            seen: number(row, "seen"),
            imported: number(row, "imported"),
            rejected: number(row, "rejected"),
            corrected: number(row, "corrected"),
            cancel_requested: row["cancel_requested"] == true || row["cancel_requested"] == 1,
            reason: text(row, "reason"),
            claimed_by: text(row, "claimed_by"),
        })
        .collect())
}

pub fn jobs(database: &Database) -> Result<HashMap<String, Job>, String> {
    let rows = database.rows(&format!(
        "SELECT {} AS id, {} AS namespace, name, status, version, {} AS current FROM jobs",
        database.id("id"),
        database.id("namespace"),
        database.id("current"),
    ))?;
    let job = |row: &Value| Job {
        id: text(row, "id"),
        namespace: text(row, "namespace"),
        name: text(row, "name"),
        status: text(row, "status"),
        version: number(row, "version"),
        is_set_up: !text(row, "current").is_empty(),
    };
    Ok(rows.iter().map(|row| (text(row, "id"), job(row))).collect())
}

pub fn uploads(database: &Database) -> Result<HashMap<String, Upload>, String> {
    let rows = database.rows(&format!(
        "SELECT {} AS id, bytes, received, sha256, removed_at FROM uploads",
        database.id("id")
    ))?;
    let upload = |row: &Value| Upload {
        bytes: number(row, "bytes"),
        received: number(row, "received"),
        sha256: text(row, "sha256"),
        is_removed: !row["removed_at"].is_null(),
    };
    Ok(rows
        .iter()
        .map(|row| (text(row, "id"), upload(row)))
        .collect())
}

/// Of the data folder.
pub fn sqlite_files(data: &Path) -> Vec<PathBuf> {
    let folders = [data.to_owned(), data.join("namespaces")];
    let entries = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flat_map(Iterator::flatten);
    entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "sqlite"))
        .collect()
}

/// Empty for null.
pub fn text(row: &Value, name: &str) -> String {
    row[name].as_str().unwrap_or_default().to_owned()
}

pub fn number(row: &Value, name: &str) -> u64 {
    row[name].as_u64().unwrap_or_default()
}
