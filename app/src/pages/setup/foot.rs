//! The foot of every step: Back, Save and close, Continue; and why it cannot go on.

use leptos::prelude::*;

use super::saving::Saving;
use super::state::Setup;
use super::step::Step;
use crate::components::marked::Marked;

/// What follows when a step is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    Continue,
    Close,
}

#[component]
pub fn Foot(
    step: Step,
    /// Saves, and goes where it is told when that went well.
    save: Callback<Then>,
    /// Why the step cannot be left forwards; `None` where it can.
    #[prop(into, default = Signal::stored(None))]
    blocked: Signal<Option<String>>,
    /// Why it cannot even be saved.
    #[prop(into, optional)]
    unsavable: Option<Signal<Option<String>>>,
    #[prop(into, optional)] note: Option<Signal<String>>,
    #[prop(optional, default = "Continue")] forward: &'static str,
) -> impl IntoView {
    let setup = expect_context::<Setup>();
    // Reproachful only after a click: a page that has just been opened merely says what is missing.
    let asked = RwSignal::new(false);
    let cannot_save = move || unsavable.and_then(|reason| reason.get());
    let failure = move || match &*setup.saving.read() {
        Saving::Failed(error) => Some(format!("Not saved. {} {}", error.message, error.hint)),
        Saving::Idle | Saving::UnderWay => None,
    };
    let hindrance = move || cannot_save().or_else(|| blocked.get());
    let reason = move || {
        failure()
            .or_else(hindrance)
            .or_else(|| note.map(|note| note.get()))
            .unwrap_or_default()
    };
    let is_reproach = move || failure().is_some() || (asked.get() && hindrance().is_some());
    let back = step
        .before()
        .map(|before| view! { <a class="button" href=setup.url(before)>"Back"</a> });
    let click = move |then: Then| {
        let hindered = match then {
            Then::Continue => untrack(hindrance),
            Then::Close => untrack(cannot_save),
        };
        asked.set(hindered.is_some());
        if hindered.is_none() && !setup.is_saving() {
            save.run(then);
        }
    };
    let is_blocked = move || hindrance().is_some();
    view! {
        <footer class="setup-foot">
            <p id="setup-foot-note" class:reproach=is_reproach aria-live="polite">
                {move || view! { <Marked text=reason() /> }}
            </p>
            {back}
            <button class="button" type="button" on:click=move |_| click(Then::Close)>
                "Save and close"
            </button>
            <button
                class="button main"
                type="button"
                aria-describedby="setup-foot-note"
                aria-disabled=move || is_blocked().then_some("true")
                aria-busy=move || setup.is_saving().then_some("true")
                on:click=move |_| click(Then::Continue)
            >
                {forward}
            </button>
        </footer>
    }
}
