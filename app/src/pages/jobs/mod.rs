//! .

use leptos::prelude::*;

#[component]
pub fn JobsPage() -> impl IntoView {
    view! { <h1>"JobsPage"</h1> }.into_any()
}

#[component]
pub fn JobPage() -> impl IntoView {
    view! { <h1>"JobPage"</h1> }.into_any()
}

#[component]
pub fn NewImportPage() -> impl IntoView {
    view! { <h1>"NewImportPage"</h1> }.into_any()
}
