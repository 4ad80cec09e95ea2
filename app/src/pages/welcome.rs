//! A one-time link: a name and a password, and for the instance's first person an e-mail address too. Or an invitation of
//! somebody who has an account.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use leptos_router::location::Url;

use super::door::{Door, FieldError, PasswordField, sentence};
use super::form::Form;
use crate::components::heading::Heading;
use crate::components::loaded::Loaded;
use crate::server_fns::session::{AcceptInvitation, AcceptLink, link};
use crate::wire::LinkView;

#[component]
pub fn WelcomePage() -> impl IntoView {
    let params = use_params_map();
    let token = Memo::new(move |_| params.read().get("token").unwrap_or_default());
    let loaded = Resource::new_blocking(move || token.get(), link);
    let form = move |link: Signal<LinkView>| {
        let (token, link) = (token.get_untracked(), link.get_untracked());
        match (link.joins.clone(), link.email.clone()) {
            (Some(namespace), Some(email)) => {
                view! { <JoinForm token namespace email reader=link.reader /> }.into_any()
            }
            _ => view! { <WelcomeForm token link /> }.into_any(),
        }
    };
    view! {
        <Title text="Welcome" />
        <Door>
            <Loaded resource=loaded waiting=|| () children=form />
        </Door>
    }
    .into_any()
}

/// For somebody who has an account: whoever else opens the link gets nothing by it.
#[component]
fn JoinForm(
    token: String,
    namespace: String,
    email: String,
    reader: Option<String>,
) -> impl IntoView {
    let accept = ServerAction::<AcceptInvitation>::new();
    let answer = accept.value();
    let problem = move || answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence));
    let form = if reader.as_ref() == Some(&email) {
        view! {
            <Form action=accept>
                <input r#type="hidden" name="token" value=token />
                <div role="alert">
                    {move || problem().map(|problem| view! { <FieldError problem /> })}
                </div>
                <button class="button main wide" aria-disabled=move || accept.pending().get().then_some("true")>
                    "Accept invitation"
                </button>
            </Form>
        }
        .into_any()
    } else {
        let next = Url::escape(&format!("/welcome/{token}"));
        let whose = match reader {
            Some(reader) => format!(
                "This invitation is for {email}, and you are signed in as {reader}. Sign in as {email} to accept it."
            ),
            None => format!("This invitation is for {email}. Sign in to accept it."),
        };
        view! {
            <p>{whose}</p>
            <a class="button main wide" href=format!("/sign-in?next={next}")>
                {format!("Sign in as {email}")}
            </a>
        }
        .into_any()
    };
    view! {
        <Heading>"Welcome to Weir"</Heading>
        <p class="muted">{format!("You are invited to the namespace {namespace}.")}</p>
        <div class="card">{form}</div>
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
    // The form signs this browser in as who it is for.
    let instead = link.reader.clone().zip(link.email.clone());
    let instead = instead.filter(|(reader, email)| reader != email);
    let instead = instead.map(|(reader, email)| {
        view! {
            <p class="note warning sentence">
                {format!(
                    "You are signed in as {reader}. This link is for {email}: it signs this browser in as {email} instead.",
                )}
            </p>
        }
    });
    view! {
        <Heading>"Welcome to Weir"</Heading>
        <p class="muted">{intro}</p>
        <div class="card">
            {instead} <Form action=accept>
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
            </Form>
        </div>
    }
    .into_any()
}
