//! Fix and re-import: the rejected records of a run in a grid, corrected and given back in a run of their own.

mod clipboard;
mod editing;
mod grid;
mod keys;
mod opening;
mod report;
mod search;
mod selection;
mod sheet;
mod submit;
mod summary;
mod tools;

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::breadcrumb::Breadcrumb;
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::components::states::ListSkeleton;
use crate::pages::frame::use_namespace;
use crate::pages::leave::{Unsaved, warn_of_unsaved_changes};
use crate::server_fns::corrections::to_fix;
use crate::wire::corrections::ToFixView;

use editing::Editing;

#[component]
pub fn FixPage() -> impl IntoView {
    let namespace = use_namespace();
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("run").unwrap_or_default());
    let loaded = Resource::new(
        move || (namespace.get(), id.get()),
        |(namespace, run)| to_fix(namespace, run),
    );
    view! {
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton rows=6 /> }
            children=move |view| {
                view! { <Fix view=view.get_untracked() namespace=namespace.get_untracked() /> }.into_any()
            }
        />
    }
    .into_any()
}

/// Drawn once: what is corrected here stays, whatever the server tells meanwhile.
#[component]
fn Fix(view: ToFixView, namespace: String) -> impl IntoView {
    let run = view.run.clone();
    let run_page = format!("/n/{namespace}/runs/{}", run.id);
    let above = Signal::stored(vec![
        (format!("/n/{namespace}/jobs"), "Jobs".to_owned()),
        (
            format!("/n/{namespace}/jobs/{}", run.job),
            run.job_name.clone(),
        ),
        (run_page.clone(), "Run".to_owned()),
    ]);
    let editing = Editing::new(view, namespace);
    provide_context(editing);
    warn_of_unsaved_changes(Unsaved {
        question: "What you corrected here is not re-imported yet. Leave and give it up?",
        inside: None,
        is_busy: move || editing.is_busy(),
        discard: move || editing.forget(),
    });
    Effect::new(move || {
        spawn_local(opening::open(editing));
    });
    let missing = run.still_missing;
    view! {
        <Title text=format!("Fix and re-import · {}", run.job_name) />
        <Breadcrumb above=above />
        <div class="page-head">
            <Heading>"Fix and re-import"</Heading>
            <span class="beside">{summary(missing, &run.job_name)}</span>
        </div>
        <p class="sentence">
            "Correct the cells that are marked; each record is checked as you type, by the rules that the server has too. Those that fit are imported in a run of their own, the others stay missing."
        </p>
        <div class="fix">
            <opening::State />
            <Show when=move || editing.is_ready()>
                <tools::Tools />
                <grid::Grid />
                <grid::Why />
                <submit::Foot run_page=run_page.clone() />
            </Show>
            <report::WholeReport />
        </div>
        <noscript>
            <p class="note warning">
                "Correcting records here needs JavaScript. Download the failure report from the run’s page, correct it, and give it to the job as a new file."
            </p>
        </noscript>
    }
    .into_any()
}

fn summary(missing: u64, job: &str) -> String {
    let records = crate::components::number::counted(
        missing,
        "record is still missing",
        "records are still missing",
        None,
    );
    format!("{records} · {job}")
}
