//! An address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::heading::Heading;
use crate::components::icon::{Glyph, Icon};

#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <main id="content">
            <div class="empty">
                <Icon glyph=Glyph::Waves size=32 />
                <Heading>"There is nothing at this address"</Heading>
                <p>"It may have been deleted, or the address was cut when it was copied."</p>
                <a class="button" href="/">
                    "To the jobs"
                </a>
            </div>
        </main>
    }
    .into_any()
}
