//! The last runs that brought rows into a dataset.

use leptos::prelude::*;

use crate::components::badge::RunBadge;
use crate::components::icon::Glyph;
use crate::components::instant::Instant;
use crate::components::number::Count;
use crate::components::states::EmptyState;
use crate::pages::frame::use_namespace;
use crate::wire::RunRow;

#[component]
pub fn FillingRuns(runs: Signal<Vec<RunRow>>) -> impl IntoView {
    let content = move || {
        if runs.read().is_empty() {
            view! {
                <EmptyState glyph=Glyph::Clock title="No run has filled it yet">
                    <p>"Every run that brings rows in is named here."</p>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <RunTable runs /> }.into_any()
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Filled by"</h2>
            </div>
            <div class="card">{content}</div>
        </section>
    }
    .into_any()
}

#[component]
fn RunTable(runs: Signal<Vec<RunRow>>) -> impl IntoView {
    let namespace = use_namespace();
    let line = move |run: RunRow| {
        let ended_at = run.ended_at.unwrap_or(run.due_at);
        view! {
            <tr role="row">
                <td role="cell" class="lead">
                    <a class="row-link" href=format!("/n/{}/runs/{}", namespace.get_untracked(), run.id)>
                        {run.job_name}
                    </a>
                </td>
                <td role="cell" data-label="Status">
                    <RunBadge status=Signal::stored(run.status) />
                </td>
                <td role="cell" data-label="Ended">
                    <Instant at=Signal::stored(ended_at) />
                </td>
                <td role="cell" data-label="Rows imported" class="number">
                    <Count value=Signal::stored(run.imported) />
                </td>
            </tr>
        }
    };
    view! {
        <table class="list" role="table">
            <caption class="visually-hidden">"The last runs that brought rows in"</caption>
            <thead role="rowgroup">
                <tr role="row">
                    <th scope="col" role="columnheader">"Job"</th>
                    <th scope="col" role="columnheader">"Status"</th>
                    <th scope="col" role="columnheader">"Ended"</th>
                    <th scope="col" role="columnheader" class="number">"Rows imported"</th>
                </tr>
            </thead>
            <tbody role="rowgroup">
                <For each=move || runs.get() key=|run| run.id.clone() children=line />
            </tbody>
        </table>
    }
    .into_any()
}
