//! .

use leptos::prelude::*;

#[component]
pub fn DatasetsPage() -> impl IntoView {
    view! { <h1>"DatasetsPage"</h1> }.into_any()
}

#[component]
pub fn DatasetPage() -> impl IntoView {
    view! { <h1>"DatasetPage"</h1> }.into_any()
}
