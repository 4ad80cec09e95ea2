//! Going back shows the place where one was. The browser alone cannot do it: it scrolls before the data has been loaded.

use leptos::ev;
use leptos::prelude::*;
use leptos::web_sys::Storage;
use wasm_bindgen::JsValue;

/// Later than this, a jump would take the reader by surprise.
const PATIENCE_MILLISECONDS: f64 = 5000.0;

/// Where an entry of the tab's history was scrolled to.
#[derive(Clone, Debug, PartialEq)]
struct Place {
    entry: String,
    /// In CSS pixels.
    top: f64,
    /// In milliseconds since 1970.
    until: f64,
}

/// Remembers the place in each entry of the tab's history, and restores it when a person goes back or forward.
pub fn keep_place() {
    let awaited = StoredValue::new(None::<Place>);
    // Only the browser runs an effect. The listeners stay for as long as the document does.
    Effect::new(move || {
        window_event_listener(ev::scroll, move |_| {
            // A page that becomes short while it waits for its data is not scrolled by a person.
            if awaited.with_value(Option::is_none) && is_drawn() {
                remember();
            }
        });
        window_event_listener(ev::popstate, move |_| {
            let place = remembered();
            awaited.set_value(place.clone());
            if let Some(place) = place {
                restore_once_drawn(place, awaited);
            }
        });
        // Whoever does something in the meantime is not moved any more.
        let give_up = move || awaited.set_value(None);
        window_event_listener(ev::wheel, move |_| give_up());
        window_event_listener(ev::touchmove, move |_| give_up());
        window_event_listener(ev::pointerdown, move |_| give_up());
        window_event_listener(ev::keydown, move |_| give_up());
    });
}

fn remember() {
    if let (Some(entry), Some(storage), Ok(top)) =
        (entry().or_else(name_entry), storage(), window().scroll_y())
    {
        // Where the storage is full, going back shows the top.
        let _ = storage.set_item(&entry, &top.to_string());
    }
}

/// `None` for an entry that was never scrolled.
fn remembered() -> Option<Place> {
    let entry = entry()?;
    let top: f64 = storage()?.get_item(&entry).ok()??.parse().ok()?;
    Some(Place {
        entry,
        top,
        until: js_sys::Date::now() + PATIENCE_MILLISECONDS,
    })
}

fn restore_once_drawn(place: Place, awaited: StoredValue<Option<Place>>) {
    request_animation_frame(move || {
        if awaited.with_value(|awaited| awaited.as_ref() != Some(&place)) {
            return;
        }
        let is_shown = entry().as_ref() == Some(&place.entry);
        if is_shown && is_drawn() && reaches(place.top) {
            window().scroll_to_with_x_and_y(0.0, place.top);
        } else if is_shown && js_sys::Date::now() < place.until {
            restore_once_drawn(place, awaited);
            return;
        }
        awaited.set_value(None);
    });
}

/// The name that the shown entry of the history has.
fn entry() -> Option<String> {
    window().history().ok()?.state().ok()?.as_string()
}

fn name_entry() -> Option<String> {
    let name = format!("place-{}", js_sys::Date::now());
    let history = window().history().ok()?;
    history.replace_state(&JsValue::from_str(&name), "").ok()?;
    Some(name)
}

/// Of this tab; it outlives a reload, as the history does.
fn storage() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn is_drawn() -> bool {
    !matches!(document().query_selector(".skeleton"), Ok(Some(_)))
}

/// Whether the document is tall enough to be scrolled this far.
fn reaches(top: f64) -> bool {
    document().document_element().is_some_and(|root| {
        // The heights are rounded.
        f64::from(root.scroll_height() - root.client_height()) + 1.0 >= top
    })
}
