//! Run history: what every run did, the newest first.

use leptos::prelude::*;

use super::asked_page::AskedPage;
use super::occurrences::{Line, lines};
use super::run_line::{RunLine, WaitingLine};
use super::strip::Strip;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::states::{EmptyState, ListSkeleton};
use crate::live::{Live, use_live};
use crate::pages::frame::use_namespace;
use crate::pages::query::encoded;
use crate::wire::schedule::RerunView;
use crate::wire::{JobRow, RunHistory, RunRow};

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

/// `history` is the first page: the strip shows the last runs, whatever page is read.
#[component]
pub fn History(history: Signal<RunHistory>, job: Memo<String>, plan: Memo<Plan>) -> impl IntoView {
    let live = use_live();
    let AskedPage(asked) = expect_context::<AskedPage>();
    let newest = Memo::new(move |_| history.with(|history| rows(history, live)));
    let shown = move |asked: Signal<Option<RunHistory>>| {
        let page = Memo::new(move |_| asked.get().unwrap_or_else(|| history.get()));
        view! { <Page page job plan /> }.into_any()
    };
    view! {
        <section id="run-history">
            <div class="section-head">
                <h2>"Run history"</h2>
            </div>
            <Strip runs=newest plan />
            <Loaded resource=asked waiting=|| view! { <ListSkeleton rows=3 /> } children=shown />
        </section>
    }
    .into_any()
}

#[component]
fn Page(page: Memo<RunHistory>, job: Memo<String>, plan: Memo<Plan>) -> impl IntoView {
    let live = use_live();
    let rows = Memo::new(move |_| page.with(|page| rows(page, live)));
    // What waits is newer than every run.
    let waiting = move || {
        let is_first = page.read().previous.is_none();
        plan.read().rerun.clone().filter(|_| is_first)
    };
    let lines = Memo::new(move |_| lines(rows.get(), waiting()));
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
    view! {
        {table}
        <Further page job />
    }
    .into_any()
}

/// The ways to newer and older runs. They lead to the history itself: without JavaScript each page begins at its top.
#[component]
fn Further(page: Memo<RunHistory>, job: Memo<String>) -> impl IntoView {
    let namespace = use_namespace();
    let link = move |text: &'static str, asking: &'static str, place: Option<String>| {
        let place = encoded(&place?);
        let address = format!(
            "/n/{}/jobs/{}?{asking}={place}#run-history",
            namespace.read(),
            job.read()
        );
        Some(view! {
            <a class="button" href=address>
                {text}
            </a>
        })
    };
    let newer = move || link("Newer runs", "before", page.read().previous.clone());
    let older = move || link("Older runs", "after", page.read().next.clone());
    view! {
        <nav class="more" aria-label="Pages of the run history">
            {newer}
            {older}
        </nav>
    }
    .into_any()
}

/// As they are by now.
fn rows(page: &RunHistory, live: Live) -> Vec<RunRow> {
    page.runs.iter().cloned().map(|row| live.run(row)).collect()
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
