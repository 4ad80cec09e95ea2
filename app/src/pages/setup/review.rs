//! Review.

use leptos::prelude::*;

#[component]
pub fn ReviewStep() -> impl IntoView {
    view! { <p></p> }.into_any()
}
