//! Signing in: a plain form, so that it works before and without WebAssembly.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::door::{Door, PasswordField, sentence};
use super::form::Form;
use crate::components::heading::Heading;
use crate::server_fns::session::SignIn;

#[component]
pub fn SignInPage() -> impl IntoView {
    let sign_in = ServerAction::<SignIn>::new();
    // Where a page led here, back to it.
    let next = use_query_map().read_untracked().get("next");
    let answer = sign_in.value();
    let problem =
        Signal::derive(move || answer.with(|answer| answer.as_ref()?.as_ref().err().map(sentence)));
    let button = move || {
        if sign_in.pending().get() {
            "Signing in"
        } else {
            "Sign in"
        }
    };
    view! {
        <Title text="Sign in" />
        <Door>
            <Heading>"Sign in"</Heading>
            <p class="muted">"Bring your files in, and see what happened to every record."</p>
            <div class="card">
                <Form action=sign_in>
                    {next.map(|next| view! { <input r#type="hidden" name="next" value=next /> })}
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
                            aria-invalid=move || problem.with(Option::is_some).then_some("true")
                            aria-describedby="password-problem"
                        />
                    </div>
                    <PasswordField autocomplete="current-password" problem />
                    <button class="button main wide" aria-disabled=move || sign_in.pending().get().then_some("true")>
                        {button}
                    </button>
                </Form>
            </div>
        </Door>
    }
    .into_any()
}
