//! The time zone that days and times are in.

use domain::schedule::FormField;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::editor::{Refusal, ScheduleEditor};
use crate::pages::setup::state::Setup;
use crate::server_fns::schedule::time_zones;

#[component]
pub fn TimeZone(editor: ScheduleEditor) -> impl IntoView {
    let setup = expect_context::<Setup>();
    let zones = RwSignal::new(Vec::<String>::new());
    // A convenience: without the list any name can still be typed.
    Effect::new(move || {
        spawn_local(async move {
            let known = time_zones(setup.namespace()).await.unwrap_or_default();
            if !zones.is_disposed() {
                zones.set(known);
            }
        });
    });
    let options = move || {
        let option = |zone: String| view! { <option value=zone></option> };
        zones.get().into_iter().map(option).collect_view()
    };
    view! {
        <label class="field schedule-zone">
            <span class="label">"Time zone"</span>
            <input
                type="text"
                list="time-zones"
                autocomplete="off"
                spellcheck="false"
                aria-invalid=editor.invalid(FormField::TimeZone)
                value=editor.form.get_untracked().time_zone
                prop:value=move || editor.form.read().time_zone.clone()
                on:input:target=move |event| {
                    editor.change(|form| form.time_zone = event.target().value());
                }
            />
            <span class="hint">"When clocks change, a time that is left out runs right after; one that comes twice runs once."</span>
        </label>
        <datalist id="time-zones">{options}</datalist>
        <Refusal editor fields=&[FormField::TimeZone] />
    }
}
