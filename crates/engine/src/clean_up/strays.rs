//! Files and folders that nothing in the database stands for: what a process left that died between the database and the
//! disk, and reports of jobs that were deleted.
//!
//! That the database does not know a file proves little: it may be another one, or an old one that was put back. So a stray
//! is set aside first, goes back when the database knows it again, and is removed a day later; and when a large part of
//! all files are strays, nothing is done until an operator has said so.

use std::collections::HashSet;
use std::fs::{File, FileTimes};
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use domain::id::{RunId, UploadId};
use domain::time::Timestamp;

use super::{BATCH, CleanUp, CleanUpError, Strays, remove_file, remove_folder};
use crate::counters;

/// Where strays wait, in the folder that they were found in.
const SET_ASIDE: &str = "set-aside";
/// What is younger may be somebody's work that the database does not know yet; and for so long strays wait.
const YOUNGEST_DAYS: u16 = 1;
/// So few are set aside whatever part of all they are.
const FEW: usize = 5;
/// A larger part of all files than one of so many is suspicious.
const ONE_OF: usize = 10;

/// Sets new strays aside and removes those that have waited; how many were set aside.
pub(super) async fn remove(clean_up: CleanUp, what: Strays) -> Result<u64, CleanUpError> {
    let clean_up = &clean_up;
    let before = clean_up.days_ago(YOUNGEST_DAYS);
    let (mut strays, uploads) = unknown::<UploadId>(clean_up, &clean_up.uploads, before).await?;
    let (reports, all) = unknown::<RunId>(clean_up, &clean_up.reports, before).await?;
    strays.extend(reports);
    let (count, all) = (strays.len(), uploads + all);
    let suspicious = count > FEW && count * ONE_OF > all && what != Strays::SetAllAside;
    counters::set_strays(if suspicious { count as u64 } else { 0 });
    if suspicious {
        tracing::error!(
            strays = count,
            all,
            "the database knows nothing of many files, and none was removed: see whether it is the right database; if these files may go, run `weir admin clean-up`"
        );
        return Ok(0);
    }
    for path in &strays {
        set_aside(path, (clean_up.now)())?;
    }
    settle::<UploadId>(clean_up, &clean_up.uploads, before).await?;
    settle::<RunId>(clean_up, &clean_up.reports, before).await?;
    Ok(count as u64)
}

/// Whose files lie in a folder under their ids.
trait Kept: FromStr + Hash + Eq + Copy {
    async fn known(clean_up: &CleanUp, ids: &[Self]) -> Result<HashSet<Self>, CleanUpError>;
}

impl Kept for UploadId {
    async fn known(clean_up: &CleanUp, ids: &[Self]) -> Result<HashSet<Self>, CleanUpError> {
        Ok(clean_up.store.uploads_with_file(ids).await?)
    }
}

impl Kept for RunId {
    async fn known(clean_up: &CleanUp, ids: &[Self]) -> Result<HashSet<Self>, CleanUpError> {
        Ok(clean_up.store.known_runs(ids).await?)
    }
}

/// What the database does not know of a folder's files, and how many files there are.
async fn unknown<I: Kept>(
    clean_up: &CleanUp,
    folder: &Path,
    before: Timestamp,
) -> Result<(Vec<PathBuf>, usize), CleanUpError> {
    let (mut strays, mut all) = (Vec::new(), 0);
    let mut entries = Entries::<I>::open(folder).await?;
    while let Some(batch) = entries.next_batch().await? {
        all += batch.len();
        let known = I::known(clean_up, &ids(&batch)).await?;
        for (id, path) in batch {
            if !known.contains(&id) && is_older(&path, before).await {
                strays.push(path);
            }
        }
    }
    Ok((strays, all))
}

/// Puts back what the database knows again, and removes what was set aside `before`.
async fn settle<I: Kept>(
    clean_up: &CleanUp,
    folder: &Path,
    before: Timestamp,
) -> Result<(), CleanUpError> {
    let waiting = folder.join(SET_ASIDE);
    if !waiting.exists() {
        return Ok(());
    }
    let mut entries = Entries::<I>::open(&waiting).await?;
    while let Some(batch) = entries.next_batch().await? {
        let known = I::known(clean_up, &ids(&batch)).await?;
        for (id, path) in batch {
            let name = path.file_name().expect("an entry of a folder has a name");
            if known.contains(&id) && !folder.join(name).exists() {
                tokio::fs::rename(&path, folder.join(name)).await?;
                tracing::warn!(file = %path.display(), "the database knows a stray again: it was put back");
            } else if is_older(&path, before).await {
                if path.is_dir() {
                    remove_folder(&path).await?;
                } else {
                    remove_file(&path).await?;
                }
            }
        }
    }
    Ok(())
}

/// Its time becomes that of being set aside.
fn set_aside(path: &Path, now: Timestamp) -> io::Result<()> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(());
    };
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(now.0.max(0).unsigned_abs());
    File::open(path)?.set_times(FileTimes::new().set_modified(now))?;
    let waiting = folder.join(SET_ASIDE);
    std::fs::create_dir_all(&waiting)?;
    std::fs::rename(path, waiting.join(name))
}

/// Entries of a folder that begin with an id. Others are somebody else's.
struct Entries<I> {
    folder: tokio::fs::ReadDir,
    id: std::marker::PhantomData<I>,
}

impl<I: FromStr> Entries<I> {
    async fn open(folder: &Path) -> io::Result<Self> {
        Ok(Self {
            folder: tokio::fs::read_dir(folder).await?,
            id: std::marker::PhantomData,
        })
    }

    async fn next_batch(&mut self) -> io::Result<Option<Vec<(I, PathBuf)>>> {
        let mut batch = Vec::new();
        while batch.len() < usize::from(BATCH) {
            let Some(entry) = self.folder.next_entry().await? else {
                break;
            };
            let name = entry.file_name();
            let stem = name.to_str().and_then(|name| name.split('.').next());
            if let Some(Ok(id)) = stem.map(str::parse) {
                batch.push((id, entry.path()));
            }
        }
        Ok((!batch.is_empty()).then_some(batch))
    }
}

/// One that has gone by itself is not.
async fn is_older(path: &Path, before: Timestamp) -> bool {
    let Ok(modified) = tokio::fs::metadata(path)
        .await
        .and_then(|known| known.modified())
    else {
        return false;
    };
    let since_epoch = modified.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_epoch.as_millis()).is_ok_and(|at| at < before.0)
}

fn ids<I: Copy>(batch: &[(I, PathBuf)]) -> Vec<I> {
    batch.iter().map(|(id, _)| *id).collect()
}
