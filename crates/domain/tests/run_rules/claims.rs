//! Claims, leases, and workers that die.

use crate::fixtures::{NOW, queued_run, run};
use crate::{after, apply_at, claimed, lost, refusal, validated};
use domain::counts::Counts;
use domain::reason::Reason;
use domain::run::{CLAIMS_LOST_AT_MOST, Run, RunEvent, RunStatus};

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
