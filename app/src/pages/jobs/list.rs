//! The jobs list.

use domain::job::JobStatus;
use leptos::prelude::*;
use leptos_meta::Title;

use super::acting::ActingOnJobs;
use super::filters::{Filters, address, use_jobs_query};
use super::new::NewImportButton;
use super::row::JobLine;
use super::sorting::SortedHead;
use crate::components::heading::Heading;
use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::number::counted;
use crate::components::reader::use_reader;
use crate::components::states::{EmptyState, ListSkeleton};
use crate::live::{on_change, use_live};
use crate::pages::frame::use_namespace;
use crate::server_fns::jobs::jobs;
use crate::wire::{self, JobsQuery, JobsSort};

#[component]
pub fn JobsPage() -> impl IntoView {
    let namespace = use_namespace();
    let query = use_jobs_query();
    let page = Resource::new(
        move || (namespace.get(), query.get()),
        |(namespace, query)| jobs(namespace, query),
    );
    on_change(move || page.refetch());
    view! {
        <Title text="Jobs" />
        <ActingOnJobs on_done=move |_| page.refetch()>
            <Loaded
                resource=page
                waiting=|| view! { <ListSkeleton /> }
                children=move |page| view! { <Jobs page query /> }.into_any()
            />
        </ActingOnJobs>
    }
    .into_any()
}

#[component]
fn Jobs(page: Signal<wire::JobsPage>, query: Memo<JobsQuery>) -> impl IntoView {
    let reader = use_reader();
    let counts = Signal::derive(move || page.with(|page| page.counts.clone()));
    let any = Memo::new(move |_| counts.read().iter().any(|(_, count)| *count > 0));
    let summary = move || summary(&counts.read(), reader.locale.get().as_deref());
    // An empty list begins the first import in its middle.
    let begin = move || {
        any.get().then(|| {
            view! {
                <div class="do">
                    <NewImportButton />
                </div>
            }
        })
    };
    let content = move || {
        if any.get() {
            view! {
                <Filters query counts />
                <JobTable page query />
            }
            .into_any()
        } else {
            view! { <NoJobs /> }.into_any()
        }
    };
    view! {
        <div class="page-head">
            <Heading>"Jobs"</Heading>
            <span class="beside">{summary}</span>
            {begin}
        </div>
        {content}
    }
    .into_any()
}

#[component]
fn JobTable(page: Signal<wire::JobsPage>, query: Memo<JobsQuery>) -> impl IntoView {
    let namespace = use_namespace();
    let live = use_live();
    let rows = Memo::new(move |_| {
        page.with(|page| {
            page.jobs
                .iter()
                .cloned()
                .map(|job| live.job(job))
                .collect::<Vec<_>>()
        })
    });
    let line = move |job: wire::JobRow| {
        // The row of this id as it is now; what was there first where it is about to go.
        let id = job.id.clone();
        let job = Signal::derive(move || {
            rows.with(|rows| rows.iter().find(|row| row.id == id).cloned())
                .unwrap_or_else(|| job.clone())
        });
        view! { <JobLine job=Memo::new(move |_| job.get()) /> }
    };
    let none = move || {
        rows.read().is_empty().then(|| {
            view! {
                <EmptyState glyph=Glyph::Search title="No job matches">
                    <p>"Search for a part of a job's or a dataset's name, or take the filter away."</p>
                    <a class="button" href=move || format!("/n/{}/jobs", namespace.get())>
                        "Show all jobs"
                    </a>
                </EmptyState>
            }
        })
    };
    let more = move || {
        let next = page.with(|page| page.next.clone())?;
        let address = address(
            &namespace.read(),
            &JobsQuery {
                after: Some(next),
                ..query.get()
            },
        );
        Some(view! {
            <a class="button" href=address>
                "Next page"
            </a>
        })
    };
    let first = move || {
        query.read().after.is_some().then(|| {
            let address = address(
                &namespace.read(),
                &JobsQuery {
                    after: None,
                    ..query.get()
                },
            );
            view! {
                <a class="button" href=address>
                    "First page"
                </a>
            }
        })
    };
    view! {
        <div class="card">
            <table class="list jobs" role="table" class:gone=move || rows.read().is_empty()>
                <caption class="visually-hidden">"Jobs"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <SortedHead query name="Job" sort=JobsSort::Name other=("Newest", JobsSort::Newest) />
                        <th scope="col" role="columnheader">"Status"</th>
                        <SortedHead query name="Schedule" sort=JobsSort::NextRun />
                        <th scope="col" role="columnheader">"Last 5 runs"</th>
                        <th scope="col" role="columnheader" class="number">"Rows this month"</th>
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Actions"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || rows.get() key=|job| job.id.clone() children=line />
                </tbody>
            </table>
            {none}
        </div>
        <div class="more">{first} {more}</div>
    }
    .into_any()
}

#[component]
fn NoJobs() -> impl IntoView {
    view! {
        <div class="card">
            <EmptyState glyph=Glyph::Waves title="Bring your first file in">
                <p>
                    "A job remembers how a file is read and where its rows go. Set one up with a file from your computer: it is checked in your browser, and nothing is uploaded before you say so."
                </p>
                <NewImportButton />
            </EmptyState>
        </div>
    }
    .into_any()
}

/// "7 jobs, 1 needs you".
fn summary(counts: &[(JobStatus, u32)], locale: Option<&str>) -> String {
    let sum = |wanted: fn(JobStatus) -> bool| {
        counts
            .iter()
            .filter(|(status, _)| wanted(*status))
            .map(|(_, count)| u64::from(*count))
            .sum()
    };
    let all = sum(|_| true);
    let needing = sum(|status| matches!(status, JobStatus::Halted | JobStatus::SamplingFailed));
    match (all, needing) {
        (0, _) => String::new(),
        (all, 0) => counted(all, "job", "jobs", locale),
        (all, 1) => format!("{}, 1 needs you", counted(all, "job", "jobs", locale)),
        (all, needing) => format!(
            "{}, {needing} need you",
            counted(all, "job", "jobs", locale)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts_what_needs_a_person() {
        let counts = [
            (JobStatus::Active, 2),
            (JobStatus::Halted, 1),
            (JobStatus::SamplingFailed, 1),
        ];
        assert_eq!(summary(&counts, None), "4 jobs, 2 need you");
        assert_eq!(summary(&[(JobStatus::Draft, 1)], None), "1 job");
        assert_eq!(summary(&[], None), "");
    }
}
