//! The list of steps, each with what it decided.

use leptos::prelude::*;

use super::state::Setup;
use super::step::{Step, dialect_summary};

#[component]
pub fn StepList(current: Memo<Step>) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let item = move |step: Step| {
        let is_current = move || current.get() == step;
        let decided = move || step.is_decided(&setup.view.read());
        let summary = move || {
            let is_read = step == Step::Sample && setup.sample.is_new_file.get();
            match setup.sample.dialect.read().as_ref().filter(|_| is_read) {
                Some(dialect) => dialect_summary(dialect),
                None => step.summary(&setup.view.read()),
            }
        };
        view! {
            <li class:decided=decided>
                <a href=setup.url(step) aria-current=move || is_current().then_some("step")>
                    <b>{step.title()}</b>
                    <small>{summary}</small>
                </a>
            </li>
        }
    };
    view! {
        <nav class="setup-steps" aria-label="Steps of the set-up">
            <ol>{Step::ALL.map(item).into_iter().collect_view()}</ol>
        </nav>
    }
}
