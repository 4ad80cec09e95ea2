//! The lines of the run history.

use domain::run::RunStatus;
use leptos::prelude::*;

use crate::components::badge::{Meaning, RunBadge};
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::{Instant, clock_text, moment_text};
use crate::components::marked::Marked;
use crate::components::number::{Count, duration_text, size_text};
use crate::components::reader::use_reader;
use crate::components::report_menu::ReportMenu;
use crate::components::run_progress::RunProgress;
use crate::live::{LiveRun, is_under_way, use_live};
use crate::pages::frame::use_namespace;
use crate::pages::runs::nothing_new;
use crate::wire::schedule::RerunView;
use crate::wire::{RunAction, RunRow};

/// The rerun that is not yet a run.
#[component]
pub fn WaitingLine(rerun: RerunView) -> impl IntoView {
    let reader = use_reader();
    let RerunView {
        attempt,
        attempts,
        due_at,
        ..
    } = rerun;
    view! {
        <tr role="row" class="waiting-rerun">
            <td role="cell" class="lead">
                {move || clock_text(due_at, reader)}
                <div class="under">
                    <Instant at=Signal::stored(due_at) plain=true />
                </div>
            </td>
            <td role="cell" data-label="Status">
                <span class=format!("badge {}", Meaning::Waiting.class())>
                    <Icon glyph=Glyph::Clock size=13 />
                    "Waits to be rerun"
                </span>
            </td>
            <td role="cell" class="absent"></td>
            <td role="cell" data-label="Attempt" class="number">
                {format!("{attempt} of {attempts}")}
            </td>
            <td role="cell" class="absent"></td>
            <td role="cell" class="absent"></td>
            <td role="cell" class="absent"></td>
            <td role="cell" class="actions"></td>
        </tr>
    }
    .into_any()
}

#[component]
pub fn RunLine(run: Memo<RunRow>, earlier: bool) -> impl IntoView {
    let namespace = use_namespace();
    let live = use_live();
    let reader = use_reader();
    let id = run.read_untracked().id.clone();
    let address = {
        let id = id.clone();
        move || format!("/n/{}/runs/{id}", namespace.get())
    };
    let started = Signal::derive(move || run.with(|run| run.started_at.unwrap_or(run.due_at)));
    let reason = move || {
        let text = run.with(|run| match &run.reason {
            Some(reason) => Some(reason.sentence.clone()),
            None if run.status == RunStatus::Completed && run.seen == 0 => Some(nothing_new(run)),
            None => None,
        });
        text.map(|text| view! { <p class="reason"><Marked text /></p> })
    };
    // What is made up for, or was asked for another day.
    let of_another_day = move || {
        let due_at = run.with(|run| run.due_at);
        let is_late = started.get() - due_at > 12 * 3600 * 1000;
        is_late.then(
            || view! { <div class="under">{format!("for {}", moment_text(due_at, reader))}</div> },
        )
    };
    let under_way = Memo::new(move |_| is_under_way(run.read().status));
    let progress = move || {
        under_way.get().then(|| {
            let live_run = Signal::derive(move || {
                let row = run.get();
                let pace = live.pace(&row.id);
                LiveRun { row, pace }
            });
            view! {
                <div class="above progress-under">
                    <RunProgress run=live_run />
                </div>
            }
        })
    };
    let file = move || {
        run.with(|run| {
            let name = run.file_name.clone()?;
            let size = run
                .file_bytes
                .map(|bytes| view! { <div class="under">{size_text(bytes)}</div> });
            Some(view! {
                <div>
                    <span class="file-name">{name}</span>
                    {size}
                </div>
            })
        })
    };
    let attempt = move || run.with(|run| format!("{} of {}", run.attempt, run.attempts));
    let duration = move || run.with(|run| Some(duration_text(run.ended_at? - run.started_at?)));
    let failed = move || {
        run.with(|run| run.failed_per_cent.clone())
            .map(|share| format!("{share} %"))
    };
    let report = move || {
        run.with(|run| run.actions.contains(&RunAction::DownloadReport))
            .then(|| view! { <ReportMenu namespace=namespace.get() run=id.clone() compact=true /> })
    };
    view! {
        <tr role="row" class:earlier=earlier>
            <td role="cell" class="lead">
                <a class="row-link" href=address>
                    {move || moment_text(started.get(), reader)}
                </a>
                <div class="under">
                    <Instant at=started plain=true />
                </div>
                {of_another_day}
            </td>
            <td role="cell" data-label="Status">
                <div>
                    <RunBadge status=Signal::derive(move || run.read().status) />
                    {progress}
                    {reason}
                </div>
            </td>
            <td role="cell" data-label="File" class:absent=move || run.read().file_name.is_none()>
                {file}
            </td>
            <td role="cell" data-label="Attempt" class="number">
                {attempt}
            </td>
            <td role="cell" data-label="Duration" class="number" class:absent=move || run.read().ended_at.is_none()>
                {duration}
            </td>
            <td role="cell" data-label="Rows" class="number">
                <Count value=Signal::derive(move || run.with(|run| run.imported + run.corrected)) />
            </td>
            <td role="cell" data-label="Failed %" class="number" class:absent=move || run.read().failed_per_cent.is_none()>
                {failed}
            </td>
            <td role="cell" class="actions">
                {report}
            </td>
        </tr>
    }
    .into_any()
}
