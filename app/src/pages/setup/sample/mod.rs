//! Provide Sample File: one page with the file, how it is written, and where its columns go.

mod chooser;
mod column_format;
mod column_problems;
mod column_values;
mod columns;
mod empty_cells;
mod form;
mod format;
mod format_choices;
mod new_dataset;
mod preview;
mod raw;
mod reading;
mod remapped;
mod submit;

use domain::settings::SourceKind;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::foot::{Foot, Then};
use super::saving::destination;
use super::state::Setup;
use super::step::Step;
use super::words;
use crate::components::marked::Marked;
use crate::sample::chosen::ChosenFile;
use crate::sample::head;
use crate::wire::schedule::Sampling;

pub use chooser::{FileChooser, ReplaceButton};
pub use column_problems::rule_words;
pub use form::{FileFacts, Reading, SampleForm, sentence};
pub use reading::{choose_whole, name_chosen};
pub use submit::refused;

#[component]
pub fn SampleStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let navigate = use_navigate();

    // A run whose file has other columns leads here, with that file.
    let query = use_query_map();
    Effect::new(move || {
        if let Some(run) = query.read_untracked().get("run") {
            let address = head::file_of_run(&setup.namespace(), &run);
            spawn_local(reading::choose_on_server(setup, address));
        }
    });
    // What is asked of the worker follows from what is shown; none of it runs on the server.
    Effect::new(move || {
        setup.view.track();
        reading::open_chosen(setup);
    });
    Effect::new(move || {
        form.mapping.track();
        form.inspection.track();
        form.new_dataset.fields.track();
        setup.view.track();
        spawn_local(reading::check(setup, reading::next_check(setup)));
    });
    let is_sampling = Memo::new(move |_| setup.view.read().sampling() == Sampling::UnderWay);
    let go_on = navigate.clone();
    Effect::new(move || {
        if is_sampling.get() {
            let go_on = go_on.clone();
            submit::watch_sampling(setup, move || {
                go_on(
                    &destination(setup, Step::Sample, Then::Continue),
                    leptos_router::NavigateOptions::default(),
                );
            });
        }
    });

    let save = Callback::new(move |then| {
        let navigate = navigate.clone();
        spawn_local(async move {
            let is_settled = untrack(|| !setup.is_dirty()) && !form.is_new_file.get_untracked();
            let needs_saving =
                !is_settled || setup.view.read_untracked().sampling() == Sampling::Failed;
            let is_well = if needs_saving {
                submit::submit(setup, then).await
            } else {
                true
            };
            let is_waiting = then == Then::Continue
                && setup.view.read_untracked().sampling() == Sampling::UnderWay;
            if is_well && !is_waiting && setup.view.read_untracked().sampling() != Sampling::Failed
            {
                navigate(
                    &destination(setup, Step::Sample, then),
                    leptos_router::NavigateOptions::default(),
                );
            }
        });
    });
    let blocked = Memo::new(move |_| form.hindrance(&setup.view.read()));
    let unsavable = Memo::new(move |_| {
        let has_columns = !form.new_dataset.fields.read().is_empty();
        has_columns
            .then(|| form.unfit_new_dataset(&setup.view.read()))
            .flatten()
    });
    let note = Signal::derive(move || {
        match (form.doing.get(), is_sampling.get(), form.file.get()) {
        (Some(doing), ..) => doing.to_owned(),
        (None, true, _) => "The server reads the sample; this takes a moment.".to_owned(),
        (None, false, Some(_)) if form.is_new_file.get() => {
            "Nothing has been uploaded yet. Continue uploads the first 1 MB at most, as the sample.".to_owned()
        }
        _ => String::new(),
    }
    });
    view! {
        <SamplingState />
        <ChosenFile />
        <Show when=move || form.dialect.read().is_some()>
            <div class="card sample-card">
                <format::FormatControls />
                <preview::Preview />
            </div>
        </Show>
        <remapped::Remapped />
        <columns::Columns />
        <Foot step=Step::Sample save blocked unsavable note />
    }
    .into_any()
}

