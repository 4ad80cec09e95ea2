//! The rows of a month against the limit of the namespace: `/n/:namespace/usage`, `?month=2026-10`.

mod days;
mod jobs;
mod limits;
mod month;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::components::heading::Heading;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::states::{EmptyState, ListSkeleton};
use crate::live::on_change;
use crate::pages::frame::use_namespace;
use crate::server_fns::limits::usage;
use crate::wire::limits::UsageView;

#[component]
pub fn UsagePage() -> impl IntoView {
    let namespace = use_namespace();
    let query = use_query_map();
    let month = Memo::new(move |_| query.read().get("month").filter(|month| !month.is_empty()));
    let loaded = Resource::new(
        move || (namespace.get(), month.get()),
        |(namespace, month)| usage(namespace, month),
    );
    on_change(move || loaded.refetch());
    let changed = Callback::new(move |()| loaded.refetch());
    view! {
        <Title text="Usage" />
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton /> }
            children=move |usage| view! { <Usage usage changed /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Usage(usage: Signal<UsageView>, changed: Callback<()>) -> impl IntoView {
    let content = move || {
        let shown = usage.get();
        if shown.imported + shown.reserved == 0 {
            view! { <NoRows usage=shown /> }.into_any()
        } else {
            view! {
                <days::Days usage=shown.clone() />
                <jobs::Jobs usage=shown />
            }
            .into_any()
        }
    };
    view! {
        <div class="page-head">
            <Heading>"Usage"</Heading>
            <span class="beside">{move || usage.read().left.month.clone()}</span>
            <month::Months usage />
        </div>
        {move || view! { <month::Month usage=usage.get() /> }}
        {content}
        <limits::Limits usage changed />
    }
    .into_any()
}

#[component]
fn NoRows(usage: UsageView) -> impl IntoView {
    let namespace = use_namespace();
    let title = format!("No row was imported in {}", usage.left.month);
    view! {
        <div class="card usage-empty">
            <EmptyState glyph=Glyph::Waves title>
                <p>
                    "Every row that goes into a dataset counts for the month that it was reserved in, of whichever job. Rejected records are free. "
                    <a class="link" href=move || format!("/n/{}/jobs", namespace.get())>"See the jobs"</a>
                </p>
            </EmptyState>
        </div>
    }
    .into_any()
}
