//! A dataset: its fields, where it lies, the first rows in it, and the runs that brought them.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use mapping::field::Field;
use mapping::key::KeyForm;

use super::cells::{cells, heads};
use super::keys::ExactKeys;
use super::runs::FillingRuns;
use crate::components::breadcrumb::Breadcrumb;
use crate::components::heading::Heading;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::number::counted;
use crate::components::reader::use_reader;
use crate::components::states::{EmptyState, ListSkeleton};
use crate::live::on_change;
use crate::pages::field_words::{field_rules, field_type_text};
use crate::pages::frame::use_namespace;
use crate::server_fns::admin::dataset_runs;
use crate::server_fns::datasets::dataset;
use crate::wire::{DatasetView, Reach};

#[component]
pub fn DatasetPage() -> impl IntoView {
    let namespace = use_namespace();
    let params = use_params_map();
    let name = Memo::new(move |_| params.read().get("name").unwrap_or_default());
    let loaded = Resource::new(
        move || (namespace.get(), name.get()),
        |(namespace, name)| dataset(namespace, name),
    );
    let runs = Resource::new(
        move || (namespace.get(), name.get()),
        |(namespace, name)| dataset_runs(namespace, name),
    );
    on_change(move || {
        loaded.refetch();
        runs.refetch();
    });
    let on_changed = Callback::new(move |()| loaded.refetch());
    let above = Signal::derive(move || {
        vec![(
            format!("/n/{}/datasets", namespace.get()),
            "Datasets".to_owned(),
        )]
    });
    view! {
        <Title text=name />
        <Breadcrumb above />
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton /> }
            children=move |dataset| view! { <Dataset dataset on_changed /> }.into_any()
        />
        <Loaded
            resource=runs
            lesser=true
            waiting=|| view! { <ListSkeleton rows=3 /> }
            children=|runs| view! { <FillingRuns runs /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Dataset(dataset: Signal<DatasetView>, on_changed: Callback<()>) -> impl IntoView {
    let reader = use_reader();
    // What would fall together is not counted again with every change of the rows.
    let exact = Memo::new(move |_| {
        let dataset = dataset.read();
        let asked = || (dataset.name.clone(), dataset.fields.clone());
        dataset.key_form_can_change.then(asked)
    });
    let rows = move || {
        counted(
            dataset.read().rows,
            "row",
            "rows",
            reader.locale.get().as_deref(),
        )
    };
    view! {
        <div class="page-head">
            <Heading>{move || dataset.read().name.clone()}</Heading>
            <span class="beside">{rows}</span>
        </div>
        <p class="muted small lies">{move || dataset.read().location.clone()}</p>
        {move || {
            let dataset = dataset.read();
            view! { <Fields fields=dataset.fields.clone() key_form=dataset.key_form /> }
        }}
        {move || exact.get().map(|(name, fields)| view! { <ExactKeys name fields on_changed /> })}
        {move || view! { <FirstRows dataset=dataset.get() /> }}
    }
    .into_any()
}

#[component]
fn Fields(fields: Vec<Field>, key_form: Option<KeyForm>) -> impl IntoView {
    let line = |field: Field| {
        let compared = key_form
            .filter(|_| field.key)
            .map(|form| format!(" · {}", form.words(&field)));
        let rules = field_rules(&field) + compared.as_deref().unwrap_or_default();
        view! {
            <tr>
                <th scope="row">
                    <code>{field.name.clone()}</code>
                </th>
                <td>{field_type_text(field.field_type)}</td>
                <td class="muted">{rules}</td>
            </tr>
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Fields"</h2>
            </div>
            <div class="card">
                <table class="fields">
                    <caption class="visually-hidden">"Fields"</caption>
                    <thead>
                        <tr>
                            <th scope="col">"Field"</th>
                            <th scope="col">"Type"</th>
                            <th scope="col">"Rules"</th>
                        </tr>
                    </thead>
                    <tbody>{fields.into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn FirstRows(dataset: DatasetView) -> impl IntoView {
    let shown = dataset.first_rows.len();
    let DatasetView {
        fields, first_rows, ..
    } = dataset.clone();
    let row = move |row: Vec<Option<String>>| view! { <tr>{cells(&fields, row)}</tr> };
    let head = heads(&dataset.fields);
    let content = if shown == 0 {
        let (glyph, title, what_to_do) = nothing_to_show(dataset.reach);
        view! {
            <EmptyState glyph title>
                <p>{what_to_do}</p>
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <div class="raw-scroll" tabindex="0" role="region" aria-label="First rows">
                <table class="raw">
                    <thead>
                        <tr>{head}</tr>
                    </thead>
                    <tbody>{first_rows.into_iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let beside = match dataset.reach {
        Reach::RowsMissing { found, .. } if shown > 0 && found < dataset.rows => format!(
            "only {found} of {} rows that were brought in are there: tell your operator",
            dataset.rows
        ),
        Reach::RowsMissing { runs_missing, .. } if shown > 0 => format!(
            "what the last {} brought is not in them: tell your operator",
            if runs_missing == 1 {
                "run".to_owned()
            } else {
                format!("{runs_missing} runs")
            }
        ),
        _ if shown > 0 && (shown as u64) < dataset.rows => format!("the first {shown}"),
        _ => String::new(),
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Rows"</h2>
                <span class="beside">{beside}</span>
            </div>
            <div class="card">{content}</div>
        </section>
    }
    .into_any()
}

/// Why no row is shown, and what to do about it.
const fn nothing_to_show(reach: Reach) -> (Glyph, &'static str, &'static str) {
    match reach {
        Reach::Free => (
            Glyph::Table,
            "No row is in it yet",
            "The rows of the first run that completes are shown here.",
        ),
        Reach::BeingWritten => (
            Glyph::Table,
            "Rows are being imported",
            "A run is bringing rows in, so that nobody can look at them right now. Load the page again in a moment.",
        ),
        Reach::Unreachable => (
            Glyph::Alert,
            "The rows cannot be reached",
            "They are not lost by that. Load the page again; if it stays so, tell your operator.",
        ),
        Reach::RowsMissing { .. } => (
            Glyph::Alert,
            "The rows are gone",
            "Rows were brought in that are not there any more: their file is missing or was replaced. Tell your operator, who can put it back from a backup.",
        ),
        Reach::Damaged => (
            Glyph::Alert,
            "The rows cannot be read",
            "What holds them is damaged. Tell your operator, who can put it back from a backup.",
        ),
    }
}
