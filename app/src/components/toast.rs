//! Short notes about what a click did.

use leptos::prelude::*;

#[component]
pub fn Toasts(children: Children) -> impl IntoView {
    children()
}
