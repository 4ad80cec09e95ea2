//! What the thread of a run and its heartbeat tell each other.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

use domain::counts::Counts;

use super::Interrupted;

/// Why the work is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// A person cancelled the run.
    Cancelled,
    /// Another worker may have the run.
    LeaseLost,
    /// The process ends; the run is handed back.
    Shutdown,
}

/// Progress in one direction, the wish to stop in the other.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    stop: AtomicU8,
    bytes_done: AtomicU64,
    seen: AtomicU64,
    imported: AtomicU64,
    rejected: AtomicU64,
}

impl Watch {
    /// The first wish counts, except that a lost lease ends everything.
    pub(crate) fn stop(&self, why: Stop) {
        let code = match why {
            Stop::Cancelled => 1,
            Stop::Shutdown => 2,
            Stop::LeaseLost => 3,
        };
        if why == Stop::LeaseLost {
            self.stop.store(code, Ordering::Relaxed);
        } else {
            let _ = self
                .stop
                .compare_exchange(0, code, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    pub(crate) fn stopped(&self) -> Option<Stop> {
        match self.stop.load(Ordering::Relaxed) {
            1 => Some(Stop::Cancelled),
            2 => Some(Stop::Shutdown),
            3 => Some(Stop::LeaseLost),
            _ => None,
        }
    }

    pub(crate) fn check(&self) -> Result<(), Interrupted> {
        self.stopped()
            .map_or(Ok(()), |stop| Err(Interrupted::Stopped(stop)))
    }

    /// Nothing of the stage that begins is done.
    pub(crate) fn begin_stage(&self) {
        self.bytes_done.store(0, Ordering::Relaxed);
    }

    pub(crate) fn report(&self, bytes_done: u64, counts: Counts) {
        self.bytes_done.store(bytes_done, Ordering::Relaxed);
        self.seen.store(counts.seen, Ordering::Relaxed);
        self.imported.store(counts.imported, Ordering::Relaxed);
        self.rejected.store(counts.rejected, Ordering::Relaxed);
    }

    /// Bytes read in the stage under way, and the counts so far.
    pub(crate) fn progress(&self) -> (u64, Counts) {
        let counts = Counts {
            seen: self.seen.load(Ordering::Relaxed),
            imported: self.imported.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
        };
        (self.bytes_done.load(Ordering::Relaxed), counts)
    }
}
