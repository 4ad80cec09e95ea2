//! What the workers of this process have done since its start, for monitoring. The truth is in the database; these only
//! ever grow, as a monitoring system expects of a counter.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::run::Run;

static ROWS_IMPORTED: AtomicU64 = AtomicU64::new(0);
static RUNS_ENDED: AtomicU64 = AtomicU64::new(0);
static CLAIMS_LOST: AtomicU64 = AtomicU64::new(0);
static STRAYS: AtomicU64 = AtomicU64::new(0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counters {
    pub rows_imported: u64,
    pub runs_ended: u64,
    pub claims_lost: u64,
    /// Files that the database does not know and that are too many to be removed unasked. The only one here that falls.
    pub strays: u64,
}

pub fn read() -> Counters {
    let value = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Counters {
        rows_imported: value(&ROWS_IMPORTED),
        runs_ended: value(&RUNS_ENDED),
        claims_lost: value(&CLAIMS_LOST),
        strays: value(&STRAYS),
    }
}

/// A run that was written as it is now.
pub(crate) fn count(before: &Run, after: &Run) {
    if after.status.is_final() && !before.status.is_final() {
        RUNS_ENDED.fetch_add(1, Ordering::Relaxed);
        ROWS_IMPORTED.fetch_add(after.counts.imported, Ordering::Relaxed);
    }
    let lost = after.claims_lost.saturating_sub(before.claims_lost);
    CLAIMS_LOST.fetch_add(lost.into(), Ordering::Relaxed);
}

pub(crate) fn set_strays(strays: u64) {
    STRAYS.store(strays, Ordering::Relaxed);
}
