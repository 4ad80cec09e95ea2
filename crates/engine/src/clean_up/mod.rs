//! Takes away what has lain long enough: a service per file, each of which can be stopped anywhere and goes on next time.
//!
//! The database forgets first, then the file goes. What is left of a file when the process dies in between is a stray.

mod abandoned;
mod credentials;
mod history;
mod notices;
mod strays;
mod uploads;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::report;
use domain::time::Timestamp;
use store::{Store, StoreError};
use thiserror::Error;
use tokio_util::sync::CancellationToken;

use crate::services::{keep, unit};

/// As the log and monitoring name it.
const SERVICE: &str = "clean-up";
/// Terms are days, so looking once in an hour is exact enough.
const PAUSE: Duration = Duration::from_hours(1);
const DAY_SECONDS: i64 = 24 * 60 * 60;
/// How much is asked for at once.
const BATCH: u16 = 200;

/// What clean-up needs from the outside world. Any number of processes may clean the same instance up.
#[derive(Clone)]
pub struct CleanUp {
    pub store: Store,
    /// Folder of all uploaded files.
    pub uploads: PathBuf,
    /// Folder of all failure reports.
    pub reports: PathBuf,
    pub terms: Terms,
    pub now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
}

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Uploaded files that no job can read any more.
    pub upload_days: u16,
    /// Runs that have ended, with their failure reports, and notices.
    pub history_days: u16,
}

/// What one round took away, or set aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub uploads: u64,
    pub abandoned_uploads: u64,
    pub runs: u64,
    pub notices: u64,
    /// Links, sessions and failed attempts to sign in.
    pub credentials: u64,
    pub strays: u64,
}

#[derive(Debug, Error)]
enum CleanUpError {
    #[error("the database does not let clean up")]
    Store(#[from] StoreError),
    #[error("a file could not be removed")]
    File(#[from] io::Error),
}

/// What is to be done with files that the database does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strays {
    /// Nothing yet.
    Leave,
    /// They are set aside, unless they are suspiciously many.
    SetAside,
    /// They are set aside, however many they are.
    SetAllAside,
}

/// Cleans up at once and then once an hour, until `shutdown`. Strays have the first hour to be known again.
pub async fn run(clean_up: CleanUp, shutdown: CancellationToken) {
    keep(SERVICE, shutdown.clone(), || {
        keep_cleaning(clean_up.clone(), shutdown.clone())
    })
    .await;
}

async fn keep_cleaning(clean_up: CleanUp, shutdown: CancellationToken) {
    let mut strays = Strays::Leave;
    loop {
        let removed = round(&clean_up, strays).await;
        strays = Strays::SetAside;
        if removed != Removed::default() {
            tracing::info!(?removed, "cleaned up");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// Every service once. One that fails keeps none of the others from their work, and tries again in the next round.
pub async fn round(clean_up: &CleanUp, strays: Strays) -> Removed {
    Removed {
        abandoned_uploads: step("abandoned uploads", abandoned::remove(clean_up.clone())).await,
        // Runs first: an upload is forgotten once no run tells of it.
        runs: step("run history", history::remove(clean_up.clone())).await,
        notices: step("notices", notices::remove(clean_up.clone())).await,
        credentials: step("credentials", credentials::remove(clean_up.clone())).await,
        uploads: step("uploads", uploads::remove(clean_up.clone())).await,
        strays: match strays {
            Strays::Leave => 0,
            Strays::SetAside | Strays::SetAllAside => {
                step("strays", strays::remove(clean_up.clone(), strays)).await
            }
        },
    }
}

async fn step(
    what: &'static str,
    work: impl Future<Output = Result<u64, CleanUpError>> + Send + 'static,
) -> u64 {
    match unit(SERVICE, what, work).await {
        Some(Ok(removed)) => removed,
        None => 0,
        Some(Err(error)) => {
            tracing::error!(
                what,
                error = &error as &dyn std::error::Error,
                "not cleaned up"
            );
            0
        }
    }
}

impl CleanUp {
    fn days_ago(&self, days: u16) -> Timestamp {
        (self.now)().plus_seconds(-DAY_SECONDS * i64::from(days))
    }

    fn upload(&self, id: domain::id::UploadId) -> PathBuf {
        self.uploads.join(id.to_string())
    }

    fn report(&self, id: domain::id::RunId) -> PathBuf {
        report::folder(&self.reports, id)
    }
}

async fn remove_file(path: &Path) -> io::Result<()> {
    ignore_missing(tokio::fs::remove_file(path).await)
}

async fn remove_folder(path: &Path) -> io::Result<()> {
    ignore_missing(tokio::fs::remove_dir_all(path).await)
}

fn ignore_missing(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
