//! Source: where the file comes from.

use leptos::prelude::*;

use super::foot::Foot;
use super::saving::saver;
use super::state::Setup;
use super::step::Step;
use crate::wire::SetupStep;

#[component]
pub fn SourceStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let save = saver(setup, Step::Source, || SetupStep::Source);
    view! {
        <div class="card setup-form">
            <fieldset class="setup-choices">
                <legend>"The file comes from"</legend>
                <label class="setup-choice">
                    <input type="radio" name="source" checked />
                    <span>
                        <b>"Upload"</b>
                        <small>
                            "You choose a file from your computer. It is read in your browser first; nothing leaves your computer \
                            before you continue from the next page."
                        </small>
                    </span>
                </label>
            </fieldset>
        </div>
        <Foot step=Step::Source save />
    }
    .into_any()
}
