//! Basics: what the job is called, where its rows go, and what happens to those that are there.

use domain::settings::ImportMethod;
use leptos::prelude::*;

use super::foot::Foot;
use super::saving::saver;
use super::state::Setup;
use super::step::Step;
use crate::wire::SetupStep;

/// The form's values.
#[derive(Clone, Copy)]
pub struct BasicsForm {
    pub name: RwSignal<String>,
    /// `None`: made from the file's columns, on the sample's page.
    pub dataset: RwSignal<Option<String>>,
    pub method: RwSignal<ImportMethod>,
}

#[component]
pub fn BasicsStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let form = setup.basics;
    let save = saver(setup, Step::Basics, move || form.step());
    let blocked = Memo::new(move |_| form.missing());
    let choices = move || {
        let view = setup.view.read();
        let options = view.datasets.iter().map(|dataset| {
            let (id, name) = (dataset.id.clone(), dataset.name.clone());
            let chosen = id.clone();
            view! {
                <option value=id selected=move || form.dataset.get().as_deref() == Some(&chosen)>
                    {name}
                </option>
            }
        });
        options.collect_view()
    };
    let choose_dataset =
        move |value: String| form.dataset.set((!value.is_empty()).then_some(value));
    view! {
        <div class="card setup-form">
            <label class="field">
                <span class="label">"Name"</span>
                <input
                    type="text"
                    maxlength="200"
                    required
                    value=form.name.get_untracked()
                    prop:value=form.name
                    on:input:target=move |event| form.name.set(event.target().value())
                />
                <span class="hint">"How the import is called in the list of jobs."</span>
            </label>
            <label class="field">
                <span class="label">"Dataset"</span>
                <select on:change:target=move |event| choose_dataset(event.target().value())>
                    <option value="" selected=move || form.dataset.get().is_none()>
                        "Create one from the file’s columns"
                    </option>
                    {choices}
                </select>
                <span class="hint">
                    {move || match form.dataset.get() {
                        Some(_) => "The rows go into this dataset; the file’s columns are mapped to its fields.",
                        None => "You name it and its fields on the sample’s page, beside the file’s columns.",
                    }}
                </span>
            </label>
            <fieldset class="setup-choices">
                <legend>"Import method"</legend>
                <Method
                    form
                    method=ImportMethod::Insert
                    title="Insert"
                    explanation="Every record becomes a new row; rows that are already there stay as they are."
                />
                <Method
                    form
                    method=ImportMethod::Upsert
                    title="Upsert"
                    explanation="A record whose key is already there replaces that row, any other becomes a new row. The dataset needs a key."
                />
            </fieldset>
        </div>
        <Foot step=Step::Basics save blocked unsavable=blocked />
    }
    .into_any()
}

#[component]
fn Method(
    form: BasicsForm,
    method: ImportMethod,
    title: &'static str,
    explanation: &'static str,
) -> impl IntoView {
    let chosen = move || form.method.get() == method;
    view! {
        <label class="setup-choice">
            <input
                type="radio"
                name="method"
                checked=chosen
                prop:checked=chosen
                on:change=move |_| form.method.set(method)
            />
            <span>
                <b>{title}</b>
                <small>{explanation}</small>
            </span>
        </label>
    }
}

impl BasicsForm {
    pub fn new(saved: &crate::wire::SetupView) -> Self {
        let form = Self {
            name: RwSignal::new(String::new()),
            dataset: RwSignal::new(None),
            method: RwSignal::new(ImportMethod::Insert),
        };
        form.show(saved);
        form
    }

    pub fn show(self, saved: &crate::wire::SetupView) {
        self.name.set(saved.name.clone());
        self.dataset
            .set(saved.settings.dataset.map(|dataset| dataset.to_string()));
        self.method
            .set(saved.settings.method.unwrap_or(ImportMethod::Insert));
    }

    pub fn step(self) -> SetupStep {
        SetupStep::Basics {
            name: self.name.get_untracked().trim().to_owned(),
            dataset: self.dataset.get_untracked(),
            method: self.method.get_untracked(),
        }
    }

    /// Whether it says something else than what is saved; defaults that were never saved are no change.
    pub fn differs(self, saved: &crate::wire::SetupView) -> bool {
        self.name.read().trim() != saved.name
            || self.dataset.get() != saved.settings.dataset.map(|dataset| dataset.to_string())
            || self.method.get() != saved.settings.method.unwrap_or(ImportMethod::Insert)
    }

    fn missing(self) -> Option<String> {
        self.name
            .read()
            .trim()
            .is_empty()
            .then(|| "The import needs a name.".to_owned())
    }
}
