//! .

use leptos::prelude::*;

#[component]
pub fn RunPage() -> impl IntoView {
    view! { <h1>"RunPage"</h1> }.into_any()
}
