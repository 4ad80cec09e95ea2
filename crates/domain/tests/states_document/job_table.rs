//! The table and the diagram of a job's events.

use domain::job::{Effect, JobEvent, JobStatus};

use super::fixtures::{NOW, job, job_inconsistency};
use super::job_cases::{Case, cases};
use super::table::{Diagram, markdown};

pub fn table() -> String {
    let heads: Vec<&str> = ["Event", "Situation"]
        .into_iter()
        .chain(JobStatus::ALL.iter().map(|status| status.label()))
        .collect();
    let rows: Vec<Vec<String>> = cases()
        .iter()
        .map(|case| {
            let cells = JobStatus::ALL.iter().map(|status| case.cell(*status));
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
        for status in JobStatus::ALL {
            if let Ok((after, _)) = (case.prepare)(job(*status)).apply(&case.event, NOW) {
                diagram.arrow(*status as usize, after.status as usize, case.label);
            }
        }
    }
    let labels: Vec<&str> = JobStatus::ALL.iter().map(|status| status.label()).collect();
    diagram.mermaid(&labels, |_| false)
}

#[test]
fn every_event_has_a_case() {
    let mut seen = [false; 18];
    for case in cases() {
        // A new event does not compile until it is counted here.
        let number = match case.event {
            JobEvent::Renamed { .. } => 0,
            JobEvent::SampleProvided => 1,
            JobEvent::SampleProcessed => 2,
            JobEvent::SampleRejected { .. } => 3,
            JobEvent::SettingsChanged { .. } => 4,
            JobEvent::EditDiscarded => 5,
            JobEvent::Activated { .. } => 6,
            JobEvent::Edited { .. } => 7,
            JobEvent::Paused => 8,
            JobEvent::Reactivated { .. } => 9,
            JobEvent::RunRequested { .. } => 10,
            JobEvent::Retried { .. } => 11,
            JobEvent::Reimported { .. } => 12,
            JobEvent::CameDue { .. } => 13,
            JobEvent::RunEnded { .. } => 14,
            JobEvent::Deleted => 15,
            JobEvent::FileWaits { .. } => 16,
            JobEvent::PassedOver { .. } => 17,
        };
        seen[number] = true;
    }
    assert_eq!(seen, [true; 18]);
}

#[test]
fn no_case_leads_into_an_impossible_job() {
    for case in cases() {
        for status in JobStatus::ALL {
            let before = (case.prepare)(job(*status));
            // A situation that a status rules out (a run of a Draft) has nothing to keep.
            if job_inconsistency(&before).is_none()
                && let Ok((after, _)) = before.apply(&case.event, NOW)
            {
                assert_eq!(
                    job_inconsistency(&after),
                    None,
                    "{} in {status}: {after:#?}",
                    case.label
                );
            }
        }
    }
}

impl Case {
    fn cell(&self, status: JobStatus) -> String {
        let before = (self.prepare)(job(status));
        let Ok((after, effects)) = before.apply(&self.event, NOW) else {
            return "·".to_owned();
        };
        let mut parts = vec![if after.status == status {
            "stays".to_owned()
        } else {
            format!("**{}**", after.status)
        }];
        parts.extend(effects.iter().map(|effect| match effect {
            Effect::QueueRun(run) => format!("queues attempt {}", run.attempt),
            Effect::CancelQueuedRuns => "cancels queued runs".to_owned(),
            Effect::ProcessSample => "processes the sample".to_owned(),
            Effect::Delete => "is deleted".to_owned(),
        }));
        match (&before.rerun, &after.rerun) {
            (None, Some(rerun)) => parts.push(format!("attempt {} waits", rerun.attempt)),
            (Some(rerun), None) if !effects.iter().any(|effect| queues(effect, rerun.attempt)) => {
                parts.push("drops the rerun".to_owned());
            }
            _ => {}
        }
        parts.join(", ")
    }
}

fn queues(effect: &Effect, attempt: u8) -> bool {
    matches!(effect, Effect::QueueRun(run) if run.attempt == attempt)
}
