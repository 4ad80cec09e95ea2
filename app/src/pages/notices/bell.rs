//! The bell in the header: how much happened that needs attention since the person last looked.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::live::on_change;
use crate::server_fns::error::AppError;
use crate::server_fns::notices::unseen_notices;

/// In context below the namespace's frame.
#[derive(Clone, Copy)]
pub struct Unseen(Resource<Result<u32, AppError>>);

impl Unseen {
    /// Asks anew: something was looked at.
    pub fn refetch(self) {
        self.0.refetch();
    }
}

pub fn use_unseen() -> Unseen {
    expect_context::<Unseen>()
}

pub fn provide_unseen(namespace: Memo<String>) {
    let unseen = Resource::new(move || namespace.get(), unseen_notices);
    on_change(move || unseen.refetch());
    provide_context(Unseen(unseen));
}

#[component]
pub fn Bell(namespace: Memo<String>) -> impl IntoView {
    let unseen = use_unseen().0;
    let content = move || {
        // Made inside the boundary: what is read outside it, the page around it waits for and is drawn anew.
        let count = Memo::new(move |before: Option<&u32>| match unseen.get() {
            Some(Ok(count)) => count,
            _ => before.copied().unwrap_or(0),
        });
        let text = move || match count.get() {
            count @ 0..100 => count.to_string(),
            _ => "99+".to_owned(),
        };
        let label = move || match count.get() {
            0 => "Notifications".to_owned(),
            _ => format!("Notifications, {} new", text()),
        };
        let badge = move || {
            (count.get() > 0)
                .then(|| view! { <span class="unseen" aria-hidden="true">{text()}</span> })
        };
        view! {
            <a
                class="button quiet square bell"
                href=move || format!("/n/{}/notifications", namespace.get())
                aria-label=label
            >
                <Icon glyph=Glyph::Bell />
                {badge}
            </a>
        }
    };
    view! { <Transition>{content()}</Transition> }.into_any()
}
