//! Run history: what every run did, the newest first.

use leptos::prelude::*;

use super::occurrences::{Line, lines};
use super::strip::Strip;
use crate::components::badge::{Meaning, RunBadge};
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::{Instant, clock_text, moment_text};
use crate::components::marked::Marked;
use crate::components::number::{Count, duration_text, size_text};
use crate::components::reader::use_reader;
use crate::components::report_menu::ReportMenu;
use crate::components::run_progress::RunProgress;
use crate::components::states::EmptyState;
use crate::components::toast::use_toasts;
use crate::live::{LiveRun, is_under_way, use_live};
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::runs::run_history;
use crate::wire::schedule::RerunView;
use crate::wire::{JobRow, RunAction, RunHistory, RunRow};

/// What is to come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    pub rerun: Option<RerunView>,
    /// Regular runs.
    pub coming: Vec<i64>,
}

impl Plan {
    pub fn of(row: &JobRow, coming: Vec<i64>) -> Self {
        Self {
            rerun: row.rerun.clone(),
            coming: if row.next_run_at.is_some() {
                coming
            } else {
                Vec::new()
            },
        }
    }
}

#[component]
pub fn History(history: Signal<RunHistory>, job: Memo<String>, plan: Memo<Plan>) -> impl IntoView {
    let namespace = use_namespace();
    let live = use_live();
    let toasts = use_toasts();
    // Further pages, loaded by a click and kept below the first, which stays fresh.
    let older = RwSignal::new(Vec::<RunRow>::new());
    let older_next = RwSignal::new(None::<Option<String>>);
    let rows = Memo::new(move |_| {
        let mut rows = history.with(|history| history.runs.clone());
        // A run moves from the first page to the second when newer ones come.
        let mut further = older.get();
        further.retain(|row| rows.iter().all(|newer| newer.id != row.id));
        rows.append(&mut further);
        rows.into_iter()
            .map(|row| live.run(row))
            .collect::<Vec<_>>()
    });
    let next = Memo::new(move |_| {
        older_next
            .get()
            .unwrap_or_else(|| history.with(|history| history.next.clone()))
    });
    let load_older = move |_| {
        let Some(after) = next.get_untracked() else {
            return;
        };
        let (namespace, job) = (namespace.get_untracked(), job.get_untracked());
        leptos::task::spawn_local(async move {
            match run_history(namespace, job, Some(after)).await {
                Ok(page) => {
                    older.update(|older| older.extend(page.runs));
                    older_next.set(Some(page.next));
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let lines = Memo::new(move |_| lines(rows.get(), plan.read().rerun.clone()));
    let to_row = move |line: Line| match line {
        Line::Waiting(rerun) => view! { <WaitingLine rerun /> }.into_any(),
        Line::Run { run, earlier } => {
            let id = run.id.clone();
            let run = Signal::derive(move || {
                rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
                    .unwrap_or_else(|| (*run).clone())
            });
            view! { <RunLine run=Memo::new(move |_| run.get()) earlier /> }.into_any()
        }
    };
    let any = Memo::new(move |_| !lines.read().is_empty());
    let table = move || {
        if any.get() {
            view! { <RunTable lines to_row /> }.into_any()
        } else {
            view! {
                <div class="card">
                    <EmptyState glyph=Glyph::Clock title="It has not run yet">
                        <p>"Every run is kept here: what it read, how many rows went in, and why records were rejected."</p>
                    </EmptyState>
                </div>
            }
            .into_any()
        }
    };
    let more = move || {
        next.read().is_some().then(|| {
            view! {
                <div class="more">
                    <button r#type="button" class="button" on:click=load_older>
                        "Show older runs"
                    </button>
                </div>
            }
        })
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Run history"</h2>
            </div>
            <Strip runs=rows plan />
            {table}
            {more}
        </section>
    }
    .into_any()
}

#[component]
fn RunTable<F>(lines: Memo<Vec<Line>>, to_row: F) -> impl IntoView
where
    F: Fn(Line) -> AnyView + Send + Sync + Clone + 'static,
{
    view! {
        <div class="card">
            <table class="list" role="table">
                <caption class="visually-hidden">"Run history"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Started"</th>
                        <th scope="col" role="columnheader">"Status"</th>
                        <th scope="col" role="columnheader">"File"</th>
                        <th scope="col" role="columnheader" class="number">"Attempt"</th>
                        <th scope="col" role="columnheader" class="number">"Duration"</th>
                        <th scope="col" role="columnheader" class="number">"Rows"</th>
                        <th scope="col" role="columnheader" class="number">"Failed %"</th>
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Failure report"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || lines.get() key=Line::key children=to_row />
                </tbody>
            </table>
        </div>
    }
    .into_any()
}

/// The rerun that is not yet a run.
#[component]
fn WaitingLine(rerun: RerunView) -> impl IntoView {
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
fn RunLine(run: Memo<RunRow>, earlier: bool) -> impl IntoView {
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
        run.with(|run| run.reason.clone())
            .map(|reason| view! { <p class="reason"><Marked text=reason.sentence /></p> })
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
                <Count value=Signal::derive(move || run.read().imported) />
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
