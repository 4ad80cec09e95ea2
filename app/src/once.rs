//! A double click is one click: many people double-click everything, and the second click would hit what the first has brought.

use std::cell::Cell;

use leptos::prelude::*;
use leptos::web_sys::{Element, MouseEvent};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// What starts or ends something. Other buttons, such as those that turn pages, may be clicked quickly.
const ACTS: &str = "button.main, button.danger, button.once, [role=menuitem]";

/// Takes the second and later clicks of a quick series away from all buttons that act, and from what such a button has made
/// room for, such as a row under the dialog that it closed. To be called once per document.
pub fn once_per_double_click() {
    // Only the browser runs an effect. The listener stays for as long as the document does.
    Effect::new(|| {
        let has_acted = Cell::new(false);
        let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
            let is_first = event.detail() <= 1;
            if is_first {
                has_acted.set(acts(&event));
            } else if has_acted.get() || acts(&event) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
        let listener: js_sys::Function = clicked.into_js_value().unchecked_into();
        // In the capture phase, before any other. It cannot fail on a document.
        let _ = document().add_event_listener_with_callback_and_bool("click", &listener, true);
    });
}

fn acts(event: &MouseEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|target| target.closest(ACTS).ok().flatten())
        .is_some()
}
