//! Files and folders that nothing in the database stands for: what a process left that died between the database and the
//! disk, and reports of jobs that were deleted.

use std::collections::HashSet;
use std::hash::Hash;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::UNIX_EPOCH;

use domain::id::{RunId, UploadId};
use domain::time::Timestamp;

use super::{BATCH, CleanUp, CleanUpError, remove_file, remove_folder};

/// What is younger may be somebody's work that the database does not know yet.
const YOUNGEST_DAYS: u16 = 1;

pub(super) async fn remove(clean_up: &CleanUp) -> Result<u64, CleanUpError> {
    let before = clean_up.days_ago(YOUNGEST_DAYS);
    let mut removed = 0;

    let mut uploads = Entries::<UploadId>::open(&clean_up.uploads, before).await?;
    while let Some(batch) = uploads.next_batch().await? {
        let known = clean_up.store.uploads_with_file(&ids(&batch)).await?;
        for path in unknown(batch, &known) {
            remove_file(&path).await?;
            removed += 1;
        }
    }

    let mut reports = Entries::<RunId>::open(&clean_up.reports, before).await?;
    while let Some(batch) = reports.next_batch().await? {
        let known = clean_up.store.known_runs(&ids(&batch)).await?;
        for path in unknown(batch, &known) {
            remove_folder(&path).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Entries of a folder that begin with an id and were not touched since `before`. Others are somebody else's.
struct Entries<I> {
    folder: tokio::fs::ReadDir,
    before: Timestamp,
    id: std::marker::PhantomData<I>,
}

impl<I: FromStr> Entries<I> {
    async fn open(folder: &Path, before: Timestamp) -> std::io::Result<Self> {
        Ok(Self {
            folder: tokio::fs::read_dir(folder).await?,
            before,
            id: std::marker::PhantomData,
        })
    }

    async fn next_batch(&mut self) -> std::io::Result<Option<Vec<(I, PathBuf)>>> {
        let mut batch = Vec::new();
        while batch.len() < usize::from(BATCH) {
            let Some(entry) = self.folder.next_entry().await? else {
                break;
            };
            let name = entry.file_name();
            let stem = name.to_str().and_then(|name| name.split('.').next());
            let Some(Ok(id)) = stem.map(str::parse) else {
                continue;
            };
            if is_older(&entry, self.before).await {
                batch.push((id, entry.path()));
            }
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

/// One that has gone by itself is not.
async fn is_older(entry: &tokio::fs::DirEntry, before: Timestamp) -> bool {
    let Ok(modified) = entry.metadata().await.and_then(|known| known.modified()) else {
        return false;
    };
    let since_epoch = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).is_ok_and(|at| at < before.0)
}

fn ids<I: Copy>(batch: &[(I, PathBuf)]) -> Vec<I> {
    batch.iter().map(|(id, _)| *id).collect()
}

fn unknown<I: Hash + Eq>(batch: Vec<(I, PathBuf)>, known: &HashSet<I>) -> Vec<PathBuf> {
    let strays = batch.into_iter().filter(|(id, _)| !known.contains(id));
    strays.map(|(_, path)| path).collect()
}
