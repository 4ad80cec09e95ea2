//! The audit log: who did what, when, and from where.

use leptos::prelude::*;
use leptos_meta::Title;

use super::audit_filter::{AuditFilter, address, use_audit_query};
use crate::components::heading::Heading;
use crate::components::icon::Glyph;
use crate::components::instant::Instant;
use crate::components::loaded::Loaded;
use crate::components::states::{EmptyState, ListSkeleton};
use crate::components::zone_line::{OtherZone, say_other_zone};
use crate::pages::frame::use_namespace;
use crate::pages::session::use_session;
use crate::server_fns::admin::audit;
use crate::wire::admin::{AuditEntry, AuditJob, AuditPageView, AuditQuery};

#[component]
pub fn AuditPage() -> impl IntoView {
    let namespace = use_namespace();
    let query = use_audit_query();
    let loaded = Resource::new(
        move || (namespace.get(), query.get()),
        |(namespace, query)| audit(namespace, query),
    );
    view! {
        <Title text="Audit log" />
        <Loaded
            resource=loaded
            waiting=|| view! { <ListSkeleton /> }
            children=move |page| view! { <Audit page query /> }.into_any()
        />
    }
    .into_any()
}

#[component]
fn Audit(page: Signal<AuditPageView>, query: Memo<AuditQuery>) -> impl IntoView {
    let namespace = use_namespace();
    let session = use_session();
    say_other_zone(move || {
        let session = session.get()?.ok()??;
        let slug = namespace.get();
        let mut namespaces = session.namespaces.into_iter();
        let here = namespaces.find(|known| known.slug == slug)?;
        Some(OtherZone {
            what: "the days to choose from are those of",
            name: here.time_zone,
        })
    });
    view! {
        <div class="page-head">
            <Heading>"Audit log"</Heading>
            <span class="beside">"nothing in it can be changed"</span>
            <div class="do">
                <Scope query />
            </div>
        </div>
        <AuditFilter query page />
        <EntryTable page query />
    }
    .into_any()
}

/// An operator also sees what concerns no namespace.
#[component]
fn Scope(query: Memo<AuditQuery>) -> impl IntoView {
    let namespace = use_namespace();
    let session = use_session();
    let is_operator = move || {
        let session = session.get()?.ok()??;
        session.operator.then_some(())
    };
    let choice = move |text: &'static str, instance: bool| {
        let target = move || {
            let query = AuditQuery {
                instance,
                ..AuditQuery::default()
            };
            address(&namespace.read(), &query)
        };
        view! {
            <a
                class="choice"
                href=target
                aria-current=move || (query.read().instance == instance).then_some("true")
            >
                {text}
            </a>
        }
    };
    let choices = move || {
        is_operator().map(|()| {
            view! {
                <nav class="choices" aria-label="Which log">
                    {choice("This namespace", false)} {choice("The whole Weir", true)}
                </nav>
            }
        })
    };
    view! { <Suspense>{choices}</Suspense> }.into_any()
}

#[component]
fn EntryTable(page: Signal<AuditPageView>, query: Memo<AuditQuery>) -> impl IntoView {
    let namespace = use_namespace();
    let line = move |entry: AuditEntry| view! { <EntryRow entry query /> };
    let table = move || {
        if page.read().entries.is_empty() {
            return view! {
                <div class="card">
                    <EmptyState glyph=Glyph::Search title="Nothing was done that matches">
                        <p>"Choose other days, or everybody and everything."</p>
                    </EmptyState>
                </div>
            }
            .into_any();
        }
        view! {
            <div class="card">
                <table class="list audit" role="table">
                    <caption class="visually-hidden">"What was done, the newest first"</caption>
                    <thead role="rowgroup">
                        <tr role="row">
                            <th scope="col" role="columnheader">"What"</th>
                            <th scope="col" role="columnheader">"Job"</th>
                            <th scope="col" role="columnheader">"From"</th>
                            <th scope="col" role="columnheader">"When"</th>
                        </tr>
                    </thead>
                    <tbody role="rowgroup">{page.read().entries.iter().cloned().map(line).collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    let link = move |text: &'static str, after: Option<String>| {
        let query = AuditQuery {
            after,
            ..query.get()
        };
        view! {
            <a class="button" href=address(&namespace.read(), &query)>
                {text}
            </a>
        }
    };
    let older = move || {
        let next = page.read().next.clone()?;
        Some(link("Older", Some(next)))
    };
    let newest = move || query.read().after.is_some().then(|| link("Newest", None));
    view! {
        {table}
        <div class="more">{newest} {older}</div>
    }
    .into_any()
}

#[component]
fn EntryRow(entry: AuditEntry, query: Memo<AuditQuery>) -> impl IntoView {
    let namespace = use_namespace();
    let narrowed = move |narrow: &dyn Fn(&mut AuditQuery)| {
        let mut query = AuditQuery {
            after: None,
            ..query.get_untracked()
        };
        narrow(&mut query);
        address(&namespace.get_untracked(), &query)
    };
    let who = match entry.person {
        Some(person) => {
            let target = narrowed(&|query| query.by = Some(person.clone()));
            view! {
                <a class="strong" href=target title="Only what they did">
                    {entry.who}
                </a>
            }
            .into_any()
        }
        None => view! { <span class="strong">{entry.who}</span> }.into_any(),
    };
    let run = entry.run.map(|run| {
        let target = format!("/n/{}/runs/{run}", namespace.get_untracked());
        view! {
            " ("
            <a href=target>"run"</a>
            ")"
        }
    });
    let no_job = entry.job.is_none();
    let no_address = entry.address.is_none();
    let job = entry.job.map(
        |AuditJob {
             id,
             name,
             is_deleted,
         }| {
            let target = narrowed(&|query| query.job = Some(id.clone()));
            let name = if name.is_empty() {
                "a deleted job".to_owned()
            } else {
                name
            };
            view! {
                <span>
                    <a href=target title="Only what concerns this job">
                        {name}
                    </a>
                    {is_deleted.then(|| view! { <span class="muted">" (deleted)"</span> })}
                </span>
            }
        },
    );
    view! {
        <tr role="row">
            <td role="cell" class="lead">
                {who}
                " "
                {entry.sentence}
                {run}
            </td>
            <td role="cell" data-label="Job" class:absent=no_job>
                {job}
            </td>
            <td role="cell" data-label="From" class:absent=no_address>
                <code>{entry.address}</code>
            </td>
            <td role="cell" data-label="When">
                <Instant at=Signal::stored(entry.at) />
            </td>
        </tr>
    }
    .into_any()
}
