//! Who did what to a job.

use domain::role::Role;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use crate::components::instant::Instant;
use crate::pages::frame::use_namespace;
use crate::pages::session::use_session;
use crate::wire::ActivityView;

#[component]
pub fn Activity(activity: Signal<Vec<ActivityView>>) -> impl IntoView {
    let line = |entry: ActivityView| {
        view! {
            <li>
                <Instant at=Signal::stored(entry.at) />
                <span>
                    <span class="strong">{entry.who}</span>
                    " "
                    {entry.sentence}
                </span>
            </li>
        }
    };
    let entries = move || {
        let entries = activity.get();
        if entries.is_empty() {
            view! { <li class="muted">"Nothing has happened yet."</li> }.into_any()
        } else {
            entries.into_iter().map(line).collect_view().into_any()
        }
    };
    view! {
        <section>
            <div class="section-head">
                <h2>"Activity"</h2>
                <WholeLog />
            </div>
            <ol class="card activity">{entries}</ol>
        </section>
    }
    .into_any()
}

/// The list ends after a hundred entries; the audit log goes on, and owners may read it.
#[component]
fn WholeLog() -> impl IntoView {
    let namespace = use_namespace();
    let params = use_params_map();
    let session = use_session();
    let link = move || {
        let session = session.get()?.ok()??;
        let slug = namespace.get();
        let owns = session
            .namespaces
            .iter()
            .any(|known| known.slug == slug && known.role == Role::Owner);
        owns.then(|| {
            let job = params.read().get("job").unwrap_or_default();
            view! {
                <a class="beside link" href=format!("/n/{slug}/audit?job={job}")>
                    "All of it in the audit log"
                </a>
            }
        })
    };
    view! { <Suspense>{link}</Suspense> }.into_any()
}
