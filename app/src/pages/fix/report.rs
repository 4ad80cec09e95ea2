//! The other way: a file that was corrected elsewhere is given back, compared with what is missing, and taken when somebody
//! has seen what goes in.

use gloo_file::Blob;
use leptos::html::Section;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::editing::{Editing, Phase};
use super::summary::{Changes, Summary};
use crate::components::marked::Marked;
use crate::pages::door::sentence;
use crate::pages::setup::{FileChooser, refused};
use crate::server_fns::corrections::{compare_given_back, give_back};
use crate::server_fns::error::ErrorKind;
use crate::upload::{Cancel, give_up, upload};
use crate::wire::corrections::{GiveBackForm, GivenBackView};
use mapping::given_back::ChangedCells;

/// How far the file is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Step {
    #[default]
    Choosing,
    /// Its name.
    Uploading(String),
    Comparing(String),
    /// Why.
    Refused(String),
    Ready(Ready),
    Importing(Ready),
}

/// A file that was compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Ready {
    name: String,
    upload: String,
    view: GivenBackView,
}

impl Step {
    /// Whether leaving the page gives something up.
    pub fn is_busy(&self) -> bool {
        match self {
            Self::Choosing | Self::Refused(_) => false,
            Self::Uploading(_) | Self::Comparing(_) | Self::Ready(_) | Self::Importing(_) => true,
        }
    }

    fn ready(&self) -> Option<&Ready> {
        match self {
            Self::Ready(ready) | Self::Importing(ready) => Some(ready),
            _ => None,
        }
    }
}

#[component]
pub fn WholeReport() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let is_missing = editing.view.with_value(|view| {
        let given: u64 = view
            .given
            .iter()
            .map(|(first, last)| last - first + 1)
            .sum();
        given < view.run.rejected
    });
    is_missing.then(|| {
        view! {
            <details class="fix-more">
                <summary>"Or give the corrected failure report back"</summary>
                <GivenBack />
            </details>
        }
    })
}

#[component]
fn GivenBack() -> impl IntoView {
    let editing = expect_context::<Editing>();
    let step = editing.step;
    let on_file = Callback::new(move |file: web_sys::File| {
        let is_free = !matches!(
            *step.read_untracked(),
            Step::Uploading(_) | Step::Comparing(_) | Step::Importing(_)
        ) && !matches!(*editing.phase.read_untracked(), Phase::Uploading(_));
        if is_free {
            spawn_local(choose(editing, file));
        }
    });
    // What nobody has agreed to is not kept.
    on_cleanup(move || leave(editing));
    // What is told is not told again when the import begins.
    let shown = Memo::new(move |_| match step.get() {
        Step::Importing(ready) => Step::Ready(ready),
        step => step,
    });
    let told = move || match shown.get() {
        Step::Choosing => ().into_any(),
        Step::Uploading(name) => under_way(format!("{name} is being uploaded.")),
        Step::Comparing(name) => {
            under_way(format!("{name} is being compared with what is missing."))
        }
        Step::Refused(text) => view! {
            <div class="note failure">
                <p>
                    <Marked text />
                </p>
            </div>
        }
        .into_any(),
        Step::Ready(ready) | Step::Importing(ready) => {
            view! { <Summary name=ready.name view=ready.view /> }.into_any()
        }
    };
    // Not drawn anew while it is imported: the choice stays, and the keyboard where it is.
    let ready = Memo::new(move |_| step.read().ready().cloned());
    let problem = RwSignal::new(None::<String>);
    let decision = move || {
        ready
            .get()
            .map(|ready| view! { <Decision ready problem /> }.into_any())
    };
    view! {
        <p class="hint">
            "For records that were corrected in another program, such as a spreadsheet: some of them, all of them, or the whole file. They are compared with what is missing first, and nothing goes in before you have seen what."
        </p>
        <div aria-live="polite">{told}</div>
        {decision}
        <Show when=move || ready.read().is_none()>
            <FileChooser
                prompt=Signal::stored("The corrected failure report".to_owned())
                on_file
            />
        </Show>
    }
}

fn under_way(sentence: String) -> AnyView {
    view! {
        <p class="muted">
            {sentence}
        </p>
    }
    .into_any()
}

