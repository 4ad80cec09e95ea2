//! The datasets list.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::heading::Heading;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::number::{Count, counted};
use crate::components::reader::use_reader;
use crate::components::states::{EmptyState, ListSkeleton};
use crate::live::on_change;
use crate::pages::frame::use_namespace;
use crate::server_fns::datasets::datasets;
use crate::wire::DatasetView;

#[component]
pub fn DatasetsPage() -> impl IntoView {
    let namespace = use_namespace();
    let loaded = Resource::new(move || namespace.get(), datasets);
    on_change(move || loaded.refetch());
    view! {
        <Title text="Datasets" />
        <Loaded resource=loaded waiting=|| view! { <ListSkeleton /> } children=|datasets| view! { <Datasets datasets /> }.into_any() />
    }
    .into_any()
}

#[component]
fn Datasets(datasets: Signal<Vec<DatasetView>>) -> impl IntoView {
    let reader = use_reader();
    let summary = move || match datasets.read().len() {
        0 => String::new(),
        number => counted(
            number as u64,
            "dataset",
            "datasets",
            reader.locale.get().as_deref(),
        ),
    };
    let any = Memo::new(move |_| !datasets.read().is_empty());
    let content = move || {
        if any.get() {
            view! { <DatasetTable datasets /> }.into_any()
        } else {
            view! {
                <div class="card">
                    <EmptyState glyph=Glyph::Table title="No dataset yet">
                        <p>
                            "A dataset is a table with typed fields that imports fill. Declare the first one while you set an import up: its fields are proposed from your file."
                        </p>
                    </EmptyState>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="page-head">
            <Heading>"Datasets"</Heading>
            <span class="beside">{summary}</span>
        </div>
        {content}
    }
    .into_any()
}

#[component]
fn DatasetTable(datasets: Signal<Vec<DatasetView>>) -> impl IntoView {
    let namespace = use_namespace();
    let line = move |dataset: DatasetView| {
        let name = dataset.name.clone();
        let rows = Signal::derive(move || {
            datasets.with(|datasets| {
                datasets
                    .iter()
                    .find(|known| known.name == name)
                    .map_or(dataset.rows, |known| known.rows)
            })
        });
        let keys = dataset
            .fields
            .iter()
            .filter(|field| field.key)
            .map(|field| field.name.clone())
            .collect::<Vec<_>>()
            .join(", ");
        let no_key = keys.is_empty();
        let fields = dataset.fields.len() as u64;
        let address = format!("/n/{}/datasets/{}", namespace.get_untracked(), dataset.name);
        view! {
            <tr role="row">
                <td role="cell" class="lead">
                    <a class="row-link" href=address>
                        {dataset.name}
                    </a>
                </td>
                <td role="cell" data-label="Match key" class:absent=no_key>
                    <code>{keys}</code>
                </td>
                <td role="cell" data-label="Fields" class="number">
                    <Count value=Signal::stored(fields) />
                </td>
                <td role="cell" data-label="Rows" class="number">
                    <Count value=rows />
                </td>
            </tr>
        }
    };
    view! {
        <div class="card">
            <table class="list" role="table">
                <caption class="visually-hidden">"Datasets"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Dataset"</th>
                        <th scope="col" role="columnheader">"Match key"</th>
                        <th scope="col" role="columnheader" class="number">"Fields"</th>
                        <th scope="col" role="columnheader" class="number">"Rows"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || datasets.get() key=|dataset| dataset.id.clone() children=line />
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
