//! More about something, on hover and on keyboard focus; Escape takes it away.

use leptos::ev::KeyboardEvent;
use leptos::html::Span;
use leptos::prelude::*;

use super::floating::{Align, fresh_number, place};

/// `tip` is drawn when it is first shown. What is inside stays the thing that is used; `focusable` puts the wrapper itself
/// into the tab order where nothing inside is.
#[component]
pub fn Tooltip(
    #[prop(into)] tip: ViewFn,
    #[prop(optional)] focusable: bool,
    children: Children,
) -> impl IntoView {
    let anchor = NodeRef::<Span>::new();
    let floating = NodeRef::<Span>::new();
    let shown = RwSignal::new(false);
    let id = RwSignal::new(None::<String>);
    Effect::new(move || id.set(Some(format!("tip-{}", fresh_number()))));

    let show = move || {
        shown.set(true);
        if let (Some(floating), Some(anchor)) = (floating.get_untracked(), anchor.get_untracked()) {
            // Showing what is shown already is refused, and harmless.
            let _ = floating.show_popover();
            place(&floating, &anchor, Align::Middle);
            // The content may have been drawn by this very call: place it once more when its size is known.
            request_animation_frame(move || place(&floating, &anchor, Align::Middle));
        }
    };
    let hide = move || {
        if let Some(floating) = floating.get_untracked() {
            let _ = floating.hide_popover();
        }
    };
    view! {
        <span
            class="tip-anchor"
            node_ref=anchor
            tabindex=focusable.then_some("0")
            aria-describedby=id
            on:mouseenter=move |_| show()
            on:mouseleave=move |_| hide()
            on:focusin=move |_| show()
            on:focusout=move |_| hide()
            on:keydown=move |event: KeyboardEvent| {
                if event.key() == "Escape" {
                    hide();
                }
            }
        >
            {children()}
            <span class="tip" role="tooltip" popover="manual" id=id node_ref=floating>
                {move || shown.get().then(|| tip.run())}
            </span>
        </span>
    }
    .into_any()
}
