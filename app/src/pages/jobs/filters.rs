//! Searching and filtering the list. Both live in the address, so that going back and sharing keep them.

use std::time::Duration;

use domain::job::JobStatus;
use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::components::icon::{Glyph, Icon};
use crate::components::number::Count;
use crate::pages::frame::use_namespace;
use crate::pages::query::encoded;
use crate::wire::{JobsQuery, JobsSort};

/// As addresses name them.
const SORTS: &[(JobsSort, &str)] = &[
    (JobsSort::Name, "name"),
    (JobsSort::NextRun, "next_run"),
    (JobsSort::Newest, "newest"),
];

/// What the address asks for.
pub fn use_jobs_query() -> Memo<JobsQuery> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| JobsQuery {
            search: query.get("search").unwrap_or_default(),
            // An unknown status is no filter.
            status: query.get("status").and_then(|code| code.parse().ok()),
            // An unknown order is the one that the list has anyway.
            sort: query
                .get("sort")
                .and_then(|name| SORTS.iter().find(|(_, known)| *known == name))
                .map(|(sort, _)| *sort)
                .unwrap_or_default(),
            after: query.get("after").filter(|after| !after.is_empty()),
        })
    })
}

/// The address of the list with this query.
pub fn address(namespace: &str, query: &JobsQuery) -> String {
    let mut parts = Vec::new();
    if !query.search.is_empty() {
        parts.push(format!("search={}", encoded(&query.search)));
    }
    if let Some(status) = query.status {
        parts.push(format!("status={}", status.code()));
    }
    if let Some(sort) = sort_name(query.sort) {
        parts.push(format!("sort={sort}"));
    }
    if let Some(after) = &query.after {
        parts.push(format!("after={}", encoded(after)));
    }
    let question_mark = if parts.is_empty() { "" } else { "?" };
    format!("/n/{namespace}/jobs{question_mark}{}", parts.join("&"))
}

/// `None`: the order that the list has anyway.
fn sort_name(sort: JobsSort) -> Option<&'static str> {
    let (_, name) = SORTS.iter().find(|(known, _)| *known == sort)?;
    (sort != JobsSort::default()).then_some(*name)
}

#[component]
pub fn Filters(query: Memo<JobsQuery>, counts: Signal<Vec<(JobStatus, u32)>>) -> impl IntoView {
    let namespace = use_namespace();
    view! {
        <div class="toolbar">
            <Search query />
            <nav class="choices" aria-label="Filter by status">
                <Choice
                    name="All"
                    count=Signal::derive(move || counts.read().iter().map(|(_, count)| count).sum())
                    address=Signal::derive(move || address(&namespace.read(), &with_status(&query.read(), None)))
                    chosen=Signal::derive(move || query.read().status.is_none())
                />
                <For
                    each=move || offered(&counts.read(), query.read().status)
                    key=|status| *status
                    children=move |status| {
                        let count = Signal::derive(move || count_of(&counts.read(), status));
                        view! {
                            <Choice
                                name=status.label()
                                count
                                address=Signal::derive(move || address(
                                    &namespace.read(),
                                    &with_status(&query.read(), Some(status)),
                                ))
                                chosen=Signal::derive(move || query.read().status == Some(status))
                            />
                        }
                    }
                />
            </nav>
        </div>
    }
    .into_any()
}

#[component]
fn Choice(
    name: &'static str,
    count: Signal<u32>,
    address: Signal<String>,
    chosen: Signal<bool>,
) -> impl IntoView {
    view! {
        <a class="choice" href=address aria-current=move || chosen.get().then_some("true")>
            {name}
            <span class="count">
                <Count value=Signal::derive(move || u64::from(count.get())) />
            </span>
        </a>
    }
    .into_any()
}

/// A form that sends itself while one types; without JavaScript the Enter key does.
#[component]
fn Search(query: Memo<JobsQuery>) -> impl IntoView {
    let namespace = use_namespace();
    let navigate = use_navigate();
    let typed = RwSignal::new(None::<String>);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move || {
        let Some(search) = typed.get() else { return };
        let query = JobsQuery {
            search,
            after: None,
            ..query.get_untracked()
        };
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&address(&namespace.get_untracked(), &query), options);
    });
    // The field follows the address where something else changed it: a link, or going back.
    let field = NodeRef::<Input>::new();
    Effect::new(move |before: Option<()>| {
        let search = query.with(|query| query.search.clone());
        let is_typing = waiting.with_value(Option::is_some);
        if let Some(field) = field
            .get_untracked()
            .filter(|field| before.is_some() && !is_typing && field.value() != search)
        {
            field.set_value(&search);
        }
    });
    // What was typed before the page was hydrated is searched too.
    Effect::new(move || {
        let Some(field) = field.get() else { return };
        let text = field.value();
        if text != query.read_untracked().search {
            typed.set(Some(text));
        }
    });
    let on_input = move |event| {
        let text = event_target_value(&event);
        if let Some(earlier) = waiting.get_value() {
            earlier.clear();
        }
        let send = move || {
            waiting.set_value(None);
            typed.set(Some(text));
        };
        let later = set_timeout_with_handle(send, Duration::from_millis(200));
        waiting.set_value(later.ok());
    };
    let status = move || {
        query
            .read()
            .status
            .map(|status| view! { <input r#type="hidden" name="status" value=status.code() /> })
    };
    let sort = move || {
        sort_name(query.read().sort)
            .map(|sort| view! { <input r#type="hidden" name="sort" value=sort /> })
    };
    view! {
        <form class="search" role="search" method="get" action=move || format!("/n/{}/jobs", namespace.get())>
            <Icon glyph=Glyph::Search size=14 />
            <input
                r#type="search"
                name="search"
                aria-label="Search jobs"
                placeholder="Search jobs"
                autocomplete="off"
                value=query.get_untracked().search
                node_ref=field
                on:input=on_input
            />
            {status}
            {sort}
        </form>
    }
    .into_any()
}

fn with_status(query: &JobsQuery, status: Option<JobStatus>) -> JobsQuery {
    JobsQuery {
        search: query.search.clone(),
        status,
        sort: query.sort,
        after: None,
    }
}

/// Statuses that some job has, and the chosen one even where none has it any more.
fn offered(counts: &[(JobStatus, u32)], chosen: Option<JobStatus>) -> Vec<JobStatus> {
    JobStatus::ALL
        .iter()
        .copied()
        .filter(|status| count_of(counts, *status) > 0 || chosen == Some(*status))
        .collect()
}

fn count_of(counts: &[(JobStatus, u32)], status: JobStatus) -> u32 {
    counts
        .iter()
        .filter(|(counted, _)| *counted == status)
        .map(|(_, count)| count)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_carries_search_status_and_order() {
        let query = JobsQuery {
            search: "Kunden & mehr".to_owned(),
            status: Some(JobStatus::SamplingFailed),
            sort: JobsSort::NextRun,
            after: None,
        };
        assert_eq!(
            address("acme", &query),
            "/n/acme/jobs?search=Kunden%20%26%20mehr&status=sampling_failed&sort=next_run"
        );
        assert_eq!(address("acme", &JobsQuery::default()), "/n/acme/jobs");
    }
}
