//! The documents of a browser tell each other whose they are: who signs out in one tab is signed out in all.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::{BroadcastChannel, MessageEvent};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::{Access, Live};
use crate::pages::session::{Session, use_session};

const CHANNEL: &str = "weir-person";

/// Tells the other tabs whom a document was drawn for: an e-mail address, or nobody.
pub fn announce(session: Session) {
    Effect::new(move || {
        if let Some(Ok(session)) = session.get()
            && let Ok(channel) = BroadcastChannel::new(CHANNEL)
        {
            let person = session.map_or(JsValue::NULL, |session| session.email.into());
            // It has just been opened.
            let _ = channel.post_message(&person);
            channel.close();
        }
    });
}

/// Hears what the other tabs tell, and asks the server when the tab is looked at again.
pub(super) fn watch(live: Live) {
    let session = use_session();
    Effect::new(move || {
        if let Some(Ok(Some(session))) = session.get() {
            live.person.update_value(|person| {
                person.get_or_insert(session.email);
            });
        }
    });
    Effect::new(move || {
        let Ok(channel) = BroadcastChannel::new(CHANNEL) else {
            return;
        };
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            live.meet(message.data().as_string().as_deref());
        });
        channel.set_onmessage(Some(heard.into_js_value().unchecked_ref()));
        let channel = StoredValue::new_local(channel);
        let listener = window_event_listener_untyped("visibilitychange", move |_| {
            let is_lost = live.access.get_untracked() != Access::Member;
            if is_lost && !document().hidden() {
                spawn_local(async move {
                    live.ask_access().await;
                });
            }
        });
        on_cleanup(move || {
            channel.with_value(BroadcastChannel::close);
            listener.remove();
        });
    });
}

impl Live {
    /// Somebody, or nobody, is signed in now in this browser.
    pub(super) fn meet(self, person: Option<&str>) {
        let Some(own) = self.person.try_get_value().flatten() else {
            return;
        };
        match person {
            None => self.access.set(Access::SignedOut),
            Some(person) if person != own => {
                // What this document shows is another person's. Where that fails, nothing is shown any more.
                self.access.set(Access::SignedOut);
                let _ = window().location().reload();
            }
            Some(_) if self.access.get_untracked() == Access::SignedOut => {
                self.access.set(Access::Member);
            }
            Some(_) => {}
        }
    }
}
