//! The list of steps, each with what it decided.

use leptos::html::Ol;
use leptos::prelude::*;
use leptos::web_sys::Element;

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
    let strip = NodeRef::<Ol>::new();
    Effect::new(move || {
        current.track();
        if let Some(strip) = strip.get() {
            // The current step is marked by the time of the next frame.
            request_animation_frame(move || show_current(&strip));
        }
    });
    view! {
        <nav class="setup-steps" aria-label="Steps of the set-up">
            <ol node_ref=strip>{Step::ALL.map(item).into_iter().collect_view()}</ol>
        </nav>
    }
}

/// On a phone the steps are a strip that scrolls; elsewhere this changes nothing.
fn show_current(strip: &Element) {
    if let Ok(Some(step)) = strip.query_selector("[aria-current=step]") {
        let middle = |element: &Element| {
            let rect = element.get_bounding_client_rect();
            rect.left() + rect.width() / 2.0
        };
        strip.scroll_by_with_x_and_y(middle(&step) - middle(strip), 0.0);
    }
}
