//! The lines of a run history: the attempts of one occurrence stand together, the newest first.

use crate::wire::RunRow;
use crate::wire::schedule::RerunView;

#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// A rerun that is not yet a run.
    Waiting(RerunView),
    Run {
        run: Box<RunRow>,
        /// An attempt before the one that leads its occurrence.
        earlier: bool,
    },
}

impl Line {
    /// What tells one line from another as long as it stays in its place.
    pub fn key(&self) -> (String, bool) {
        match self {
            Self::Waiting(rerun) => (format!("waiting-{}", rerun.attempt), false),
            Self::Run { run, earlier } => (run.id.clone(), *earlier),
        }
    }
}

/// `runs` newest first; an occurrence stands where its newest attempt does.
pub fn lines(runs: Vec<RunRow>, rerun: Option<RerunView>) -> Vec<Line> {
    let mut occurrences: Vec<(String, Vec<RunRow>)> = Vec::new();
    if let Some(rerun) = &rerun {
        occurrences.push((rerun.occurrence.clone(), Vec::new()));
    }
    for run in runs {
        match occurrences
            .iter_mut()
            .find(|(occurrence, _)| *occurrence == run.occurrence)
        {
            Some((_, attempts)) => attempts.push(run),
            None => occurrences.push((run.occurrence.clone(), vec![run])),
        }
    }
    let waits = rerun.is_some();
    let attempts = occurrences
        .into_iter()
        .enumerate()
        .flat_map(|(place, (_, attempts))| {
            let led_by_waiting = waits && place == 0;
            attempts
                .into_iter()
                .enumerate()
                .map(move |(attempt, run)| Line::Run {
                    run: Box::new(run),
                    earlier: led_by_waiting || attempt > 0,
                })
        });
    rerun
        .map(Line::Waiting)
        .into_iter()
        .chain(attempts)
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::run::RunStatus;

    use super::*;

    fn run(id: &str, occurrence: &str) -> RunRow {
        RunRow {
            id: id.to_owned(),
            job: "j".to_owned(),
            job_name: String::new(),
            status: RunStatus::Failed,
            reason: None,
            occurrence: occurrence.to_owned(),
            attempt: 1,
            attempts: 6,
            corrected: 0,
            still_missing: 0,
            corrects: None,
            file_name: None,
            file_bytes: None,
            due_at: 0,
            started_at: None,
            ended_at: None,
            seen: 0,
            imported: 0,
            rejected: 0,
            failed_per_cent: None,
            bytes_done: 0,
            progress_at: None,
            cancel_requested: false,
            actions: Vec::new(),
            version: 1,
        }
    }

    #[track_caller]
    fn check(runs: &[(&str, &str)], rerun_of: Option<&str>, expected: &[&str]) {
        let runs = runs
            .iter()
            .map(|(id, occurrence)| run(id, occurrence))
            .collect();
        let rerun = rerun_of.map(|occurrence| RerunView {
            attempt: 3,
            attempts: 6,
            due_at: 0,
            occurrence: occurrence.to_owned(),
        });
        let found: Vec<String> = lines(runs, rerun)
            .into_iter()
            .map(|line| match line {
                Line::Waiting(_) => "waiting".to_owned(),
                Line::Run { run, earlier: true } => format!("  {}", run.id),
                Line::Run { run, .. } => run.id,
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn attempts_stand_under_the_newest_one() {
        check(
            &[("d", "d"), ("c", "a"), ("b", "a"), ("a", "a")],
            None,
            &["d", "c", "  b", "  a"],
        );
        // Somebody ran the job by hand in between.
        check(
            &[("c", "a"), ("x", "x"), ("a", "a")],
            None,
            &["c", "  a", "x"],
        );
    }

    #[test]
    fn a_waiting_rerun_leads_its_occurrence() {
        check(
            &[("x", "x"), ("b", "a"), ("a", "a")],
            Some("a"),
            &["waiting", "  b", "  a", "x"],
        );
        check(&[("x", "x")], Some("gone"), &["waiting", "x"]);
    }
}
