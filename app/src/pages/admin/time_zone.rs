//! Choosing a time zone by its IANA name.

use leptos::prelude::*;

#[component]
pub fn TimeZoneField(
    id: &'static str,
    zones: Vec<String>,
    chosen: String,
    hint: &'static str,
) -> impl IntoView {
    let describedby = format!("{id}-hint");
    // A zone of an older database of zones stays what it is until another is chosen.
    let unknown = (!zones.contains(&chosen)).then(|| chosen.clone());
    let option = move |zone: String| {
        let selected = zone == chosen;
        let shown = zone.clone();
        view! {
            <option value=zone selected=selected>
                {shown}
            </option>
        }
    };
    view! {
        <div class="field">
            <label for=id>"Time zone"</label>
            <select id=id name="time_zone" aria-describedby=describedby.clone()>
                {unknown.into_iter().chain(zones).map(option).collect_view()}
            </select>
            <p class="hint" id=describedby>
                {hint}
            </p>
        </div>
    }
    .into_any()
}
