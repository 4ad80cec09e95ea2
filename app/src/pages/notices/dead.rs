//! What could not be delivered, and sending it again.

use leptos::prelude::*;

use crate::components::instant::Instant;
use crate::components::loaded::Loaded;
use crate::components::states::ListSkeleton;
use crate::components::toast::use_toasts;
use crate::pages::door::sentence;
use crate::pages::frame::use_namespace;
use crate::server_fns::notices::{dead_letters, send_again};
use crate::wire::notices::DeadLetterRow;

#[component]
pub fn DeadLetters() -> impl IntoView {
    let namespace = use_namespace();
    let loaded = Resource::new(move || namespace.get(), dead_letters);
    let on_done = Callback::new(move |()| loaded.refetch());
    view! {
        <section>
            <div class="section-head">
                <h2>"Not delivered"</h2>
            </div>
            <Loaded
                resource=loaded
                lesser=true
                waiting=|| view! { <ListSkeleton rows=1 /> }
                children=move |letters| view! { <Letters letters on_done /> }.into_any()
            />
        </section>
    }
    .into_any()
}

#[component]
fn Letters(letters: Signal<Vec<DeadLetterRow>>, on_done: Callback<()>) -> impl IntoView {
    let any = Memo::new(move |_| !letters.read().is_empty());
    let content = move || {
        if any.get() {
            view! { <Table letters on_done /> }.into_any()
        } else {
            view! {
                <p class="card notice-form muted">
                    "Everything was delivered. What cannot be delivered is tried for about a day, and then stands here."
                </p>
            }
            .into_any()
        }
    };
    content.into_any()
}

#[component]
fn Table(letters: Signal<Vec<DeadLetterRow>>, on_done: Callback<()>) -> impl IntoView {
    let namespace = use_namespace();
    let toasts = use_toasts();
    let again = move |id: String| {
        let namespace = namespace.get_untracked();
        leptos::task::spawn_local(async move {
            match send_again(namespace, id).await {
                Ok(()) => {
                    toasts.done("It is sent again");
                    on_done.try_run(());
                }
                Err(error) => toasts.failed(sentence(&error)),
            }
        });
    };
    let line = move |letter: DeadLetterRow| {
        let id = letter.id.clone();
        view! {
            <tr role="row">
                <td role="cell" class="lead">
                    {letter.title}
                </td>
                <td role="cell" data-label="To">
                    {letter.channel.label()}
                    " to "
                    {letter.to}
                </td>
                <td role="cell" data-label="Why not">
                    {letter.error}
                </td>
                <td role="cell" data-label="Attempts" class="number">
                    {letter.attempts}
                </td>
                <td role="cell" data-label="Given up">
                    <Instant at=Signal::stored(letter.given_up_at) />
                </td>
                <td role="cell">
                    <button r#type="button" class="button" on:click=move |_| again(id.clone())>
                        "Send again"
                    </button>
                </td>
            </tr>
        }
    };
    view! {
        <div class="card">
            <table class="list" role="table">
                <caption class="visually-hidden">"What was not delivered"</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Notice"</th>
                        <th scope="col" role="columnheader">"To"</th>
                        <th scope="col" role="columnheader">"Why not"</th>
                        <th scope="col" role="columnheader" class="number">"Attempts"</th>
                        <th scope="col" role="columnheader">"Given up"</th>
                        <th scope="col" role="columnheader">
                            <span class="visually-hidden">"Send again"</span>
                        </th>
                    </tr>
                </thead>
                <tbody role="rowgroup">
                    <For each=move || letters.get() key=|letter| letter.id.clone() children=line />
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
