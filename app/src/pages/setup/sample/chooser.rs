//! Choosing a file: by dropping it, by mouse, or by keyboard.

use leptos::prelude::*;
use leptos::tachys::html::event::Targeted;
use leptos::{ev, web_sys};

#[component]
pub fn FileChooser(
    #[prop(into)] prompt: Signal<String>,
    #[prop(into, optional)] hint: Option<Signal<String>>,
    on_file: Callback<web_sys::File>,
) -> impl IntoView {
    let over = RwSignal::new(false);
    let take = move |files: Option<web_sys::FileList>| {
        if let Some(file) = files.and_then(|files| files.get(0)) {
            on_file.run(file);
        }
    };
    let dropped = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let dragged = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    let picked = move |event: Targeted<ev::Event, web_sys::HtmlInputElement>| {
        let input = event.target();
        take(input.files());
        // Choosing the same file again, after it was changed, is a choice too.
        input.set_value("");
    };
    view! {
        <label
            class="drop-zone"
            class:over=over
            on:dragenter=dragged
            on:dragover=dragged
            on:dragleave=move |_| over.set(false)
            on:drop=dropped
        >
            <input type="file" class="drop-zone-input" on:change:target=picked />
            <b>{prompt}</b>
            <span>"Drop it here or " <u>"choose it"</u> "."</span>
            {hint.map(|hint| view! { <small>{hint}</small> })}
            <noscript>"Reading a file in the browser needs JavaScript."</noscript>
        </label>
    }
}

/// A small button for another file in place of the chosen one.
#[component]
pub fn ReplaceButton(on_file: Callback<web_sys::File>) -> impl IntoView {
    let picked = move |event: Targeted<ev::Event, web_sys::HtmlInputElement>| {
        let input = event.target();
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            on_file.run(file);
        }
        input.set_value("");
    };
    view! {
        <label class="button replace-file">
            <input type="file" class="drop-zone-input" on:change:target=picked />
            "Replace"
        </label>
    }
}
