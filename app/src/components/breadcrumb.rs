//! Where a page lies.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The pages above this one: address and name, the outermost first.
#[component]
pub fn Breadcrumb(#[prop(into)] above: Signal<Vec<(String, String)>>) -> impl IntoView {
    let link = |(address, name): (String, String)| {
        view! {
            <li>
                <Icon glyph=Glyph::Chevron size=10 />
                <a href=address>{name}</a>
            </li>
        }
    };
    view! {
        <nav aria-label="Breadcrumb">
            <ol class="crumbs">{move || above.get().into_iter().map(link).collect_view()}</ol>
        </nav>
    }
    .into_any()
}
