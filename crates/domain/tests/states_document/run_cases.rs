//! Every event of a run, in every situation that matters, in every status.

use domain::counts::Counts;
use domain::id::UploadId;
use domain::reason::Reason;
use domain::run::{Input, Run, RunEvent, RunStatus};
use domain::settings::QualityGate;
use uuid::Uuid;

use super::fixtures::{NOW, repeated_file, run, run_inconsistency};
use super::table::{Diagram, markdown};

struct Case {
    event: RunEvent,
    /// The event in words.
    label: &'static str,
    situation: &'static str,
    prepare: fn(Run) -> Run,
}

fn cases() -> Vec<Case> {
    let case = |label, situation, event, prepare| Case {
        event,
        label,
        situation,
        prepare,
    };
    let as_it_is: fn(Run) -> Run = |run| run;
    let off = QualityGate::default();
    let strict = QualityGate {
        rejected_per_mille_at_most: Some(100),
    };
    let lease_until = NOW.plus_seconds(30);
    let claimed = || RunEvent::Claimed {
        worker: "worker-2".to_owned(),
        lease_until,
    };
    let file_taken = || RunEvent::FileTaken {
        upload: UploadId(Uuid::from_u128(2)),
    };
    let validated = |seen, rejected, gate| RunEvent::ValidationFinished {
        seen,
        rejected,
        gate,
    };
    let imported = |rejected, gate| RunEvent::ImportFinished { rejected, gate };
    let corrected = |records| RunEvent::Corrected { records };
    let lost = || RunEvent::LeaseExpired {
        reference: "r-1".to_owned(),
    };
    vec![
        case("claimed", "", claimed(), as_it_is),
        case("claimed", "no worker holds it", claimed(), unheld),
        case("claimed", "not yet due", claimed(), |run| Run {
            due_at: NOW.plus_seconds(1),
            ..run
        }),
        case("file taken", "it was to be found", file_taken(), |run| {
            Run {
                input: Input::default(),
                ..run
            }
        }),
        case("file taken", "it has its file", file_taken(), |run| Run {
            input: Input {
                upload: Some(UploadId(Uuid::from_u128(1))),
                corrects: None,
            },
            ..run
        }),
        case("renewed", "", RunEvent::Renewed { lease_until }, as_it_is),
        case(
            "progressed",
            "",
            RunEvent::Progressed {
                counts: Counts::default(),
            },
            as_it_is,
        ),
        case(
            "validation finished",
            "some records are valid",
            validated(10, 3, off),
            as_it_is,
        ),
        case(
            "validation finished",
            "no records",
            validated(0, 0, off),
            as_it_is,
        ),
        case(
            "validation finished",
            "all rejected",
            validated(10, 10, off),
            as_it_is,
        ),
        case(
            "validation finished",
            "too many rejected for the gate",
            validated(10, 3, strict),
            as_it_is,
        ),
        case(
            "validation finished",
            "cancel requested",
            validated(10, 3, off),
            cancel_requested,
        ),
        case(
            "validation finished",
            "counts do not add up",
            validated(1, 2, off),
            as_it_is,
        ),
        case(
            "import finished",
            "some rows are written",
            imported(3, off),
            as_it_is,
        ),
        case(
            "import finished",
            "all rejected by the destination",
            imported(10, off),
            as_it_is,
        ),
        case(
            "import finished",
            "too many rejected for the gate",
            imported(3, strict),
            as_it_is,
        ),
        case(
            "import finished",
            "cancel requested",
            imported(3, off),
            cancel_requested,
        ),
        case(
            "merged",
            "all rows",
            RunEvent::Merged {
                imported: 10,
                rejected: 0,
            },
            |run| Run {
                counts: Counts {
                    rejected: 0,
                    ..run.counts
                },
                ..run
            },
        ),
        case(
            "merged",
            "some rows",
            RunEvent::Merged {
                imported: 7,
                rejected: 3,
            },
            as_it_is,
        ),
        case(
            "merged",
            "no row",
            RunEvent::Merged {
                imported: 0,
                rejected: 10,
            },
            as_it_is,
        ),
        case(
            "failed",
            "",
            RunEvent::FailedWith(Reason::DestinationUnreachable),
            as_it_is,
        ),
        case(
            "failed",
            "cancel requested",
            RunEvent::FailedWith(Reason::DestinationUnreachable),
            cancel_requested,
        ),
        case(
            "failed",
            "with a reason of Halted",
            RunEvent::FailedWith(Reason::DatasetChanged),
            as_it_is,
        ),
        case(
            "halted",
            "",
            RunEvent::HaltedWith(Reason::DatasetChanged),
            as_it_is,
        ),
        case(
            "halted",
            "cancel requested",
            RunEvent::HaltedWith(Reason::DatasetChanged),
            cancel_requested,
        ),
        case(
            "halted",
            "with a reason of Failed",
            RunEvent::HaltedWith(Reason::EmptyFile),
            as_it_is,
        ),
        case("nothing new", "", RunEvent::NothingNew, as_it_is),
        case(
            "nothing new",
            "cancel requested",
            RunEvent::NothingNew,
            cancel_requested,
        ),
        case(
            "file passed over",
            "it asks about a repeated file",
            RunEvent::PassedOver,
            |run| Run {
                reason: run.reason.map(|_| repeated_file()),
                ..run
            },
        ),
        case(
            "file passed over",
            "it does not ask",
            RunEvent::PassedOver,
            as_it_is,
        ),
        case("cancel requested", "", RunEvent::CancelRequested, as_it_is),
        case(
            "cancelled",
            "cancel requested",
            RunEvent::Cancelled,
            cancel_requested,
        ),
        case("cancelled", "nobody asked", RunEvent::Cancelled, as_it_is),
        case("released", "", RunEvent::Released, as_it_is),
        case(
            "released",
            "cancel requested",
            RunEvent::Released,
            cancel_requested,
        ),
        case("lease expired", "first or second time", lost(), expired),
        case("lease expired", "third time", lost(), |run| Run {
            claims_lost: 2,
            ..expired(run)
        }),
        case("lease expired", "cancel requested", lost(), |run| {
            expired(cancel_requested(run))
        }),
        case("lease expired", "it has not", lost(), as_it_is),
        case(
            "corrected",
            "some are still missing",
            corrected(1),
            as_it_is,
        ),
        case(
            "corrected",
            "the last that was missing",
            corrected(3),
            as_it_is,
        ),
        case(
            "corrected",
            "all had been rejected; some are still missing",
            corrected(1),
            all_rejected,
        ),
        case(
            "corrected",
            "all had been rejected; none is missing",
            corrected(10),
            all_rejected,
        ),
        case(
            "corrected",
            "more than are missing",
            corrected(11),
            as_it_is,
        ),
    ]
}

