//! The rules about runs in words, one test each.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

#[path = "run_rules/accounts.rs"]
mod accounts;
#[path = "run_rules/cancelling.rs"]
mod cancelling;
#[path = "run_rules/claims.rs"]
mod claims;
mod fixtures;

use domain::run::{Run, RunEvent};
use domain::settings::QualityGate;
use domain::time::Timestamp;
use fixtures::*;

const OFF: QualityGate = QualityGate {
    rejected_per_mille_at_most: None,
};

#[track_caller]
fn apply_at(run: &Run, event: RunEvent, now: Timestamp) -> Run {
    let next = run.apply(&event, now).unwrap();
    assert_eq!(next.version, run.version + 1);
    assert_eq!(run_inconsistency(&next), None, "{next:#?}");
    next
}

#[track_caller]
fn after(run: &Run, event: RunEvent) -> Run {
    apply_at(run, event, NOW)
}

#[track_caller]
fn refusal(run: &Run, event: RunEvent) -> String {
    run.apply(&event, NOW).unwrap_err().sentence
}

fn claimed() -> RunEvent {
    RunEvent::Claimed {
        worker: "worker-2".to_owned(),
        lease_until: NOW.plus_seconds(30),
    }
}

fn validated(seen: u64, rejected: u64) -> RunEvent {
    RunEvent::ValidationFinished {
        seen,
        rejected,
        gate: OFF,
    }
}

fn lost() -> RunEvent {
    RunEvent::LeaseExpired {
        reference: "r-1".to_owned(),
    }
}

/// From Queued through all stages.
#[track_caller]
fn import(seen: u64, rejected: u64) -> Run {
    let run = after(&after(&queued_run(), claimed()), validated(seen, rejected));
    let run = after(
        &run,
        RunEvent::ImportFinished {
            rejected,
            gate: OFF,
        },
    );
    after(
        &run,
        RunEvent::Merged {
            imported: seen - rejected,
            rejected,
        },
    )
}
