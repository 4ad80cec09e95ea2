//! Saving a step, and what the page says about it.

use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::foot::Then;
use super::state::Setup;
use super::step::Step;
use crate::components::badge::JobBadge;
use crate::components::icon::{Glyph, Icon};
use crate::components::marked::Marked;
use crate::server_fns::error::{AppError, ErrorKind};
use crate::server_fns::setup::{save_step, setup as load_setup};
use crate::wire::{SetupStep, SetupView};

#[derive(Clone, Debug, Default, PartialEq)]
pub enum Saving {
    #[default]
    Idle,
    UnderWay,
    Failed(AppError),
}

/// Saves one step; what was saved is shown from then on.
pub async fn save(setup: Setup, step: SetupStep) -> Result<SetupView, AppError> {
    setup.saving.set(Saving::UnderWay);
    let version = setup.view.read_untracked().version;
    let saved = save_step(setup.namespace(), setup.job(), version, step).await;
    match &saved {
        Ok(view) => {
            setup.view.set(view.clone());
            setup.saving.set(Saving::Idle);
        }
        Err(error) => setup.saving.set(Saving::Failed(error.clone())),
    }
    saved
}

/// A callback that saves the step that `form` gives, then goes on or leaves.
pub fn saver(
    setup: Setup,
    step: Step,
    form: impl Fn() -> SetupStep + Send + Sync + 'static,
) -> Callback<Then> {
    let navigate = use_navigate();
    Callback::new(move |then| {
        let (navigate, form) = (navigate.clone(), form());
        spawn_local(async move {
            if Box::pin(save(setup, form)).await.is_ok() {
                navigate(
                    &destination(setup, step, then),
                    leptos_router::NavigateOptions::default(),
                );
            }
        });
    })
}

/// Where a saved step leads.
pub fn destination(setup: Setup, step: Step, then: Then) -> String {
    match (then, step.after()) {
        (Then::Continue, Some(after)) => setup.url(after),
        _ => format!("/n/{}/jobs", setup.namespace()),
    }
}

/// The job's status, and that everything is saved.
#[component]
pub fn JobState() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let state = move || match setup.saving.get() {
        Saving::UnderWay => "saving",
        Saving::Failed(_) => "not saved",
        Saving::Idle if setup.is_dirty() => "changed, not saved yet",
        Saving::Idle => "saved",
    };
    let status = Signal::derive(move || {
        setup
            .activated_elsewhere()
            .unwrap_or_else(|| setup.view.read().status)
    });
    view! {
        <JobBadge status />
        <span class="beside" role="status">
            {state}
        </span>
    }
}

/// Why the last attempt to save failed, and what to do.
#[component]
pub fn Problem() -> impl IntoView {
    let setup = expect_context::<Setup>();
    // A page is long and its buttons are at its end: what they led to must not stay out of sight.
    let shown = NodeRef::<Div>::new();
    Effect::new(move || {
        if let Some(shown) = shown.get() {
            shown.scroll_into_view();
        }
    });
    let reload = move |_| {
        spawn_local(async move {
            match load_setup(setup.namespace(), setup.job()).await {
                Ok(view) => setup.show(view),
                Err(error) => setup.saving.set(Saving::Failed(error)),
            }
        });
    };
    move || {
        let Saving::Failed(error) = setup.saving.get() else {
            return None;
        };
        let (title, advice, action) = match error.kind {
            ErrorKind::ChangedMeanwhile => (
                "This set-up was saved somewhere else in the meantime.".to_owned(),
                format!("{} Reload it to see what was saved there; what you changed here since then is given up.", error.message),
                Some(view! { <button class="button" type="button" on:click=reload>"Reload what was saved"</button> }.into_any()),
            ),
            ErrorKind::NotSignedIn => (
                "Your session has ended.".to_owned(),
                "Nothing that you chose here is lost. Sign in in a new tab, then save again in this one.".to_owned(),
                Some(view! { <a class="button" href="/sign-in" target="_blank" rel="noopener">"Sign in in a new tab"</a> }.into_any()),
            ),
            ErrorKind::Conflict => (
                error.message,
                error.hint,
                Some(view! { <a class="button" href=setup.job_page()>"To the job"</a> }.into_any()),
            ),
            _ => (error.message, error.hint, None),
        };
        Some(view! {
            <div class="note failure" role="alert" node_ref=shown>
                <Icon glyph=Glyph::Alert size=16 />
                <div>
                    <strong><Marked text=title /></strong>
                    <p><Marked text=advice /></p>
                    {action}
                </div>
            </div>
        })
    }
}
