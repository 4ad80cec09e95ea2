//! The outside world: time, identifiers and randomness of this machine, its disk and its limits.

use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use domain::time::Timestamp;
use operations::context::{Clock, Ids, Randomness};
use uuid::Uuid;

pub struct SystemClock;

pub struct SystemIds;

pub struct SystemRandomness;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_epoch = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
    }
}

impl Ids for SystemIds {
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

impl Randomness for SystemRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system gives random bytes");
    }
}

/// How much an ordinary process may still write to the disk that holds the folder.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    {
        let _ = folder;
        Ok(u64::MAX)
    }
}

/// Files that this process makes from now on are for its own user alone: what people upload, and hashes of their passwords.
pub fn keep_new_files_private() {
    #[cfg(unix)]
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
}

/// Raises the number of files that this process may have open to the highest that it may choose; answers it. The usual
/// limit is 1024, for the sake of programs that use `select`.
pub fn raise_descriptor_limit() -> u64 {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};

        let mut limit = getrlimit(Resource::Nofile);
        let before = limit.current;
        limit.current = limit.maximum;
        let raised = setrlimit(Resource::Nofile, limit).map(|()| limit.current);
        raised.unwrap_or(before).unwrap_or(u64::MAX)
    }
    #[cfg(not(unix))]
    u64::MAX
}
