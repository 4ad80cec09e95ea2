//! Run with a new file: a job that is set up takes another file, read as its settings say.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use leptos_meta::Title;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::review::{FootOrTransfer, Transfer, TransferOutcome, WholeFileCheck, upload_new_file};
use super::sample::{FileChooser, ReplaceButton, choose_whole, name_chosen};
use super::saving::Problem;
use super::state::Setup;
use super::{SetupSkeleton, words};
use crate::components::breadcrumb::Breadcrumb;
use crate::components::heading::Heading;
use crate::components::states::ErrorState;
use crate::sample::client;
use crate::server_fns::schedule::setup_in_use;
use crate::wire::SetupView;

#[component]
pub fn RunNewFilePage() -> impl IntoView {
    let params = use_params_map();
    let namespace = Memo::new(move |_| params.read().get("namespace").unwrap_or_default());
    let job = Memo::new(move |_| params.read().get("job").unwrap_or_default());
    let saved = Resource::new(
        move || (namespace.get(), job.get()),
        |(namespace, job)| setup_in_use(namespace, job),
    );
    let page = move || {
        Suspend::new(async move {
            match saved.await {
                Ok(view) => {
                    view! { <NewFile namespace=namespace.get_untracked() saved=view /> }.into_any()
                }
                Err(error) => {
                    view! { <ErrorState error on_retry=move |()| saved.refetch() /> }.into_any()
                }
            }
        })
    };
    view! { <Suspense fallback=SetupSkeleton>{page}</Suspense> }.into_any()
}

#[component]
fn NewFile(namespace: String, saved: SetupView) -> impl IntoView {
    let setup = Setup::new(namespace, saved);
    provide_context(setup);
    setup.warn_of_unsaved_changes();
    on_cleanup(move || {
        setup.review.cancel();
        client::close();
    });
    Effect::new(move || name_chosen(setup));
    let job = setup.job();
    let name = move || setup.view.read().name.clone();
    let above = Signal::derive(move || {
        let jobs = format!("/n/{}/jobs", setup.namespace());
        vec![
            (jobs.clone(), "Jobs".to_owned()),
            (format!("{jobs}/{job}"), name()),
        ]
    });
    view! {
        <Title text=move || format!("Run with a new file · {}", name()) />
        <Breadcrumb above=above />
        <div class="page-head">
            <Heading>"Run with a new file"</Heading>
        </div>
        <noscript>
            <p class="note warning">
                "Giving a job a new file needs JavaScript. Your browser reads the file before it is uploaded."
            </p>
        </noscript>
        <section class="setup-content new-file" aria-label="The file">
            <Problem />
            <File />
            <WholeFileCheck />
            <TransferOutcome />
            <FootOrTransfer>
                <Foot />
            </FootOrTransfer>
        </section>
    }
    .into_any()
}

#[component]
fn File() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let on_file = Callback::new(move |file: web_sys::File| {
        setup.review.forget();
        setup.review.is_chosen_here.set(true);
        choose_whole(setup, file);
    });
    let hint = Signal::derive(move || {
        let view = setup.view.read();
        let dataset = view
            .dataset
            .as_ref()
            .map_or("its dataset", |dataset| dataset.name.as_str());
        format!(
            "It is read as the job’s settings say, and its rows go into {dataset}. It needs the same columns as before."
        )
    });
    let facts = move || {
        setup.sample.file.get().map(|file| {
            view! {
                <div class="card chosen-file">
                    <b>{file.name}</b>
                    <span class="muted">{words::bytes(file.bytes)}</span>
                    <ReplaceButton on_file />
                </div>
            }
        })
    };
    view! {
        {facts}
        <Show when=move || setup.sample.file.read().is_none()>
            <FileChooser prompt=Signal::stored("The new file".to_owned()) hint on_file />
        </Show>
    }
}

#[component]
fn Foot() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let navigate = use_navigate();
    let page = format!("/n/{}/jobs/{}", setup.namespace(), setup.job());
    let hindrance = move || {
        if setup.sample.file.read().is_none() {
            return Some("Choose the file first.");
        }
        setup
            .review
            .is_uploading()
            .then_some("The run is being started.")
    };
    let note = move || hindrance().unwrap_or("The run begins as soon as the file is uploaded.");
    let start = {
        let page = page.clone();
        move |_| {
            if untrack(hindrance).is_some() {
                return;
            }
            let (navigate, page) = (navigate.clone(), page.clone());
            spawn_local(async move {
                if upload_new_file(setup).await.is_some() {
                    navigate(&page, leptos_router::NavigateOptions::default());
                }
            });
        }
    };
    let is_idle = move || {
        matches!(
            *setup.review.transfer.read(),
            Transfer::Idle | Transfer::Cancelled
        )
    };
    view! {
        <footer class="setup-foot">
            <p id="setup-foot-note" aria-live="polite">
                {move || is_idle().then(note).or_else(hindrance)}
            </p>
            <a class="button" href=page>
                "Cancel"
            </a>
            <button
                class="button main"
                type="button"
                aria-describedby="setup-foot-note"
                aria-disabled=move || hindrance().is_some().then_some("true")
                on:click=start
            >
                "Upload and run"
            </button>
        </footer>
    }
}
