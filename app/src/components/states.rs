//! What a page shows when it has nothing, not yet, or not any more.

use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_location;
use leptos_router::location::Url;

use super::icon::{Glyph, Icon};
use crate::server_fns::error::{AppError, ErrorKind};

/// Teaches what would be here and how it gets here.
#[component]
pub fn EmptyState(glyph: Glyph, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon glyph size=32 />
            <h2>{title}</h2>
            {children()}
        </div>
    }
    .into_any()
}

/// What could not be shown, why, what to do, and trying again. Who is not signed in is led to the door instead.
#[component]
pub fn ErrorState(error: AppError, #[prop(into)] on_retry: Callback<()>) -> impl IntoView {
    if error.kind == ErrorKind::NotSignedIn {
        return view! { <ToSignIn /> }.into_any();
    }
    let retry = (error.kind == ErrorKind::Unavailable).then(|| {
        view! {
            <button r#type="button" class="button" on:click=move |_| on_retry.run(())>
                "Try again"
            </button>
        }
    });
    let hint = (!error.hint.is_empty()).then(|| view! { <p>{error.hint}</p> });
    view! {
        <div class="card" role="alert">
            <div class="empty">
                <Icon glyph=Glyph::Alert size=32 />
                <h1 class="error-title">{error.message}</h1>
                {hint}
                {retry}
            </div>
        </div>
    }
    .into_any()
}

/// To the door, which leads back to this page.
#[component]
pub fn ToSignIn() -> impl IntoView {
    let location = use_location();
    let path = location.pathname.get_untracked();
    let search = location.search.get_untracked();
    let page = if search.is_empty() {
        path
    } else {
        format!("{path}?{search}")
    };
    view! { <Redirect path=format!("/sign-in?next={}", Url::escape(&page)) /> }.into_any()
}

/// Rows of the size that the list will have.
#[component]
pub fn ListSkeleton(#[prop(default = 6)] rows: usize) -> impl IntoView {
    let row = |_| {
        view! {
            <div class="skeleton-row">
                {(0..5).map(|_| view! { <span class="skeleton"></span> }).collect_view()}
            </div>
        }
    };
    view! {
        <div class="card" role="status" aria-label="Loading">
            {(0..rows).map(row).collect_view()}
        </div>
    }
    .into_any()
}
