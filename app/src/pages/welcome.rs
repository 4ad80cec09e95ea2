//! A one-time link: a name and a password, and for the instance's first person an e-mail address too.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use super::door::{Door, PasswordField, sentence};
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::server_fns::session::{AcceptLink, link};
use crate::wire::LinkView;

#[component]
pub fn WelcomePage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.read().get("token").unwrap_or_default());
    let loaded = Resource::new_blocking(move || token.get(), link);
    let form = move |link: Signal<LinkView>| {
        view! { <WelcomeForm token=token.get_untracked() link=link.get_untracked() /> }.into_any()
    };
    view! {
        <Title text="Welcome" />
        <Door>
            <Loaded resource=loaded waiting=|| () children=form />
        </Door>
    }
    .into_any()
}

#[component]
fn WelcomeForm(token: String, link: LinkView) -> impl IntoView {
    let accept = ServerAction::<AcceptLink>::new();
    let answer = accept.value();
    let problem =
        Signal::derive(move || answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence)));
    let first = link.email.is_none();
    let intro = if first {
        "You are the first person here: you will be the operator of this instance."
    } else {
        "Choose the name that others see and a password."
    };
    view! {
        <Heading>"Welcome to Weir"</Heading>
        <p class="muted">{intro}</p>
        <div class="card">
            <ActionForm action=accept>
                <input r#type="hidden" name="token" value=token />
                <div class="field">
                    <label for="email">"E-mail address"</label>
                    <input
                        id="email"
                        name="email"
                        r#type="email"
                        autocomplete="username"
                        autocapitalize="none"
                        required
                        maxlength="254"
                        readonly=!first
                        value=link.email.unwrap_or_default()
                    />
                </div>
                <div class="field">
                    <label for="name">"Your name"</label>
                    <input
                        id="name"
                        name="name"
                        autocomplete="name"
                        required
                        maxlength="200"
                        value=link.name.unwrap_or_default()
                    />
                </div>
                <PasswordField
                    autocomplete="new-password"
                    hint="10 characters or more. A few unrelated words are easy to remember and hard to guess."
                    least_characters=10
                    problem
                />
                <button class="button main wide" aria-disabled=move || accept.pending().get().then_some("true")>
                    "Set password and sign in"
                </button>
            </ActionForm>
        </div>
    }
    .into_any()
}
