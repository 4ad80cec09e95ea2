//! Unsaved changes are not lost without a question.

use leptos::prelude::*;
use leptos::{ev, web_sys};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

/// Work that leaving a page may lose.
#[derive(Clone, Copy)]
pub struct Unsaved<B, D> {
    pub question: &'static str,
    /// Links in elements that match this selector lose nothing; `None`: all do.
    pub inside: Option<&'static str>,
    pub is_busy: B,
    /// Called when a person leaves all the same.
    pub discard: D,
}

/// Asks before the tab is closed, and before a link, *Back* or *Forward* leads away.
pub fn warn_of_unsaved_changes<B, D>(unsaved: Unsaved<B, D>)
where
    B: Fn() -> bool + Copy + Send + Sync + 'static,
    D: Fn() + Copy + Send + Sync + 'static,
{
    let Unsaved {
        question,
        inside,
        is_busy,
        discard,
    } = unsaved;
    Effect::new(move || {
        let unload = window_event_listener(ev::beforeunload, move |event| {
            if is_busy() {
                event.prevent_default();
            }
        });
        let clicked = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            if is_busy() && leads_away(&event, inside) {
                let leave = window().confirm_with_message(question).unwrap_or(true);
                if leave {
                    discard();
                } else {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }
        });
        let going_back = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            if is_busy() && event.cancelable() && is_way_back(&event) {
                let leave = window().confirm_with_message(question).unwrap_or(true);
                if leave {
                    discard();
                } else {
                    event.prevent_default();
                }
            }
        });
        let back = navigation().map(|navigation| {
            let listener: js_sys::Function = going_back.into_js_value().unchecked_into();
            // A navigation that takes no listeners has none of these events.
            let _ = navigation.add_event_listener_with_callback("navigate", &listener);
            StoredValue::new_local((navigation, listener))
        });
        on_cleanup(move || {
            if let Some(back) = back {
                // Removing a listener that is gone changes nothing.
                let _ = back.with_value(|(navigation, listener)| {
                    navigation.remove_event_listener_with_callback("navigate", listener)
                });
            }
        });
        // In the capture phase, before the router sees the click.
        let listener: js_sys::Function = clicked.into_js_value().unchecked_into();
        let added = document().add_event_listener_with_callback_and_bool("click", &listener, true);
        if added.is_ok() {
            let listener = StoredValue::new_local(listener);
            on_cleanup(move || {
                // Removing a listener that is gone changes nothing.
                let _ = listener.with_value(|listener| {
                    document().remove_event_listener_with_callback_and_bool("click", listener, true)
                });
                unload.remove();
            });
        }
    });
}

/// `None` where the browser lets nobody hold its *Back* up.
fn navigation() -> Option<web_sys::EventTarget> {
    let navigation = js_sys::Reflect::get(&window(), &"navigation".into()).ok()?;
    navigation.dyn_into().ok()
}

/// *Back* or *Forward*, which the router follows without loading a document. Pages beside this one are steps of the same work.
fn is_way_back(event: &web_sys::Event) -> bool {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    let text = |value: Option<JsValue>| value.and_then(|value| value.as_string());
    if text(get(event, "navigationType")).as_deref() != Some("traverse") {
        return false;
    }
    let destination = get(event, "destination").and_then(|to| text(get(&to, "url")));
    let to = destination.and_then(|url| web_sys::Url::new(&url).ok());
    let here = window().location().pathname().unwrap_or_default();
    to.is_none_or(|to| folder(&to.pathname()) != folder(&here))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn leads_away(event: &web_sys::Event, inside: Option<&str>) -> bool {
    let Some(target) = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
    else {
        return false;
    };
    let link = target.closest("a[href]").ok().flatten();
    link.is_some_and(|link| {
        let stays = link.has_attribute("download")
            || inside.is_some_and(|inside| link.closest(inside).ok().flatten().is_some());
        let new_tab = link
            .get_attribute("target")
            .is_some_and(|target| target == "_blank");
        !stays && !new_tab
    })
}
