//! The three stages of a run, each ahead, under way, done, or where it stopped.

use domain::run::RunStatus;
use leptos::prelude::*;

use super::words::written;
use crate::components::badge::{Meaning, look_of_run};
use crate::components::icon::{Glyph, Icon};
use crate::components::number::{counted, duration_text};
use crate::components::reader::use_reader;
use crate::components::run_progress::RunProgress;
use crate::live::{LiveRun, is_under_way, use_live};
use crate::wire::{RunDetails, RunRow, StageView};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Ahead,
    UnderWay,
    Done,
    /// The run ended in it, with this status.
    Stopped(RunStatus),
}

const STAGES: [RunStatus; 3] = [
    RunStatus::Validating,
    RunStatus::Importing,
    RunStatus::Processing,
];

#[component]
pub fn Stages(details: Signal<RunDetails>, row: Memo<RunRow>) -> impl IntoView {
    let stages = STAGES.map(|status| view! { <Stage status details row /> });
    view! {
        <section aria-label="Stages" class="stages">
            {stages.into_iter().collect_view()}
        </section>
    }
    .into_any()
}

#[component]
fn Stage(status: RunStatus, details: Signal<RunDetails>, row: Memo<RunRow>) -> impl IntoView {
    let live = use_live();
    let reader = use_reader();
    let state = Memo::new(move |_| details.with(|details| state_of(status, details, &row.read())));
    let class = move || match state.get() {
        State::Ahead => "card stage ahead",
        State::UnderWay => "card stage progress",
        State::Done => "card stage success",
        State::Stopped(ending) => match look_of_run(ending).0 {
            Meaning::Failure => "card stage failure",
            _ => "card stage waiting",
        },
    };
    let mark = move || {
        let (glyph, word) = match state.get() {
            State::Ahead => return ().into_any(),
            State::UnderWay => (Glyph::Stage, "under way"),
            State::Done => (Glyph::Check, "done"),
            State::Stopped(ending) => (look_of_run(ending).1, "stopped here"),
        };
        view! {
            <span class="visually-hidden">{word}</span>
            <Icon glyph size=15 />
        }
        .into_any()
    };
    let body = move || match state.get() {
        State::Ahead => view! { <span class="muted small">{about(status)}</span> }.into_any(),
        State::UnderWay => {
            let run = Signal::derive(move || {
                let row = row.get();
                let pace = live.pace(&row.id);
                LiveRun { row, pace }
            });
            view! { <RunProgress run broad=true /> }.into_any()
        }
        State::Done | State::Stopped(_) => {
            let text = move || {
                details.with(|details| {
                    did(status, details, &row.read(), reader.locale.get().as_deref())
                })
            };
            view! { <span class="muted">{text}</span> }.into_any()
        }
    };
    view! {
        <div class=class>
            <div class="name">{status.label()} {mark}</div>
            {body}
        </div>
    }
    .into_any()
}

fn state_of(status: RunStatus, details: &RunDetails, row: &RunRow) -> State {
    if row.status == status {
        return State::UnderWay;
    }
    if is_under_way(row.status) {
        return if rank(status) < rank(row.status) {
            State::Done
        } else {
            State::Ahead
        };
    }
    // The stream tells of the end before the stages are loaded anew.
    if matches!(
        row.status,
        RunStatus::Completed | RunStatus::PartiallyCompleted
    ) {
        return State::Done;
    }
    let Some(stage) = view_of(status, details).filter(|stage| stage.started_at.is_some()) else {
        return State::Ahead;
    };
    let later = STAGES.iter().any(|other| {
        rank(*other) > rank(status)
            && view_of(*other, details).is_some_and(|other| other.started_at.is_some())
    });
    let fell = matches!(
        row.status,
        RunStatus::Failed | RunStatus::Halted | RunStatus::Cancelled
    );
    if fell && !later {
        State::Stopped(row.status)
    } else if stage.ended_at.is_some() || row.ended_at.is_some() {
        State::Done
    } else {
        State::Ahead
    }
}

/// "600 records in 4 ms".
fn did(status: RunStatus, details: &RunDetails, row: &RunRow, locale: Option<&str>) -> String {
    let what = match status {
        RunStatus::Validating => counted(row.seen, "record", "records", locale),
        RunStatus::Importing => counted(row.imported, "row", "rows", locale),
        _ => written(details, locale).unwrap_or_else(|| "written".to_owned()),
    };
    let took = view_of(status, details)
        .and_then(|stage| Some(duration_text(stage.ended_at? - stage.started_at?)));
    match took {
        Some(took) => format!("{what} in {took}"),
        None => what,
    }
}

const fn about(status: RunStatus) -> &'static str {
    match status {
        RunStatus::Validating => "Every record is read and checked",
        RunStatus::Importing => "Valid rows are written",
        _ => "Rows become part of the dataset, all at once",
    }
}

fn view_of(status: RunStatus, details: &RunDetails) -> Option<&StageView> {
    details.stages.iter().find(|stage| stage.status == status)
}

fn rank(status: RunStatus) -> Option<usize> {
    STAGES.iter().position(|stage| *stage == status)
}
