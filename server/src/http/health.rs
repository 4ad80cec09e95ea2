//! Whether this process can do its work, for load balancers and process managers, and for the log.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use engine::services::ServiceState;
use operations::folders::DataFolder;
use store::Store;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::http::state::AppState;

/// Whoever asks more often hears the last answer: anybody may ask, and each look writes.
pub const FRESH: Duration = Duration::from_millis(250);
/// How often the process looks by itself, so that the log tells of what nobody asks for.
const PAUSE: Duration = Duration::from_secs(15);
const AT_MOST: Duration = Duration::from_secs(10);
/// A whole block: a file of a few bytes may fit where no other does.
const PROBE_BYTES: usize = 4096;

/// What was found at the last look.
#[derive(Clone)]
pub struct Health(Arc<Mutex<Looked>>);

struct Looked {
    store: Store,
    folder: DataFolder,
    /// For how long an answer holds.
    fresh: Duration,
    at: Option<Instant>,
    /// What is ill, and why.
    ill: BTreeMap<&'static str, String>,
}

impl Health {
    pub fn new(store: Store, folder: DataFolder, fresh: Duration) -> Self {
        Self(Arc::new(Mutex::new(Looked {
            store,
            folder,
            fresh,
            at: None,
            ill: BTreeMap::new(),
        })))
    }

    /// Looks until the process stops.
    pub async fn keep_looking(self, stopping: CancellationToken) {
        loop {
            self.look().await;
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }

    /// What is ill now, and why: writes to the database and reads it back, and writes to each part of the data folder.
    async fn look(&self) -> BTreeMap<&'static str, String> {
        // Others who ask meanwhile wait for this look, and hear what it finds.
        let mut looked = self.0.lock().await;
        if looked.at.is_some_and(|at| at.elapsed() < looked.fresh) {
            return looked.ill.clone();
        }
        let mut ill = BTreeMap::new();
        match timeout(AT_MOST, looked.store.probe()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => drop(ill.insert("database", error.to_string())),
            Err(_) => drop(ill.insert("database", "it did not answer in time".to_owned())),
        }
        for (part, folder) in parts(&looked.folder) {
            let written = tokio::task::spawn_blocking(move || write(&folder));
            match timeout(AT_MOST, written).await {
                Ok(Ok(Ok(()))) => {}
                Ok(Ok(Err(error))) => drop(ill.insert(part, error.to_string())),
                Ok(Err(error)) => drop(ill.insert(part, error.to_string())),
                Err(_) => drop(ill.insert(part, "the disk did not answer in time".to_owned())),
            }
        }
        ill.extend(services_down(&engine::services::states()));
        for (part, why) in &ill {
            if !looked.ill.contains_key(part) {
                tracing::error!(part, why, "ill: {}", what_to_do(part));
            }
        }
        for part in looked.ill.keys().filter(|part| !ill.contains_key(*part)) {
            tracing::info!(part, "well again");
        }
        looked.at = Some(Instant::now());
        looked.ill.clone_from(&ill);
        ill
    }
}

fn services_down(
    states: &BTreeMap<&'static str, ServiceState>,
) -> impl Iterator<Item = (&'static str, String)> {
    states
        .iter()
        .filter(|(_, state)| state.down > 0)
        .map(|(service, _)| (*service, "it ended unasked and is started again".to_owned()))
}

fn parts(folder: &DataFolder) -> [(&'static str, PathBuf); 3] {
    [
        ("uploads", folder.uploads()),
        ("reports", folder.all_reports()),
        ("rows", folder.namespaces()),
    ]
}

fn write(folder: &Path) -> io::Result<()> {
    let mut file = tempfile::tempfile_in(folder)?;
    io::Write::write_all(&mut file, &[0; PROBE_BYTES])?;
    file.sync_all()
}

fn what_to_do(part: &str) -> &'static str {
    match part {
        "database" => {
            "what people do is refused until it can be written: look at its disk, its rights and its log"
        }
        "uploads" | "reports" | "rows" => {
            "the data folder cannot be written: make room on its disk, or give Weir the right to write there"
        }
        _ => "part of the work stands still until it is started again: the log says why it ended",
    }
}

pub async fn healthz(State(state): State<AppState>) -> (StatusCode, String) {
    let ill = state.health.look().await;
    if ill.is_empty() {
        return (StatusCode::OK, "ok\n".to_owned());
    }
    let mut answer = String::new();
    // Which part, for whoever asks; why, in the log alone.
    for part in ill.keys() {
        writeln!(answer, "{part}: ill").expect("writing to a String does not fail");
    }
    (StatusCode::SERVICE_UNAVAILABLE, answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_that_is_down_is_ill_and_one_that_was_started_again_is_not() {
        let state = |down| ServiceState {
            panics: 1,
            restarts: 1,
            down,
        };
        let states = BTreeMap::from([("clock", state(1)), ("workers", state(0))]);
        let ill: Vec<_> = services_down(&states).map(|(service, _)| service).collect();
        assert_eq!(ill, ["clock"]);
        assert!(what_to_do("clock").contains("the log says"));
    }
}
