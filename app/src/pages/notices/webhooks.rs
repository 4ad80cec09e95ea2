//! Webhooks: their addresses, tests, and keys that are shown once.

use std::collections::BTreeSet;

use domain::notice::NoticeEvent;
use leptos::prelude::*;

use super::events::EventChoices;
use super::test::TestButton;
use crate::components::badge::Meaning;
use crate::components::dialog::{Ask, Question};
use crate::components::icon::{Glyph, Icon};
use crate::components::instant::Instant;
use crate::components::loaded::Loaded;
use crate::components::states::ListSkeleton;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::{change_webhook_key, create_webhook, delete_webhook, webhooks};
use crate::wire::notices::WebhookRow;

/// A key that was just made, and where it belongs.
type Shown = RwSignal<Option<(String, String)>>;

#[component]
pub fn WebhooksSection(#[prop(into)] on_done: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let loaded = Resource::new(move || namespace.get(), webhooks);
    let shown: Shown = RwSignal::new(None);
    let on_change = Callback::new(move |()| {
        loaded.refetch();
        on_done.try_run(());
    });
    view! {
        <section>
            <div class="section-head">
                <h2>"Webhooks"</h2>
            </div>
            <div class="card notice-form">
                <p class="muted">
                    "Weir posts each notice as signed JSON to these addresses. How a receiver checks the signature stands in Weir's documentation, under Webhooks."
                </p>
                <KeyNote shown />
                <Loaded
                    resource=loaded
                    lesser=true
                    waiting=|| view! { <ListSkeleton rows=1 /> }
                    children=move |webhooks| view! { <Rows webhooks shown on_change /> }.into_any()
                />
                <NewWebhook shown on_change />
            </div>
        </section>
    }
    .into_any()
}

/// The key, as long as the page is open.
#[component]
fn KeyNote(shown: Shown) -> impl IntoView {
    let note = move || {
        shown.get().map(|(url, key)| {
            view! {
                <div class=format!("note {}", Meaning::Success.class())>
                    <Icon glyph=Glyph::Check />
                    <div>
                        <strong>"Copy the key now: it is not shown again."</strong>
                        <p class="muted small">{url}</p>
                        <p>
                            <code class="webhook-key">{key}</code>
                        </p>
                        <button r#type="button" class="button" on:click=move |_| shown.set(None)>
                            "I have it"
                        </button>
                    </div>
                </div>
            }
        })
    };
    view! { <div role="status">{note}</div> }.into_any()
}

#[component]
fn Rows(webhooks: Signal<Vec<WebhookRow>>, shown: Shown, on_change: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let asked = RwSignal::new(None::<Question>);
    let about = RwSignal::new(None::<(WebhookRow, bool)>);
    let on_confirm = move |()| {
        let Some((row, delete)) = about.get_untracked() else {
            return;
        };
        let namespace = namespace.get_untracked();
        leptos::task::spawn_local(async move {
            let done = if delete {
                delete_webhook(namespace, row.id).await
            } else {
                change_webhook_key(namespace, row.id)
                    .await
                    .map(|key| shown.set(Some((row.url, key))))
            };
            match done {
                Ok(()) => {
                    on_change.try_run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let ask = move |row: WebhookRow, delete: bool| {
        asked.set(Some(question(delete)));
        about.set(Some((row, delete)));
    };
    let line = move |row: WebhookRow| {
        let (to_change, to_delete) = (row.clone(), row.clone());
        view! {
            <li>
                <Icon glyph=Glyph::Waves />
                <div>
                    <p class="webhook-url">{row.url}</p>
                    <p class="muted small">"Added " <Instant at=Signal::stored(row.created_at) /></p>
                    <div class="acts">
                        <TestButton webhook=Signal::stored(Some(row.id)) text="Send a test" enabled=Signal::stored(true) />
                        <button r#type="button" class="button" on:click=move |_| ask(to_change.clone(), false)>
                            "New key"
                        </button>
                        <button r#type="button" class="button danger" on:click=move |_| ask(to_delete.clone(), true)>
                            "Delete"
                        </button>
                    </div>
                </div>
            </li>
        }
    };
    view! {
        <ul class="hearers">
            <For each=move || webhooks.get() key=|row| row.id.clone() children=line />
        </ul>
        <Ask question=asked on_confirm />
    }
    .into_any()
}

fn question(delete: bool) -> Question {
    if delete {
        Question {
            title: "Delete this webhook?".to_owned(),
            body: vec![
                "Nothing is posted to it any more, and what waits to be posted is dropped."
                    .to_owned(),
            ],
            confirm: "Delete webhook".to_owned(),
            destructive: true,
        }
    } else {
        Question {
            title: "Make a new key?".to_owned(),
            body: vec![
                "From now on everything is signed with the new key. Enter it at the receiver, which refuses what comes until then; Weir tries again."
                    .to_owned(),
            ],
            confirm: "Make a new key".to_owned(),
            destructive: true,
        }
    }
}

#[component]
fn NewWebhook(shown: Shown, on_change: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let url = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let chosen = RwSignal::new(BTreeSet::from([
        NoticeEvent::RunCompleted,
        NoticeEvent::RunPartiallyCompleted,
        NoticeEvent::RunFailed,
        NoticeEvent::RunHalted,
        NoticeEvent::JobHalted,
    ]));
    let add = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (namespace, address) = (namespace.get_untracked(), url.get_untracked());
        let events = chosen.get_untracked().into_iter().collect();
        leptos::task::spawn_local(async move {
            match create_webhook(namespace, address.clone(), events).await {
                Ok(key) => {
                    problem.set(None);
                    url.set(String::new());
                    shown.set(Some((address, key)));
                    on_change.try_run(());
                }
                Err(error) => problem.set(Some(sentence(&error))),
            }
        });
    };
    let said = move || {
        problem.get().map(|problem| {
            view! {
                <p class="field-error" id="webhook-problem" role="alert">
                    {problem}
                </p>
            }
        })
    };
    view! {
        <details>
            <summary>"Add a webhook"</summary>
            <form on:submit=add>
                <div class="field">
                    <label for="webhook-url">"Address"</label>
                    <input
                        id="webhook-url"
                        type="url"
                        required
                        maxlength="2000"
                        placeholder="https://hooks.example.org/weir"
                        prop:value=url
                        aria-invalid=move || problem.read().is_some().then_some("true")
                        aria-describedby="webhook-problem"
                        on:input:target=move |event| url.set(event.target().value())
                    />
                    {said}
                </div>
                <EventChoices chosen legend="It hears of" />
                <button class="button main">"Add webhook"</button>
            </form>
        </details>
    }
    .into_any()
}
