//! `/` leads to the jobs of the first namespace, or to the door.

use leptos::prelude::*;
use leptos_router::components::Redirect;

use crate::components::icon::Glyph;
use crate::components::loaded::Loaded;
use crate::components::states::EmptyState;
use crate::pages::session::use_session;
use crate::wire::SessionView;

#[component]
pub fn HomePage() -> impl IntoView {
    let lead = |session: Signal<Option<SessionView>>| match session.get_untracked() {
        None => view! { <Redirect path="/sign-in" /> }.into_any(),
        Some(session) => match session.namespaces.first() {
            Some(namespace) => {
                view! { <Redirect path=format!("/n/{}/jobs", namespace.slug) /> }.into_any()
            }
            None => view! { <NoNamespace operator=session.operator /> }.into_any(),
        },
    };
    view! { <Loaded resource=use_session() waiting=|| () children=lead /> }.into_any()
}

#[component]
fn NoNamespace(operator: bool) -> impl IntoView {
    let all = operator.then(|| {
        view! {
            <a class="button" href="/namespaces">
                "See all namespaces"
            </a>
        }
    });
    view! {
        <main id="content">
            <EmptyState glyph=Glyph::Waves title="You are not in a namespace yet">
                <p>"An owner of a namespace adds you with your e-mail address. Ask them, then load this page again."</p>
                {all}
            </EmptyState>
        </main>
    }
    .into_any()
}
