//! The rules about runs in words, one test each.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

mod fixtures;

use domain::counts::Counts;
use domain::reason::Reason;
use domain::run::{CLAIMS_LOST_AT_MOST, Run, RunEvent, RunStatus};
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

#[test]
fn everything_imported_is_completed() {
    let run = import(10, 0);
    assert_eq!(
        (run.status, run.counts),
        (
            RunStatus::Completed,
            Counts {
                seen: 10,
                imported: 10,
                rejected: 0
            }
        )
    );
    assert_eq!(
        (run.started_at, run.ended_at, run.claimed_by.clone()),
        (Some(NOW), Some(NOW), None)
    );
    assert_eq!(run.failed_per_mille().unwrap().to_string(), "0 %");
}

#[test]
fn some_rejected_is_partially_completed() {
    let run = import(10, 3);
    assert_eq!(run.status, RunStatus::PartiallyCompleted);
    assert_eq!(run.failed_per_mille().unwrap().to_string(), "30.0 %");
}

#[test]
fn a_file_without_records_is_failed() {
    let run = after(&run(RunStatus::Validating), validated(0, 0));
    assert_eq!(
        (run.status, run.reason.clone()),
        (RunStatus::Failed, Some(Reason::EmptyFile))
    );
    assert_eq!(run.failed_per_mille().unwrap().to_string(), "100 %");
}

#[test]
fn a_file_of_which_no_record_could_be_imported_is_failed() {
    let reason = Some(Reason::NoRecordFits { seen: 10 });
    let at_validation = after(&run(RunStatus::Validating), validated(10, 10));
    let at_import = after(
        &run(RunStatus::Importing),
        RunEvent::ImportFinished {
            rejected: 10,
            gate: OFF,
        },
    );
    let at_merge = after(
        &run(RunStatus::Processing),
        RunEvent::Merged {
            imported: 0,
            rejected: 10,
        },
    );
    for run in [at_validation, at_import, at_merge] {
        assert_eq!((run.status, &run.reason), (RunStatus::Failed, &reason));
        assert_eq!(
            run.counts,
            Counts {
                seen: 10,
                imported: 0,
                rejected: 10
            }
        );
    }
}

#[test]
fn the_quality_gate_halts_only_above_its_limit() {
    let gate = QualityGate {
        rejected_per_mille_at_most: Some(300),
    };
    let finished = |rejected| RunEvent::ValidationFinished {
        seen: 10,
        rejected,
        gate,
    };
    assert_eq!(
        after(&run(RunStatus::Validating), finished(3)).status,
        RunStatus::Importing
    );
    let halted = after(&run(RunStatus::Validating), finished(4));
    let reason = Reason::TooManyRejected {
        rejected: 4,
        seen: 10,
        at_most_per_mille: 300,
    };
    assert_eq!(
        (halted.status, halted.reason),
        (RunStatus::Halted, Some(reason))
    );
    let at_import = after(
        &run(RunStatus::Importing),
        RunEvent::ImportFinished { rejected: 4, gate },
    );
    assert_eq!(at_import.status, RunStatus::Halted);
    assert_eq!(at_import.counts.imported, 0);
}

#[test]
fn an_account_that_does_not_close_is_refused() {
    let miscounted =
        "The counts do not add up: every record seen is imported or rejected, and counted once.";
    for (imported, rejected) in [(7, 2), (7, 4), (8, 2), (u64::MAX, 3), (0, 0)] {
        assert_eq!(
            refusal(
                &run(RunStatus::Processing),
                RunEvent::Merged { imported, rejected }
            ),
            miscounted
        );
    }
    assert_eq!(
        refusal(&run(RunStatus::Validating), validated(1, 2)),
        miscounted
    );
    for rejected in [2, 11] {
        let finished = RunEvent::ImportFinished {
            rejected,
            gate: OFF,
        };
        assert_eq!(
            refusal(&run(RunStatus::Importing), finished),
            miscounted,
            "three were rejected before"
        );
    }
}

#[test]
fn progress_never_shows_an_impossible_account() {
    let counts = Counts {
        seen: 99,
        imported: 9,
        rejected: 1,
    };
    let importing = after(&run(RunStatus::Importing), RunEvent::Progressed { counts });
    assert_eq!(
        importing.counts,
        Counts {
            seen: 10,
            imported: 7,
            rejected: 3
        }
    );
    let counts = Counts {
        seen: 5,
        imported: 4,
        rejected: 6,
    };
    let validating = after(&run(RunStatus::Validating), RunEvent::Progressed { counts });
    assert_eq!(
        validating.counts,
        Counts {
            seen: 5,
            imported: 0,
            rejected: 5
        }
    );
}

#[test]
fn nothing_is_counted_as_imported_when_a_run_stops_before_its_rows_are_in() {
    let failed = after(
        &run(RunStatus::Processing),
        RunEvent::FailedWith(Reason::DestinationUnreachable),
    );
    assert_eq!(
        failed.counts,
        Counts {
            seen: 10,
            imported: 0,
            rejected: 3
        }
    );
    assert_eq!(failed.counts.not_attempted(), 7);
}

#[test]
fn a_reason_ends_a_run_in_its_own_status_only() {
    let run = run(RunStatus::Validating);
    assert!(
        run.apply(&RunEvent::FailedWith(Reason::HostKeyChanged), NOW)
            .is_err()
    );
    assert!(
        run.apply(&RunEvent::HaltedWith(Reason::EmptyFile), NOW)
            .is_err()
    );
    assert_eq!(
        after(&run, RunEvent::HaltedWith(Reason::HostKeyChanged)).status,
        RunStatus::Halted
    );
}

