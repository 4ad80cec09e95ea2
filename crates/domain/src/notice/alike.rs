//! What a notice says of many runs of a job that ended alike.

use super::{NoticeEvent, RunEnded, Words};
use crate::reason::{Reason, counted, grouped};

/// Of two runs or more, oldest first, whose ends are news of the same event.
pub fn words_of_alike(event: NoticeEvent, runs: &[&RunEnded]) -> Words {
    let job = runs.last().map(|run| run.job_name.to_string());
    let recovered = if runs.iter().any(|run| run.recovered) {
        " The run before them had failed."
    } else {
        ""
    };
    let sum = |count: fn(&RunEnded) -> u64| runs.iter().map(|run| count(run)).sum::<u64>();
    let (seen, imported) = (sum(|run| run.counts.seen), sum(|run| run.counts.imported));
    let seen = counted(seen, "record", "records");
    let (ended, what, next) = match event {
        NoticeEvent::RunCompleted => (
            "completed",
            format!("All of {seen} went in.{recovered}"),
            String::new(),
        ),
        NoticeEvent::RunPartiallyCompleted => (
            "partially completed",
            format!(
                "{} of {seen} went in, {} rejected.{recovered}",
                grouped(imported),
                match sum(|run| run.counts.rejected) {
                    1 => "1 was".to_owned(),
                    many => format!("{} were", grouped(many)),
                }
            ),
            "Open the runs, look at the reasons, correct the rejected records, and import only those."
                .to_owned(),
        ),
        other => (
            if other == NoticeEvent::RunHalted {
                "halted"
            } else {
                "failed"
            },
            "Nothing was imported.".to_owned(),
            next_step(runs),
        ),
    };
    Words {
        title: format!(
            "{}: {} runs {ended}",
            job.unwrap_or_default(),
            grouped(runs.len() as u64)
        ),
        what,
        why: String::new(),
        next,
    }
}

/// How a run ended, in a line among others: `592 of 600 records imported, 8 rejected`, or why it failed.
pub fn brief(run: &RunEnded) -> String {
    if let Some(reason) = &run.reason {
        return reason.title().to_lowercase();
    }
    let (imported, rejected) = (grouped(run.counts.imported), run.counts.rejected);
    let seen = counted(run.counts.seen, "record", "records");
    if rejected == 0 {
        format!("{imported} of {seen} imported")
    } else {
        format!(
            "{imported} of {seen} imported, {} rejected",
            grouped(rejected)
        )
    }
}

/// Of the reason, where all have the same.
fn next_step(runs: &[&RunEnded]) -> String {
    let mut steps = runs.iter().map(|run| {
        let step = run.reason.as_ref().map(Reason::next_step);
        step.unwrap_or_default().into_owned()
    });
    let first = steps.next().unwrap_or_default();
    if steps.all(|step| step == first) {
        first
    } else {
        "Open the runs: each says what to do.".to_owned()
    }
}
