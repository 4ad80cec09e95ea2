//! Choosing events.

use std::collections::BTreeSet;

use domain::notice::NoticeEvent;
use leptos::prelude::*;

use crate::components::enumeration::enumerated;

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

/// Of a job: who hears of what nobody has chosen to hear of.
pub fn unheard_text(unheard: &[NoticeEvent], stand_ins: &[String]) -> Option<String> {
    if unheard.is_empty() {
        return None;
    }
    let what: Vec<String> = unheard
        .iter()
        .map(|event| event.label().to_lowercase())
        .collect();
    let what = enumerated(&what);
    Some(match stand_ins {
        [] => format!("Nobody hears of {what}."),
        [owner] => format!("Nobody has subscribed to {what}: {owner} hears of it as owner."),
        owners => format!(
            "Nobody has subscribed to {what}: {} hear of it as owners.",
            enumerated(owners)
        ),
    })
}

/// Of every job.
pub fn stand_ins_text(stand_ins: &[String]) -> Option<String> {
    (!stand_ins.is_empty()).then(|| {
        format!(
            "Where nobody hears that something goes wrong with a job, the owners do who have not chosen otherwise: {}.",
            enumerated(stand_ins)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_hears_in_place_of_nobody_is_named() {
        let (anna, ben) = ("Anna".to_owned(), "Ben".to_owned());
        let unheard = [NoticeEvent::RunFailed, NoticeEvent::SamplingFailed];
        for (stand_ins, text) in [
            (&[][..], "Nobody hears of run failed and sampling failed."),
            (
                &[anna.clone()][..],
                "Nobody has subscribed to run failed and sampling failed: Anna hears of it as owner.",
            ),
            (
                &[anna.clone(), ben.clone()],
                "Nobody has subscribed to run failed and sampling failed: Anna and Ben hear of it as owners.",
            ),
        ] {
            assert_eq!(unheard_text(&unheard, stand_ins).as_deref(), Some(text));
            assert_eq!(unheard_text(&[], stand_ins), None);
        }
        assert_eq!(stand_ins_text(&[]), None);
    }
}
