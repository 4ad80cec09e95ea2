//! Heads of columns that sort the list: links, since its order lives in the address.

use leptos::prelude::*;

use super::filters::address;
use crate::components::icon::{Glyph, Icon};
use crate::pages::frame::use_namespace;
use crate::wire::{JobsQuery, JobsSort};

#[component]
pub fn SortedHead(
    query: Memo<JobsQuery>,
    name: &'static str,
    /// The order of what the column shows, from the least on.
    sort: JobsSort,
    /// Another order of the same rows, which no column shows.
    #[prop(optional)]
    other: Option<(&'static str, JobsSort)>,
) -> impl IntoView {
    let chosen = Memo::new(move |_| query.read().sort);
    let order = move || {
        let chosen = chosen.get();
        if chosen == sort {
            Some("ascending")
        } else {
            other
                .is_some_and(|(_, sort)| chosen == sort)
                .then_some("other")
        }
    };
    view! {
        <th scope="col" role="columnheader" aria-label=name aria-sort=order>
            <SortLink query name sort />
            {other.map(|(name, sort)| view! { <SortLink query name sort /> })}
        </th>
    }
    .into_any()
}

#[component]
fn SortLink(query: Memo<JobsQuery>, name: &'static str, sort: JobsSort) -> impl IntoView {
    let namespace = use_namespace();
    let is_chosen = Memo::new(move |_| query.read().sort == sort);
    let target = move || {
        let query = JobsQuery {
            sort,
            after: None,
            ..query.get()
        };
        address(&namespace.read(), &query)
    };
    let title = match sort {
        JobsSort::Name => "Sort by name",
        JobsSort::NextRun => "Sort by the next run, the soonest first",
        JobsSort::Newest => "Sort by age, the newest first",
    };
    view! {
        <a class="sort" href=target title=title aria-current=move || is_chosen.get().then_some("true")>
            {name}
            <Show when=move || is_chosen.get()>
                <Icon glyph=Glyph::ChevronDown size=12 />
            </Show>
        </a>
    }
    .into_any()
}
