//! Where menus and tooltips stand: in the browser's top layer, beside what they belong to, and inside the window.

use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};

/// Which edges of the anchor and of the floating element meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Start,
    Middle,
    End,
}

const GAP: f64 = 4.0;
const MARGIN: f64 = 8.0;

/// Moves a shown popover below its anchor, or above it where there is no room below.
pub fn place(floating: &HtmlElement, anchor: &Element, align: Align) {
    let around = anchor.get_bounding_client_rect();
    let own = floating.get_bounding_client_rect();
    let window_width = length(window().inner_width());
    let window_height = length(window().inner_height());

    let left = match align {
        Align::Start => around.left(),
        Align::Middle => around.left() + (around.width() - own.width()) / 2.0,
        Align::End => around.right() - own.width(),
    };
    let left = left.min(window_width - own.width() - MARGIN).max(MARGIN);
    let below = around.bottom() + GAP;
    let above = around.top() - GAP - own.height();
    let fits_below = below + own.height() + MARGIN <= window_height;
    let top = if fits_below || above < MARGIN {
        below.min(window_height - own.height() - MARGIN).max(MARGIN)
    } else {
        above
    };

    let style = floating.style();
    // The two properties are known and the values are lengths, so neither call can fail.
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{top}px"));
}

/// A number that is different for every call in this tab, for ids that only the browser needs.
pub fn fresh_number() -> u32 {
    thread_local! {
        static LAST: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
    }
    LAST.with(|last| {
        last.set(last.get() + 1);
        last.get()
    })
}

fn length(value: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>) -> f64 {
    value
        .ok()
        .and_then(|value| value.as_f64())
        .unwrap_or(f64::MAX)
}
