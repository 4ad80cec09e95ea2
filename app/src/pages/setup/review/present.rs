//! What lies in the folder already when a job begins: whether it is imported.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::pages::setup::state::Setup;
use crate::pages::setup::words;
use crate::server_fns::folders::present_files;
use crate::wire::folders::PresentFilesView;

#[derive(Clone, Copy)]
pub struct BeginWith {
    /// `None`: not known yet, or the folder cannot be read now.
    pub present: RwSignal<Option<PresentFilesView>>,
    /// Whether what lies there is left out; `None`: not said.
    pub leaves_out: RwSignal<Option<bool>>,
}

impl Default for BeginWith {
    fn default() -> Self {
        Self {
            present: RwSignal::new(None),
            leaves_out: RwSignal::new(None),
        }
    }
}

impl BeginWith {
    /// How many files are left out, as they were shown.
    pub fn left_out_untracked(self) -> Option<u64> {
        let leaves_out = self.leaves_out.get_untracked() == Some(true);
        let present = self.present.read_untracked();
        present
            .as_ref()
            .filter(|_| leaves_out)
            .map(|present| present.count)
    }

    /// Another job has brought these files in: nobody but a person knows whether this one should too.
    pub fn is_open(self) -> bool {
        let asks = |present: &PresentFilesView| present.count > 0 && present.imported_by.is_some();
        self.leaves_out.read().is_none() && self.present.read().as_ref().is_some_and(asks)
    }
}

#[component]
pub fn PresentFiles() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let begin = setup.review.begin;
    Effect::new(move || {
        spawn_local(async move {
            let present = present_files(setup.namespace(), setup.job()).await;
            if setup.is_gone() {
                return;
            }
            let present = present.ok();
            let asks = |present: &PresentFilesView| present.imported_by.is_some();
            if !present.as_ref().is_some_and(asks) && begin.leaves_out.get_untracked().is_none() {
                begin.leaves_out.set(Some(false));
            }
            begin.present.set(present);
        });
    });
    let choice = move |leaves_out: bool, title: &'static str, words: &'static str| {
        let chosen = move || begin.leaves_out.get() == Some(leaves_out);
        view! {
            <label class="setup-choice">
                <input
                    type="radio"
                    name="present"
                    checked=chosen
                    prop:checked=chosen
                    on:change=move |_| begin.leaves_out.set(Some(leaves_out))
                />
                <span>
                    <b>{title}</b>
                    <small>{words}</small>
                </span>
            </label>
        }
    };
    let question = move || {
        let present = begin.present.get().filter(|present| present.count > 0)?;
        let legend = match present.count {
            1 => "One file lies in the folder already".to_owned(),
            count => format!("{} files lie in the folder already", words::count(count)),
        };
        let warning = present.imported_by.map(|job| {
            let sentence =
                format!("The job “{job}” has imported files of the same names from there.");
            view! { <p class="note warning">{sentence}</p> }
        });
        Some(view! {
            <fieldset class="setup-choices">
                <legend>{legend}</legend>
                {warning}
                {choice(false, "Import what lies there", "As the source says: the newest, or all in order.")}
                {choice(true, "Pass over what lies there", "Only files that arrive from now on, or are changed, are imported.")}
            </fieldset>
        })
    };
    question.into_any()
}
