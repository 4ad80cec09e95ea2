//! How a run ends, and what is counted.

use crate::fixtures::{NOW, run};
use crate::{OFF, after, claimed, import, lost, refusal, validated};
use domain::counts::Counts;
use domain::reason::Reason;
use domain::run::{RunEvent, RunStatus};
use domain::settings::QualityGate;

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
    assert_eq!(
        refusal(
            &run(RunStatus::Processing),
            RunEvent::Merged {
                imported: u64::MAX,
                rejected: 3
            }
        ),
        miscounted
    );
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
        run.apply(&RunEvent::FailedWith(Reason::DatasetChanged), NOW)
            .is_err()
    );
    assert!(
        run.apply(&RunEvent::HaltedWith(Reason::EmptyFile), NOW)
            .is_err()
    );
    assert_eq!(
        after(&run, RunEvent::HaltedWith(Reason::DatasetChanged)).status,
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

#[test]
fn a_run_is_completed_when_its_last_missing_record_is_corrected() {
    let partly = import(10, 3);
    assert_eq!(partly.still_missing(), 3);
    let partly = after(&partly, RunEvent::Corrected { records: 2 });
    assert_eq!(partly.status, RunStatus::PartiallyCompleted);
    assert_eq!((partly.still_missing(), partly.corrected), (1, 2));
    assert_eq!(partly.failed_per_mille().unwrap().to_string(), "10.0 %");
    assert!(
        partly
            .apply(&RunEvent::Corrected { records: 2 }, NOW)
            .is_err(),
        "more than are missing"
    );
    let completed = after(&partly, RunEvent::Corrected { records: 1 });
    assert_eq!(completed.status, RunStatus::Completed);
    assert_eq!(
        completed.counts, partly.counts,
        "what the run itself did stays"
    );
    assert_eq!(completed.failed_per_mille().unwrap().to_string(), "0 %");
    assert!(
        completed
            .apply(&RunEvent::Corrected { records: 1 }, NOW)
            .is_err()
    );
}

#[test]
fn a_run_whose_records_were_all_rejected_is_partially_completed_once_one_is_corrected() {
    let failed = after(&run(RunStatus::Validating), validated(10, 10));
    let partly = after(&failed, RunEvent::Corrected { records: 4 });
    assert_eq!(
        (partly.status, partly.reason.clone()),
        (RunStatus::PartiallyCompleted, None)
    );
    let completed = after(&partly, RunEvent::Corrected { records: 6 });
    assert_eq!(completed.status, RunStatus::Completed);
}

#[test]
fn the_ledgers_counts_stand_in_every_stage() {
    for stage in [
        RunStatus::Validating,
        RunStatus::Importing,
        RunStatus::Processing,
    ] {
        let merged = after(
            &run(stage),
            RunEvent::Merged {
                imported: 5,
                rejected: 1,
            },
        );
        assert_eq!(merged.status, RunStatus::PartiallyCompleted);
        assert_eq!(
            merged.counts,
            Counts {
                seen: 6,
                imported: 5,
                rejected: 1
            }
        );
    }
}
