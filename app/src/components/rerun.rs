//! A rerun that waits: "attempt 3 of 6 at 14:45".

use leptos::prelude::*;

use super::instant::{clock_text, iso_text};
use super::reader::use_reader;
use crate::wire::schedule::RerunView;

#[component]
pub fn WaitingRerun(#[prop(into)] rerun: Signal<RerunView>) -> impl IntoView {
    let reader = use_reader();
    let words =
        move || rerun.with(|rerun| format!("attempt {} of {} at ", rerun.attempt, rerun.attempts));
    let at = move || rerun.read().due_at;
    view! {
        <span class="rerun">
            {words} <time datetime=move || iso_text(at())>{move || clock_text(at(), reader)}</time>
        </span>
    }
    .into_any()
}
