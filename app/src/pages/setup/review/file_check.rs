//! The whole file held against the mapping, in the worker, before anything of it is uploaded.

use leptos::prelude::*;
use leptos::task::spawn_local;
use mapping::sample::{FileProgress, FileReport};

use super::file_report::Report;
use crate::components::progress::ProgressBar;
use crate::pages::setup::state::Setup;
use crate::pages::setup::words;
use crate::sample::protocol::{Reply, Request, Settings};
use crate::sample::{chosen, client};

#[derive(Clone, Debug, PartialEq)]
pub enum FileCheckState {
    NotAsked,
    UnderWay(FileProgress),
    Done(Box<FileReport>),
    Failed(&'static str),
}

#[component]
pub fn WholeFileCheck() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let state = setup.review.check;
    let start = move |_| spawn_local(check(setup));
    let cancel = move |_| setup.review.stop_check();
    let progress = Memo::new(move |_| match *state.read() {
        FileCheckState::UnderWay(progress) => Some(progress),
        _ => None,
    });
    let bytes = move || {
        setup
            .sample
            .file
            .read()
            .as_ref()
            .map_or(0, |file| file.bytes)
    };
    let per_mille = Signal::derive(move || {
        let done = progress.get().map_or(0, |progress| progress.bytes);
        u16::try_from(done.saturating_mul(1000) / bytes().max(1)).unwrap_or(1000)
    });
    let counts = move || {
        progress.get().map(|progress| {
            format!(
                "{} of {} · {} read · {} rejected",
                words::bytes(progress.bytes),
                words::bytes(bytes()),
                words::counted(progress.records, "record", "records"),
                words::count(progress.rejected)
            )
        })
    };
    let can_check = move || setup.sample.file.read().is_some() && progress.read().is_none();
    let result = move || match state.get() {
        FileCheckState::Done(report) => view! { <Report report=*report /> }.into_any(),
        FileCheckState::Failed(reason) => {
            view! { <p class="field-error" role="alert">{reason}</p> }.into_any()
        }
        FileCheckState::NotAsked | FileCheckState::UnderWay(_) => ().into_any(),
    };
    view! {
        <Show when=move || setup.sample.file.read().is_some()>
            <section class="card whole-check" aria-label="Check the whole file">
                <div class="whole-check-head">
                    <p>
                        <b>"Check the whole file first"</b>
                        <span class="muted">" Every record, in your browser; nothing is uploaded."</span>
                    </p>
                    <Show when=can_check>
                        <button type="button" class="button once" on:click=start>
                            "Check the whole file"
                        </button>
                    </Show>
                    <Show when=move || progress.read().is_some()>
                        <button type="button" class="button" on:click=cancel>
                            "Stop checking"
                        </button>
                    </Show>
                </div>
                <Show when=move || progress.read().is_some()>
                    <ProgressBar per_mille label="The whole file is being checked" broad=true />
                    <p class="muted small" role="status">
                        {counts}
                    </p>
                </Show>
                {result}
            </section>
        </Show>
    }
}

async fn check(setup: Setup) {
    let form = setup.review;
    let Some(file) = chosen::chosen(&setup.job()) else {
        return;
    };
    let Some(settings) = untrack(|| saved_settings(setup)) else {
        form.check.set(FileCheckState::Failed(
            "Finish the sample’s page first: format and mapping are not saved yet.",
        ));
        return;
    };
    form.check
        .set(FileCheckState::UnderWay(FileProgress::default()));
    let state = match client::send(Request::CheckFile(Box::new(settings)), Some(&file.blob)) {
        Ok(mut replies) => {
            let call = Some(replies.id());
            form.check_call.set_value(call);
            loop {
                let reply = replies.next().await;
                // The page was left, or another file was chosen: this is not for what is shown any more.
                if setup.is_gone() || form.check_call.get_value() != call {
                    return;
                }
                match reply {
                    Ok(Reply::FileProgress(progress)) => {
                        form.check.set(FileCheckState::UnderWay(progress));
                    }
                    Ok(Reply::FileChecked(report)) => break FileCheckState::Done(report),
                    Ok(Reply::Cancelled) => break FileCheckState::NotAsked,
                    Ok(_) => {
                        break FileCheckState::Failed(
                            "The file was changed, moved or removed since you chose it. Choose it again.",
                        );
                    }
                    Err(client::WorkerGone) => {
                        break FileCheckState::Failed(
                            "The check broke down. Check the file once more.",
                        );
                    }
                }
            }
        }
        Err(client::WorkerGone) => {
            FileCheckState::Failed("The check could not be started. Reload the page.")
        }
    };
    form.check_call.set_value(None);
    form.check.set(state);
}

/// What will be sealed when the job is activated.
fn saved_settings(setup: Setup) -> Option<Settings> {
    let view = setup.view.read();
    Some(Settings {
        dialect: view.settings.dialect.clone()?,
        mapping: view.settings.mapping.clone()?,
        fields: view.dataset.as_ref()?.fields.clone(),
    })
}
