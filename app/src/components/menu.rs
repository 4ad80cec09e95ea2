//! A button that opens a menu: arrow keys, Home, End, Escape, and the first letters of an item lead to it.

use leptos::ev::KeyboardEvent;
use leptos::html::{Button, Div};
use leptos::prelude::*;
use leptos::web_sys::{Element, HtmlElement};
use wasm_bindgen::JsCast;

use super::floating::{Align, place};

/// `id` is unique in the page: it lets the browser open the menu by itself before the page is hydrated. `items` are
/// [`MenuItem`](crate::components::menu)s: anything with `role="menuitem"`.
#[component]
pub fn Menu(
    #[prop(into)] id: String,
    /// What a screen reader calls the button, where its content is an icon.
    #[prop(optional, into)]
    label: Option<String>,
    #[prop(into)] class: String,
    #[prop(default = Align::End)] align: Align,
    #[prop(into)] button: ViewFn,
    children: ChildrenFn,
) -> impl IntoView {
    let anchor = NodeRef::<Button>::new();
    let menu = NodeRef::<Div>::new();
    let open = RwSignal::new(false);
    let typed = StoredValue::new((String::new(), 0_i64));

    let on_toggle = move |_| {
        let Some(menu) = menu.get_untracked() else {
            return;
        };
        let now_open = menu.matches(":popover-open").unwrap_or(false);
        open.set(now_open);
        if now_open {
            if let Some(anchor) = anchor.get_untracked() {
                place(&menu, &anchor, align);
            }
            focus_item(&items_of(&menu), 0);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(menu) = menu.get_untracked() else {
            return;
        };
        let items = items_of(&menu);
        if items.is_empty() {
            return;
        }
        let focused = document().active_element();
        let here = items
            .iter()
            .position(|item| focused.as_ref() == Some(item.as_ref()));
        let target = match event.key().as_str() {
            "ArrowDown" => Some(here.map_or(0, |here| (here + 1) % items.len())),
            "ArrowUp" => Some(here.map_or(items.len() - 1, |here| {
                (here + items.len() - 1) % items.len()
            })),
            "Home" => Some(0),
            "End" => Some(items.len() - 1),
            "Tab" => {
                let _ = menu.hide_popover();
                None
            }
            key if key.chars().count() == 1
                && key != " "
                && !event.ctrl_key()
                && !event.meta_key() =>
            {
                by_first_letters(&items, here, typed, key, event.time_stamp())
            }
            _ => None,
        };
        if let Some(target) = target {
            event.prevent_default();
            focus_item(&items, target);
        }
    };
    let on_button_key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            if let Some(menu) = menu.get_untracked() {
                let _ = menu.show_popover();
            }
        }
    };
    // An item that is used closes the menu. In the capture phase, before the item acts: a dialog that it opens gives the
    // focus back to where it was then, and the item cannot have it any more.
    let on_click = move |_| {
        if let Some(anchor) = anchor.get_untracked() {
            let _ = anchor.focus();
        }
        if let Some(menu) = menu.get_untracked() {
            let _ = menu.hide_popover();
        }
    };
    view! {
        <button
            r#type="button"
            class=format!("menu-button {class}")
            node_ref=anchor
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-label=label.clone()
            on:keydown=on_button_key
        >
            {button.run()}
        </button>
        <div
            id=id
            class="menu"
            class:placed=open
            role="menu"
            popover="auto"
            aria-label=label
            node_ref=menu
            on:toggle=on_toggle
            on:keydown=on_key
            on:click:capture=on_click
        >
            {children()}
        </div>
    }
    .into_any()
}

fn items_of(menu: &HtmlElement) -> Vec<HtmlElement> {
    let Ok(found) = menu.query_selector_all("[role=menuitem]:not([aria-disabled=true])") else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

fn focus_item(items: &[HtmlElement], index: usize) {
    if let Some(item) = items.get(index) {
        let _ = item.focus();
    }
}

/// The next item whose text begins with what was typed within the last half second.
fn by_first_letters(
    items: &[HtmlElement],
    here: Option<usize>,
    typed: StoredValue<(String, i64)>,
    key: &str,
    at: f64,
) -> Option<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds since the page was opened"
    )]
    let at = at as i64;
    let key = key.to_lowercase();
    let (mut letters, before) = typed.get_value();
    // One letter typed again and again goes through all items that begin with it.
    if at - before > 500 || letters == key {
        letters.clear();
    }
    letters.push_str(&key);
    let after = here.map_or(0, |here| if letters == key { here + 1 } else { here });
    typed.set_value((letters.clone(), at));
    let begins = |item: &Element| {
        item.text_content()
            .is_some_and(|text| text.trim().to_lowercase().starts_with(&letters))
    };
    (0..items.len())
        .map(|step| (after + step) % items.len())
        .find(|index| begins(&items[*index]))
}