async fn choose(editing: Editing, file: web_sys::File) {
    let name = file.name();
    let (namespace, run) = (
        editing.namespace.get_value(),
        editing.view.with_value(|view| view.run.id.clone()),
    );
    let cancel = Cancel::default();
    editing.cancel.set_value(cancel.clone());
    editing.step.set(Step::Uploading(name.clone()));
    let file = Blob::from(file);
    let uploaded = upload(&namespace, &name, &file, &cancel, |_| ()).await;
    if editing.is_gone() || cancel.is_cancelled() {
        if let Ok(upload) = uploaded {
            give_up(&namespace, &upload);
        }
        return;
    }
    let upload = match uploaded {
        Ok(upload) => upload,
        Err(error) => {
            editing.step.set(Step::Refused(sentence(&refused(error))));
            return;
        }
    };
    editing.step.set(Step::Comparing(name.clone()));
    let compared = compare_given_back(namespace.clone(), run, upload.clone()).await;
    let is_left = editing.is_gone() || cancel.is_cancelled();
    let next = match compared {
        Ok(view) if !is_left => Step::Ready(Ready { name, upload, view }),
        Ok(_) => {
            give_up(&namespace, &upload);
            return;
        }
        Err(error) => {
            give_up(&namespace, &upload);
            if is_left {
                return;
            }
            Step::Refused(sentence(&error))
        }
    };
    editing.step.set(next);
}

/// After something has changed: others may have given records back.
async fn compared_again(editing: Editing, ready: Ready) -> Step {
    let (namespace, run) = (
        editing.namespace.get_value(),
        editing.view.with_value(|view| view.run.id.clone()),
    );
    match compare_given_back(namespace.clone(), run, ready.upload.clone()).await {
        Ok(view) => Step::Ready(Ready { view, ..ready }),
        Err(error) => {
            give_up(&namespace, &ready.upload);
            Step::Refused(sentence(&error))
        }
    }
}

/// Lets go of the file.
pub(super) fn leave(editing: Editing) {
    let namespace = editing.namespace.try_get_value();
    let step = editing.step.try_get_untracked();
    if let (Some(namespace), Some(Step::Ready(ready))) = (namespace, step) {
        give_up(&namespace, &ready.upload);
    }
}

/// What is to become of changed cells, and the button.
#[component]
fn Decision(ready: Ready, problem: RwSignal<Option<String>>) -> impl IntoView {
    let editing = expect_context::<Editing>();
    let navigate = StoredValue::new(use_navigate());
    let changed = RwSignal::new(ChangedCells::Keep);
    let section = NodeRef::<Section>::new();
    // The chooser, which had the keyboard, is gone.
    Effect::new(move |_| {
        if let Some(section) = section.get() {
            // It can only fail for an element that is not in the document.
            let _ = section.focus();
        }
    });
    let is_importing = move || matches!(*editing.step.read(), Step::Importing(_));
    let taken = ready.view.taken;
    let has_changes = ready.view.changed_cells > 0;
    let changes = has_changes.then(|| view! { <Changes view=ready.view.clone() changed /> });
    let ready = StoredValue::new(ready);
    let import = move |_| {
        if untrack(is_importing) {
            return;
        }
        let ready = ready.get_value();
        editing.step.set(Step::Importing(ready.clone()));
        spawn_local(async move {
            problem.set(None);
            let (namespace, run) = (
                editing.namespace.get_value(),
                editing.view.with_value(|view| view.run.id.clone()),
            );
            let form = GiveBackForm {
                upload: ready.upload.clone(),
                changed: changed.get_untracked(),
                taken: ready.view.taken,
                changed_cells: ready.view.changed_cells,
            };
            let given = give_back(namespace.clone(), run, form).await;
            if editing.is_gone() {
                return;
            }
            match given {
                Ok(run) => {
                    editing.forget();
                    let page = format!("/n/{namespace}/runs/{run}");
                    navigate.with_value(|navigate| navigate(&page, NavigateOptions::default()));
                }
                Err(error) => {
                    problem.set(Some(sentence(&error)));
                    let next = match error.kind {
                        ErrorKind::Conflict | ErrorKind::ChangedMeanwhile | ErrorKind::Invalid => {
                            compared_again(editing, ready).await
                        }
                        _ => Step::Ready(ready),
                    };
                    if !editing.is_gone() {
                        editing.step.set(next);
                    }
                }
            }
        });
    };
    let choose_another = move |_| {
        if !untrack(is_importing) {
            leave(editing);
            problem.set(None);
            editing.step.set(Step::Choosing);
        }
    };
    let label = format!(
        "Import {}",
        crate::components::number::counted(taken, "record", "records", None)
    );
    view! {
        <section
            class="given-back"
            aria-label="What is given back"
            tabindex="-1"
            node_ref=section
            aria-busy=move || is_importing().then_some("true")
        >
            {changes}
            {move || problem.get().map(|text| view! { <div class="note failure" role="alert">{text}</div> })}
            <p class="given-back-do">
                <button
                    type="button"
                    class="button main"
                    aria-disabled=move || is_importing().then_some("true")
                    on:click=import
                >
                    {label}
                </button>
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || is_importing().then_some("true")
                    on:click=choose_another
                >
                    "Choose another file"
                </button>
            </p>
        </section>
    }
}
