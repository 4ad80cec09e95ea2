//! Random walks through the states of a job and its runs.
#![expect(clippy::unwrap_used, reason = "a test may fail wherever it likes")]

mod fixtures;
#[path = "walks/world.rs"]
mod world;

use std::collections::HashMap;

use domain::counts::Counts;
use domain::job::{JobEvent, JobStatus, Timing};
use domain::reason::Reason;
use domain::run::{Input, RunEvent};
use domain::sampling::SamplingProblem;
use domain::settings::QualityGate;
use proptest::collection::vec;
use proptest::prelude::*;
use world::World;

/// What happens next. Numbers are taken modulo what they choose from.
#[derive(Clone, Debug)]
enum Step {
    Rename,
    ProvideSample,
    ProcessSample,
    RejectSample,
    ChangeSettings { affects_sample: bool },
    DiscardEdit,
    Activate { timing: When },
    Edit { timing: Option<When> },
    Pause,
    Reactivate,
    RunNow { new_file: bool },
    Retry { run: usize },
    PassOver { run: usize },
    FindNothingNew { run: usize },
    Reimport { run: usize },
    ComeDue,
    Wait { seconds: i64 },
    WaitUntilDue,
    Run { run: usize, event: RunStep },
}

#[derive(Clone, Copy, Debug)]
enum When {
    Now,
    In { seconds: i64 },
    Every { seconds: i64 },
}

#[derive(Clone, Debug)]
enum RunStep {
    Claim,
    Renew,
    Progress {
        seen: u64,
        imported: u64,
        rejected: u64,
    },
    FinishValidation {
        seen: u64,
        rejected: u64,
        gate: Option<u16>,
    },
    FinishImport {
        more_rejected: u64,
        gate: Option<u16>,
    },
    Merge {
        more_rejected: u64,
    },
    MiscountedMerge {
        imported: u64,
        rejected: u64,
    },
    Fail,
    Halt,
    /// About a repeated file.
    Ask,
    RequestCancel,
    Cancel,
    Release,
    Expire,
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        Just(When::Now),
        (1..2000_i64).prop_map(|seconds| When::In { seconds }),
        (60..2000_i64).prop_map(|seconds| When::Every { seconds }),
    ]
}

fn run_step() -> impl Strategy<Value = RunStep> {
    let gate = || prop::option::of(0..1000_u16);
    prop_oneof![
        4 => Just(RunStep::Claim),
        1 => Just(RunStep::Renew),
        1 => any::<(u64, u64, u64)>().prop_map(|(seen, imported, rejected)| RunStep::Progress { seen, imported, rejected }),
        4 => (0..6_u64, 0..4_u64, gate()).prop_map(|(seen, rejected, gate)| RunStep::FinishValidation { seen, rejected, gate }),
        4 => (0..3_u64, gate()).prop_map(|(more_rejected, gate)| RunStep::FinishImport { more_rejected, gate }),
        4 => (0..3_u64).prop_map(|more_rejected| RunStep::Merge { more_rejected }),
        1 => (1..u64::MAX).prop_map(|rejected| RunStep::MiscountedMerge { imported: u64::MAX, rejected }),
        2 => Just(RunStep::Fail),
        2 => Just(RunStep::Halt),
        2 => Just(RunStep::Ask),
        1 => Just(RunStep::RequestCancel),
        1 => Just(RunStep::Cancel),
        1 => Just(RunStep::Release),
        2 => Just(RunStep::Expire),
    ]
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Rename),
        3 => Just(Step::ProvideSample),
        3 => Just(Step::ProcessSample),
        1 => Just(Step::RejectSample),
        1 => any::<bool>().prop_map(|affects_sample| Step::ChangeSettings { affects_sample }),
        1 => Just(Step::DiscardEdit),
        4 => when().prop_map(|timing| Step::Activate { timing }),
        1 => prop::option::of(when()).prop_map(|timing| Step::Edit { timing }),
        2 => any::<bool>().prop_map(|new_file| Step::RunNow { new_file }),
        2 => any::<usize>().prop_map(|run| Step::Retry { run }),
        2 => any::<usize>().prop_map(|run| Step::PassOver { run }),
        1 => any::<usize>().prop_map(|run| Step::FindNothingNew { run }),
        12 => undemanding_step(),
    ]
}

