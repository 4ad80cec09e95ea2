//! The next instants of the schedule as it is filled in, computed by the server.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::components::instant::iso_text;
use crate::components::marked::Marked;
use crate::pages::setup::state::Setup;
use crate::sample::timer;
use crate::server_fns::error::AppError;
use crate::server_fns::schedule::schedule_preview;
use crate::wire::schedule::ComingView;

/// Typing is waited for, so that half a number asks for nothing.
const PAUSE_MILLISECONDS: u32 = 250;

#[component]
pub fn Coming() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let editor = setup.schedule;
    let shown = RwSignal::new(None::<Result<Vec<ComingView>, AppError>>);
    let asked = StoredValue::new(0_u32);
    Effect::new(move || {
        let form = editor.form.get();
        asked.update_value(|asked| *asked += 1);
        let question = asked.get_value();
        if editor.problem.read().is_some() {
            shown.set(None);
            return;
        }
        let is_current = move || asked.try_get_value() == Some(question);
        spawn_local(async move {
            timer::sleep(PAUSE_MILLISECONDS).await;
            if setup.is_gone() || !is_current() {
                return;
            }
            let coming = schedule_preview(setup.namespace(), setup.job(), form).await;
            if !setup.is_gone() && is_current() {
                shown.set(Some(coming));
            }
        });
    });
    let content = move || match shown.get() {
        None => None,
        Some(Ok(coming)) if coming.is_empty() => Some(
            view! {
                <p class="field-error">"This schedule has no run to come: its time has passed."</p>
            }
            .into_any(),
        ),
        Some(Ok(coming)) => {
            let item = |coming: ComingView| {
                view! {
                    <li>
                        <time datetime=iso_text(coming.at)>{coming.local}</time>
                    </li>
                }
            };
            Some(view! { <ol>{coming.into_iter().map(item).collect_view()}</ol> }.into_any())
        }
        Some(Err(error)) => Some(
            view! {
                <p class="field-error">
                    <Marked text=format!("{} {}", error.message, error.hint) />
                </p>
            }
            .into_any(),
        ),
    };
    view! {
        <section class="schedule-coming" aria-label="Next runs" aria-live="polite">
            <h3>"Next runs"</h3>
            {content}
        </section>
    }
    .into_any()
}
