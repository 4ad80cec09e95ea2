//! Schedule: when the job runs.

mod coming;
mod editor;
mod recurrence;
mod zone;

use domain::schedule::{FormField, When};
use domain::settings::SourceKind;
use leptos::prelude::*;

use super::foot::Foot;
use super::saving::saver;
use super::state::Setup;
use super::step::Step;
use crate::wire::SetupStep;

pub use editor::ScheduleEditor;

#[component]
pub fn ScheduleStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let editor = setup.schedule;
    let save = saver(setup, Step::Schedule, move || {
        SetupStep::Schedule(Box::new(editor.form.get_untracked()))
    });
    let when = Memo::new(move |_| editor.form.read().when);
    let can_recur = Memo::new(move |_| {
        let view = setup.view.read();
        let source = view.settings.source.as_ref();
        source.is_none_or(SourceKind::can_recur)
    });
    // A saved form has none: what is wrong is said in full beside its field.
    let blocked = Memo::new(move |_| {
        let problem = editor.problem.read();
        problem
            .is_some()
            .then(|| "The schedule cannot be saved yet: see what is marked above.".to_owned())
    });
    let is_edit = move || setup.view.read().is_edit();
    let now_words = move || {
        if is_edit() {
            "The next run begins when you save the changes of the job."
        } else if can_recur.get() {
            "You activate it on the next page."
        } else {
            "You activate it on the next page, when the whole file is uploaded."
        }
    };
    let recurring_words = move || {
        if can_recur.get() {
            "Every hour, day, week or month, or by a cron expression."
        } else {
            "For a source that gives new files. An uploaded file is chosen by hand each time."
        }
    };
    view! {
        <div class="card setup-form">
            <fieldset class="setup-choices">
                <legend>"The import runs"</legend>
                <Choice editor when=When::Now words=Signal::derive(now_words) />
                <Choice
                    editor
                    when=When::At
                    words=Signal::stored("On a day and at a time of your choice.")
                />
                <Choice
                    editor
                    when=When::Recurring
                    words=Signal::derive(recurring_words)
                    disabled=Signal::derive(move || !can_recur.get())
                />
            </fieldset>
            <Show when=move || when.get() == When::At>
                <At editor />
            </Show>
            <Show when=move || when.get() == When::Recurring>
                <recurrence::Recurrence editor />
            </Show>
            <Show when=move || when.get() != When::Now>
                <zone::TimeZone editor />
                <coming::Coming />
            </Show>
        </div>
        <Foot step=Step::Schedule save blocked unsavable=blocked />
    }
    .into_any()
}

#[component]
fn Choice(
    editor: ScheduleEditor,
    when: When,
    words: Signal<&'static str>,
    #[prop(optional, into)] disabled: Signal<bool>,
) -> impl IntoView {
    let chosen = move || editor.form.read().when == when;
    view! {
        <label class="setup-choice" class:unavailable=disabled>
            <input
                type="radio"
                name="schedule"
                disabled=disabled
                checked=chosen
                prop:checked=chosen
                on:change=move |_| editor.change(|form| form.when = when)
            />
            <span>
                <b>{when.label()}</b>
                <small>{words}</small>
            </span>
        </label>
    }
}

/// A day and a time.
#[component]
fn At(editor: ScheduleEditor) -> impl IntoView {
    view! {
        <div class="schedule-line">
            <label class="field">
                <span class="label">"Day"</span>
                <input
                    type="date"
                    aria-invalid=editor.invalid(FormField::Date)
                    value=editor.form.get_untracked().date
                    prop:value=move || editor.form.read().date.clone()
                    on:input:target=move |event| editor.change(|form| form.date = event.target().value())
                />
            </label>
            <label class="field">
                <span class="label">"Time"</span>
                <input
                    type="time"
                    aria-invalid=editor.invalid(FormField::Time)
                    value=editor.form.get_untracked().time
                    prop:value=move || editor.form.read().time.clone()
                    on:input:target=move |event| editor.change(|form| form.time = event.target().value())
                />
            </label>
        </div>
        <editor::Refusal editor fields=&[FormField::Date, FormField::Time] />
    }
}
