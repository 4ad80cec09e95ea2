//! Setting up a job, step by step; each step is saved as a Draft and has a URL of its own.

use leptos::prelude::*;

#[component]
pub fn SetupPage() -> impl IntoView {
    view! { <div class="setup"></div> }.into_any()
}
