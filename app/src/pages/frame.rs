//! .

use leptos::prelude::*;
use leptos_router::components::Outlet;

#[component]
pub fn NamespaceFrame() -> impl IntoView {
    view! { <main id="content"><Outlet /></main> }.into_any()
}
