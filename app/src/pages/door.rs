//! What the pages before signing in share.

use leptos::html::Input;
use leptos::prelude::*;

use crate::components::icon::{Brand, Glyph, Icon};
use crate::server_fns::error::AppError;

#[component]
pub fn Door(children: Children) -> impl IntoView {
    view! {
        <main id="content" class="door">
            <div>
                <div class="brand">
                    <Brand />
                </div>
                {children()}
            </div>
        </main>
    }
    .into_any()
}

/// A password with its rule and a button that shows what was typed. `autocomplete` is the HTML standard's token.
#[component]
pub fn PasswordField(
    autocomplete: &'static str,
    #[prop(optional)] hint: &'static str,
    #[prop(optional)] least_characters: Option<u8>,
    #[prop(into)] problem: Signal<Option<String>>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let visible = RwSignal::new(false);
    // The button does nothing without JavaScript, so it comes with it.
    let hydrated = RwSignal::new(false);
    Effect::new(move || hydrated.set(true));
    let toggle = move |_| {
        visible.update(|visible| *visible = !*visible);
        if let Some(input) = input.get_untracked() {
            let _ = input.focus();
        }
    };
    let describedby = if hint.is_empty() {
        "password-problem"
    } else {
        "password-hint password-problem"
    };
    let button = move || {
        hydrated.get().then(|| {
            view! {
                <button
                    r#type="button"
                    class="button quiet"
                    aria-pressed=move || visible.get().to_string()
                    aria-label="Show password"
                    on:click=toggle
                >
                    {move || if visible.get() { "Hide" } else { "Show" }}
                </button>
            }
        })
    };
    view! {
        <div class="field">
            <label for="password">"Password"</label>
            <div class="password">
                <input
                    id="password"
                    name="password"
                    r#type=move || if visible.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    required
                    minlength=least_characters
                    maxlength="1024"
                    aria-describedby=describedby
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    node_ref=input
                />
                {button}
            </div>
            {(!hint.is_empty()).then(|| view! { <p class="hint" id="password-hint">{hint}</p> })}
            <div id="password-problem" role="alert">
                {move || problem.get().map(|problem| view! { <FieldError problem /> })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
pub fn FieldError(problem: String) -> impl IntoView {
    view! {
        <p class="field-error">
            <Icon glyph=Glyph::Alert size=13 />
            <span>{problem}</span>
        </p>
    }
    .into_any()
}

/// "Message. Hint."
pub fn sentence(error: &AppError) -> String {
    if error.hint.is_empty() {
        error.message.clone()
    } else {
        format!("{} {}", error.message, error.hint)
    }
}
