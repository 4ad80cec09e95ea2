//! Who hears of what: members and webhooks, each with what can be changed about it.

use std::collections::BTreeSet;

use domain::notice::Channel;
use leptos::prelude::*;

use super::events::{EventChoices, events_text};
use crate::components::icon::{Glyph, Icon};
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::subscribe;
use crate::wire::notices::HearerView;

#[component]
pub fn AudienceSection(
    title: &'static str,
    #[prop(into)] hearers: Signal<Vec<HearerView>>,
    /// Who hears in place of all of them.
    #[prop(into)]
    in_their_place: Signal<Option<String>>,
    /// `None`: of the namespace.
    #[prop(into)]
    job: Signal<Option<String>>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    view! {
        <section>
            <div class="section-head">
                <h2>{title}</h2>
            </div>
            <ul class="card hearers">
                <For
                    each=move || hearers.get()
                    key=|hearer| (hearer.subscriber.clone(), hearer.events.clone(), hearer.chosen)
                    children=move |hearer| view! { <HearerLine hearer job on_done /> }
                />
            </ul>
            {move || in_their_place.get().map(|text| view! { <p class="muted small">{text}</p> })}
        </section>
    }
    .into_any()
}

#[component]
fn HearerLine(
    hearer: HearerView,
    job: Signal<Option<String>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let of_job = job.with_untracked(Option::is_some);
    let glyph = match hearer.subscriber.channel {
        Channel::Mail => Glyph::Person,
        Channel::Webhook => Glyph::Waves,
    };
    let name = if hearer.is_me {
        format!("{} (you)", hearer.name)
    } else {
        hearer.name.clone()
    };
    let origin = match (hearer.chosen, of_job) {
        (true, true) => "chosen for this job",
        (false, true) => "as for every job",
        (true, false) => "chosen",
        (false, false) => match hearer.subscriber.channel {
            Channel::Mail => "as is usual; of jobs that they made, also what goes wrong",
            Channel::Webhook => "unless said otherwise",
        },
    };
    let events = events_text(&hearer.events, of_job);
    let may_change = hearer.may_change;
    let change = may_change.then(|| view! { <ChangeHearer hearer job of_job on_done /> });
    view! {
        <li>
            <Icon glyph />
            <div>
                <p>
                    <span class="strong">{name}</span>
                    " "
                    <span class="muted small">{origin}</span>
                </p>
                <p class="muted">{events}</p>
                {change}
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn ChangeHearer(
    hearer: HearerView,
    job: Signal<Option<String>>,
    of_job: bool,
    on_done: Callback<()>,
) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let chosen = RwSignal::new(hearer.events.iter().copied().collect::<BTreeSet<_>>());
    let subscriber = StoredValue::new(hearer.subscriber);
    let name = StoredValue::new(hearer.name);
    let save = move |events: Option<Vec<_>>| {
        let (namespace, job) = (namespace.get_untracked(), job.get_untracked());
        leptos::task::spawn_local(async move {
            match subscribe(namespace, subscriber.get_value(), job, events).await {
                Ok(()) => {
                    toasts.done(format!("Saved what {} hears of", name.get_value()));
                    on_done.try_run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let legend = format!("{} hears of", name.get_value());
    let usual = if of_job {
        "As for every job"
    } else {
        "As is usual"
    };
    let back = hearer.chosen.then(|| {
        view! {
            <button r#type="button" class="button" on:click=move |_| save(None)>
                {usual}
            </button>
        }
    });
    view! {
        <details>
            <summary>"Change"<span class="visually-hidden">{format!(" what {} hears of", name.get_value())}</span></summary>
            <EventChoices chosen legend of_job />
            <div class="acts">
                <button
                    r#type="button"
                    class="button main"
                    on:click=move |_| save(Some(chosen.get_untracked().into_iter().collect()))
                >
                    "Save"
                </button>
                {back}
            </div>
        </details>
    }
    .into_any()
}
