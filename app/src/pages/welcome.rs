//! .

use leptos::prelude::*;

#[component]
pub fn WelcomePage() -> impl IntoView {
    view! { <h1>"WelcomePage"</h1> }.into_any()
}
