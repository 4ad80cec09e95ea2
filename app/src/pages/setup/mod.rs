//! Setting up a job, step by step; each step is saved as a Draft and has a URL of its own.

#![expect(
    clippy::large_types_passed_by_value,
    reason = "`Setup` is a bundle of handles that is copied into every closure of the pages"
)]

mod basics;
mod edit;
mod foot;
mod new_file;
mod review;
mod sample;
mod saving;
mod schedule;
mod source;
mod state;
mod step;
mod steps;
mod words;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::breadcrumb::Breadcrumb;
use crate::components::heading::Heading;
use crate::components::states::ErrorState;
use crate::sample::client;
use crate::server_fns::setup::setup;
use crate::wire::SetupView;
pub use new_file::RunNewFilePage;
pub use sample::{FileChooser, refused, sentence};
use state::Setup;
use step::Step;
pub use words::delimiter;

/// The set-up of one job. What is chosen and typed stays while the steps change; the chosen file stays in the tab.
#[component]
pub fn SetupPage() -> impl IntoView {
    let params = use_params_map();
    let namespace = Memo::new(move |_| params.read().get("namespace").unwrap_or_default());
    let job = Memo::new(move |_| params.read().get("job").unwrap_or_default());
    let saved = Resource::new(
        move || (namespace.get(), job.get()),
        |(namespace, job)| setup(namespace, job),
    );
    let page = move || {
        Suspend::new(async move {
            match saved.await {
                Ok(view) => {
                    view! { <Steps namespace=namespace.get_untracked() saved=view /> }.into_any()
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
fn Steps(namespace: String, saved: SetupView) -> impl IntoView {
    let params = use_params_map();
    let step =
        Memo::new(move |_| Step::from_segment(&params.read().get("step").unwrap_or_default()));
    let setup = Setup::new(namespace, saved);
    provide_context(setup);
    setup.warn_of_unsaved_changes();
    on_cleanup(move || {
        setup.review.cancel();
        client::close();
    });
    let above =
        Signal::derive(move || vec![(format!("/n/{}/jobs", setup.namespace()), "Jobs".to_owned())]);

    let name = move || setup.view.read().name.clone();
    let content = move || match step.get() {
        Step::Basics => view! { <basics::BasicsStep /> }.into_any(),
        Step::Source => view! { <source::SourceStep /> }.into_any(),
        Step::Sample => view! { <sample::SampleStep /> }.into_any(),
        Step::Schedule => view! { <schedule::ScheduleStep /> }.into_any(),
        Step::Review => view! { <review::ReviewStep /> }.into_any(),
    };
    view! {
        <Title text=move || format!("{} · {}", step.get().title(), name()) />
        <Breadcrumb above=above />
        <div class="page-head">
            <Heading>{name}</Heading>
            <saving::JobState />
        </div>
        <div class="setup">
            <steps::StepList current=step />
            <section class="setup-content" aria-labelledby="setup-step">
                <h2 id="setup-step" class="setup-title">
                    {move || step.get().title()}
                </h2>
                <edit::EditNote />
                <edit::ActivatedElsewhere />
                <review::UnderWayElsewhere step />
                <saving::Problem />
                {content}
            </section>
        </div>
    }
    .into_any()
}

/// What stands in for the page while it is loaded, in its size.
#[component]
fn SetupSkeleton() -> impl IntoView {
    view! {
        <div class="setup setup-skeleton" aria-busy="true" aria-label="The set-up is being loaded">
            <div></div>
            <div></div>
        </div>
    }
}