/// The file, or the place to put one.
#[component]
fn ChosenFile() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let on_file = Callback::new(move |file: web_sys::File| {
        reading::choose(setup, ChosenFile::whole(file));
    });
    let prompt = Signal::derive(move || {
        let view = setup.view.read();
        match &view.sample {
            Some(sample) => format!(
                "Choose {} again to see its records, or another file",
                sample.file_name
            ),
            None => "The file to import".to_owned(),
        }
    });
    let hint = Signal::derive(move || {
        let view = setup.view.read();
        match &view.sample {
            Some(sample) => saved_sample_words(sample),
            None => "CSV and other delimited text, in any encoding and of any size. It is read in your browser.".to_owned(),
        }
    });
    let facts = move || {
        form.file.get().map(|file| {
            let state = match form.reading.get() {
                Reading::UnderWay => {
                    view! { <span class="muted" role="status">"is being read"</span> }.into_any()
                }
                Reading::Failed(reason) => {
                    view! { <span class="field-error" role="alert">{reason}</span> }.into_any()
                }
                Reading::Nothing | Reading::Ready => ().into_any(),
            };
            view! {
                <div class="card chosen-file">
                    <b>{file.name}</b>
                    <span class="muted">{words::bytes(file.bytes)}</span>
                    {state}
                    <ReplaceButton on_file />
                </div>
            }
        })
    };
    let unfetched = move || {
        form.unfetched.get().map(|error| {
            view! {
                <p class="field-error" role="alert">
                    <Marked text=format!("{} {}", error.message, error.hint) />
                </p>
            }
        })
    };
    view! {
        {facts}
        <Show when=move || form.file.read().is_none()>
            <FileChooser prompt hint on_file />
        </Show>
        <FromFolder />
        {unfetched}
    }
}

/// The way to a file that the job would find by itself.
#[component]
fn FromFolder() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.sample;
    let words = move || match &setup.view.read().settings.source {
        Some(SourceKind::Folder(folder)) => Some(folder.words()),
        Some(SourceKind::Upload) | None => None,
    };
    let fetch = move |_| {
        let address = head::newest_file(&setup.namespace(), &setup.job());
        spawn_local(reading::choose_on_server(setup, address));
    };
    move || {
        words().map(|words| {
            view! {
                <div class="from-folder">
                    <button
                        type="button"
                        class="button"
                        disabled=move || form.doing.read().is_some()
                        on:click=fetch
                    >
                        "Take the sample from the folder"
                    </button>
                    <span class="muted">{words}</span>
                </div>
            }
        })
    }
}

/// What the server said of the sample.
#[component]
fn SamplingState() -> impl IntoView {
    let setup = expect_context::<Setup>();
    move || {
        let view = setup.view.read();
        match (view.sampling(), view.sample.as_ref().and_then(|sample| sample.problem.clone())) {
            (Sampling::UnderWay, _) => Some(
                view! {
                    <div class="note waiting" role="status">
                        <div>
                            <strong>"Sampling"</strong>
                            <p>"The server reads the sample with these settings. The page goes on by itself."</p>
                        </div>
                    </div>
                }
                .into_any(),
            ),
            (Sampling::Failed, Some(problem)) => Some(
                view! {
                    <div class="note failure" role="alert">
                        <div>
                            <strong>{format!("Sampling failed: {}", problem.sentence)}</strong>
                            <p>{problem.next_step}</p>
                        </div>
                    </div>
                }
                .into_any(),
            ),
            _ => None,
        }
    }
}

fn saved_sample_words(sample: &crate::wire::SampleView) -> String {
    let size = words::bytes(sample.file_bytes);
    match (sample.records, sample.fitting) {
        (Some(records), Some(fitting)) => format!(
            "Its sample is saved ({size}): {} of {} fit.",
            words::count(fitting),
            words::counted(records, "sampled record", "sampled records")
        ),
        _ => format!("Its sample is saved ({size})."),
    }
}
