//! The other way: the failure report itself, corrected elsewhere, is given back whole.

use gloo_file::Blob;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::editing::{Editing, Phase};
use super::submit::give_back;
use crate::pages::setup::FileChooser;

#[component]
pub fn WholeReport() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let navigate = StoredValue::new(use_navigate());
    let problem = RwSignal::new(None::<String>);
    // Of a report of which a part was given back, only the rest may come again, and that is known here alone.
    let is_whole = editing.view.with_value(|view| view.given.is_empty());
    let on_file = Callback::new(move |file: web_sys::File| {
        if matches!(*editing.phase.read_untracked(), Phase::Uploading(_)) {
            return;
        }
        let name = file.name();
        spawn_local(async move {
            problem.set(None);
            match give_back(editing, &name, &Blob::from(file), None).await {
                Ok(Some(run)) => {
                    editing.forget();
                    let page = format!("/n/{}/runs/{run}", editing.namespace.get_value());
                    navigate.with_value(|navigate| navigate(&page, NavigateOptions::default()));
                }
                Ok(None) => {}
                Err(error) => problem.set(Some(format!("{} {}", error.message, error.hint))),
            }
        });
    });
    is_whole.then(|| {
        view! {
            <details class="fix-more">
                <summary>"Or give the corrected failure report back"</summary>
                <p class="hint">
                    "For records that were corrected in another program: the file with the rejected records, with the same columns, header and encoding."
                </p>
                {move || problem.get().map(|text| view! { <div class="note failure" role="alert">{text}</div> })}
                <FileChooser
                    prompt=Signal::stored("The corrected failure report".to_owned())
                    on_file
                />
            </details>
        }
    })
}
