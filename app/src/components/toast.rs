//! Short notes about what a click did, some with a way back.

use std::time::Duration;

use leptos::prelude::*;

use super::badge::Meaning;
use super::icon::{Glyph, Icon};

#[derive(Clone)]
struct Toast {
    number: u32,
    meaning: Meaning,
    text: String,
    undo: Option<Callback<()>>,
}

/// In context everywhere below [`ToastRegion`].
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Vec<Toast>>);

impl Toasts {
    pub fn done(self, text: impl Into<String>) {
        self.show(Meaning::Success, text.into(), None);
    }

    pub fn done_with_undo(self, text: impl Into<String>, undo: Callback<()>) {
        self.show(Meaning::Success, text.into(), Some(undo));
    }

    /// What went wrong, and what to do about it.
    pub fn failed(self, text: impl Into<String>) {
        self.show(Meaning::Failure, text.into(), None);
    }

    fn show(self, meaning: Meaning, text: String, undo: Option<Callback<()>>) {
        let number = super::floating::fresh_number();
        self.0.update(|toasts| {
            toasts.push(Toast {
                number,
                meaning,
                text,
                undo,
            });
            let surplus = toasts.len().saturating_sub(3);
            toasts.drain(..surplus);
        });
        // A failure stays until it is read and closed.
        if meaning != Meaning::Failure {
            set_timeout(move || self.close(number), Duration::from_secs(8));
        }
    }

    fn close(self, number: u32) {
        // The page may have been left by then.
        let _ = self
            .0
            .try_update(|toasts| toasts.retain(|toast| toast.number != number));
    }
}

pub fn use_toasts() -> Toasts {
    expect_context::<Toasts>()
}

#[component]
pub fn ToastRegion(children: Children) -> impl IntoView {
    let toasts = Toasts(RwSignal::new(Vec::new()));
    provide_context(toasts);
    let one = move |toast: Toast| {
        let Toast {
            number,
            meaning,
            text,
            undo,
        } = toast;
        let glyph = if meaning == Meaning::Failure {
            Glyph::Alert
        } else {
            Glyph::Check
        };
        let undo = undo.map(|undo| {
            let click = move |_| {
                toasts.close(number);
                undo.run(());
            };
            view! {
                <button r#type="button" class="button quiet" on:click=click>
                    "Undo"
                </button>
            }
        });
        view! {
            <div class=format!("toast {}", meaning.class())>
                <Icon glyph />
                <span>{text}</span>
                {undo}
                <button
                    r#type="button"
                    class="button quiet square"
                    aria-label="Close this note"
                    on:click=move |_| toasts.close(number)
                >
                    <Icon glyph=Glyph::Cross size=12 />
                </button>
            </div>
        }
    };
    view! {
        {children()}
        <div class="toasts" role="status">
            <For each=move || toasts.0.get() key=|toast| toast.number children=one />
        </div>
    }
    .into_any()
}
