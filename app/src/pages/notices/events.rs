//! Choosing events.

use std::collections::BTreeSet;

use domain::notice::NoticeEvent;
use leptos::prelude::*;

/// A checkbox for every event that one can hear of; `of_job` leaves out what concerns no job.
#[component]
pub fn EventChoices(
    chosen: RwSignal<BTreeSet<NoticeEvent>>,
    #[prop(into)] legend: String,
    #[prop(optional)] of_job: bool,
) -> impl IntoView {
    let choice = move |event: NoticeEvent| {
        let is_chosen = move || chosen.read().contains(&event);
        let change = move |checked: bool| {
            chosen.update(|chosen| {
                if checked {
                    chosen.insert(event);
                } else {
                    chosen.remove(&event);
                }
            });
        };
        view! {
            <label class="event-choice">
                <input
                    type="checkbox"
                    checked=is_chosen
                    prop:checked=is_chosen
                    on:change:target=move |change_of| change(change_of.target().checked())
                />
                <span>{event.label()}</span>
            </label>
        }
    };
    let events = NoticeEvent::ALL
        .iter()
        .copied()
        .filter(|event| event.may_be_subscribed() && (!of_job || event.concerns_a_job()));
    view! {
        <fieldset class="event-choices">
            <legend>{legend}</legend>
            {events.map(choice).collect_view()}
        </fieldset>
    }
    .into_any()
}

/// "Run failed, Run halted", or that it is nothing.
pub fn events_text(events: &[NoticeEvent], of_job: bool) -> String {
    let words: Vec<&str> = events
        .iter()
        .filter(|event| !of_job || event.concerns_a_job())
        .map(|event| event.label())
        .collect();
    if words.is_empty() {
        "Nothing".to_owned()
    } else {
        words.join(", ")
    }
}