/// Nothing by which a person asks for the same rows a second time.
fn undemanding_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Pause),
        1 => Just(Step::Reactivate),
        1 => any::<usize>().prop_map(|run| Step::Reimport { run }),
        1 => Just(Step::ComeDue),
        1 => (1..2000_i64).prop_map(|seconds| Step::Wait { seconds }),
        1 => Just(Step::WaitUntilDue),
        12 => (any::<usize>(), run_step()).prop_map(|(run, event)| Step::Run { run, event }),
    ]
}

proptest! {

    #[test]
    fn no_walk_leads_into_an_impossible_state(steps in vec(any_step(), 0..80)) {
        let mut world = World::new();
        for step in steps {
            take(&mut world, step);
        }
    }

    #[test]
    fn every_job_that_was_activated_can_be_brought_to_its_end(steps in vec(any_step(), 0..80)) {
        let mut world = activated(When::Now);
        for step in steps {
            take(&mut world, step);
        }
        world.come_to_rest();
        prop_assert_eq!(world.job.status, JobStatus::Completed);
    }

    #[test]
    fn nothing_goes_in_twice_unless_a_person_asks_for_it(
        seconds in 0..1000_i64,
        steps in vec(undemanding_step(), 0..80),
    ) {
        let mut world = activated(if seconds < 500 { When::Now } else { When::In { seconds } });
        for step in steps {
            take(&mut world, step);
        }
        world.come_to_rest();
        let mut went_in: HashMap<String, u32> = HashMap::new();
        // A run that has only been corrected brought nothing in itself.
        for run in world.runs.iter().filter(|run| run.counts.imported > 0) {
            *went_in.entry(describe(run.input)).or_default() += 1;
        }
        prop_assert!(went_in.values().all(|times| *times == 1), "{went_in:?}");
        prop_assert!(!went_in.is_empty(), "nothing went in at all");
    }
}

fn activated(timing: When) -> World {
    let mut world = World::new();
    for step in [
        Step::ProvideSample,
        Step::ProcessSample,
        Step::Activate { timing },
    ] {
        take(&mut world, step);
    }
    assert_eq!(world.job.status, JobStatus::Active);
    world
}

fn describe(input: Input) -> String {
    format!("{:?} of {:?}", input.upload, input.corrects)
}

fn take(world: &mut World, step: Step) {
    let now = world.now;
    let ended = |world: &World, number: usize| {
        let ended: Vec<_> = world
            .runs
            .iter()
            .filter_map(domain::run::Run::ended)
            .collect();
        (!ended.is_empty()).then(|| ended[number % ended.len()].clone())
    };
    let next = Some(now.plus_seconds(600)).filter(|_| world.job.recurring);
    let event = match step {
        Step::Rename => JobEvent::Renamed {
            name: "Customers again".parse().unwrap(),
        },
        Step::ProvideSample => JobEvent::SampleProvided,
        Step::ProcessSample => JobEvent::SampleProcessed,
        Step::RejectSample => JobEvent::SampleRejected {
            problem: SamplingProblem::Empty,
        },
        Step::ChangeSettings { affects_sample } => JobEvent::SettingsChanged { affects_sample },
        Step::DiscardEdit => JobEvent::EditDiscarded,
        Step::Activate { timing } => JobEvent::Activated {
            version: world.new_version(),
            timing: timing.from(now),
            upload: Some(world.fresh_upload()),
        },
        Step::Edit { timing } => JobEvent::Edited {
            version: world.new_version(),
            timing: timing.map(|timing| timing.from(now)),
        },
        Step::Pause => JobEvent::Paused,
        Step::Reactivate => JobEvent::Reactivated { next },
        Step::RunNow { new_file } => JobEvent::RunRequested {
            new_file: new_file.then(|| world.fresh_upload()),
            day: None,
        },
        Step::Retry { run } => match ended(world, run) {
            Some(run) => JobEvent::Retried { run },
            None => return,
        },
        Step::PassOver { run } => {
            let asks: Vec<usize> = (0..world.runs.len())
                .filter(|index| world.runs[*index].apply(&RunEvent::PassedOver, now).is_ok())
                .collect();
            if !asks.is_empty() {
                let index = asks[run % asks.len()];
                let run = world.runs[index].ended().unwrap();
                if world.tell_job(&JobEvent::PassedOver { run }) {
                    let passed_over = world.runs[index].apply(&RunEvent::PassedOver, now);
                    world.runs[index] = passed_over.unwrap();
                }
            }
            return;
        }
        Step::FindNothingNew { run } => {
            if !world.runs.is_empty() {
                let index = run % world.runs.len();
                world.tell_run(index, &RunEvent::NothingNew);
            }
            return;
        }
        Step::Reimport { run } => match ended(world, run) {
            Some(run) => JobEvent::Reimported {
                run,
                upload: world.fresh_upload(),
            },
            None => return,
        },
        Step::ComeDue => JobEvent::CameDue { next },
        Step::Wait { seconds } => {
            world.now = now.plus_seconds(seconds);
            return;
        }
        Step::WaitUntilDue => {
            let Some(instant) = world.job.wakes_at() else {
                return;
            };
            world.now = now.max(instant);
            let next = Some(world.now.plus_seconds(600)).filter(|_| world.job.recurring);
            assert!(
                world.tell_job(&JobEvent::CameDue { next }),
                "nobody wakes the job"
            );
            return;
        }
        Step::Run { run, event } => {
            let open: Vec<usize> = (0..world.runs.len())
                .filter(|index| !world.runs[*index].status.is_final())
                .collect();
            if !open.is_empty() {
                take_run_step(world, open[run % open.len()], event);
            }
            return;
        }
    };
    world.tell_job(&event);
}

