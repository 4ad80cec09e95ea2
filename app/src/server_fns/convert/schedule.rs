//! When jobs run.

use operations::jobs::RerunToCome;
use operations::schedule::Coming;

use crate::wire::schedule::{ComingView, RerunView};

pub fn rerun(rerun: RerunToCome) -> RerunView {
    RerunView {
        attempt: rerun.attempt.into(),
        attempts: rerun.attempts.into(),
        due_at: rerun.due_at.0,
        occurrence: rerun.occurrence.to_string(),
    }
}

pub fn coming(coming: Coming) -> ComingView {
    ComingView {
        at: coming.at.0,
        local: coming.local,
    }
}
