//! The records that fit are written as a file, uploaded, and given to a run of their own.

use gloo_file::Blob;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::editing::{Editing, Phase};
use super::keys;
use crate::components::number::counted;
use crate::pages::setup::refused;
use crate::server_fns::corrections::reimport;
use crate::server_fns::error::AppError;
use crate::upload::{Cancel, Progress, UploadError, upload};

#[component]
pub fn Foot(run_page: String) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let navigate = use_navigate();
    let problem = RwSignal::new(None::<String>);
    let fitting = Memo::new(move |_| editing.sheet.read().fitting());
    let is_uploading = Memo::new(move |_| matches!(*editing.phase.read(), Phase::Uploading(_)));
    let hindrance = move || {
        if is_uploading.get() {
            Some("The corrected records are being uploaded.")
        } else {
            (fitting.get() == 0).then_some("No record fits yet: correct the cells that are marked.")
        }
    };
    let note = move || {
        let left = editing.sheet.read().rows().len() - fitting.get();
        let fit = || match left {
            0 => "All records here fit.".to_owned(),
            left => format!(
                "{} not, and can be corrected later.",
                counted(left as u64, "record does", "records do", None)
            ),
        };
        hindrance().map_or_else(|| fit() + &also_changed(editing), str::to_owned)
    };
    let go = move |_| {
        keys::commit(editing);
        if untrack(hindrance).is_some() {
            return;
        }
        let navigate = navigate.clone();
        spawn_local(async move {
            problem.set(None);
            match submit(editing).await {
                Ok(Some(run)) => {
                    editing.forget();
                    let page = format!("/n/{}/runs/{run}", editing.namespace.get_value());
                    navigate(&page, NavigateOptions::default());
                }
                Ok(None) => {}
                Err(error) => problem.set(Some(format!("{} {}", error.message, error.hint))),
            }
        });
    };
    let label = move || {
        format!(
            "Re-import {}",
            counted(fitting.get() as u64, "record", "records", None)
        )
    };
    view! {
        {move || problem.get().map(|text| view! { <div class="note failure" role="alert">{text}</div> })}
        <footer class="setup-foot">
            <p id="fix-note" aria-live="polite">
                {note}
            </p>
            <a class="button" href=run_page>
                "Cancel"
            </a>
            <button
                type="button"
                class="button main"
                aria-describedby="fix-note"
                aria-disabled=move || hindrance().is_some().then_some("true")
                on:click=go
            >
                {label}
            </button>
        </footer>
    }
    .into_any()
}

/// Of cells that were not at fault, which a person may have changed without meaning to.
fn also_changed(editing: Editing) -> String {
    match editing.sheet.read().changed_beside_faults() {
        0 => String::new(),
        count => format!(
            " {} changed too.",
            counted(
                count as u64,
                "cell that was not at fault is",
                "cells that were not at fault are",
                None
            )
        ),
    }
}

/// Uploads a file of the corrected records and queues its run. Answers that; `None` where the page was left.
async fn submit(editing: Editing) -> Result<Option<String>, AppError> {
    let (records, ranges) = editing.sheet.read_untracked().submission();
    let file = editing.file_of(&records).map_err(|rejection| {
        refused(UploadError::Refused {
            message: rejection.message,
        })
    })?;
    let (run, name) = editing
        .view
        .with_value(|view| (view.run.id.clone(), view.file_name.clone()));
    let namespace = editing.namespace.get_value();
    let file = Blob::new(file.as_slice());
    let cancel = Cancel::default();
    editing.cancel.set_value(cancel.clone());
    editing.phase.set(Phase::Uploading(None));
    let on_progress = move |progress: Progress| {
        if !editing.is_gone() {
            editing.phase.set(Phase::Uploading(Some(progress)));
        }
    };
    let given = async {
        let upload = upload(&namespace, &name, &file, &cancel, on_progress)
            .await
            .map_err(refused)?;
        reimport(namespace.clone(), run, upload, ranges).await
    };
    let given = given.await;
    if editing.is_gone() {
        return Ok(None);
    }
    editing.phase.set(Phase::Ready);
    given.map(Some)
}