fn take_run_step(world: &mut World, index: usize, step: RunStep) {
    let lease_until = world.now.plus_seconds(30);
    let counts = world.runs[index].counts;
    let gate_of = |rejected_per_mille_at_most| QualityGate {
        rejected_per_mille_at_most,
    };
    let event = match step {
        RunStep::Claim => RunEvent::Claimed {
            worker: "worker-1".to_owned(),
            lease_until,
        },
        RunStep::Renew => RunEvent::Renewed { lease_until },
        RunStep::Progress {
            seen,
            imported,
            rejected,
        } => RunEvent::Progressed {
            counts: Counts {
                seen,
                imported,
                rejected,
            },
        },
        RunStep::FinishValidation {
            seen,
            rejected,
            gate,
        } => RunEvent::ValidationFinished {
            seen,
            rejected,
            gate: gate_of(gate),
        },
        RunStep::FinishImport {
            more_rejected,
            gate,
        } => RunEvent::ImportFinished {
            rejected: counts.rejected.saturating_add(more_rejected),
            gate: gate_of(gate),
        },
        RunStep::Merge { more_rejected } => {
            // Before validation has ended the ledger may know what the run does not.
            let seen = counts.seen.max(3);
            let rejected = counts.rejected.saturating_add(more_rejected).min(seen);
            RunEvent::Merged {
                imported: seen - rejected,
                rejected,
            }
        }
        RunStep::MiscountedMerge { imported, rejected } => RunEvent::Merged { imported, rejected },
        RunStep::Fail => RunEvent::FailedWith(Reason::DestinationUnreachable),
        RunStep::Halt => RunEvent::HaltedWith(Reason::DatasetChanged),
        RunStep::Ask => RunEvent::HaltedWith(fixtures::repeated_file()),
        RunStep::RequestCancel => RunEvent::CancelRequested,
        RunStep::Cancel => RunEvent::Cancelled,
        RunStep::Release => RunEvent::Released,
        RunStep::Expire => {
            world.now = world.runs[index]
                .lease_until
                .unwrap_or(world.now)
                .max(world.now);
            RunEvent::LeaseExpired {
                reference: "r-1".to_owned(),
            }
        }
    };
    world.tell_run(index, &event);
}

impl When {
    fn from(self, now: domain::time::Timestamp) -> Timing {
        match self {
            Self::Now => Timing::Once { at: now },
            Self::In { seconds } => Timing::Once {
                at: now.plus_seconds(seconds),
            },
            Self::Every { seconds } => Timing::Recurring {
                next: now.plus_seconds(seconds),
            },
        }
    }
}