pub fn table() -> String {
    let heads: Vec<&str> = ["Event", "Situation"]
        .into_iter()
        .chain(RunStatus::ALL.iter().map(|status| status.label()))
        .collect();
    let rows: Vec<Vec<String>> = cases()
        .iter()
        .map(|case| {
            let cells = RunStatus::ALL.iter().map(|status| case.cell(*status));
            [case.label.to_owned(), case.situation.to_owned()]
                .into_iter()
                .chain(cells)
                .collect()
        })
        .collect();
    markdown(&heads, &rows)
}

pub fn diagram() -> String {
    let mut diagram = Diagram::default();
    for case in cases() {
        for status in RunStatus::ALL {
            if let Ok(after) = (case.prepare)(run(*status)).apply(&case.event, NOW) {
                diagram.arrow(*status as usize, after.status as usize, case.label);
            }
        }
    }
    let labels: Vec<&str> = RunStatus::ALL.iter().map(|status| status.label()).collect();
    diagram.mermaid(&labels, |state| RunStatus::ALL[state].is_final())
}

#[test]
fn every_event_has_a_case() {
    let mut seen = [false; 16];
    for case in cases() {
        // A new event does not compile until it is counted here.
        let number = match case.event {
            RunEvent::Claimed { .. } => 0,
            RunEvent::Renewed { .. } => 1,
            RunEvent::Progressed { .. } => 2,
            RunEvent::ValidationFinished { .. } => 3,
            RunEvent::ImportFinished { .. } => 4,
            RunEvent::Merged { .. } => 5,
            RunEvent::FailedWith(_) => 6,
            RunEvent::HaltedWith(_) => 7,
            RunEvent::CancelRequested => 8,
            RunEvent::Cancelled => 9,
            RunEvent::Released => 10,
            RunEvent::LeaseExpired { .. } => 11,
            RunEvent::FileTaken { .. } => 12,
            RunEvent::Corrected { .. } => 13,
            RunEvent::NothingNew => 14,
            RunEvent::PassedOver => 15,
        };
        seen[number] = true;
    }
    assert_eq!(seen, [true; 16]);
}

#[test]
fn no_case_leads_into_an_impossible_run() {
    for case in cases() {
        for status in RunStatus::ALL {
            let before = (case.prepare)(run(*status));
            // A situation that a status rules out (a Queued run that is held) has nothing to keep.
            if run_inconsistency(&before).is_none()
                && let Ok(after) = before.apply(&case.event, NOW)
            {
                assert_eq!(
                    run_inconsistency(&after),
                    None,
                    "{} in {status}: {after:#?}",
                    case.label
                );
            }
        }
    }
}

impl Case {
    fn cell(&self, status: RunStatus) -> String {
        let before = (self.prepare)(run(status));
        let Ok(after) = before.apply(&self.event, NOW) else {
            return "·".to_owned();
        };
        let mut parts = vec![if after.status == status {
            "stays".to_owned()
        } else {
            format!("**{}**", after.status)
        }];
        if let Some(reason) = &after.reason {
            parts.push(format!("`{}`", reason.code()));
        }
        if after.fence > before.fence {
            parts.push("new fence".to_owned());
        }
        if after.cancel_requested && !before.cancel_requested {
            parts.push("the worker is told".to_owned());
        }
        if before.claimed_by.is_some() && after.claimed_by.is_none() && !after.status.is_final() {
            parts.push("no longer held".to_owned());
        }
        parts.join(", ")
    }
}

/// As a worker left it that was taken for dead; before Processing such a run is Queued.
fn unheld(run: Run) -> Run {
    if run.status == RunStatus::Processing {
        Run {
            claimed_by: None,
            lease_until: None,
            ..run
        }
    } else {
        run
    }
}

/// A Failed run whose file had ten records, none of which fitted; others as they are.
fn all_rejected(run: Run) -> Run {
    if run.status != RunStatus::Failed {
        return run;
    }
    Run {
        counts: Counts {
            seen: 10,
            imported: 0,
            rejected: 10,
        },
        reason: Some(Reason::NoRecordFits { seen: 10 }),
        ..run
    }
}

fn cancel_requested(run: Run) -> Run {
    Run {
        cancel_requested: run.status.may_be_cancelled() && run.status.is_in_work(),
        ..run
    }
}

fn expired(run: Run) -> Run {
    Run {
        lease_until: run.lease_until.map(|_| NOW),
        ..run
    }
}
