//! The one-time link of a new member or owner. Weir needs no mail server: who adds somebody passes it on.

use leptos::html::Input;
use leptos::prelude::*;

use crate::components::badge::Meaning;
use crate::components::icon::{Glyph, Icon};
use crate::wire::admin::AddedMember;

/// Nothing as long as nobody was added.
#[component]
pub fn Invitation(invited: RwSignal<Option<AddedMember>>) -> impl IntoView {
    let note = move || {
        invited.get().map(|AddedMember { email, link }| match link {
            Some(path) => view! { <LinkNote email path invited /> }.into_any(),
            None => view! { <AccountNote email invited /> }.into_any(),
        })
    };
    view! { <div role="status">{note}</div> }.into_any()
}

#[component]
fn LinkNote(email: String, path: String, invited: RwSignal<Option<AddedMember>>) -> impl IntoView {
    let field = NodeRef::<Input>::new();
    let copied = RwSignal::new(false);
    let origin = window().location().origin().unwrap_or_default();
    let address = format!("{origin}{path}");
    let copy = {
        let address = address.clone();
        move |_| {
            // Selected in any case: where the browser does not let a page copy, the keyboard does.
            if let Some(field) = field.get_untracked() {
                field.select();
            }
            // A page that did not come over HTTPS, or from this machine, has no clipboard at all.
            if !window().is_secure_context() {
                return;
            }
            let writing = window().navigator().clipboard().write_text(&address);
            leptos::task::spawn_local(async move {
                let written = wasm_bindgen_futures::JsFuture::from(writing).await;
                copied.set(written.is_ok());
            });
        }
    };
    let verb = move || if copied.get() { "Copied" } else { "Copy link" };
    view! {
        <div class=format!("note sentence {}", Meaning::Success.class())>
            <Icon glyph=Glyph::Check />
            <div class="invitation">
                <strong>{format!("Send this link to {email}.")}</strong>
                <p>
                    "They become a member by opening it: with a new password, or signed in where they have an account. It works once, within seven days, and is shown only now. Send it where only they read it."
                </p>
                <div class="copy">
                    <input readonly aria-label="One-time link" value=address node_ref=field on:focus=move |_| {
                        if let Some(field) = field.get_untracked() {
                            field.select();
                        }
                    } />
                    <button r#type="button" class="button" on:click=copy>
                        <Icon glyph=Glyph::Copy size=14 />
                        {verb}
                    </button>
                    <button r#type="button" class="button quiet" on:click=move |_| invited.set(None)>
                        "Done"
                    </button>
                </div>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn AccountNote(email: String, invited: RwSignal<Option<AddedMember>>) -> impl IntoView {
    view! {
        <div class=format!("note sentence {}", Meaning::Success.class())>
            <Icon glyph=Glyph::Check />
            <div class="invitation">
                <strong>{format!("{email} is an owner now.")}</strong>
                <div class="copy">
                    <button r#type="button" class="button quiet" on:click=move |_| invited.set(None)>
                        "Done"
                    </button>
                </div>
            </div>
        </div>
    }
    .into_any()
}
