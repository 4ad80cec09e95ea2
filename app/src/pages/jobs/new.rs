//! Beginning an import: a Draft is made by a click, never by opening an address.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::components::breadcrumb::Breadcrumb;
use crate::components::heading::Heading;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::jobs::create_job;

/// The name until a person gives one, in the first step.
const UNNAMED: &str = "Untitled import";

#[component]
pub fn NewImportButton() -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let create = Action::new_local(move |namespace: &String| {
        create_job(namespace.clone(), UNNAMED.to_owned())
    });
    Effect::new(move || match create.value().get() {
        Some(Ok(job)) => {
            navigate(
                &format!("/n/{}/jobs/{job}/setup/basics", namespace.get_untracked()),
                NavigateOptions::default(),
            );
        }
        Some(Err(error)) => toasts.failed(sentence(&error)),
        None => {}
    });
    let click = move |_| {
        if !create.pending().get_untracked() {
            create.dispatch(namespace.get_untracked());
        }
    };
    view! {
        <button
            r#type="button"
            class="button main"
            aria-disabled=move || create.pending().get().then_some("true")
            on:click=click
        >
            "New import"
        </button>
    }
    .into_any()
}

#[component]
pub fn NewImportPage() -> impl IntoView {
    let namespace = use_namespace();
    let above =
        Signal::derive(move || vec![(format!("/n/{}/jobs", namespace.get()), "Jobs".to_owned())]);
    view! {
        <Title text="New import" />
        <Breadcrumb above />
        <div class="page-head">
            <Heading>"New import"</Heading>
        </div>
        <div class="card">
            <div class="empty">
                <p>
                    "Choose a dataset and a file: your browser reads it, shows it as a table and says what does not fit, before anything is uploaded. It is saved as a draft at every step."
                </p>
                <NewImportButton />
            </div>
        </div>
    }
    .into_any()
}
