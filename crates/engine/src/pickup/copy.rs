//! The copy of a file that a run reads.
//!
//! It is named by the run and its claim, so that a worker that lost the run writes into a file of its own, and that the
//! next one finds what the one before has left.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use connectors::inbox::{Inbox, InboxError};
use domain::folder::FoundFile;
use domain::id::UploadId;
use domain::reason::Reason;
use domain::run::Run;
use sha2::{Digest, Sha256};
use tokio::task::{JoinError, spawn_blocking};
use uuid::Uuid;

use super::Place;
use crate::attempt::AttemptError;
use crate::context::Engine;
use crate::pipeline::{Interrupted, Watch};

const BUFFER_BYTES: usize = 1 << 20;

/// Whole and durable.
pub(super) struct Copied {
    pub(super) upload: UploadId,
    pub(super) bytes: u64,
    /// In lower-case hexadecimal digits.
    pub(super) sha256: String,
    /// Of its beginnings that were asked for.
    pub(super) beginnings_sha256: Vec<String>,
    path: PathBuf,
}

impl Copied {
    pub(super) fn discard(&self) {
        remove(&self.path);
    }
}

/// Removes what claims of the run before this one have copied; none of it is known to the database.
pub(super) async fn remove_leftovers(engine: &Engine, run: &Run) -> Result<(), JoinError> {
    let paths: Vec<PathBuf> = (1..run.fence)
        .map(|fence| path_of(engine, name(run, fence)))
        .collect();
    spawn_blocking(move || paths.iter().for_each(|path| remove(path))).await
}

/// `beginnings`: so many first bytes of the file have digests of their own.
pub(super) async fn copy(
    engine: &Engine,
    run: &Run,
    place: &Place<'_>,
    file: &FoundFile,
    beginnings: &BTreeSet<u64>,
    watch: &Arc<Watch>,
) -> Result<Copied, AttemptError> {
    let at_most = engine.settings.file_bytes_at_most;
    if file.size_bytes > at_most {
        return Err(Interrupted::Reason(Reason::FileTooLarge {
            size_bytes: file.size_bytes,
            at_most_bytes: at_most,
        })
        .into());
    }
    let upload = name(run, run.fence);
    let path = path_of(engine, upload);
    let inboxes = Arc::clone(&engine.inboxes);
    let (slug, source, file, watch) = (
        place.slug.clone(),
        place.source.clone(),
        file.clone(),
        Arc::clone(watch),
    );
    let mut digests = Digests::new(beginnings);
    let copied = spawn_blocking(move || {
        let inbox = inboxes.open(&slug, &source).map_err(Interrupted::from);
        let copied =
            inbox.and_then(|mut inbox| copy_to(&path, &mut *inbox, &file, &mut digests, &watch));
        match copied {
            Ok(()) => Ok(Copied {
                upload,
                bytes: file.size_bytes,
                sha256: hexadecimal(&digests.whole.finalize()),
                beginnings_sha256: digests.beginnings,
                path,
            }),
            Err(error) => {
                remove(&path);
                Err(error)
            }
        }
    });
    Ok(copied.await??)
}

/// Of all bytes, and of the first of them.
struct Digests {
    whole: Sha256,
    seen: u64,
    /// Lengths of beginnings that are still to come, the greatest first.
    lengths: Vec<u64>,
    beginnings: Vec<String>,
}

impl Digests {
    fn new(lengths: &BTreeSet<u64>) -> Self {
        Self {
            whole: Sha256::new(),
            seen: 0,
            lengths: lengths.iter().rev().copied().collect(),
            beginnings: Vec::new(),
        }
    }

    fn update(&mut self, mut bytes: &[u8]) {
        while let Some(length) = self.lengths.last().copied() {
            let lacks = usize::try_from(length - self.seen).unwrap_or(usize::MAX);
            if lacks > bytes.len() {
                break;
            }
            let (first, rest) = bytes.split_at(lacks);
            self.whole.update(first);
            self.seen = length;
            self.beginnings
                .push(hexadecimal(&self.whole.clone().finalize()));
            self.lengths.pop();
            bytes = rest;
        }
        self.whole.update(bytes);
        self.seen += bytes.len() as u64;
    }
}

fn copy_to(
    path: &Path,
    inbox: &mut dyn Inbox,
    file: &FoundFile,
    digests: &mut Digests,
    watch: &Watch,
) -> Result<(), Interrupted> {
    let mut reading = inbox.open(file)?;
    let mut writing = File::create(path)?;
    let mut buffer = vec![0; BUFFER_BYTES];
    let mut copied = 0;
    loop {
        watch.check()?;
        let count = match reading.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(InboxError::Unreachable(error).into()),
        };
        copied += count as u64;
        if copied > file.size_bytes {
            return Err(InboxError::Changed.into());
        }
        digests.update(&buffer[..count]);
        writing.write_all(&buffer[..count])?;
    }
    writing.sync_all()?;
    // The name is durable once its folder is.
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    let listed = inbox.list(&|name| name == file.name)?;
    if copied != file.size_bytes || listed.first() != Some(file) {
        return Err(InboxError::Changed.into());
    }
    Ok(())
}

/// The run's own id with the number of the claim in its random digits.
fn name(run: &Run, fence: u64) -> UploadId {
    UploadId(Uuid::from_u128(run.id.0.as_u128() ^ u128::from(fence)))
}

fn path_of(engine: &Engine, upload: UploadId) -> PathBuf {
    engine.uploads.join(upload.to_string())
}

fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "a copy that nobody reads could not be removed");
        }
        Ok(()) | Err(_) => {}
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            write!(text, "{byte:02x}").expect("writing to a String does not fail");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beginnings_have_digests_of_their_own_however_the_bytes_come() {
        let bytes: Vec<u8> = (0..=255).collect();
        let of = |bytes: &[u8]| hexadecimal(&Sha256::digest(bytes));
        let lengths = BTreeSet::from([0, 1, 100, 101, 256, 300]);
        for chunk in [1, 7, 100, 256] {
            let mut digests = Digests::new(&lengths);
            for bytes in bytes.chunks(chunk) {
                digests.update(bytes);
            }
            let expected = [0, 1, 100, 101, 256].map(|length| of(&bytes[..length]));
            assert_eq!(digests.beginnings, expected, "{chunk}");
            assert_eq!(hexadecimal(&digests.whole.finalize()), of(&bytes));
        }
    }
}