#[test]
fn a_queued_run_is_cancelled_at_once() {
    let run = after(&queued_run(), RunEvent::CancelRequested);
    assert_eq!(
        (run.status, run.failed_per_mille()),
        (RunStatus::Cancelled, None)
    );
}

#[test]
fn a_run_in_work_is_cancelled_at_the_next_word_of_its_worker() {
    for status in [RunStatus::Validating, RunStatus::Importing] {
        let asked = after(&run(status), RunEvent::CancelRequested);
        assert_eq!((asked.status, asked.cancel_requested), (status, true));
        assert_eq!(
            after(&asked, RunEvent::CancelRequested).status,
            status,
            "asking twice does no harm"
        );
        let next_word = match status {
            RunStatus::Validating => validated(0, 0),
            _ => RunEvent::ImportFinished {
                rejected: 3,
                gate: OFF,
            },
        };
        let words = [
            RunEvent::Cancelled,
            RunEvent::Released,
            RunEvent::FailedWith(Reason::DestinationUnreachable),
            RunEvent::HaltedWith(Reason::DatasetChanged),
            next_word,
        ];
        for word in words {
            assert_eq!(after(&asked, word).status, RunStatus::Cancelled);
        }
        assert_eq!(
            apply_at(&asked, lost(), NOW.plus_seconds(31)).status,
            RunStatus::Cancelled
        );
    }
}

#[test]
fn a_run_in_processing_can_no_longer_be_cancelled() {
    assert_eq!(
        refusal(&run(RunStatus::Processing), RunEvent::CancelRequested),
        "The run can no longer be cancelled: its rows are being merged into the dataset."
    );
}

#[test]
fn nobody_cancels_a_run_unasked() {
    assert_eq!(
        refusal(&run(RunStatus::Importing), RunEvent::Cancelled),
        "Nobody asked for the run to be cancelled."
    );
}

#[test]
fn a_claim_raises_the_fence_and_keeps_others_out() {
    let claimed_run = after(&queued_run(), claimed());
    assert_eq!(
        (claimed_run.status, claimed_run.fence),
        (RunStatus::Validating, 1)
    );
    assert!(claimed_run.is_held(NOW) && !claimed_run.is_held(NOW.plus_seconds(30)));
    assert_eq!(
        refusal(&claimed_run, claimed()),
        "Another worker holds the run."
    );
    let renewed = after(
        &claimed_run,
        RunEvent::Renewed {
            lease_until: NOW.plus_seconds(60),
        },
    );
    assert_eq!(renewed.lease_until, Some(NOW.plus_seconds(60)));
}

#[test]
fn a_run_is_not_claimed_before_it_is_due() {
    let later = Run {
        due_at: NOW.plus_seconds(1),
        ..queued_run()
    };
    assert_eq!(refusal(&later, claimed()), "The run is not yet due.");
}

#[test]
fn a_lease_that_has_not_run_out_is_kept() {
    assert_eq!(
        refusal(&run(RunStatus::Importing), lost()),
        "The worker's lease has not run out."
    );
}

#[test]
fn a_run_that_took_its_worker_down_three_times_is_halted() {
    let mut run = queued_run();
    let mut now = NOW;
    for _ in 0..CLAIMS_LOST_AT_MOST {
        assert_eq!(run.status, RunStatus::Queued);
        now = now.plus_seconds(31);
        let lease_until = now.plus_seconds(30);
        run = apply_at(
            &run,
            RunEvent::Claimed {
                worker: "worker-1".to_owned(),
                lease_until,
            },
            now,
        );
        run = apply_at(&run, validated(10, 3), now);
        now = lease_until;
        run = apply_at(&run, lost(), now);
    }
    let reason = Reason::InternalError {
        reference: "r-1".to_owned(),
    };
    assert!(!reason.rerun());
    assert_eq!(
        (run.status, run.reason, run.fence),
        (RunStatus::Halted, Some(reason), 3)
    );
}

#[test]
fn a_worker_that_stops_in_good_order_is_not_counted_as_lost() {
    let run = after(&run(RunStatus::Importing), RunEvent::Released);
    assert_eq!(
        (run.status, run.claims_lost, run.counts),
        (RunStatus::Queued, 0, Counts::default())
    );
}

#[test]
fn a_run_lost_in_processing_stays_there_because_its_rows_may_be_in() {
    let mut run = run(RunStatus::Processing);
    for number in 1..=CLAIMS_LOST_AT_MOST {
        run = apply_at(&run, lost(), NOW.plus_seconds(31));
        assert_eq!(
            (run.status, run.claims_lost),
            (RunStatus::Processing, number)
        );
        assert_eq!(run.only_settles(), number == CLAIMS_LOST_AT_MOST);
        run = after(&run, claimed());
        assert_eq!(run.status, RunStatus::Processing);
    }
    let found_in_the_ledger = after(
        &run,
        RunEvent::Merged {
            imported: 7,
            rejected: 3,
        },
    );
    assert_eq!(found_in_the_ledger.status, RunStatus::PartiallyCompleted);
    let reason = Reason::InternalError {
        reference: "r-1".to_owned(),
    };
    assert_eq!(
        after(&run, RunEvent::HaltedWith(reason)).status,
        RunStatus::Halted
    );
}

#[test]
fn an_ended_run_never_changes() {
    for status in RunStatus::ALL.iter().filter(|status| status.is_final()) {
        for event in [
            claimed(),
            validated(1, 0),
            RunEvent::CancelRequested,
            RunEvent::Cancelled,
            RunEvent::Released,
            lost(),
        ] {
            assert_eq!(refusal(&run(*status), event), "The run has ended.");
        }
    }
}
