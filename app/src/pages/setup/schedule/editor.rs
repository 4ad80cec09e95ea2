//! What the schedule's form holds while it is open, and what does not hold of it.

use domain::schedule::{FormField, FormProblem, ScheduleForm};
use leptos::prelude::*;

use crate::components::marked::Marked;
use crate::wire::SetupView;

#[derive(Clone, Copy)]
pub struct ScheduleEditor {
    pub form: RwSignal<ScheduleForm>,
    /// By the rules that the server has too.
    pub problem: Memo<Option<FormProblem>>,
    /// Only what a person has begun to fill in is held against them.
    touched: RwSignal<bool>,
}

impl ScheduleEditor {
    pub fn new(saved: &SetupView) -> Self {
        let form = RwSignal::new(saved_form(saved));
        Self {
            form,
            problem: Memo::new(move |_| form.read().parse().err()),
            touched: RwSignal::new(false),
        }
    }

    pub fn show(self, saved: &SetupView) {
        self.form.set(saved_form(saved));
        self.touched.set(false);
    }

    pub fn change(self, change: impl FnOnce(&mut ScheduleForm)) {
        self.touched.set(true);
        self.form.update(change);
    }

    /// Whether it says something else than what is saved; a default that was never saved is no change.
    pub fn differs(self, saved: &SetupView) -> bool {
        let form = self.form.read();
        match (form.parse(), &saved.settings.schedule) {
            (Ok(schedule), Some(saved)) => schedule != *saved,
            (_, _) => *form != saved_form(saved),
        }
    }

    /// As the attribute `aria-invalid` says it.
    pub fn invalid(self, field: FormField) -> Signal<Option<&'static str>> {
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

fn saved_form(saved: &SetupView) -> ScheduleForm {
    match &saved.settings.schedule {
        Some(schedule) => ScheduleForm::of(schedule, &saved.time_zone),
        None => ScheduleForm::new(&saved.time_zone),
    }
}

/// What does not hold in one of the fields, and what to do about it.
#[component]
pub fn Refusal(editor: ScheduleEditor, fields: &'static [FormField]) -> impl IntoView {
    let problem = move || {
        editor
            .problem
            .get()
            .filter(|problem| editor.touched.get() && fields.contains(&problem.field))
    };
    view! {
        <p class="field-error schedule-refusal" role="status">
            {move || {
                problem()
                    .map(|problem| {
                        view! { <Marked text=format!("{} {}", problem.sentence, problem.hint) /> }
                    })
            }}
        </p>
    }
}
