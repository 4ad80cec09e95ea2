//! Source: where the files come from.

mod editor;
mod folder;
mod preview;

use leptos::prelude::*;

use super::foot::Foot;
use super::saving::saver;
use super::state::Setup;
use super::step::Step;

pub use editor::SourceEditor;

#[component]
pub fn SourceStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let editor = setup.source;
    let save = saver(setup, Step::Source, move || editor.step());
    let blocked = Memo::new(move |_| {
        editor
            .problem
            .read()
            .as_ref()
            .map(|problem| format!("{} {}", problem.sentence, problem.hint))
    });
    // What a job remembers of its files would mean something else after a change of their kind.
    let is_fixed = move || setup.view.read().is_edit();
    let has_folders = Memo::new(move |_| !setup.view.read().folders.is_empty());
    let folder_words = move || {
        if has_folders.get() {
            "Files that another program writes into a folder of the server. The job takes them by itself, when its schedule says."
        } else {
            "For files that another program writes by itself. The operator of this server has allowed no folder here: they do it with the setting `folders`."
        }
    };
    view! {
        <div class="card setup-form">
            <fieldset class="setup-choices">
                <legend>"The files come from"</legend>
                <Choice
                    editor
                    folder=false
                    title="Upload"
                    words=Signal::stored(
                        "You choose a file from your computer. It is read in your browser first; nothing leaves your computer before \
                        you continue from the next page.",
                    )
                    disabled=Signal::derive(move || is_fixed() && editor.is_folder.get())
                />
                <Choice
                    editor
                    folder=true
                    title="Watched folder"
                    words=Signal::derive(folder_words)
                    disabled=Signal::derive(move || {
                        !editor.is_folder.get() && (is_fixed() || !has_folders.get())
                    })
                />
            </fieldset>
            <Show when=move || editor.is_folder.get()>
                <folder::Folder editor />
                <preview::Preview />
            </Show>
        </div>
        <Foot step=Step::Source save blocked unsavable=blocked />
    }
    .into_any()
}

#[component]
fn Choice(
    editor: SourceEditor,
    folder: bool,
    title: &'static str,
    words: Signal<&'static str>,
    disabled: Signal<bool>,
) -> impl IntoView {
    let chosen = move || editor.is_folder.get() == folder;
    view! {
        <label class="setup-choice" class:unavailable=disabled>
            <input
                type="radio"
                name="source"
                disabled=disabled
                checked=chosen
                prop:checked=chosen
                on:change=move |_| editor.is_folder.set(folder)
            />
            <span>
                <b>{title}</b>
                <small>{words}</small>
            </span>
        </label>
    }
}
