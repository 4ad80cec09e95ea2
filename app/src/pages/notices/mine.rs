//! What the signed-in person hears of by e-mail, when, and a test.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::events::EventChoices;
use super::test::TestButton;
use crate::components::badge::Meaning;
use crate::components::icon::{Glyph, Icon};
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::{set_digest, subscribe};
use crate::wire::notices::NoticeSettingsView;

#[component]
pub fn MineSection(
    settings: Signal<NoticeSettingsView>,
    #[prop(into)] on_done: Callback<()>,
) -> impl IntoView {
    let saved = settings.get_untracked();
    let chosen = RwSignal::new(
        saved
            .events
            .clone()
            .unwrap_or(saved.built_in)
            .into_iter()
            .collect::<BTreeSet<_>>(),
    );
    let daily = RwSignal::new(saved.digest_minute.is_some());
    let time = RwSignal::new(time_text(saved.digest_minute.unwrap_or(8 * 60)));
    let namespace = use_namespace();
    let toasts = use_toasts();
    let problem = RwSignal::new(None::<&'static str>);
    let save = move |_| {
        let minute = match digest(daily.get_untracked(), &time.read_untracked()) {
            Ok(minute) => minute,
            Err(why) => {
                problem.set(Some(why));
                return;
            }
        };
        let namespace = namespace.get_untracked();
        let me = settings.with_untracked(|settings| {
            let me = settings.hearers.iter().find(|hearer| hearer.is_me);
            me.map(|me| me.subscriber.clone())
        });
        let events = chosen.get_untracked().into_iter().collect();
        leptos::task::spawn_local(async move {
            let saved = async {
                if let Some(me) = me {
                    subscribe(namespace.clone(), me, None, Some(events)).await?;
                }
                set_digest(namespace, minute).await
            };
            match saved.await {
                Ok(()) => {
                    toasts.done("Saved which notices you get");
                    on_done.try_run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let introduction = move || {
        settings.with(|settings| {
            format!(
                "To {}. What you choose counts for every job of which you say nothing else on its page.",
                settings.email
            )
        })
    };
    let said = move || {
        problem.get().map(|problem| {
            view! {
                <p class="field-error" id="digest-problem" role="alert">
                    {problem}
                </p>
            }
        })
    };
    let no_mail = move || (!settings.read().mail).then(|| view! { <NoMailServer /> });
    view! {
        <section>
            <div class="section-head">
                <h2>"Your e-mails"</h2>
            </div>
            <div class="card notice-form">
                {no_mail}
                <p class="muted">{introduction}</p>
                <EventChoices chosen legend="You hear of" />
                <fieldset class="digest">
                    <legend>"When"</legend>
                    <label class="event-choice">
                        <input
                            type="radio"
                            name="digest"
                            checked=move || !daily.get()
                            prop:checked=move || !daily.get()
                            on:change=move |_| {
                                daily.set(false);
                                problem.set(None);
                            }
                        />
                        <span>"Each notice at once"</span>
                    </label>
                    <label class="event-choice">
                        <input
                            type="radio"
                            name="digest"
                            checked=move || daily.get()
                            prop:checked=move || daily.get()
                            on:change=move |_| daily.set(true)
                        />
                        <span>"All of a day in one e-mail, at"</span>
                    </label>
                    <input
                        type="time"
                        aria-label="Time of the daily e-mail"
                        required
                        disabled=move || !daily.get()
                        value=time.get_untracked()
                        prop:value=time
                        aria-invalid=move || problem.read().is_some().then_some("true")
                        aria-describedby="digest-problem"
                        on:input:target=move |event| {
                            time.set(event.target().value());
                            problem.set(None);
                        }
                    />
                    <span class="muted small">{move || settings.read().time_zone.clone()}</span>
                    {said}
                </fieldset>
                <div class="acts">
                    <button r#type="button" class="button main" on:click=save>
                        "Save"
                    </button>
                    <TestButton webhook=Signal::stored(None::<String>) text="Send me a test" enabled=Signal::derive(move || settings.read().mail) />
                </div>
            </div>
        </section>
    }
    .into_any()
}

#[component]
pub fn NoMailServer() -> impl IntoView {
    view! {
        <div class=format!("note {}", Meaning::Waiting.class())>
            <Icon glyph=Glyph::Alert />
            <p>
                "No mail server is configured, so nothing comes by e-mail: everything stands on this page. An operator names one with "
                <code>"--smtp-host"</code> "."
            </p>
        </div>
    }
    .into_any()
}

/// Minute of the daily e-mail; `None`: each at once, which a time that was emptied does not mean.
fn digest(daily: bool, time: &str) -> Result<Option<u16>, &'static str> {
    if !daily {
        return Ok(None);
    }
    let minute = minute_of(time).ok_or("Enter the time of the daily e-mail, such as 08:00.")?;
    Ok(Some(minute))
}

fn time_text(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// Of `08:30`, as the browser gives it. `None`: not filled in.
fn minute_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emptied_time_is_not_each_notice_at_once() {
        assert_eq!(digest(false, ""), Ok(None));
        assert_eq!(digest(true, "08:30"), Ok(Some(510)));
        assert!(digest(true, "").is_err());
    }

    #[test]
    fn times_are_minutes_of_the_day() {
        for (text, minute) in [
            ("00:00", Some(0)),
            ("08:30", Some(510)),
            ("23:59:30", Some(1439)),
            ("24:00", None),
            ("", None),
            ("8", None),
        ] {
            assert_eq!(minute_of(text), minute, "{text}");
        }
        assert_eq!(time_text(510), "08:30");
    }
}
