//! Trying whether a notice arrives.

use std::time::Duration;

use domain::notice::DeliveryState;
use leptos::prelude::*;

use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::{send_test, test_state};

/// How long the page asks after a test, once a second.
const PATIENCE: u32 = 30;

#[derive(Clone, PartialEq)]
enum Progress {
    Idle,
    UnderWay,
    Arrived,
    Failed(String),
}

/// Sends a test by e-mail to the person, or to a webhook, and says what became of it.
#[component]
pub fn TestButton(
    #[prop(into)] webhook: Signal<Option<String>>,
    text: &'static str,
    #[prop(into)] enabled: Signal<bool>,
) -> impl IntoView {
    let namespace = use_namespace();
    let progress = RwSignal::new(Progress::Idle);
    let start = move |_| {
        if !enabled.get_untracked() || progress.get_untracked() == Progress::UnderWay {
            return;
        }
        progress.set(Progress::UnderWay);
        let (namespace, webhook) = (namespace.get_untracked(), webhook.get_untracked());
        leptos::task::spawn_local(async move {
            match send_test(namespace.clone(), webhook).await {
                Ok(delivery) => follow(namespace, delivery, progress, PATIENCE),
                Err(error) => progress.set(Progress::Failed(sentence(&error))),
            }
        });
    };
    let said = move || match progress.get() {
        Progress::Idle => ().into_any(),
        Progress::UnderWay => view! { <span class="muted small">"On its way"</span> }.into_any(),
        Progress::Arrived => {
            view! { <span class="small test-arrived">"It was accepted at the other end."</span> }
                .into_any()
        }
        Progress::Failed(why) => view! { <span class="small test-failed">{why}</span> }.into_any(),
    };
    view! {
        <button
            r#type="button"
            class="button"
            aria-disabled=move || (!enabled.get()).then_some("true")
            on:click=start
        >
            {text}
        </button>
        <span role="status">{said}</span>
    }
    .into_any()
}

/// Asks once a second, until the first attempt has ended.
fn follow(namespace: String, delivery: String, progress: RwSignal<Progress>, left: u32) {
    set_timeout(
        move || {
            leptos::task::spawn_local(async move {
                let answer = test_state(namespace.clone(), delivery.clone()).await;
                let known = match answer {
                    Ok(test) if test.state == DeliveryState::Sent => Some(Progress::Arrived),
                    Ok(test) => test.error.map(Progress::Failed),
                    Err(error) => Some(Progress::Failed(sentence(&error))),
                };
                match known {
                    // The page may have been left by then.
                    Some(known) => drop(progress.try_set(known)),
                    None if left > 0 => follow(namespace, delivery, progress, left - 1),
                    None => drop(progress.try_set(Progress::Failed(
                        "It is not sent yet. Weir goes on trying.".to_owned(),
                    ))),
                }
            });
        },
        Duration::from_secs(1),
    );
}
