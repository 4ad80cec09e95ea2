//! How far a run under way is: "Importing · 64 % · 1.2 M rows/s · 3 s left" under a thin bar.

use domain::run::RunStatus;
use leptos::prelude::*;

use super::number::{duration_text, rate_text};
use super::progress::ProgressBar;
use super::reader::use_reader;
use crate::live::{LiveRun, Pace, rows_done};
use crate::wire::RunRow;

#[component]
pub fn RunProgress(
    #[prop(into)] run: Signal<LiveRun>,
    #[prop(optional)] broad: bool,
    /// Whether the stage is named: not where its name stands above.
    #[prop(optional)]
    stage_named: bool,
) -> impl IntoView {
    let reader = use_reader();
    let per_mille = Memo::new(move |_| run.with(|run| per_mille(&run.row)));
    let label = Signal::derive(move || run.with(|run| run.row.status.label().to_owned()));
    let text = move || {
        let locale = reader.locale.get();
        run.with(|run| progress_text(run, stage_named, locale.as_deref()))
    };
    view! {
        <ProgressBar per_mille label broad />
        <p class="under">{text}</p>
    }
    .into_any()
}

/// Of the file, in the stage under way; 0 where its size is not known. Processing reads nothing any more.
fn per_mille(row: &RunRow) -> u16 {
    if row.status == RunStatus::Processing {
        return 1000;
    }
    let total = row.file_bytes.unwrap_or(0);
    if total == 0 {
        0
    } else {
        u16::try_from(u128::from(row.bytes_done.min(total)) * 1000 / u128::from(total))
            .unwrap_or(1000)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "paces are not negative, and are shown with two digits"
)]
fn progress_text(run: &LiveRun, stage_named: bool, locale: Option<&str>) -> String {
    let row = &run.row;
    let mut parts = Vec::new();
    if stage_named {
        parts.push(row.status.label().to_owned());
    }
    if waits_to_write(row) {
        parts.push("waits for its turn to write".to_owned());
    } else if row.file_bytes.is_some() && row.status != RunStatus::Processing {
        parts.push(format!("{} %", per_mille(row) / 10));
    }
    if let Some(pace) = run.pace.or_else(|| average_pace(row)) {
        if pace.rows >= 1.0 {
            parts.push(rate_text(pace.rows as u64, locale));
        }
        let bytes_left = row.file_bytes.unwrap_or(0).saturating_sub(row.bytes_done);
        if pace.bytes >= 1.0 && bytes_left > 0 {
            let seconds = (bytes_left as f64 / pace.bytes).ceil() as i64;
            parts.push(format!(
                "{} left",
                duration_text(seconds.max(1) * 1000).replace(".0 s", " s")
            ));
        }
    }
    if row.cancel_requested {
        parts.push("being cancelled".to_owned());
    }
    parts.join(" · ")
}

/// One run writes at a time where the destination allows no more; its first rows are told within a second.
fn waits_to_write(row: &RunRow) -> bool {
    row.status == RunStatus::Importing && row.bytes_done == 0
}

/// Since the start, while the first stage is under way: later stages did not start with the run.
#[expect(
    clippy::cast_precision_loss,
    reason = "a pace is shown with two digits"
)]
fn average_pace(row: &RunRow) -> Option<Pace> {
    if row.status != RunStatus::Validating {
        return None;
    }
    let milliseconds = row.progress_at? - row.started_at?;
    (milliseconds > 0).then(|| Pace {
        rows: rows_done(row) as f64 * 1000.0 / milliseconds as f64,
        bytes: row.bytes_done as f64 * 1000.0 / milliseconds as f64,
    })
}
