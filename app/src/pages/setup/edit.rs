//! What stands above the steps while a job that runs already is edited.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_navigate;

use super::saving::Saving;
use super::state::Setup;
use crate::components::dialog::{Ask, Question};
use crate::server_fns::schedule::{discard_changes, save_changes};

/// That the version in use runs on, and the way back to it.
#[component]
pub fn EditNote() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let asked = RwSignal::new(None::<Question>);
    let is_edit = Memo::new(move |_| setup.view.read().is_edit());
    let can_discard = Memo::new(move |_| setup.view.read().edited || setup.is_dirty());
    let ask = move |_| {
        asked.set(Some(Question {
            title: "Discard the changes?".to_owned(),
            body: vec![
                "What you changed since the job was activated or saved last is given up. Its name stays.".to_owned(),
            ],
            confirm: "Discard changes".to_owned(),
            destructive: true,
        }));
    };
    let on_confirm = move |()| {
        spawn_local(async move {
            setup.saving.set(Saving::UnderWay);
            let version = setup.view.read_untracked().version;
            let discarded = discard_changes(setup.namespace(), setup.job(), version).await;
            if setup.is_gone() {
                return;
            }
            match discarded {
                Ok(view) => setup.show(view),
                Err(error) => setup.saving.set(Saving::Failed(error)),
            }
        });
    };
    view! {
        <Show when=move || is_edit.get()>
            <div class="note waiting edit-note">
                <div>
                    <strong>"You are editing a job that is set up."</strong>
                    <p>"It runs as it was until you save the changes on the last page."</p>
                </div>
                <Show when=move || can_discard.get()>
                    <button type="button" class="button" on:click=ask>
                        "Discard changes"
                    </button>
                </Show>
            </div>
        </Show>
        <Ask question=asked on_confirm />
    }
    .into_any()
}

/// That the Draft which is shown is none any more.
#[component]
pub fn ActivatedElsewhere() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let is_activated = Memo::new(move |_| setup.activated_elsewhere().is_some());
    move || {
        is_activated.get().then(|| {
            view! {
                <div class="note warning" role="alert">
                    <div>
                        <strong>"This job was activated somewhere else in the meantime."</strong>
                        <p>"What you changed here since then cannot be saved. Nothing was uploaded from here."</p>
                        <a class="button" href=setup.job_page()>
                            "To the job"
                        </a>
                    </div>
                </div>
            }
        })
    }
}

/// Makes the edit the version that the next run uses, then shows the job.
pub fn saver_of_changes(setup: Setup) -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| {
        let navigate = navigate.clone();
        spawn_local(async move {
            setup.saving.set(Saving::UnderWay);
            let version = setup.view.read_untracked().version;
            let saved = save_changes(setup.namespace(), setup.job(), version).await;
            if setup.is_gone() {
                return;
            }
            match saved {
                Ok(job) => {
                    setup.saving.set(Saving::Idle);
                    let page = format!("/n/{}/jobs/{job}", setup.namespace());
                    navigate(&page, leptos_router::NavigateOptions::default());
                }
                Err(error) => setup.saving.set(Saving::Failed(error)),
            }
        });
    })
}
