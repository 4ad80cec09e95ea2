//! A person stops a run.

use crate::fixtures::{NOW, queued_run, run};
use crate::{OFF, after, apply_at, lost, refusal, validated};
use domain::reason::Reason;
use domain::run::{RunEvent, RunStatus};

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
