//! Schedule: when the job runs.

use leptos::prelude::*;

use super::foot::Foot;
use super::saving::saver;
use super::state::Setup;
use super::step::Step;
use crate::wire::SetupStep;

#[component]
pub fn ScheduleStep() -> impl IntoView {
    let setup = expect_context::<Setup>();
    let save = saver(setup, Step::Schedule, || SetupStep::Schedule);
    view! {
        <div class="card setup-form">
            <fieldset class="setup-choices">
                <legend>"The import runs"</legend>
                <label class="setup-choice">
                    <input type="radio" name="schedule" checked />
                    <span>
                        <b>"Once, as soon as it is activated"</b>
                        <small>"You activate it on the next page, when the whole file is uploaded."</small>
                    </span>
                </label>
            </fieldset>
        </div>
        <Foot step=Step::Schedule save />
    }
    .into_any()
}
