//! What the source's form holds while it is open, and what does not hold of it.

use domain::folder::{FolderField, FolderForm, FolderFormProblem};
use domain::settings::SourceKind;
use leptos::prelude::*;

use crate::components::marked::Marked;
use crate::wire::{SetupStep, SetupView};

#[derive(Clone, Copy)]
pub struct SourceEditor {
    /// Else files are uploaded.
    pub is_folder: RwSignal<bool>,
    /// Kept while uploads are chosen, so that trying them loses nothing.
    pub form: RwSignal<FolderForm>,
    /// By the rules that the server has too.
    pub problem: Memo<Option<FolderFormProblem>>,
    /// Only what a person has begun to fill in is held against them.
    touched: RwSignal<bool>,
}

impl SourceEditor {
    pub fn new(saved: &SetupView) -> Self {
        let is_folder = RwSignal::new(is_folder(saved));
        let form = RwSignal::new(saved_form(saved));
        Self {
            is_folder,
            form,
            problem: Memo::new(move |_| {
                is_folder.get().then(|| form.read().parse().err()).flatten()
            }),
            touched: RwSignal::new(false),
        }
    }

    pub fn show(self, saved: &SetupView) {
        self.is_folder.set(is_folder(saved));
        self.form.set(saved_form(saved));
        self.touched.set(false);
    }

    pub fn change(self, change: impl FnOnce(&mut FolderForm)) {
        self.touched.set(true);
        self.form.update(change);
    }

    pub fn step(self) -> SetupStep {
        let form = self.form.get_untracked();
        SetupStep::Source(self.is_folder.get_untracked().then(|| Box::new(form)))
    }

    /// Whether it says something else than what is saved; a default that was never saved is no change.
    pub fn differs(self, saved: &SetupView) -> bool {
        if !self.is_folder.get() {
            return is_folder(saved);
        }
        match (self.form.read().parse(), &saved.settings.source) {
            (Ok(source), Some(SourceKind::Folder(saved))) => source != *saved,
            (_, _) => true,
        }
    }

    /// As the attribute `aria-invalid` says it.
    pub fn invalid(self, field: FolderField) -> Signal<Option<&'static str>> {
        Signal::derive(move || {
            let is_wrong = self
                .problem
                .read()
                .as_ref()
                .is_some_and(|problem| problem.field == field);
            (is_wrong && self.touched.get()).then_some("true")
        })
    }
}

fn is_folder(saved: &SetupView) -> bool {
    matches!(saved.settings.source, Some(SourceKind::Folder(_)))
}

fn saved_form(saved: &SetupView) -> FolderForm {
    match &saved.settings.source {
        Some(SourceKind::Folder(source)) => FolderForm::of(source),
        Some(SourceKind::Upload) | None => {
            FolderForm::new(saved.folders.first().map_or("", String::as_str))
        }
    }
}

/// What does not hold in a field, and what to do about it.
#[component]
pub fn Refusal(editor: SourceEditor, field: FolderField) -> impl IntoView {
    let problem = move || {
        editor
            .problem
            .get()
            .filter(|problem| editor.touched.get() && problem.field == field)
    };
    view! {
        <p class="field-error" role="status">
            {move || {
                problem()
                    .map(|problem| {
                        view! { <Marked text=format!("{} {}", problem.sentence, problem.hint) /> }
                    })
            }}
        </p>
    }
}
