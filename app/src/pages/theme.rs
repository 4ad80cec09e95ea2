//! The switch between light and dark. Until it is used the system decides.

use leptos::prelude::*;
use leptos::web_sys::HtmlDocument;
use wasm_bindgen::JsCast;

use crate::components::icon::{Glyph, Icon};

#[component]
pub fn ThemeSwitch() -> impl IntoView {
    view! {
        <button
            r#type="button"
            class="button quiet square"
            aria-label="Switch between light and dark"
            on:click=move |_| choose(if is_dark() { "light" } else { "dark" })
        >
            <Icon glyph=Glyph::Sun />
        </button>
    }
    .into_any()
}

fn is_dark() -> bool {
    let chosen = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-theme"));
    match chosen.as_deref() {
        Some("dark") => true,
        Some("light") => false,
        _ => window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches()),
    }
}

/// Kept in a cookie, so that the server writes the next page right at once.
fn choose(theme: &str) {
    if let Some(root) = document().document_element() {
        // The attribute's name is a constant and valid.
        let _ = root.set_attribute("data-theme", theme);
    }
    if let Ok(document) = document().dyn_into::<HtmlDocument>() {
        // A browser that refuses cookies keeps the choice until the next page.
        let _ = document.set_cookie(&format!(
            "theme={theme}; Path=/; Max-Age=31536000; SameSite=Lax"
        ));
    }
}
